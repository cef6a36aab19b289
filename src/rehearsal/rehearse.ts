import type { AddressOutcome, ApplyEvent } from "../apply/event.ts";
import { attest } from "../confirm/confirm.ts";
import type { Ladder } from "../confirm/ladder.ts";
import type { Address, DistrictId } from "../model/address.ts";
import type { Desired, DesiredConnection } from "../model/desired.ts";
import { type ConnectionId, isActive, type LiveConnection, type LiveDistrict, type Slot } from "../model/live.ts";
import { DAY_MS, HOUR_MS, type Instant } from "../model/time.ts";
import type { AddressPlan, Plan } from "../plan/plan.ts";
import { readLive, reconcile } from "../reconcile.ts";
import type { Sink } from "../sinks/sink.ts";
import type { MovableClock } from "./clock.ts";
import type { Pulled } from "./consumer.ts";
import { happeningsOf } from "./happenings.ts";
import { knownAs, mirror, type Stage } from "./mirror.ts";
import type { Behaviour, Happening, Script } from "./script.ts";
import { createVendor, type Values, type Vendor } from "./vendor.ts";
import { createWatch, type Gaps } from "./watch.ts";

/** The throw-away world of one rehearsal: an empty store behind a campus that answers, and what speaks to it. */
export interface World {
  /** Empty. Its connections get addresses below the campus. */
  readonly store: Stage;
  readonly clock: MovableClock;
  readonly ladder: Ladder;
  readonly pull: (values: Values) => Promise<Pulled>;
  /** Told at the beginning of every day, so that its trouble can come and go. */
  readonly onDay: (day: number) => void;
}

/** What became of one address. */
export interface Rehearsed {
  readonly address: Address;
  readonly behaviour: Behaviour;
  readonly desired: DesiredConnection;
  readonly happenings: readonly Happening[];
  /** How the last run came out. */
  readonly outcome?: AddressOutcome;
  readonly gaps: Gaps;
}

/** One rehearsal, from its first day to its last. */
export interface Rehearsal {
  /** As it was planned on the first day. */
  readonly plan: Plan;
  readonly days: number;
  /** The addresses at which something is to be done, sorted. */
  readonly addresses: readonly Rehearsed[];
}

/** The documents and the live side that are rehearsed. Neither is written to. */
export interface Rehearsing {
  readonly desired: Desired;
  readonly live: ReadonlyMap<DistrictId, LiveDistrict>;
  readonly script: Script;
  readonly targets?: readonly Address[];
  readonly signal?: AbortSignal;
}

/** The day of a rehearsal: a run in the morning, people at noon, statements in the afternoon, syncs at night. */
const NOON_MS = 4 * HOUR_MS;
const AFTERNOON_MS = 4 * HOUR_MS;
const NIGHT_MS = 10 * HOUR_MS;
const MORNING_MS = DAY_MS - NOON_MS - AFTERNOON_MS - NIGHT_MS;

/**
 * Plays a plan to its end: the live side is copied to a store that is thrown away, then the ordinary apply runs every
 * morning, scripted vendors enter what was handed over to them and sync at night, and a watch looks after every single step
 * whether each of their systems still has a connection that works.
 */
export async function rehearse(rehearsing: Rehearsing, around: World): Promise<Rehearsal> {
  const { script, signal } = rehearsing;
  const world = { ...around, store: knownAs(around.store, rehearsing.live) };
  const { desired } = await mirror(world.store, rehearsing.desired, rehearsing.live);
  const play = new Play({ ...rehearsing, desired }, world);
  // An hour before the first run: everybody syncs with what they have.
  await play.begin();
  world.clock.move(HOUR_MS);
  let day = 0;
  for (; day < script.days; day += 1) {
    signal?.throwIfAborted();
    if (await play.day(day)) break;
  }
  return { plan: play.plan, days: Math.min(day + 1, script.days), addresses: play.rehearsed() };
}

/** A rehearsal while it is played. */
class Play {
  #plan: Plan | undefined;
  readonly #rehearsing: Rehearsing;
  readonly #world: World;
  readonly #watch = createWatch();
  readonly #vendors = new Map<Address, Vendor>();
  readonly #wanted = new Map<Address, DesiredConnection>();
  readonly #happenings: Happening[] = [];
  readonly #outcomes = new Map<Address, AddressOutcome>();
  #day = 0;

  constructor(rehearsing: Rehearsing, world: World) {
    this.#rehearsing = rehearsing;
    this.#world = world;
  }

  get plan(): Plan {
    if (this.#plan === undefined) throw new Error("a rehearsal begins with a plan");
    return this.#plan;
  }

  /** Plans once to see what is to be done, and gives every address of it a vendor. */
  async begin(): Promise<void> {
    await this.#run(false);
    for (const one of this.plan.districts.flatMap(({ addresses }) => addresses)) {
      if (one.hold !== undefined || one.actions.every(({ kind }) => kind === "keep")) continue;
      this.#wanted.set(one.address, one.desired);
      const old = await this.#valuesInUse(one);
      this.#vendors.set(one.address, createVendor(one.address, this.#rehearsing.script.behaviourOf(one.address), old));
    }
    await this.#sync();
    await this.#look();
  }

  /** Plays one day; answers whether nothing more will happen. */
  async day(day: number): Promise<boolean> {
    const { clock, onDay } = this.#world;
    this.#day = day;
    onDay(day);
    await this.#run(true);
    clock.move(NOON_MS);
    const before = this.#happenings.length;
    for (const vendor of this.#vendors.values()) this.#note(vendor.address, vendor.enter(day));
    await this.#look();
    if (this.#happenings.length > before) await this.#sync();
    clock.move(AFTERNOON_MS);
    await this.#attest();
    clock.move(NIGHT_MS);
    await this.#sync();
    await this.#look();
    clock.move(MORNING_MS);
    return this.#isOver();
  }

  rehearsed(): readonly Rehearsed[] {
    return [...this.#vendors.keys()].sort().map((address) => {
      const outcome = this.#outcomes.get(address);
      const desired = this.#wanted.get(address);
      if (desired === undefined) throw new Error("every vendor belongs to an address of the documents");
      return {
        address,
        behaviour: this.#rehearsing.script.behaviourOf(address),
        desired,
        happenings: this.#happenings.filter((one) => one.address === address),
        ...(outcome === undefined ? {} : { outcome }),
        gaps: this.#watch.gapsAt(address),
      };
    });
  }

  async #run(isApplied: boolean): Promise<void> {
    const { desired, targets, signal } = this.#rehearsing;
    const { store, clock, ladder } = this.#world;
    const { plan, report } = await reconcile({
      desired,
      reader: store,
      clock,
      by: "rehearsal",
      approve: async () => (isApplied ? { kind: "yes" } : { kind: "no" }),
      openPorts: async () => ({ store: this.#watched(store), sink: this.#sink(), ladder }),
      onEvent: (event) => this.#onEvent(event),
      parallelism: 1,
      ...(targets === undefined ? {} : { selection: { targets } }),
      ...(signal === undefined ? {} : { signal }),
    });
    this.#plan ??= plan;
    for (const outcome of report?.outcomes ?? []) this.#outcomes.set(outcome.address, outcome);
    await this.#look();
  }

  #onEvent(event: ApplyEvent): void {
    const address = event.kind === "address-finished" ? event.outcome.address : event.address;
    const seen = happeningsOf(event);
    this.#note(address, seen);
    if (seen.some((one) => one.kind === "closed")) this.#vendors.get(address)?.hearOfClosing(this.#day);
  }

  /** The store, which outlives the run, with the watch looking after every write that can disable a connection. */
  #watched(store: Stage): Stage {
    const looked =
      <A, T>(write: (argument: A) => Promise<T>) =>
      async (argument: A): Promise<T> => {
        const written = await write(argument);
        await this.#look();
        return written;
      };
    return {
      ...store,
      closeCutover: looked((at: Parameters<Stage["closeCutover"]>[0]) => store.closeCutover(at)),
      abandon: looked((at: Parameters<Stage["abandon"]>[0]) => store.abandon(at)),
      disable: looked((at: Parameters<Stage["disable"]>[0]) => store.disable(at)),
      close: async () => undefined,
    };
  }

  /** Values go straight to the scripted vendor, who enters them when the script says so. */
  #sink(): Sink {
    return {
      keeps: true,
      target: (address) => `rehearsal:${address}`,
      deliver: async ({ address, connection, credentials }) =>
        this.#vendors
          .get(address)
          ?.receive({ connection: connection.id, version: connection.version, credentials }, this.#day),
    };
  }

  async #valuesInUse({ desired, slot, actions }: AddressPlan): Promise<Values | undefined> {
    const taken = actions.flatMap((one) =>
      one.kind === "switch" || (one.kind === "wait" && one.from !== undefined) ? [one.from] : [],
    )[0];
    const found = actions.flatMap((one) => (one.kind === "adopt" ? [one.connection] : []))[0];
    const id = slot?.current ?? taken?.id ?? found?.id;
    const connection = id === undefined ? undefined : await this.#world.store.connection(id);
    // What the document wants disabled nobody is to hold on to.
    if (connection === undefined || !isActive(connection) || desired.state === "disabled") return undefined;
    const credentials = await this.#world.store.credentials(connection.id);
    return { connection: connection.id, version: connection.version, credentials };
  }

  async #sync(): Promise<void> {
    for (const vendor of this.#vendors.values()) this.#note(vendor.address, await vendor.sync(this.#world.pull));
  }

  /** A person says what is so: that a vendor moved, where the requirement wants somebody to say it. */
  async #attest(): Promise<void> {
    const { store, clock } = this.#world;
    for (const [address, { slot, candidate }] of await this.#waiting()) {
      const isAsked = this.#outcomes.get(address);
      const isWanted = isAsked?.kind === "waiting" && isAsked.awaits.some((one) => one.kind === "attested");
      const canBeSeen =
        isAsked?.kind === "waiting" && isAsked.awaits.some((one) => one.kind === "pull" || one.kind === "quiet");
      if (!isWanted || canBeSeen || this.#vendors.get(address)?.hasMovedTo(candidate.id) !== true) continue;
      const statement = attest({ connection: candidate, by: "rehearsal", at: clock.now(), reason: "the vendor syncs" });
      const said = await store.recordStatement({ address, revision: slot.revision, statement });
      if (said.kind === "done") this.#note(address, [{ kind: "attested" }]);
    }
  }

  async #waiting(): Promise<ReadonlyMap<Address, { readonly slot: Slot; readonly candidate: LiveConnection }>> {
    const live = await readLive(this.#world.store, this.#rehearsing.desired);
    return new Map(
      [...live.values()].flatMap(({ slots, connections }) =>
        slots.flatMap((slot) => {
          const candidate = connections.find((one) => one.id === slot.cutover?.to);
          return candidate === undefined || !this.#vendors.has(slot.address)
            ? []
            : [[slot.address, { slot, candidate }] as const];
        }),
      ),
    );
  }

  async #look(): Promise<void> {
    const live = await readLive(this.#world.store, this.#rehearsing.desired);
    const working = new Set<ConnectionId>();
    for (const { connections } of live.values()) for (const one of connections) if (isActive(one)) working.add(one.id);
    const systems = [...this.#vendors.values()].flatMap((one) => one.systems);
    this.#watch.look(this.#world.clock.now(), systems, (id) => working.has(id));
  }

  /** Nothing is open, nobody is about to do something, and the last run changed nothing. */
  async #isOver(): Promise<boolean> {
    if ([...this.#vendors.values()].some((one) => one.isDue())) return false;
    return [...this.#vendors.keys()].every((address) => {
      const outcome = this.#outcomes.get(address);
      return outcome !== undefined && (outcome.kind === "unchanged" || outcome.kind === "blocked");
    });
  }

  #note(address: Address, seen: readonly Happening["what"][]): void {
    const at: Instant = this.#world.clock.now();
    for (const what of seen) this.#happenings.push({ address, at, day: this.#day, what });
  }
}
