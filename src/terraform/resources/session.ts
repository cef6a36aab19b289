import type { Ports } from "../../apply/walking.ts";
import type { Policy } from "../../config/policy.ts";
import type { DeliverSettings, Settings } from "../../config/settings.ts";
import { invariant } from "../../diagnostics/invariant.ts";
import { type AroundWriter, openPorts, openReader, openWriter } from "../../drivers.ts";
import { identified, whoRuns } from "../../identity.ts";
import type { Address, DistrictId } from "../../model/address.ts";
import type { DesiredConnection } from "../../model/desired.ts";
import type { LiveDistrict } from "../../model/live.ts";
import type { Clock } from "../../model/time.ts";
import { addressIn, isToDisable } from "../translate/state.ts";
import type { Attributes } from "../wire/value.ts";
import type { StoreReader, StoreWriter } from "../../stores/store.ts";

/** The process a provider runs in. Tests hand in their own. */
export interface World {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Terraform runs a provider in the folder of the configuration. */
  readonly cwd: string;
  readonly clock: Clock;
  readonly login: string;
  /** For text that a sink prints: Terraform shows none of it. */
  readonly log: (text: string) => void;
}

/**
 * What one configured provider works with. The store is opened when it is first needed, and each district is read once:
 * what was read stays until somebody here wrote to it.
 */
export class Session {
  readonly policy: Policy;
  readonly world: World;
  /** Aborted when the person interrupts Terraform: what is in hand is finished, nothing more is begun. */
  readonly signal: AbortSignal;
  readonly #lockMs: number | undefined;
  readonly #live = new Map<DistrictId, Promise<LiveDistrict>>();
  readonly #wanted = new Map<DistrictId, PromiseWithResolvers>();
  readonly #desired = new Map<Address, DesiredConnection>();
  /** Address to those that say they replace it. */
  readonly #replacers = new Map<Address, Set<Address>>();
  /** Addresses that were planned in this run. */
  readonly #claimed = new Set<Address>();
  /** Addresses whose state says that destroying them disables. */
  readonly #disabledByDestroying = new Set<Address>();
  #reading: Promise<void> | undefined;
  #reader: Promise<StoreReader> | undefined;
  #ports: Promise<Ports> | undefined;
  #opener: Promise<StoreWriter> | undefined;

  constructor(options: {
    readonly policy: Policy;
    readonly world: World;
    readonly signal: AbortSignal;
    readonly lockMs?: number;
  }) {
    this.policy = options.policy;
    this.world = options.world;
    this.signal = options.signal;
    this.#lockMs = options.lockMs;
  }

  /** A district as it was when it was first asked for; all that are asked for at the same time are read at once. */
  live(district: DistrictId): Promise<LiveDistrict> {
    const known = this.#live.get(district);
    if (known !== undefined) return known;
    const read = new Promise<LiveDistrict>((resolve, reject) => {
      this.#wanted.set(district, { resolve, reject });
      if (this.#reading === undefined) this.#reading = this.#readAll();
    });
    this.#live.set(district, read);
    // What could not be read is asked for again.
    read.catch(() => this.#live.delete(district));
    return read;
  }

  /** A district as it is now: read again, for all who ask at the same time once. */
  fresh(district: DistrictId): Promise<LiveDistrict> {
    if (!this.#wanted.has(district)) this.#live.delete(district);
    return this.live(district);
  }

  /** One read at a time; what is asked for meanwhile comes together in the next one. */
  async #readAll(): Promise<void> {
    await nextTurn();
    while (this.#wanted.size > 0) await this.#readWanted();
    this.#reading = undefined;
  }

  async #readWanted(): Promise<void> {
    const wanted = new Map(this.#wanted);
    this.#wanted.clear();
    try {
      const reader = await this.reader();
      for await (const live of reader.read([...wanted.keys()].sort())) {
        wanted.get(live.district)?.resolve(live);
        wanted.delete(live.district);
      }
      invariant(wanted.size === 0, "a store answers every district that it is asked for");
    } catch (error) {
      for (const { reject } of wanted.values()) reject(error);
    }
  }

  /** The store, to look at. */
  reader(): Promise<StoreReader> {
    this.#reader ??= openReader(this.policy.settings.store, { clock: this.world.clock });
    this.#reader.catch(() => (this.#reader = undefined));
    return this.#reader;
  }

  /** What applying needs, opened when something is applied. */
  ports(): Promise<Ports> {
    this.#ports ??= this.#openPorts();
    this.#ports.catch(() => (this.#ports = undefined));
    return this.#ports;
  }

  /** The store, to open credentials: nothing is handed over, so what only a sink needs may be missing. */
  opener(): Promise<Pick<StoreWriter, "credentials" | "close">> {
    this.#opener ??= openWriter(this.policy.settings.store, this.#around());
    this.#opener.catch(() => (this.#opener = undefined));
    return this.#opener;
  }

  #around(): AroundWriter {
    const { clock, env, login } = this.world;
    return { clock, by: whoRuns(env, login), ...(this.#lockMs === undefined ? {} : { lockMs: this.#lockMs }) };
  }

  async #openPorts(): Promise<Ports> {
    const { clock, env, login, log } = this.world;
    const around = this.#around();
    const terminal = { write: log, isTerminal: false };
    const ports = await openPorts(this.#settings(), { ...around, env, terminal });
    return { ...ports, clock, by: around.by, ...identified({ env, login }) };
  }

  /** Where nobody said where credentials go, they stay in the store. */
  #settings(): Settings {
    const { settings, delivers } = this.policy;
    const held: DeliverSettings = { kind: "held" };
    return delivers ? settings : { ...settings, deliver: held };
  }

  /** Takes an address for one resource; `false` where another one has it in this run. */
  claim(address: Address): boolean {
    if (this.#claimed.has(address)) return false;
    this.#claimed.add(address);
    return true;
  }

  /** Remembers what a state says of the end of its object. */
  noteState(state: Attributes): void {
    const address = addressIn(state);
    if (address !== undefined && isToDisable(state)) this.#disabledByDestroying.add(address);
  }

  isDisabledByDestroying(address: Address): boolean {
    return this.#disabledByDestroying.has(address);
  }

  /** Remembers what is wanted at an address, for those that are tied to it and planned later. */
  want(connection: DesiredConnection): void {
    const { address, replaces } = connection;
    const before = this.#desired.get(address)?.replaces;
    if (before !== undefined) this.#replacers.get(before)?.delete(address);
    if (replaces !== undefined)
      this.#replacers.set(replaces, (this.#replacers.get(replaces) ?? new Set()).add(address));
    this.#desired.set(address, connection);
  }

  /** What other resources of this run want that is tied to this one: whom it replaces, and who replaces it. */
  tiedTo({ address, replaces }: DesiredConnection): readonly DesiredConnection[] {
    const tied = [...(replaces === undefined ? [] : [replaces]), ...(this.#replacers.get(address) ?? [])];
    return tied.flatMap((one) => this.#desired.get(one) ?? []);
  }

  /** Closes what was opened. */
  async close(): Promise<void> {
    const stores = [this.#reader, this.#opener, this.#ports?.then(({ store }) => store)];
    const closing = stores.map((open) => open?.then((store) => store.close()));
    await Promise.allSettled(closing.filter((one) => one !== undefined));
  }
}

interface PromiseWithResolvers {
  readonly resolve: (live: LiveDistrict) => void;
  readonly reject: (error: unknown) => void;
}

/** After everything that is being answered now had the chance to ask. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}
