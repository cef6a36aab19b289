import { openReader } from "../../drivers.ts";
import type { Address, DistrictId } from "../../model/address.ts";
import type { Desired } from "../../model/desired.ts";
import type { JournalEntry } from "../../model/journal.ts";
import type { LiveDistrict } from "../../model/live.ts";
import type { Instant } from "../../model/time.ts";
import { isWhole, onlyHealing } from "../../plan/healing.ts";
import { planDistricts } from "../../plan/make-plan.ts";
import type { AddressPlan, Selection } from "../../plan/plan.ts";
import { planRotation } from "../../plan/rotation.ts";
import { isDistrictSelected, isSelected } from "../../plan/selection.ts";
import { byName, heldConnections, staleIn } from "../../plan/stale.ts";
import { unmanagedIn } from "../../plan/unmanaged.ts";
import { readLive } from "../../reconcile.ts";
import type { StoreReader } from "../../stores/store.ts";
import { assess, type Finding, sortFindings } from "../../views/drift/assess.ts";
import { type Drift, driftOf } from "../../views/drift/drift.ts";
import type { Unmanaged } from "../../views/drift/lists.ts";
import type { DriftReport } from "../../views/drift/report.ts";
import { trailOf } from "../../views/drift/trail.ts";
import type { Session } from "../session.ts";

/** What is looked for. */
export interface Looking {
  readonly selection: Selection;
  readonly staleMs?: number;
  readonly rotateMs?: number;
}

/** What was found, and at which addresses something is edited back or would be if its document allowed it. */
export interface Looked {
  readonly report: DriftReport;
  readonly editable: readonly Address[];
}

/** Looks at the chosen districts, and at the journal of those where something changed. Writes nothing. */
export async function lookForDrift({ project, world }: Session, looking: Looking): Promise<Looked> {
  const now = world.clock.now();
  const desired = chosenOf(project.desired, looking.selection);
  const choice = choiceOf(desired, looking.selection);
  const reader = await openReader(project.settings.store, { clock: world.clock });
  try {
    const live = await readLive(reader, desired, world.signal);
    const drifts = driftOf(live.values()).filter(({ address }) => choice.has(address));
    const plans = plansFor(drifts, desired, live, now);
    const findings = sortFindings(
      await assessAll(drifts, { desired, live, plans, now, journals: journalsOf(reader, drifts) }),
    );
    const { staleMs, rotateMs } = looking;
    return {
      report: {
        findings,
        unmanaged: choice.isPartial ? [] : unmanagedOf(desired, live),
        ...(staleMs === undefined ? {} : { staleness: staleOf(live, choice, staleMs, now) }),
        ...(rotateMs === undefined
          ? {}
          : {
              rotation: {
                ...planRotation({ desired, live: live.values(), olderThanMs: rotateMs, now, isChosen: choice.has }),
                olderThanMs: rotateMs,
              },
            }),
      },
      editable: drifts.map(({ address }) => address).filter((one) => isEdited(plans.get(one))),
    };
  } finally {
    await reader.close();
  }
}

type Live = ReadonlyMap<DistrictId, LiveDistrict>;

function chosenOf(desired: Desired, selection: Selection): Desired {
  return { ...desired, districts: desired.districts.filter((one) => isDistrictSelected(one.district, selection)) };
}

/** Without a choice of addresses everything in the districts is looked at, also what no line speaks of any more. */
interface Choice {
  readonly isPartial: boolean;
  readonly has: (address: Address) => boolean;
}

function choiceOf(desired: Desired, selection: Selection): Choice {
  const { targets = [], excludes = [], tags = [] } = selection;
  if (targets.length + excludes.length + tags.length === 0) return { isPartial: false, has: () => true };
  const lines = desired.districts.flatMap((one) => one.connections);
  const chosen = new Set(lines.filter((one) => isSelected(one, selection)).map(({ address }) => address));
  return { isPartial: true, has: (address) => chosen.has(address) };
}

/** What healing would do at each drifted address, as far as its district can be planned. */
function plansFor(
  drifts: readonly Drift[],
  desired: Desired,
  live: Live,
  now: Instant,
): ReadonlyMap<Address, AddressPlan> {
  const drifted = new Set(drifts.map(({ address }) => address));
  const districts = desired.districts.filter((one) => {
    const there = live.get(one.district);
    return one.connections.some(({ address }) => drifted.has(address)) && there !== undefined && isWhole(there);
  });
  const targets = districts
    .flatMap((one) => one.connections.map(({ address }) => address))
    .filter((address) => drifted.has(address));
  // No target at all would mean every address.
  if (targets.length === 0) return new Map();
  const plan = onlyHealing(planDistricts({ desired: { ...desired, districts }, live, now, selection: { targets } }));
  return new Map(plan.districts.flatMap((one) => one.addresses.map((address) => [address.address, address] as const)));
}

function isEdited(plan: AddressPlan | undefined): boolean {
  return plan !== undefined && plan.hold !== "observe" && plan.actions.some(({ kind }) => kind === "update");
}

/** The journals of the districts where something changed, each read once. */
async function journalsOf(
  reader: StoreReader,
  drifts: readonly Drift[],
): Promise<ReadonlyMap<DistrictId, readonly JournalEntry[]>> {
  const journals = new Map<DistrictId, readonly JournalEntry[]>();
  for (const { district } of drifts) {
    if (journals.has(district)) continue;
    const entries: JournalEntry[] = [];
    for await (const entry of reader.journal({ district })) entries.push(entry);
    journals.set(district, entries);
  }
  return journals;
}

async function assessAll(
  drifts: readonly Drift[],
  around: {
    readonly desired: Desired;
    readonly live: Live;
    readonly plans: ReadonlyMap<Address, AddressPlan>;
    readonly now: Instant;
    readonly journals: Promise<ReadonlyMap<DistrictId, readonly JournalEntry[]>>;
  },
): Promise<readonly Finding[]> {
  const journals = await around.journals;
  const lines = around.desired.districts.flatMap((one) => one.connections);
  const byAddress = new Map(lines.map((one) => [one.address, one]));
  const renames = new Map(lines.flatMap(({ was, address }) => (was === undefined ? [] : [[was, address] as const])));
  return drifts.map((drift) => {
    const line = byAddress.get(drift.address);
    const renamedTo = renames.get(drift.address);
    const plan = around.plans.get(drift.address);
    const live = around.live.get(drift.district)?.connections.find(({ id }) => id === drift.connection);
    return assess(drift, {
      trail: trailOf(drift, journals.get(drift.district) ?? [], around.now),
      ...(line === undefined ? {} : { line }),
      ...(renamedTo === undefined ? {} : { renamedTo }),
      ...(plan === undefined ? {} : { plan }),
      ...(live === undefined ? {} : { live }),
    });
  });
}

function unmanagedOf(desired: Desired, live: Live): readonly Unmanaged[] {
  const found = desired.districts.flatMap((one): readonly Unmanaged[] => {
    const there = live.get(one.district);
    if (there === undefined) return [];
    const ids = new Set(unmanagedIn(one, there).map(({ id }) => id));
    const held = heldConnections(there).filter(({ connection }) => ids.has(connection.id));
    return held.map((each) => ({ ...each, observesUse: there.observesUse }));
  });
  const createdAt = ({ connection }: Unmanaged): string => connection.createdAt;
  return found.toSorted((a, b) =>
    createdAt(a) === createdAt(b) ? byName(a, b) : createdAt(a) < createdAt(b) ? -1 : 1,
  );
}

function staleOf(live: Live, choice: Choice, quietMs: number, now: Instant): NonNullable<DriftReport["staleness"]> {
  const isChosen = ({ address }: { readonly address?: Address }): boolean =>
    address === undefined ? !choice.isPartial : choice.has(address);
  const { stale, unobservable } = staleIn(live.values(), quietMs, now);
  return { stale: stale.filter(isChosen), unobservable: unobservable.filter(isChosen), quietMs };
}
