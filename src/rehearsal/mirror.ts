import { invariant } from "../diagnostics/invariant.ts";
import type { DistrictId } from "../model/address.ts";
import type { Desired, DesiredConnection, DesiredDistrict } from "../model/desired.ts";
import { type ConnectionId, isActive, type LiveConnection, type LiveDistrict, type Slot } from "../model/live.ts";
import type { Site } from "../model/site.ts";
import type { CampusSide } from "../stores/campus-side.ts";
import type { StoreWriter, Written } from "../stores/store.ts";

/** A store to play on. */
export type Stage = StoreWriter & CampusSide;

/** What only people know of a district (whether its inventory was signed) is known of its copy as well. */
export function knownAs(stage: Stage, live: ReadonlyMap<DistrictId, LiveDistrict>): Stage {
  return {
    ...stage,
    async *read(districts, signal) {
      for await (const one of stage.read(districts, signal)) {
        const kept = live.get(one.district)?.kept;
        yield kept === undefined ? one : { ...one, kept: { ...kept, asked: [] } };
      }
    },
  };
}

/** The live side once more, in a store that is thrown away, and the documents that speak of it. */
export interface Mirrored {
  readonly desired: Desired;
  /** The connection of the mirror that stands for a live one. */
  readonly standIns: ReadonlyMap<ConnectionId, LiveConnection>;
}

/**
 * Builds on an empty store what the live one holds: found and managed connections, open cut-overs, what was disabled by
 * hand. Ids, secrets and addresses are new, because the live ones are not for playing with; evidence begins anew.
 */
export async function mirror(
  stage: Stage,
  desired: Desired,
  live: ReadonlyMap<DistrictId, LiveDistrict>,
): Promise<Mirrored> {
  const standIns = new Map<ConnectionId, LiveConnection>();
  const districts: DesiredDistrict[] = [];
  for (const one of desired.districts) {
    const seen = live.get(one.district);
    if (seen !== undefined) await mirrorDistrict({ stage, site: seen.site ?? one.site, seen, standIns });
    districts.push({ ...one, connections: one.connections.map((wanted) => renamed(wanted, seen, standIns)) });
  }
  return { desired: { ...desired, districts }, standIns };
}

interface Copying {
  readonly stage: Stage;
  readonly site: Site;
  readonly seen: LiveDistrict;
  readonly standIns: Map<ConnectionId, LiveConnection>;
}

async function mirrorDistrict(copying: Copying): Promise<void> {
  const { seen } = copying;
  const managed = new Map(seen.slots.flatMap((slot) => (slot.current === undefined ? [] : [[slot.current, slot]])));
  const candidates = new Set(seen.slots.map((slot) => slot.cutover?.to));
  for (const connection of seen.connections) {
    const slot = managed.get(connection.id);
    const isHeld = slot !== undefined || candidates.has(connection.id);
    // What is disabled and held by no address is history.
    if (isHeld ? slot === undefined : !isActive(connection)) continue;
    await copyConnection(copying, connection, slot);
  }
  for (const slot of seen.slots) if (slot.cutover !== undefined) await copyCutover(copying, slot);
}

async function copyConnection({ stage, site, seen, standIns }: Copying, connection: LiveConnection, slot?: Slot) {
  const { application, kind, version, schools, share, rotate } = connection;
  const made = await stage.createByHand({
    district: seen.district,
    site,
    application,
    make: { kind, version, schools, share },
    by: "rehearsal",
  });
  standIns.set(connection.id, made);
  if (slot === undefined) return;
  standIns.set(connection.id, done(await stage.adopt({ ...start(slot), site, connection: made.id, rotate })).value);
  if (!isActive(connection))
    await stage.changeByHand({ connection: made.id, by: "rehearsal", change: { kind: "disable" } });
}

/** A cut-over to a connection that the address has already is tied; any other begins with a candidate of its own. */
async function copyCutover(copying: Copying, slot: Slot): Promise<void> {
  const { stage, site, seen, standIns } = copying;
  const { cutover } = slot;
  invariant(cutover !== undefined, "only open cut-overs are copied");
  const isTied = cutover.to === slot.current;
  const standIn = (id: ConnectionId | undefined) => (id === undefined ? undefined : standIns.get(id)?.id);
  const isFromElsewhere = seen.slots.some((other) => other.current === cutover.from);
  if (!isTied || !isFromElsewhere) {
    const newer = seen.connections.find((one) => one.id === (isTied ? cutover.from : cutover.to));
    invariant(newer !== undefined, "both sides of a cut-over are connections of its district");
    const { application, kind, version, schools, share, rotate } = newer;
    const from = standIn(isTied ? slot.current : cutover.from);
    const opened = await stage.open({
      ...(await present(stage, slot)),
      site,
      application,
      make: { kind, version, schools, share, rotate },
      requires: cutover.requires,
      ...(from === undefined ? {} : { from }),
    });
    standIns.set(newer.id, done(opened).value);
  }
  if (!isTied) return;
  const [from, to] = [standIn(cutover.from), standIn(cutover.to)];
  invariant(from !== undefined && to !== undefined, "a tie is between connections that exist");
  done(await stage.tie({ ...(await present(stage, slot)), from, to, requires: cutover.requires }));
}

function start({ address }: Slot) {
  return { address, revision: 0 };
}

/** The slot's revision in the mirror, and the generation that comes next. */
async function present(stage: Stage, { address }: Slot) {
  const district = address.slice(0, address.indexOf("/")) as DistrictId;
  for await (const { slots } of stage.read([district])) {
    const slot = slots.find((one) => one.address === address);
    return { address, revision: slot?.revision ?? 0, generation: (slot?.generation ?? 0) + 1 };
  }
  return { address, revision: 0, generation: 1 };
}

function done<T>(written: Written<T>): Extract<Written<T>, { kind: "done" }> {
  invariant(written.kind === "done", "nothing stands in the way in an empty store");
  return written;
}

/** Lines that name a connection by its Client ID, or by id and fingerprint, name its stand-in. */
function renamed(
  wanted: DesiredConnection,
  seen: LiveDistrict | undefined,
  standIns: ReadonlyMap<ConnectionId, LiveConnection>,
): DesiredConnection {
  const { adopt, attest, ...rest } = wanted;
  const adopted = seen?.connections.find((one) => one.clientId === adopt);
  const standIn = adopted === undefined ? undefined : standIns.get(adopted.id);
  const attested = attest === undefined ? undefined : standIns.get(attest.connection as ConnectionId);
  return {
    ...rest,
    ...(adopt === undefined ? {} : { adopt: standIn?.clientId ?? adopt }),
    ...(attest === undefined || attested === undefined
      ? {}
      : { attest: { ...attest, connection: attested.id, fingerprint: attested.fingerprint } }),
  };
}
