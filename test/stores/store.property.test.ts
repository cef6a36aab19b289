import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addressOf } from "../../src/model/address.ts";
import { PROBE_FRESH_MS } from "../../src/model/evidence.ts";
import { type ConnectionId, isActive, type LiveConnection, type LiveDistrict } from "../../src/model/live.ts";
import { elapsedMs, type Instant } from "../../src/model/time.ts";
import { hasPulled, isQuiet } from "../../src/model/use.ts";
import { hasPostgres, openPostgres, type TestServer } from "../setup/postgres.ts";
import { checkJournal } from "../../src/stores/check-journal.ts";
import { choose, make, type Move, movesOver } from "./moves.ts";
import { openPostgresWorld } from "./postgres-world.ts";
import {
  CANVAS,
  createCountingMint,
  createTestClock,
  districtOf,
  listOf,
  openMemoryWorld,
  openSqliteWorld,
  OTUS,
  REQUIRES,
  SPRINGFIELD,
  type TestStore,
  type World,
} from "./world.ts";

const EDLINK = addressOf(SPRINGFIELD, "Edlink", "north");
/** Every walk begins where two addresses have a connection in use. */
const PRELUDE: readonly Move[] = [OTUS, CANVAS].flatMap((address): readonly Move[] => [
  { do: "open", address, version: "1.1", from: "none", revision: "present" },
  { do: "prove", address },
  { do: "close", address, revision: "present" },
]);
const moves = movesOver([OTUS, CANVAS, EDLINK]).map((more) => [...PRELUDE, ...more]);

/** How often something that has to happen for a law to say anything did happen. */
const happened = new Map<string, number>();
const note = (what: string) => happened.set(what, (happened.get(what) ?? 0) + 1);

describe("whatever is done to a store", () => {
  it("in memory, every law holds", async () => {
    await fc.assert(
      fc.asyncProperty(moves, async (sequence) => {
        await walk(sequence, [await openMemoryWorld()]);
      }),
      { numRuns: 400 },
    );
  });

  it("in a SQLite file, every law holds and it says what memory says", async () => {
    await fc.assert(
      fc.asyncProperty(moves, async (sequence) => {
        const clock = createTestClock();
        const worlds = [
          await openMemoryWorld(clock, createCountingMint()),
          await openSqliteWorld(clock, createCountingMint()),
        ];
        try {
          await walk(sequence, worlds);
        } finally {
          for (const world of worlds) await world.end();
        }
      }),
      { numRuns: 25 },
    );
  });

  describe.skipIf(!hasPostgres())("in PostgreSQL", () => {
    let server: TestServer;
    beforeAll(async () => {
      server = await openPostgres();
    });
    afterAll(() => server.end());

    it("every law holds and it says what memory says", async () => {
      await fc.assert(
        fc.asyncProperty(moves, async (sequence) => {
          const clock = createTestClock();
          const worlds = [
            await openMemoryWorld(clock, createCountingMint()),
            await openPostgresWorld(server, clock, createCountingMint()),
          ];
          try {
            await walk(sequence, worlds);
          } finally {
            for (const world of worlds) await world.end();
          }
        }),
        { numRuns: 12 },
      );
    }, 60_000);
  });

  afterAll(() => {
    // A law about closing says nothing where nothing ever closes.
    for (const what of [
      "opened",
      "switched",
      "replaced",
      "abandoned",
      "in use",
      "waiting",
      "tied",
      "adopted",
      "stale",
    ]) {
      expect(happened.get(what) ?? 0, what).toBeGreaterThan(0);
    }
  });
});

/** Makes the moves on all worlds alike; after each of them they agree, and the laws hold. */
async function walk(sequence: readonly Move[], worlds: readonly World[]): Promise<void> {
  const [first, ...others] = worlds;
  if (first === undefined) throw new Error("there is no world to walk in");
  const enabledByHand = new Set<ConnectionId>();
  let before = await districtOf(first.writer);
  for (const move of sequence) {
    const { clock } = first;
    if (move.do === "pass") clock.pass(move.ms);
    const answer = await make(storeOf(first), move, before, clock.now());
    const after = await districtOf(first.writer);
    for (const other of others) {
      expect(await make(storeOf(other), move, before, clock.now())).toEqual(answer);
      expect(await districtOf(other.writer)).toEqual(after);
    }
    if (move.do === "hand" && move.change === "enable") {
      const live = choose(before, undefined, move.pick);
      if (live !== undefined && !isActive(live)) enabledByHand.add(live.id);
    }
    checkLaws(move, before, answer, after, clock.now(), enabledByHand);
    count(move, answer, before);
    before = after;
  }
  const [journal, ...journals] = await Promise.all(worlds.map((world) => listOf(world.writer.journal())));
  for (const other of journals) expect(other).toEqual(journal);
  for (const { writer } of worlds) expect((await checkJournal(writer)).faults).toEqual([]);
}

/** Both sides of a world's store; they are one and the same object. */
function storeOf({ writer, campus }: World): TestStore {
  return { ...campus, ...writer };
}

function checkLaws(
  move: Move,
  before: LiveDistrict,
  answer: unknown,
  after: LiveDistrict,
  now: Instant,
  enabledByHand: ReadonlySet<ConnectionId>,
): void {
  const minted = after.connections.length - before.connections.length;
  expect(minted).toBeLessThanOrEqual(move.do === "open" || move.do === "create" ? 1 : 0);
  expect(after.connections.slice(0, before.connections.length).map(({ id }) => id)).toEqual(
    before.connections.map(({ id }) => id),
  );

  // Only what was done writes, and only a write moves a revision.
  expect(after.revision).toBeGreaterThanOrEqual(before.revision);
  if (!isDone(answer) || move.do === "pass" || move.do === "traffic") {
    if (move.do !== "hand" && move.do !== "create" && move.do !== "prove") {
      expect(after.revision).toBe(before.revision);
      expect(after.slots).toEqual(before.slots);
    }
  }

  for (const slot of after.slots) {
    const was = before.slots.find(({ address }) => address === slot.address);
    const { revision: _, ...held } = slot;
    if (was !== undefined && was.revision === slot.revision) expect(was).toEqual({ ...held, revision: was.revision });
    for (const id of [slot.current, slot.previous, slot.cutover?.from, slot.cutover?.to]) {
      if (id !== undefined) expect(after.connections.some((live) => live.id === id)).toBe(true);
    }
  }

  // A connection is current once, and in one cut-over; none that we made is lost from sight.
  const current = after.slots.flatMap(({ current: id }) => id ?? []);
  expect(new Set(current).size).toBe(current.length);
  const open = after.slots.flatMap(({ cutover }) => (cutover === undefined ? [] : [cutover]));
  const leaving = open.flatMap(({ from }) => from ?? []);
  expect(new Set(leaving).size).toBe(leaving.length);
  const held = new Set([...current, ...leaving, ...open.map(({ to }) => to)]);
  for (const live of after.connections) {
    if (isActive(live) && live.provenance !== "found" && !enabledByHand.has(live.id)) expect(held).toContain(live.id);
  }

  for (const { current: id } of before.slots) {
    const was = before.connections.find((live) => live.id === id);
    const is = after.connections.find((live) => live.id === id);
    if (was !== undefined && is !== undefined && isActive(was) && !isActive(is))
      checkLoss(move, was, before, after, now);
  }
}

/** A working connection that is none any more was taken by a hand, by what the document accepts, or by its proven successor. */
function checkLoss(move: Move, lost: LiveConnection, before: LiveDistrict, after: LiveDistrict, now: Instant): void {
  switch (move.do) {
    case "hand":
      expect(choose(before, undefined, move.pick)?.id).toBe(lost.id);
      expect(move.change).toBe("disable");
      return;
    case "disable":
      if (move.grounds.kind === "unused") expect(isQuiet(lost.use, REQUIRES.quietMs, now)).toBe(true);
      return;
    case "close": {
      const slot = before.slots.find(({ address }) => address === move.address);
      expect(slot?.cutover?.from).toBe(lost.id);
      const successor = after.connections.find(({ id }) => id === slot?.cutover?.to);
      if (successor === undefined) throw new Error("the successor is gone");
      expect(after.slots.find(({ address }) => address === move.address)?.current).toBe(successor.id);
      expect(isActive(successor)).toBe(true);
      const climb = successor.evidence.filter(({ kind }) => kind === "probed").at(-1);
      expect(climb?.kind === "probed" && climb.findings.every(({ verdict }) => verdict === "confirmed")).toBe(true);
      expect(elapsedMs(climb?.at ?? ("" as Instant), now)).toBeLessThanOrEqual(PROBE_FRESH_MS);
      const isSaid = successor.evidence.some(({ kind }) => kind === "attested");
      expect(isSaid || (hasPulled(successor.use) && isQuiet(lost.use, REQUIRES.quietMs, now))).toBe(true);
      return;
    }
    default:
      throw new Error(`${move.do} disabled the working connection ${lost.id}`);
  }
}

function isDone(answer: unknown): boolean {
  return typeof answer === "object" && answer !== null && "kind" in answer && answer.kind === "done";
}

function count(move: Move, answer: unknown, before: LiveDistrict): void {
  const text = JSON.stringify(answer) ?? "";
  const slot = "address" in move ? before.slots.find(({ address }) => address === move.address) : undefined;
  if (text.startsWith('{"kind":"stale"')) note("stale");
  if (text.includes('"kind":"waiting"')) note("waiting");
  if (text.includes('"kind":"in-use"')) note("in use");
  if (text.includes('"kind":"abandoned"')) note("abandoned");
  if (move.do === "open" && isDone(answer)) note("opened");
  if (move.do === "tie" && isDone(answer)) note("tied");
  if (move.do === "adopt" && isDone(answer)) note("adopted");
  if (!text.includes('"disabled":"') || move.do !== "close") return;
  note("switched");
  if (slot?.current !== slot?.cutover?.from) note("replaced");
}
