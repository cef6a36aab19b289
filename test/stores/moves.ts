import fc from "fast-check";
import type { Address } from "../../src/model/address.ts";
import type { Verdict } from "../../src/model/evidence.ts";
import type { Grounds } from "../../src/model/grounds.ts";
import type { ConnectionId, LiveConnection, LiveDistrict } from "../../src/model/live.ts";
import { DAY_MS, HOUR_MS } from "../../src/model/time.ts";
import { PULLS, type Pull } from "../../src/model/pull.ts";
import type { At } from "../../src/stores/store.ts";
import { probed, REQUIRES, SITE, SPRINGFIELD, type TestStore, TRAITS } from "./world.ts";

/**
 * One thing that somebody does to a store: the port, the consumer, a person's hand, or time. Connections are chosen by a
 * number, because which ones there are is known only when the move is made.
 */
export type Move =
  | {
      readonly do: "open";
      readonly address: Address;
      readonly version: "1.1" | "1.2";
      readonly from: Choice;
      readonly revision: Named;
    }
  | { readonly do: "tie"; readonly address: Address; readonly from: Choice; readonly to: Choice }
  | { readonly do: "begin" | "deliver"; readonly address: Address; readonly pick: Choice; readonly target: string }
  | { readonly do: "probe"; readonly address: Address; readonly pick: Choice; readonly verdict: Verdict }
  /** Both facts about the candidate at once, so that more than a few walks get to close something. */
  | { readonly do: "prove"; readonly address: Address }
  | { readonly do: "attest"; readonly address: Address; readonly pick: Choice }
  | { readonly do: "update"; readonly address: Address; readonly pick: Choice; readonly schools: readonly string[] }
  | { readonly do: "adopt"; readonly address: Address; readonly pick: Choice }
  | { readonly do: "rename"; readonly address: Address; readonly to: Address }
  | { readonly do: "release" | "close"; readonly address: Address; readonly revision: Named }
  | { readonly do: "abandon"; readonly address: Address; readonly hold: boolean }
  | { readonly do: "disable"; readonly address: Address; readonly pick: Choice; readonly grounds: Grounds }
  | { readonly do: "create" }
  | { readonly do: "hand"; readonly pick: Choice; readonly change: "disable" | "enable" | "edit" }
  | {
      readonly do: "traffic";
      readonly pick: Choice;
      readonly by: "consumer" | "probe";
      readonly pulls: readonly Pull[];
    }
  | { readonly do: "pass"; readonly ms: number };

/** What the address has in this role, or any connection by number. */
export type Choice = "current" | "candidate" | "from" | "none" | number;
/** Whether a write names the present revision or one from before. */
export type Named = "present" | "old";

/** Any sequence of moves, with those that lead somewhere more often than those that are refused. */
export function movesOver(addresses: readonly Address[]): fc.Arbitrary<readonly Move[]> {
  const address = fc.constantFrom(...addresses);
  const pick = fc.oneof(
    { weight: 4, arbitrary: fc.constant<Choice>("candidate") },
    { weight: 3, arbitrary: fc.constant<Choice>("current") },
    { weight: 2, arbitrary: fc.nat({ max: 11 }) },
  );
  const from = fc.oneof(
    { weight: 5, arbitrary: fc.constant<Choice>("current") },
    fc.constant<Choice>("none"),
    fc.nat({ max: 7 }),
  );
  const revision = fc.oneof({ weight: 9, arbitrary: fc.constant<Named>("present") }, fc.constant<Named>("old"));
  const grounds = fc.constantFrom<Grounds>({ kind: "unused", quietMs: REQUIRES.quietMs }, { kind: "accepted-cut-off" });
  const move = <T extends Move>(weight: number, arbitrary: fc.Arbitrary<T>) => ({ weight, arbitrary });
  const one = fc.oneof(
    move(8, fc.record({ do: fc.constant("open"), address, version: fc.constantFrom("1.1", "1.2"), from, revision })),
    move(3, fc.record({ do: fc.constant("tie"), address, from: fc.oneof(pick, fc.nat({ max: 5 })), to: pick })),
    move(
      3,
      fc.record({
        do: fc.constantFrom("begin", "deliver"),
        address,
        pick,
        target: fc.constantFrom("file:a", "file:b"),
      }),
    ),
    move(
      8,
      fc.record({
        do: fc.constant("probe"),
        address,
        pick,
        verdict: fc.constantFrom("confirmed", "confirmed", "refuted"),
      }),
    ),
    move(8, fc.record({ do: fc.constant("prove"), address })),
    move(4, fc.record({ do: fc.constant("attest"), address, pick })),
    move(2, fc.record({ do: fc.constant("update"), address, pick, schools: fc.constantFrom(["A"], ["A", "B"]) })),
    move(2, fc.record({ do: fc.constant("adopt"), address, pick: fc.nat({ max: 7 }) })),
    move(1, fc.record({ do: fc.constant("rename"), address, to: address })),
    move(1, fc.record({ do: fc.constant("release"), address, revision })),
    move(10, fc.record({ do: fc.constant("close"), address, revision })),
    move(3, fc.record({ do: fc.constant("abandon"), address, hold: fc.boolean() })),
    move(2, fc.record({ do: fc.constant("disable"), address, pick, grounds })),
    move(1, fc.record({ do: fc.constant("create") })),
    move(
      2,
      fc.record({
        do: fc.constant("hand"),
        pick: fc.nat({ max: 7 }),
        change: fc.constantFrom("disable", "enable", "edit"),
      }),
    ),
    move(
      5,
      fc.record({
        do: fc.constant("traffic"),
        pick: fc.nat({ max: 7 }),
        by: fc.constantFrom("consumer", "probe"),
        pulls: fc.subarray([...PULLS]),
      }),
    ),
    move(4, fc.record({ do: fc.constant("pass"), ms: fc.constantFrom(HOUR_MS, DAY_MS, REQUIRES.quietMs) })),
  );
  // A whole switch with something in between, which by chance alone would be rare.
  const round = fc
    .record({ address, from: fc.oneof(fc.constant<Choice>("current"), fc.nat({ max: 3 })), first: one, second: one })
    .map(({ address: where, from: leaving, first, second }): readonly Move[] => [
      { do: "open", address: where, version: "1.2", from: leaving, revision: "present" },
      first,
      { do: "prove", address: where },
      second,
      { do: "close", address: where, revision: "present" },
    ]);
  const episode = fc.oneof(
    { weight: 5, arbitrary: one.map((single): readonly Move[] => [single]) },
    { weight: 1, arbitrary: round },
  );
  return fc.array(episode, { minLength: 6, maxLength: 25, size: "max" }).map((episodes) => episodes.flat());
}

/** Makes one move on a store and gives what it answered. `before` says what the choices mean. */
export async function make(
  store: TestStore,
  move: Move,
  before: LiveDistrict,
  now: LiveConnection["createdAt"],
): Promise<unknown> {
  const chosen = (choice: Choice) => choose(before, "address" in move ? move.address : undefined, choice);
  const live = "pick" in move ? chosen(move.pick) : undefined;
  const id = live?.id ?? ("c-none" as ConnectionId);
  switch (move.do) {
    case "pass":
      return undefined;
    case "create":
      return await store.createByHand({
        district: SPRINGFIELD,
        site: SITE,
        application: "Found",
        make: TRAITS,
        by: "lee",
      });
    case "hand": {
      if (live === undefined) return undefined;
      const change =
        move.change === "edit" ? ({ kind: "edit", schools: ["Z"], share: [] } as const) : { kind: move.change };
      return await store.changeByHand({ connection: id, by: "lee", change });
    }
    case "traffic":
      if (live === undefined) return undefined;
      await store.recordTraffic({ connection: id, at: now, by: move.by, what: "token", ok: true });
      for (const pull of move.pulls)
        await store.recordTraffic({ connection: id, at: now, by: move.by, what: pull, pull, ok: true });
      return undefined;
    default:
      return await write(store, move, before, { now, live, chosen });
  }
}

type Write = Exclude<Move, { readonly do: "pass" | "create" | "hand" | "traffic" }>;

async function write(
  store: TestStore,
  move: Write,
  before: LiveDistrict,
  {
    now,
    live,
    chosen,
  }: {
    now: LiveConnection["createdAt"];
    live: LiveConnection | undefined;
    chosen: (choice: Choice) => LiveConnection | undefined;
  },
): Promise<unknown> {
  const { address } = move;
  const slot = before.slots.find((item) => item.address === address);
  const isOld = "revision" in move && move.revision === "old";
  const at: At = { address, revision: isOld ? Math.max(0, (slot?.revision ?? 0) - 1) : (slot?.revision ?? 0) };
  const none = "c-none" as ConnectionId;
  const connection = live?.id ?? none;
  const about = { connection, fingerprint: live?.fingerprint ?? "", epoch: live?.epoch ?? 0 };
  switch (move.do) {
    case "open": {
      const from = chosen(move.from)?.id;
      const generation = (slot?.generation ?? 0) + (isOld ? 0 : 1);
      const make = { ...TRAITS, version: move.version };
      const command = { ...at, site: SITE, generation, application: "Otus", make, requires: REQUIRES };
      return await store.open(from === undefined ? command : { ...command, from });
    }
    case "tie":
      return await store.tie({
        ...at,
        from: chosen(move.from)?.id ?? none,
        to: chosen(move.to)?.id ?? none,
        requires: REQUIRES,
      });
    case "begin":
      return await store.beginDelivery({ ...at, connection, target: move.target });
    case "deliver":
      return await store.recordDelivery({ ...at, connection, target: move.target });
    case "probe":
      return live === undefined
        ? undefined
        : await store.recordFindings({ ...at, probed: probed(live, now, move.verdict) });
    case "prove": {
      const candidate = chosen("candidate");
      if (candidate === undefined) return undefined;
      const found = await store.recordFindings({ ...at, probed: probed(candidate, now) });
      if (found.kind !== "done") return found;
      const { epoch, fingerprint, id } = candidate;
      const statement = {
        kind: "attested",
        about: { connection: id, epoch, fingerprint },
        at: now,
        by: "kim",
        reason: "Said so.",
      } as const;
      return await store.recordStatement({ ...at, revision: found.revision, statement });
    }
    case "attest":
      return await store.recordStatement({
        ...at,
        statement: { kind: "attested", about, at: now, by: "kim", reason: "Said so." },
      });
    case "update":
      return await store.update({ ...at, connection, changes: { schools: move.schools, share: [] } });
    case "adopt":
      return await store.adopt({ ...at, site: SITE, connection, rotate: 0 });
    case "rename":
      return await store.rename({ ...at, to: move.to });
    case "release":
      return await store.release(at);
    case "close":
      return await store.closeCutover(at);
    case "abandon":
      return await store.abandon({ ...at, hold: move.hold });
    case "disable":
      return await store.disable({ ...at, connection, grounds: move.grounds });
  }
}

/** The connection that a choice means; a number counts through all there are. */
export function choose(
  district: LiveDistrict,
  address: Address | undefined,
  choice: Choice,
): LiveConnection | undefined {
  if (choice === "none") return undefined;
  if (typeof choice === "number") return district.connections[choice % Math.max(1, district.connections.length)];
  const slot = district.slots.find((item) => item.address === address);
  const id = choice === "current" ? slot?.current : choice === "from" ? slot?.cutover?.from : slot?.cutover?.to;
  return district.connections.find((live) => live.id === id);
}
