import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ConnectionId, LiveConnection } from "../../src/model/live.ts";
import { Secret } from "../../src/model/secret.ts";
import { DAY_MS, HOUR_MS } from "../../src/model/time.ts";
import { openByHandWriter } from "../../src/stores/by-hand.ts";
import { NO_HANDS } from "../../src/stores/hands.ts";
import { createSqliteStore, openSqliteReader, openSqliteWriter } from "../../src/stores/sqlite.ts";
import { type ByHandWorld, createHands, found, openByHandWorld } from "./by-hand-world.ts";
import {
  at,
  attest,
  connectionOf,
  districtOf,
  done,
  establish,
  listOf,
  open,
  OTUS,
  probe,
  SITE,
  slotOf,
} from "./world.ts";

let world: ByHandWorld;

beforeEach(async () => {
  world = await openByHandWorld();
});

afterEach(() => world.end());

const keptOf = async () => (await districtOf(await world.reader())).kept;
const journal = async () => (await listOf(world.writer.journal())).map(({ what, by }) => `${what} by ${by}`);
const close = async () => await world.writer.closeCutover(await at(world.writer, OTUS));

async function deliver(id: ConnectionId): Promise<void> {
  done(await world.writer.beginDelivery({ ...(await at(world.writer, OTUS)), connection: id, target: "file:a" }));
  done(await world.writer.recordDelivery({ ...(await at(world.writer, OTUS)), connection: id, target: "file:a" }));
}

/** An address with a working connection and a candidate that is handed over and proven. */
async function proven(): Promise<{ readonly old: LiveConnection; readonly next: LiveConnection }> {
  const old = await establish(world, OTUS);
  const next = done(await open(world.writer, OTUS));
  await deliver(next.id);
  done(await probe(world, OTUS, next.id));
  done(await attest(world, OTUS, next.id));
  world.hands.asked.length = 0;
  return { old, next: await connectionOf(world, next.id) };
}

describe("what it says of itself", () => {
  it("sees no use, enables nothing, and is kept by hand", async () => {
    expect({ ...world.writer.can }).toEqual({ observesUse: false, enables: false, byHand: true });
    expect({ ...(await world.reader()).can }).toEqual({ observesUse: false, enables: false, byHand: true });
    expect(await keptOf()).toEqual({ inventory: { kind: "unsigned" }, asked: [] });
    expect((await establish(world, OTUS)).use).toEqual({ kind: "unobservable" });
  });

  it("is refused as a live system's own store, and such a one as a registry", async () => {
    const { path, keyFile, clock } = world;
    const other = { path: `${path}.other`, keyFile };
    await createSqliteStore(other);
    const code = { code: "stores/other-kind" };
    await expect(openSqliteReader({ path })).rejects.toMatchObject(code);
    await expect(openSqliteWriter({ path, keyFile, clock, by: "dana" })).rejects.toMatchObject(code);
    await expect(openByHandWriter({ ...other, clock, by: "dana" })).rejects.toMatchObject(code);
  });
});

describe("asking for clicks", () => {
  it("keeps the pasted values as they are, under an id of ours, with who reported them", async () => {
    const live = done(await open(world.writer, OTUS));
    expect(live).toMatchObject({
      clientId: "pasted-0001",
      tokenUrl: "https://springfield.example.org/token?appName=0001",
      baseUrl: "https://springfield.example.org/api/0001",
      provenance: "generated",
      reported: { by: "dana", at: world.clock.now() },
    });
    expect(world.hands.asked).toMatchObject([{ kind: "generate", address: OTUS, application: "Otus", site: SITE }]);
    expect((await world.writer.credentials(live.id)).clientSecret.reveal()).toBe("canary-pasted-0001-do-not-print");
    expect(await keptOf()).toMatchObject({ asked: [] });
    expect(await journal()).toEqual(["ask by dana", "open by dana"]);
  });

  it("asks for nothing that its rule does not allow", async () => {
    const { revision } = await at(world.writer, OTUS);
    expect((await open(world.writer, OTUS, { revision: 7 })).kind).toBe("stale");
    expect((await open(world.writer, OTUS, { generation: 3 })).kind).toBe("refused");
    const old = await establish(world, OTUS);
    done(await open(world.writer, OTUS));
    world.hands.asked.length = 0;
    expect(done(await close())).toMatchObject({ kind: "waiting" });
    const disable = { connection: old.id, grounds: { kind: "accepted-cut-off" } } as const;
    expect((await world.writer.disable({ ...(await at(world.writer, OTUS)), ...disable })).kind).toBe("refused");
    expect(world.hands.asked).toEqual([]);
    expect(revision).toBe(0);
    expect(await keptOf()).toMatchObject({ asked: [] });
  });

  it("asks to disable the superseded connection only once the cut-over is judged as met", async () => {
    const { old, next } = await proven();
    expect(done(await close())).toEqual({ kind: "closed", current: next.id, disabled: old.id });
    expect(world.hands.asked).toMatchObject([
      { kind: "disable", because: "superseded", connection: { id: old.id }, survivor: { id: next.id } },
    ]);
    expect(await connectionOf(world, old.id)).toMatchObject({
      status: { kind: "disabled", how: "closed", by: "dana" },
      reported: { by: "dana", at: world.clock.now() },
    });
  });

  it("asks for an edit only when something in Campus changes", async () => {
    const { id } = await establish(world, OTUS);
    world.hands.asked.length = 0;
    const update = async (schools: readonly string[] | "all") =>
      await world.writer.update({
        ...(await at(world.writer, OTUS)),
        connection: id,
        changes: { schools, share: [] },
      });
    done(await update("all"));
    expect(world.hands.asked).toEqual([]);
    world.clock.pass(HOUR_MS);
    expect(done(await update(["Lincoln"]))).toMatchObject({
      schools: ["Lincoln"],
      reported: { by: "dana", at: world.clock.now() },
    });
    expect(world.hands.asked).toMatchObject([{ kind: "edit", make: { schools: ["Lincoln"], share: [] } }]);
  });

  it("refuses a Client ID that is known before anything is written, and takes the right paste afterwards", async () => {
    const known = await world.registry.reportFound(found());
    world.hands.answer = () => ({ kind: "generated", credentials: { ...found(), clientSecret: new Secret("x") } });
    const refused = await open(world.writer, OTUS);
    expect(refused).toMatchObject({ kind: "refused", why: expect.stringContaining("seen-1") });
    expect(await slotOf(world.writer, OTUS)).toBeUndefined();
    expect((await districtOf(world.writer)).connections).toEqual([known]);
    world.hands.answer = createHands().answer;
    expect(done(await open(world.writer, OTUS)).clientId).toBe("pasted-0001");
    expect(world.hands.asked.at(-1)?.asked).toMatchObject({ by: "dana", click: "generate" });
  });
});

describe("a click for another day", () => {
  it("is remembered with who was asked and when, and shown to the next reader", async () => {
    world.hands.answer = () => ({ kind: "later" });
    expect(await open(world.writer, OTUS)).toMatchObject({ kind: "asked", task: expect.stringContaining("Otus") });
    const asked = { address: OTUS, click: "generate", by: "dana", at: world.clock.now() };
    expect(await keptOf()).toMatchObject({ asked: [asked] });
    world.clock.pass(DAY_MS);
    const robin = await world.openedBy("robin", NO_HANDS);
    expect((await open(robin, OTUS)).kind).toBe("asked");
    expect(await keptOf()).toMatchObject({ asked: [asked] });
    expect(await journal()).toEqual(["ask by dana"]);
  });

  it("names the connection that is to be edited or disabled", async () => {
    const { old } = await proven();
    world.hands.answer = () => ({ kind: "later" });
    expect(await close()).toMatchObject({ kind: "asked", task: expect.stringContaining(old.clientId) });
    expect(await keptOf()).toMatchObject({ asked: [{ click: "disable", connection: old.id }] });
    expect((await slotOf(world.writer, OTUS))?.current).toBe(old.id);
    const other = await establish(world, "springfield/Canvas" as typeof OTUS).catch(() => undefined);
    expect(other).toBeUndefined();
  });

  it("is asked again after a crash between click and report, and generates nothing twice", async () => {
    world.hands.answer = () => {
      throw new Error("the process died");
    };
    await expect(open(world.writer, OTUS)).rejects.toThrow("the process died");
    const again = await world.reopen();
    again.hands.answer = createHands().answer;
    const live = done(await open(again.writer, OTUS));
    expect(again.hands.asked.at(-1)?.asked).toMatchObject({ by: "dana", click: "generate" });
    expect(done(await open(again.writer, OTUS, { generation: 1, revision: 0 }))).toEqual(live);
    expect((await districtOf(again.writer)).connections).toHaveLength(1);
  });

  it("goes with the address when that is renamed, and ends when it is released", async () => {
    const { id } = await establish(world, OTUS);
    world.hands.answer = () => ({ kind: "later" });
    const changes = { schools: ["Lincoln"], share: [] } as const;
    await world.writer.update({ ...(await at(world.writer, OTUS)), connection: id, changes });
    const renamed = "springfield/Otus Learning" as typeof OTUS;
    done(await world.writer.rename({ ...(await at(world.writer, OTUS)), to: renamed }));
    expect(await keptOf()).toMatchObject({ asked: [{ address: renamed, click: "edit", connection: id }] });
    done(await world.writer.release(await at(world.writer, renamed)));
    expect(await keptOf()).toMatchObject({ asked: [] });
  });
});

describe("what people do unasked", () => {
  it("is kept as a change by hand: a connection disabled out of order", async () => {
    const { old } = await proven();
    const changed = await world.registry.changeByHand({
      connection: old.id,
      by: "robin",
      change: { kind: "disable" },
    });
    expect(changed).toMatchObject({ status: { how: "outside", by: "robin" }, reported: { by: "robin" } });
    expect(done(await close())).toMatchObject({ kind: "closed" });
    expect(world.hands.asked).toEqual([]);
  });

  it("answers the question that was open about it", async () => {
    const { old } = await proven();
    world.hands.answer = () => ({ kind: "later" });
    await close();
    await world.registry.changeByHand({ connection: old.id, by: "robin", change: { kind: "disable" } });
    expect(await keptOf()).toMatchObject({ asked: [] });
  });

  it("does not make a delivered candidate one that may be given up", async () => {
    const { next } = await proven();
    const outcome = await world.writer.abandon({ ...(await at(world.writer, OTUS)), hold: false });
    expect(done(outcome)).toEqual({ kind: "in-use", connection: next.id });
    expect(world.hands.asked).toEqual([]);
  });

  it("while they were asked, is a fact: the click is kept, and then the rule speaks again", async () => {
    const { old, next } = await proven();
    world.hands.answer = () => {
      // The climb grows too old while the person walks over.
      world.clock.pass(30 * DAY_MS);
      return { kind: "clicked" };
    };
    expect(done(await close())).toMatchObject({ kind: "waiting", judgement: { missing: [{ kind: "probed" }] } });
    expect(await connectionOf(world, old.id)).toMatchObject({ status: { kind: "disabled", how: "outside" } });
    expect((await slotOf(world.writer, OTUS))?.cutover?.to).toBe(next.id);
    done(await probe(world, OTUS, next.id));
    expect(done(await close())).toEqual({ kind: "closed", current: next.id });
  });

  it("when the address moved meanwhile, is kept too: an edit, and a connection that was generated", async () => {
    const { id } = await establish(world, OTUS);
    const robin = await world.openedBy("robin");
    world.hands.answer = async (work) => {
      if (work.kind !== "edit") return createHands().answer(work);
      await robin.changeByHand({
        connection: id,
        by: "robin",
        change: { kind: "edit", schools: "all", share: ["demographics"] },
      });
      return { kind: "clicked" };
    };
    const changes = { schools: ["Lincoln"], share: [] } as const;
    const written = await world.writer.update({ ...(await at(world.writer, OTUS)), connection: id, changes });
    expect(written.kind).toBe("stale");
    expect(await connectionOf(world, id)).toMatchObject({ schools: ["Lincoln"], share: [] });
  });

  it("by two people at once ends with one candidate, and the other connection is a found one", async () => {
    const paste = createHands();
    const robin = await world.openedBy("robin", paste);
    const base = world.hands.answer;
    paste.answer = async (work) => {
      const report = await base(work);
      // Dana is faster.
      done(await open(world.writer, OTUS));
      return report;
    };
    const second = await open(robin, OTUS);
    const live = await districtOf(world.writer);
    expect(done(second).id).toBe(live.slots[0]?.cutover?.to);
    expect(live.connections.map(({ provenance }) => provenance)).toEqual(["generated", "found"]);
    expect(live.kept?.asked).toEqual([]);
  });
});

describe("secrets", () => {
  const secretOf = async (id: ConnectionId) => await world.writer.credentials(id);

  it("are forgotten when the cut-over closes, and only the fingerprint is left", async () => {
    const { old, next } = await proven();
    expect((await secretOf(next.id)).clientId).toBe(next.clientId);
    done(await close());
    for (const { id, fingerprint } of [old, next]) {
      await expect(secretOf(id)).rejects.toMatchObject({ code: "stores/no-secret" });
      expect((await connectionOf(world, id)).fingerprint).toBe(fingerprint);
    }
    expect((await journal()).filter((line) => line.startsWith("forget"))).toHaveLength(2);
  });

  it("are forgotten when a candidate is given up, and when a connection is disabled", async () => {
    const given = done(await open(world.writer, OTUS));
    done(await world.writer.abandon({ ...(await at(world.writer, OTUS)), hold: false }));
    const seen = await world.registry.reportFound(found());
    await world.registry.changeByHand({ connection: seen.id, by: "kim", change: { kind: "disable" } });
    for (const id of [given.id, seen.id]) {
      await expect(secretOf(id)).rejects.toMatchObject({ code: "stores/no-secret" });
    }
  });

  it("can be told again, where they are the same", async () => {
    const { next } = await proven();
    done(await close());
    const { clientId, tokenUrl, baseUrl } = next;
    const told = { clientId, tokenUrl, baseUrl, clientSecret: new Secret("canary-pasted-0002-do-not-print") };
    const before = await connectionOf(world, next.id);
    const after = await world.registry.reportFound(found(told));
    expect(after).toEqual({ ...before, reported: { by: "kim", at: world.clock.now() } });
    expect((await secretOf(next.id)).clientSecret.reveal()).toBe("canary-pasted-0002-do-not-print");
    const wrong = world.registry.reportFound(found({ ...told, clientSecret: new Secret("another") }));
    await expect(wrong).rejects.toMatchObject({ code: "stores/refused", message: expect.stringContaining("Secret") });
  });
});
