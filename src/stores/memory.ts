import type { Attempt } from "../model/attempt.ts";
import type { Address, DistrictId } from "../model/address.ts";
import { type ConnectionId, emptyDistrict, type LiveDistrict, type Slot } from "../model/live.ts";
import type { Secret } from "../model/secret.ts";
import type { Site } from "../model/site.ts";
import { type Clock, dayOf } from "../model/time.ts";
import { sortedUnique } from "../model/traits.ts";
import { TRAFFIC_KEPT, type Traffic } from "../model/traffic.ts";
import type { CampusSide } from "./campus-side.ts";
import { isSameSecret, type Mint, mintRandomly } from "./minting.ts";
import { addAttempts, attemptsKeptSince, countedTogether, keyOfAttempt, LINES_A_DAY } from "./rules/attempts.ts";
import { useAfter } from "./rules/hands.ts";
import { CHAIN_START, linkAfter } from "./rules/chain.ts";
import type { Changes, Kept, Ruling, Scene, Scope } from "./rules/scene.ts";
import type { Capabilities, JournalEntry, StoreReader, StoreWriter, Written } from "./store.ts";
import { createWrites, unknownConnection } from "./writes.ts";

/** A store in memory: the reference of what the port means, for tests, rehearsals and what-if runs. */
export interface MemoryStore extends StoreWriter, CampusSide {
  /** The same store, opened in another name. */
  signedBy(by: string): MemoryStore;
}

/** Nobody's secret. */
const DECOY = mintRandomly().clientSecret;

interface MemoryDistrict {
  revision: number;
  site?: Site;
}

/** Everything the store holds. Maps keep the order of insertion, which is the order of creation. */
interface Holdings {
  readonly districts: Map<DistrictId, MemoryDistrict>;
  readonly slots: Map<Address, Slot>;
  readonly connections: Map<ConnectionId, Kept>;
  readonly secrets: Map<ConnectionId, Secret>;
  readonly journal: JournalEntry[];
  /** Link of each district's last line. */
  readonly heads: Map<DistrictId, string>;
  readonly traffic: Map<ConnectionId, Traffic[]>;
  readonly attempts: Map<string, Attempt>;
  origin?: string;
}

/** Makes an empty store that writes in the name of `by`. It forgets everything when the process ends. */
export function createMemoryStore(options: {
  readonly clock: Clock;
  readonly by: string;
  /** Whether the consumer's use is seen; default yes. */
  readonly observesUse?: boolean;
  readonly mint?: Mint;
}): MemoryStore {
  const { clock, by, observesUse = true, mint = mintRandomly } = options;
  const holdings: Holdings = {
    districts: new Map(),
    slots: new Map(),
    connections: new Map(),
    secrets: new Map(),
    journal: [],
    heads: new Map(),
    traffic: new Map(),
    attempts: new Map(),
  };
  return storeOver(holdings, { clock, by, observesUse, mint });
}

interface Setting {
  readonly clock: Clock;
  readonly by: string;
  readonly observesUse: boolean;
  readonly mint: Mint;
}

function storeOver(holdings: Holdings, setting: Setting): MemoryStore {
  const writes = createWrites({
    mint: setting.mint,
    districtOf: async (id) => holdings.connections.get(id)?.live.district,
    transact: async (_doing, scope, rule) => transact(holdings, setting, scope, rule),
  });
  return {
    ...readerOver(holdings, setting),
    ...writes,
    ...campusOver(holdings, writes, setting.clock),
    credentials: async (id) => {
      const live = holdings.connections.get(id)?.live;
      const clientSecret = holdings.secrets.get(id);
      if (live === undefined || clientSecret === undefined) throw unknownConnection(id);
      return { clientId: live.clientId, clientSecret, tokenUrl: live.tokenUrl, baseUrl: live.baseUrl };
    },
    signedBy: (by) => storeOver(holdings, { ...setting, by }),
  };
}

function readerOver(holdings: Holdings, { observesUse }: Setting): StoreReader {
  const can: Capabilities = { observesUse, enables: true, byHand: false };
  return {
    can,
    async *read(districts, signal) {
      for (const district of sortedUnique(districts === "all" ? [...holdings.districts.keys()] : districts)) {
        signal?.throwIfAborted();
        yield districtIn(holdings, district, observesUse);
      }
    },
    async *journal(filter = {}) {
      for (const entry of holdings.journal.slice()) {
        if (filter.district !== undefined && entry.district !== filter.district) continue;
        if (filter.address !== undefined && entry.address !== filter.address) continue;
        yield entry;
      }
    },
    journalHeads: async () => new Map(holdings.heads),
    close: async () => {},
  };
}

function campusOver(
  holdings: Holdings,
  writes: Pick<CampusSide, "createByHand" | "changeByHand">,
  clock: Clock,
): CampusSide {
  return {
    ...writes,
    authenticate: async (clientId, secret) => {
      const kept = [...holdings.connections.values()].find(({ live }) => live.clientId === clientId);
      // An id that nobody has is compared as well, so that the time of an answer does not tell which ids exist.
      const right = kept === undefined ? undefined : holdings.secrets.get(kept.live.id);
      const isRight = isSameSecret(secret, right ?? DECOY) && right !== undefined;
      return kept === undefined ? undefined : { connection: kept.live, isRight };
    },
    connection: async (id) => holdings.connections.get(id)?.live,
    siteOf: async (district) => holdings.districts.get(district)?.site,
    recordTraffic: async (traffic) => {
      const kept = holdings.connections.get(traffic.connection);
      if (kept === undefined) throw unknownConnection(traffic.connection);
      keepTraffic(holdings, traffic);
      const live = { ...kept.live, use: useAfter(kept.live, traffic) };
      holdings.connections.set(traffic.connection, { ...kept, live });
    },
    async *traffic(connection, since) {
      for (const line of holdings.traffic.get(connection)?.slice() ?? []) {
        if (since === undefined || line.at >= since) yield line;
      }
    },
    async *attempts() {
      yield* [...holdings.attempts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, attempt]) => attempt);
    },
    countAttempts: async (attempts) => {
      for (const attempt of attempts) countAttempt(holdings.attempts, attempt);
      const since = attemptsKeptSince(clock.now());
      for (const [key, { first }] of holdings.attempts) if (dayOf(first) < since) holdings.attempts.delete(key);
    },
    setOrigin: async (origin) => {
      holdings.origin = origin;
    },
  };
}

function countAttempt(attempts: Map<string, Attempt>, attempt: Attempt): void {
  const like = [...attempts.values()].filter(
    ({ first, reason }) => reason === attempt.reason && dayOf(first) === dayOf(attempt.first),
  );
  const isApart = attempts.has(keyOfAttempt(attempt)) || like.length < LINES_A_DAY;
  const counted = isApart ? attempt : countedTogether(attempt);
  const known = attempts.get(keyOfAttempt(counted));
  attempts.set(keyOfAttempt(counted), known === undefined ? counted : addAttempts(known, counted));
}

function keepTraffic({ traffic }: Holdings, line: Traffic): void {
  const lines = traffic.get(line.connection) ?? [];
  lines.push(line);
  // A part at a time: taking the first of a long list away moves all the others.
  if (lines.length >= 1.1 * TRAFFIC_KEPT) lines.splice(0, lines.length - TRAFFIC_KEPT);
  traffic.set(line.connection, lines);
}

function districtIn(holdings: Holdings, district: DistrictId, observesUse: boolean): LiveDistrict {
  const known = holdings.districts.get(district);
  if (known === undefined) return emptyDistrict(district, observesUse);
  const { slots, connections } = ofDistrict(holdings, district);
  return {
    district,
    revision: known.revision,
    ...(known.site === undefined ? {} : { site: known.site }),
    slots: [...slots].sort((a, b) => (a.address < b.address ? -1 : 1)),
    connections: connections.map(({ live }) => live),
    observesUse,
  };
}

function ofDistrict(holdings: Holdings, district: DistrictId): Pick<Scene, "slots" | "connections"> {
  return {
    slots: [...holdings.slots.values()].filter((slot) => slot.address.startsWith(`${district}/`)),
    connections: [...holdings.connections.values()].filter(({ live }) => live.district === district),
  };
}

/** One transaction: nothing in here waits, so nothing can come in between. */
function transact<T>(
  holdings: Holdings,
  setting: Setting,
  scope: Scope,
  rule: (scene: Scene) => Ruling<T>,
): Written<T> {
  const known = holdings.districts.get(scope.district);
  const ruling = rule({
    now: setting.clock.now(),
    by: setting.by,
    district: scope.district,
    revision: known?.revision ?? 0,
    ...(known?.site === undefined ? {} : { site: known.site }),
    ...(holdings.origin === undefined ? {} : { origin: holdings.origin }),
    observesUse: setting.observesUse,
    ...ofDistrict(holdings, scope.district),
  });
  if (ruling.kind === "stale" || ruling.kind === "refused") return ruling;
  if (ruling.kind === "write") save(holdings, scope.district, ruling.changes);
  return { kind: "done", value: ruling.value, revision: ruling.revision };
}

function save(holdings: Holdings, district: DistrictId, changes: Changes): void {
  const site = changes.site ?? holdings.districts.get(district)?.site;
  holdings.districts.set(district, { revision: changes.revision, ...(site === undefined ? {} : { site }) });
  for (const address of changes.removed) holdings.slots.delete(address);
  for (const slot of changes.slots) holdings.slots.set(slot.address, slot);
  for (const kept of changes.connections) holdings.connections.set(kept.live.id, kept);
  if (changes.minted !== undefined) {
    const { kept, secret } = changes.minted;
    holdings.connections.set(kept.live.id, kept);
    if (secret !== undefined) holdings.secrets.set(kept.live.id, secret);
  }
  const link = linkAfter(holdings.heads.get(district) ?? CHAIN_START, changes.note);
  holdings.heads.set(district, link);
  holdings.journal.push({ ...changes.note, sequence: holdings.journal.length + 1, link });
}
