import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  type ApplyEvent,
  type ApplyOptions,
  apply,
  BrokenRun,
  createStore,
  type Documents,
  loadDesired,
  parseAddress,
  plan,
} from "../../src/index.ts";
import { instantOf } from "../../src/model/time.ts";
import { everythingOn } from "../cli/desk.ts";
import type { Stage } from "../cli/stage.ts";
import { openStand, type Stand } from "./stand.ts";

const NOW = instantOf(Date.parse("2027-03-01T08:00:00Z"));
const SPRINGFIELD = "districts/springfield.yaml";

let stand: Stand;
beforeEach(async () => {
  stand = await openStand(() => NOW);
});
afterEach(() => stand.close());

async function documents(): Promise<Documents> {
  const loaded = await loadDesired(stand.folder, { env: {} });
  if (loaded.kind === "broken") throw new Error(inspect(loaded.diagnostics));
  return loaded.documents;
}

const options = (more: Partial<ApplyOptions> = {}): ApplyOptions => ({
  by: "dana",
  approve: () => true,
  clock: stand.clock,
  ...more,
});

const everything = () => everythingOn({ folder: stand.folder } as Stage);

function edit(from: string, to: string): void {
  const path = join(stand.folder, SPRINGFIELD);
  const text = readFileSync(path, "utf8");
  expect(text).toContain(from);
  writeFileSync(path, text.replace(from, to));
}

describe("loadDesired", () => {
  it("answers everything that is wrong, with positions, and throws nothing", async () => {
    edit("version: 1.1", "version: 1.3");
    edit("kind: other", "kind: odd");
    const loaded = await loadDesired(stand.folder);
    expect(loaded.kind === "broken" && loaded.diagnostics.map(({ code, at }) => [code, at?.file, at?.line])).toEqual([
      ["config/unknown-value", SPRINGFIELD, 5],
      ["config/unknown-value", SPRINGFIELD, 6],
    ]);
    expect(await loadDesired("nowhere", { cwd: stand.folder })).toMatchObject({ kind: "broken" });
  });

  it("answers what should be, where the machinery is, and what finds a line", async () => {
    const loaded = await documents();
    expect(loaded.desired.districts.map(({ district }) => district)).toEqual(["springfield"]);
    expect(loaded.settings.store).toMatchObject({ kind: "sqlite", path: join(stand.folder, "campus.db") });
    const [connection] = loaded.desired.districts[0]?.connections ?? [];
    const locate = await loaded.openLocator();
    expect(connection && locate(connection.place)?.file).toBe(SPRINGFIELD);
  });
});

describe("plan", () => {
  it("says what would be done, the same each time, and writes nothing; it needs no key", async () => {
    rmSync(join(stand.folder, "rosterform.key"));
    const before = await everything();
    const first = await plan(await documents(), { clock: stand.clock });
    expect(first.plan.counts).toMatchObject({ generate: 2 });
    expect([first.hasSteps, first.diagnostics]).toEqual([true, []]);
    expect(await plan(await documents(), { clock: stand.clock })).toEqual(first);
    expect(await everything()).toEqual(before);
  });

  it("is about a part where that is asked for", async () => {
    const target = parseAddress("springfield/Otus");
    if (target === undefined) throw new Error("unreachable");
    const { plan: partial } = await plan(await documents(), { clock: stand.clock, select: { targets: [target] } });
    expect([partial.partial, partial.counts.generate]).toEqual([true, 1]);
  });

  it("gathers what stands in the way", async () => {
    await apply(await documents(), options());
    edit("Otus: { version: 1.1", "Otus: { version: 1.2");
    const { diagnostics, hasSteps } = await plan(await documents(), { clock: stand.clock });
    expect(diagnostics.map(({ code }) => code)).toEqual(["plan/loss-not-accepted"]);
    expect(hasSteps).toBe(false);
  });
});

describe("apply", () => {
  it("asks once, about the plan of this moment, and tells what happens in order", async () => {
    const events: ApplyEvent[] = [];
    const asked: string[] = [];
    const reviewed = await plan(await documents(), { clock: stand.clock });
    const applied = await apply(
      await documents(),
      options({
        approve: ({ digests }) => {
          asked.push(digests.whole);
          return Promise.resolve(digests.whole === reviewed.digests.whole);
        },
        onEvent: (event) => void events.push(event),
        parallelism: 1,
      }),
    );
    expect(asked).toEqual([reviewed.digests.whole]);
    expect(applied).toMatchObject({ kind: "applied", report: { counts: { generated: 2, failed: 0 } } });
    const ofOtus = events.filter((event) =>
      event.kind === "address-finished"
        ? event.outcome.address === "springfield/Otus"
        : event.address === "springfield/Otus",
    );
    expect(ofOtus.map((event) => ("step" in event ? `${event.kind} ${event.step}` : event.kind))).toEqual([
      "address-started",
      ...["open", "deliver", "confirm", "close"].flatMap((step) => [`step-started ${step}`, `step-done ${step}`]),
      "address-finished",
    ]);
    const secrets = await stand.secrets();
    expect(secrets).toHaveLength(2);
    const told = inspect([events, applied], { depth: 20, showHidden: true }) + JSON.stringify([events, applied]);
    expect(secrets.filter((secret) => told.includes(secret))).toEqual([]);
    expect(readFileSync(join(stand.folder, "credentials/springfield/otus.txt"), "utf8")).toContain("Client Secret");
    const again = await apply(await documents(), options({ approve: () => expect.unreachable("nobody is asked") }));
    expect(again.kind).toBe("nothing-to-do");
  });

  it("writes nothing after a no, or where what was reviewed moved", async () => {
    const reviewed = await plan(await documents(), { clock: stand.clock });
    const before = await everything();
    expect(await apply(await documents(), options({ approve: () => false }))).toMatchObject({ kind: "not-approved" });
    expect(await everything()).toEqual(before);
    edit("schools: [Lincoln]", "schools: all");
    const approve: ApplyOptions["approve"] = ({ digests }) => digests.whole === reviewed.digests.whole;
    expect(await apply(await documents(), options({ approve }))).toMatchObject({ kind: "not-approved" });
    await expect(stand.secrets()).resolves.toEqual([]);
  });

  it("is no way past the one rule: the old connection stays until the vendor was seen to move", async () => {
    await apply(await documents(), options());
    edit("Otus: { version: 1.1", "Otus: { accept: [user-ids 1.1->1.2], version: 1.2");
    const applied = await apply(await documents(), options({ force: true }));
    expect(applied).toMatchObject({ kind: "applied", report: { counts: { switched: 1, waiting: 1, disabled: 0 } } });
  });

  it("ends cleanly when it is interrupted, and the report says what was not reached", async () => {
    const interrupt = new AbortController();
    const onEvent = ({ kind }: ApplyEvent): void => {
      if (kind === "step-started") interrupt.abort();
    };
    const applied = await apply(await documents(), options({ onEvent, signal: interrupt.signal, parallelism: 1 }));
    expect(applied).toMatchObject({ kind: "applied", report: { counts: { interrupted: 2, generated: 1 } } });
    const over = new AbortController();
    over.abort(new Error("too late"));
    await expect(plan(await documents(), { signal: over.signal })).rejects.toThrow("too late");
  });

  it("stops where a listener throws, and holds what was done until then", async () => {
    const onEvent = (event: ApplyEvent): void => {
      if (event.kind === "step-done") throw new TypeError("a listener's own mistake");
    };
    const error: unknown = await apply(await documents(), options({ onEvent, parallelism: 1 })).catch(
      (thrown) => thrown,
    );
    expect(error).toBeInstanceOf(BrokenRun);
    expect(error).toMatchObject({ report: { counts: { generated: 1 } } });
  });

  it("throws where the key is missing, and has written nothing", async () => {
    rmSync(join(stand.folder, "rosterform.key"));
    const before = await everything();
    await expect(apply(await documents(), options())).rejects.toMatchObject({ code: "stores/key-missing" });
    expect(await everything()).toEqual(before);
  });

  it("loses no credentials that would be printed where nothing was given to print on", async () => {
    const path = join(stand.folder, "rosterform.yaml");
    const text = readFileSync(path, "utf8").replace("{ kind: file, folder: ./credentials }", "{ kind: terminal }");
    writeFileSync(path, text);
    const applied = await apply(await documents(), options());
    expect(applied).toMatchObject({
      report: { counts: { failed: 2 }, outcomes: [{ diagnostic: { code: "sinks/not-a-terminal" } }, {}] },
    });
    const shown: string[] = [];
    const terminal = { isTerminal: true, write: (line: string) => void shown.push(line) };
    expect(await apply(await documents(), options({ terminal }))).toMatchObject({ report: { counts: { failed: 0 } } });
    const [secret = "?"] = await stand.secrets();
    expect(shown.join("")).toContain(secret);
    writeFileSync(path, text.replace("{ kind: terminal }", "{ kind: variables, format: github, folder: ./out }"));
    edit("version: 1.2, kind: other", "version: 1.2, rotate: 1, kind: other");
    const env = { GITHUB_ACTIONS: "true", GITHUB_ENV: join(stand.folder, "step-env") };
    expect(await apply(await documents(), options({ env }))).toMatchObject({
      report: { counts: { failed: 1 }, outcomes: [{ diagnostic: { code: "sinks/not-a-terminal" } }, {}] },
    });
  });
});

describe("createStore", () => {
  it("makes an empty store once", async () => {
    for (const file of ["campus.db", "rosterform.key"]) rmSync(join(stand.folder, file));
    for (const file of ["campus.db-wal", "campus.db-shm"]) rmSync(join(stand.folder, file), { force: true });
    await createStore(await documents(), { clock: stand.clock });
    expect((await plan(await documents(), { clock: stand.clock })).plan.counts.generate).toBe(2);
    await expect(createStore(await documents())).rejects.toMatchObject({ name: "OutsideError" });
  });
});
