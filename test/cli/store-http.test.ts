import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openWriter } from "../../src/drivers.ts";
import { Secret } from "../../src/model/secret.ts";
import { digestOfToken } from "../../src/server/api/operators.ts";
import { createCampus } from "../../src/server/campus.ts";
import { createSqliteStore } from "../../src/stores/sqlite.ts";
import { openStage, type Stage } from "./stage.ts";

const TOKEN = "canary-token-of-an-operator-0123456789";
const READING = "canary-token-that-may-only-read-012345";
const DISTRICT = `district: springfield
site: { host: cloud.example.org, app: springfield, kind: sandbox }
vendors:
  Otus: { version: 1.1, kind: supported }
`;

let stage: Stage;
beforeEach(async () => {
  stage = await openStage();
});
afterEach(() => stage.close());

/** A campus of another machine: its store and key are not in the folder of the project. */
async function openServer() {
  const settings = {
    kind: "sqlite",
    path: join(stage.folder, "far.db"),
    keyFile: join(stage.folder, "far.key"),
  } as const;
  await createSqliteStore(settings);
  const clock = { now: stage.now };
  const store = await openWriter(settings, { clock, by: "campus" });
  const operators = [
    { name: "ci", tokens: [digestOfToken(new Secret(TOKEN))], districts: "all", access: "write" },
    { name: "eyes", tokens: [digestOfToken(new Secret(READING))], districts: "all", access: "read" },
  ] as const;
  const campus = createCampus({ store, clock, operators, storeAs: (by) => openWriter(settings, { clock, by }) });
  const origin = await campus.listen();
  const close = async () => {
    await campus.close();
    await store.close();
  };
  return { origin, close, store };
}

describe("a project whose store is on a server", () => {
  it("plans, applies, confirms and shows like any other, and its token is nowhere to be seen", async () => {
    const server = await openServer();
    const shown: string[] = [];
    await stage.write(
      "springfield.yaml",
      `${DISTRICT}store: { kind: http, address: "${server.origin}", token: env:TOKEN }\n`,
    );
    const run = async (words: string, token: string = TOKEN) => {
      const env = { TOKEN: token, ROSTERFORM_CONFIG: "springfield.yaml" };
      const { code, stdout, stderr } = await stage.rosterform(words.split(" "), { env });
      shown.push(stdout, stderr);
      return { code, text: `${stdout}${stderr}` };
    };
    try {
      expect((await run("plan --detailed-exitcode")).code).toBe(2);
      const applied = await run("apply --auto-approve");
      expect(applied).toMatchObject({ code: 0, text: expect.stringContaining("1 generated") });
      expect((await run("plan --detailed-exitcode")).code).toBe(0);
      expect((await run("status")).text).toContain("springfield/Otus");
      // In the name of the token's operator, whoever types.
      expect((await run("audit")).text).toContain("ci");
      expect((await run("verify-journal")).code).toBe(0);
      expect((await run("traffic springfield/Otus")).text).toContain("own probes");
      expect((await run("plan", READING)).code).toBe(0);
      expect((await run("confirm springfield/Otus", READING)).text).toContain("stores/no-rights");
      expect((await run("plan", "canary-token-nobody-knows-0123456789")).text).toContain("stores/login-refused");
      expect((await run("plan", "")).text).toContain("stores/no-token");
      expect((await run("plan", "canary with blanks")).text).toContain("stores/bad-token");
      for (const words of ["store create", "dump --store x.ndjson", "rekey"]) {
        expect((await run(words)).text).toContain("stores/on-a-server");
      }
    } finally {
      await server.close();
    }
    expect((await run("plan")).text).toContain("stores/unreachable");
    for (const text of shown) expect(text).not.toContain("canary");
  });

  it("tells whoever may read what changed outside and who did it, and lets only who may write put it back", async () => {
    const server = await openServer();
    await stage.write(
      "springfield.yaml",
      `${DISTRICT}store: { kind: http, address: "${server.origin}", token: env:TOKEN }\n`,
    );
    const run = async (words: string, token: string = TOKEN) =>
      stage.rosterform(words.split(" "), { env: { TOKEN: token, ROSTERFORM_CONFIG: "springfield.yaml" } });
    try {
      await run("apply --auto-approve");
      for await (const { connections } of server.store.read("all"))
        for (const { id } of connections)
          await server.store.changeByHand({
            connection: id,
            by: "kim",
            change: { kind: "edit", schools: ["Lincoln"], share: [] },
          });
      const told = await run("drift --detailed-exitcode", READING);
      expect(told).toMatchObject({ code: 2, stdout: expect.stringContaining("kim, 2027-03-01 08:00 UTC: edited") });
      expect(told.stdout).toContain("applied   2027-03-01 08:00 UTC by ci");
      const refused = await run("drift --heal --auto-approve", READING);
      expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining("stores/no-rights") });
      expect(await run("drift --heal --auto-approve")).toMatchObject({ code: 0 });
      expect(await run("drift --detailed-exitcode")).toMatchObject({ code: 0 });
    } finally {
      await server.close();
    }
  });

  it("is not asked in clear, and without a certificate that somebody vouches for", async () => {
    const settled = (more: string) => stage.write("springfield.yaml", `${DISTRICT}store: { kind: http, ${more} }\n`);
    const plan = async () => {
      const env = { TOKEN, ROSTERFORM_CONFIG: "springfield.yaml" };
      return (await stage.rosterform(["plan"], { env })).stderr;
    };
    await settled("address: 'http://campus.example.org', token: env:TOKEN");
    expect(await plan()).toContain("config/unreadable-value");
    await settled("address: 'https://127.0.0.1:1', token: env:TOKEN, ca: file:nothing.pem");
    expect(await plan()).toContain("stores/no-authority");
    await settled(`address: 'https://127.0.0.1:1', token: ${TOKEN}`);
    const inline = await plan();
    expect(inline).toContain("config/secret-inline");
    expect(inline).not.toContain("canary");
  });
});
