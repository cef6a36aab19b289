import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { inspect } from "node:util";
import { DatabaseSync } from "@photostructure/sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { World } from "../src/cli/world.ts";
import { openWriter } from "../src/drivers.ts";
import { digestOfToken } from "../src/server/api/operators.ts";
import { Secret } from "../src/model/secret.ts";
import { createCampus } from "../src/server/campus.ts";
import { edit, openDesk } from "./cli/desk.ts";
import type { Shown, Stage } from "./cli/stage.ts";
import { found, type Hay, type Minted } from "./needles.ts";
import { KEY, openReceiver } from "./notify/receiver.ts";

/**
 * Whole stories at the command line. At the end everything that was printed, written, logged or answered is searched for
 * every secret that was ever minted: none may stand anywhere but in the sink.
 */

const SPRINGFIELD = "districts/springfield.yaml";
const OPERATOR = new Secret("operator-token-of-the-canary-test-4711");

let stage: Stage;
let hay: Hay[];
let tell: (name: string, value: unknown) => void;
let stories: Story;

/** The stage, with everything that leaves it kept. */
interface Story {
  /** Runs a command; what it printed is kept. */
  run(args: readonly string[], more?: Partial<World>): Promise<Shown>;
  /** Every secret the store holds. */
  minted(): Promise<readonly Minted[]>;
  /** What the connection-store API answers. */
  ask(path: string): Promise<string>;
  end(): Promise<void>;
}

beforeEach(async () => {
  stage = await openDesk();
  hay = [];
  tell = (name, value) => {
    const text = typeof value === "string" ? value : `${JSON.stringify(value)}${inspect(value, { depth: 12 })}`;
    hay.push({ name, bytes: Buffer.from(text) });
  };
  stories = await openStory();
});

afterEach(async () => {
  await stories.end();
  await stage.close();
});

const settings = () => ({
  kind: "sqlite" as const,
  path: join(stage.folder, "campus.db"),
  keyFile: join(stage.folder, "rosterform.key"),
});

async function openStory(): Promise<Story> {
  const clock = { now: stage.now };
  const store = await openWriter(settings(), { clock, by: "campus" });
  const campus = createCampus({
    store,
    clock,
    storeAs: (by) => openWriter(settings(), { clock, by }),
    operators: [{ name: "rita", tokens: [digestOfToken(OPERATOR)], districts: "all", access: "write" }],
    log: { write: (line) => tell("the campus log", line) },
  });
  const origin = await campus.listen();
  const notify = "notify: { url: env:HOOK_URL, secret: env:HOOK_KEY, on: [changed, waiting, failed, unchanged] }\n";
  await stage.write("rosterform.yaml", (await stage.read("rosterform.yaml")) + notify);
  const receiver = await openReceiver();
  const hook = { HOOK_URL: receiver.url, HOOK_KEY: KEY };
  return {
    async run(args, more = {}) {
      const env = { ROSTERFORM_LOG: "trace", ROSTERFORM_ACTOR: "canary", ...hook, ...more.env };
      const shown = await stage.rosterform(args, { ...more, env });
      if (args[0] === "apply") expect(receiver.received).not.toEqual([]);
      for (const { headers, body } of receiver.received) {
        tell("a notification", body);
        tell("the head of a notification", headers);
      }
      tell(`stdout of ${args.join(" ")}`, shown.stdout);
      tell(`stderr of ${args.join(" ")}`, shown.stderr);
      return shown;
    },
    async minted() {
      const all: Minted[] = [];
      for await (const { connections } of store.read("all")) {
        tell("what a writer reads", connections);
        for (const { id } of connections) {
          const credentials = await store.credentials(id);
          tell("credentials, inspected", credentials);
          all.push({ clientId: credentials.clientId, secret: credentials.clientSecret.reveal() });
        }
      }
      return all;
    },
    async ask(path) {
      const answer = await fetch(`${origin}/api/v1${path}`, {
        headers: { authorization: `Bearer ${OPERATOR.reveal()}` },
      });
      return answer.text();
    },
    async end() {
      await receiver.close();
      await campus.close();
      await store.close();
    },
  };
}

/** Every file on the stage outside the sink, byte for byte; the log of the database included. */
function files(): readonly Hay[] {
  const entries = readdirSync(stage.folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ name: relative(stage.folder, path), bytes: readFileSync(path) }));
}

const isSheet = ({ name }: Hay) => name.startsWith("credentials");

/** Every table as text, decoded by SQLite and not as it lies on the disk. */
function tables(): Hay {
  const database = new DatabaseSync(settings().path, { readOnly: true });
  const names = database.prepare("select name from sqlite_master where type = 'table'").all() as { name: string }[];
  const rows = names.map(({ name }) => [name, database.prepare(`select * from "${name}"`).all()]);
  database.close();
  return { name: "the tables", bytes: Buffer.from(JSON.stringify(rows)) };
}

/** Looks everywhere; answers the secrets that were looked for. */
async function expectNoneOutside(): Promise<readonly Minted[]> {
  const secrets = await stories.minted();
  for (const path of ["/", "/districts", "/journal"]) tell(`the API's ${path}`, await stories.ask(path));
  const onDisk = files();
  expect(onDisk.map(({ name }) => name)).toEqual(expect.arrayContaining(["campus.db", "campus.db-wal"]));
  const others = [
    { clientId: "rita", secret: OPERATOR.reveal() },
    { clientId: "hook", secret: KEY.slice("whsec_".length) },
    { clientId: "hook", secret: "t0ken-in-the-path" },
    { clientId: "hook", secret: "t0ken-in-the-query" },
  ];
  expect(found([...secrets, ...others], [...hay, ...onDisk.filter((one) => !isSheet(one)), tables()])).toEqual([]);
  return secrets;
}

const APPLY = ["apply", "--auto-approve"];

/** Everything that only looks, in every voice. */
async function lookAround(): Promise<void> {
  const looks = [["plan"], ["status"], ["drift"], ["dump"], ["render"], ["validate"], ["adopt"], ["confirm", "--all"]];
  const pages = [["runbook"], ["runbook", "--html"], ["runbook", "--html", "--out", "runbook.html"]];
  const people = [["tasks"], ["remind", "--all"], ["remind", "--all", "--format", "mail", "--out", "letters"]];
  const reports = [["inventory"], ["inventory", "--csv"], ["inventory", "--shared"]];
  const played = [["simulate", "--vendors", "prompt,back-to-old", "--days", "6", "--story"]];
  for (const look of [
    ...looks,
    ...pages,
    ...people,
    ...reports,
    ...played,
    ["explain", "springfield/Otus"],
    ["plan", "--out", "plan.json"],
  ]) {
    await stories.run(look, { color: true, columns: 40 });
    await stories.run([...look, "--json"]);
    await stories.run([...look, "--json-into", `${look[0]}-into.json`]);
  }
  await stories.run(["dump", "--out", "dumped"]);
  const files = ["--markdown", "plan.md", "--html", "plan.html", "--sarif", "plan.sarif", "--junit", "plan.xml"];
  const env = {
    GITHUB_OUTPUT: join(stage.folder, "step-output"),
    GITHUB_STEP_SUMMARY: join(stage.folder, "step-summary"),
  };
  await stories.run(["plan", "--github", "--gitlab-report", "plan-counts.json", ...files], { env });
}

/** The vendors' side of the road: Otus moves from 1.1 to 1.2. */
async function moveOtus(): Promise<void> {
  await edit(
    stage,
    "vendors.yaml",
    "Otus: { status: partner, versions: [1.1]",
    "Otus: { status: partner, versions: [1.1, 1.2]",
  );
  await edit(stage, SPRINGFIELD, "Otus: { version: 1.1", "Otus: { accept: [user-ids 1.1->1.2], version: 1.2");
}

describe("no secret leaves the sink", () => {
  it("when connections are generated, switched, attested, closed and disabled", { timeout: 60_000 }, async () => {
    await stories.run(["plan", "--out", "plan.json"]);
    expect((await stories.run(["apply", "plan.json", "--json-into", "apply.json"])).code).toBe(0);
    const sheet = "credentials/springfield/otus.txt";
    await stage.pull(sheet);
    await moveOtus();
    await edit(stage, SPRINGFIELD, "schools: [Lincoln]", "schools: [Lincoln], rotate: 1");
    expect((await stories.run([...APPLY, "--json", "--detailed-exitcode"])).code).toBe(3);
    await lookAround();
    await stage.pull(sheet);
    const statement = ["--attest", "--by", "Lee", "--reason", "they wrote so"];
    expect((await stories.run(["confirm", "springfield/Bluebird Reading", ...statement])).code).toBe(0);
    stage.moveClock("49h");
    await stage.pull(sheet);
    expect((await stories.run(APPLY)).code).toBe(0);
    await edit(stage, "districts/shelbyville.yaml", "kind: supported", "kind: supported, state: disabled");
    expect((await stories.run(APPLY)).code).toBe(0);
    await lookAround();
    const secrets = await expectNoneOutside();
    expect(secrets).toHaveLength(5);
    // The canary can sing: what was delivered last is found where it belongs, by the same search.
    const sheets = files().filter(isSheet);
    expect(found(secrets, sheets)).toEqual(
      expect.arrayContaining([
        sheet,
        "credentials/springfield/bluebird-reading.txt",
        "credentials/shelbyville/schoology.txt",
      ]),
    );
  });

  it("when a candidate is given up, and when the sink fails", { timeout: 60_000 }, async () => {
    expect((await stories.run(APPLY)).code).toBe(0);
    await moveOtus();
    expect((await stories.run(APPLY)).code).toBe(0);
    await stories.run(["abort", "springfield/Otus", "--input=false"]);
    expect((await stories.run(["abort", "springfield/Otus", "--auto-approve", "--json"])).code).toBe(0);
    await edit(stage, "districts/shelbyville.yaml", "kind: supported", "kind: supported, rotate: 1");
    renameSync(join(stage.folder, "credentials"), join(stage.folder, "credentials-aside"));
    writeFileSync(join(stage.folder, "credentials"), "in the way\n");
    expect((await stories.run(APPLY)).code).toBe(1);
    expect((await stories.run([...APPLY, "--json", "--json-into", "failed.json"])).code).toBe(1);
    await lookAround();
    rmSync(join(stage.folder, "credentials"));
    renameSync(join(stage.folder, "credentials-aside"), join(stage.folder, "credentials"));
    const undelivered = await expectNoneOutside();
    expect(undelivered).toHaveLength(5);
    expect((await stories.run(APPLY)).code).toBe(0);
    const secrets = await expectNoneOutside();
    expect(secrets).toEqual(undelivered);
    expect(found(secrets, files().filter(isSheet))).toContain("credentials/shelbyville/schoology.txt");
  });

  it("when a site refuses wrong secrets", async () => {
    // A second store, of which the campus knows nothing: every secret it mints is a wrong one.
    expect((await stories.run([...APPLY, "--target", "shelbyville/Schoology"])).code).toBe(0);
    const database = new DatabaseSync(settings().path);
    database.exec(`vacuum into '${join(stage.folder, "other.db")}'`);
    database.close();
    const env = { ROSTERFORM_STORE: "other.db" };
    const refused = await stories.run(APPLY, { env });
    expect(refused.stderr).toContain("apply/probe-refuted");
    await stories.run([...APPLY, "--json"], { env });
    await stories.run(["confirm", "--all"], { env });
    await stories.run(["confirm", "springfield/Otus", "--json"], { env });
    await stories.run(["explain", "springfield/Otus"], { env });
    const other = await openWriter(
      { ...settings(), path: join(stage.folder, "other.db") },
      { clock: stage, by: "canary" },
    );
    const wrong: Minted[] = [];
    for await (const { connections } of other.read("all")) {
      for (const { id, clientId } of connections) {
        wrong.push({ clientId, secret: (await other.credentials(id)).clientSecret.reveal() });
      }
    }
    await other.close();
    expect(wrong).toHaveLength(3);
    await expectNoneOutside();
    const outside = [...hay, ...files().filter((one) => !isSheet(one))];
    expect(found(wrong, outside)).toEqual([]);
    expect(found(wrong, files().filter(isSheet))).toContain("credentials/springfield/otus.txt");
  });

  it("when we crash in the middle of handing it over", async () => {
    await edit(stage, "rosterform.yaml", "{ kind: file, folder: ./credentials }", "{ kind: terminal }");
    const screen: string[] = [];
    const isSheetText = (text: string) => text.includes("Client Secret");
    const crashing: Partial<World> = {
      isTerminal: true,
      // A foreign error that quotes what it was about.
      stdout: (text) => {
        if (isSheetText(text)) {
          screen.push(text);
          throw new TypeError(`cannot encode ${text}`);
        }
        tell("stdout of a run that crashed", text);
      },
    };
    const crashed = await stories.run(APPLY, crashing);
    expect(crashed.code).toBe(1);
    expect(crashed.stderr).toContain("This is a bug in rosterform, not in your documents: TypeError");
    expect(hay.map(({ bytes }) => bytes.toString()).join("")).toContain("Apply incomplete:");
    const json = await stories.run(["apply", "--auto-approve", "--json"], crashing);
    expect(json.code).toBe(1);
    const secrets = await expectNoneOutside();
    expect(found(secrets, [{ name: "screen", bytes: Buffer.from(screen.join("")) }])).toEqual(["screen"]);
  });

  it("when somebody's answer cannot be read", async () => {
    expect((await stories.run(APPLY)).code).toBe(0);
    await moveOtus();
    const [first] = await stories.minted();
    const ask = () => Promise.reject(new Error(`the terminal is gone: ${first?.secret}`));
    const { code, stderr } = await stories.run(["apply"], { canAsk: true, ask });
    expect(code).toBe(1);
    expect(stderr).toContain("This is a bug in rosterform");
    await expectNoneOutside();
  });
});

describe("the search", () => {
  const minted: Minted = { clientId: "0123456789abcdef", secret: "s3cr3t-With_Url~safe/and+other=letters&more%" };

  it.each([
    ["as it is", minted.secret],
    ["in URLs", new URLSearchParams({ client_secret: minted.secret }).toString()],
    ["in base64, wherever it begins", Buffer.from(`{"x":"${minted.secret}"}`).toString("base64")],
    ["in base64url, one further", Buffer.from(`{"xy":"${minted.secret}"}`).toString("base64url")],
    ["in base64, two further", Buffer.from(`{"xyz":"${minted.secret}"}`).toString("base64")],
    ["in a Basic header", `Basic ${Buffer.from(`${minted.clientId}:${minted.secret}`).toString("base64")}`],
    ["in hexadecimal", Buffer.from(minted.secret).toString("hex")],
    ["in JSON", JSON.stringify({ secret: minted.secret })],
    ["cut off", minted.secret.slice(0, 24)],
  ])("finds a secret %s", (_, text) => {
    expect(found([minted], [{ name: "there", bytes: Buffer.from(text) }])).toEqual(["there"]);
    expect(found([minted], [{ name: "there", bytes: Buffer.from(text, "utf16le") }])).toEqual(["there"]);
  });

  it("finds nothing where there is nothing", () => {
    expect(found([minted], files())).toEqual([]);
  });
});
