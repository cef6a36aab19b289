import { type Diagnostic, hasErrors, problem } from "../diagnostics/diagnostic.ts";
import type { Address } from "../model/address.ts";
import type { DesiredConnection, DesiredDistrict } from "../model/desired.ts";
import { emptyDistrict, isActive, type LiveConnection, type LiveDistrict } from "../model/live.ts";
import { isSameSite } from "../model/site.ts";
import { countActions } from "./counts.ts";
import { warnOfDeadlines } from "./deadlines.ts";
import { decide } from "./decide.ts";
import { type Calendar, calendarAt } from "./holds.ts";
import { checkLimits, isLimited, type Limited } from "./limits.ts";
import { orderSteps } from "./order.ts";
import type { AddressPlan, DistrictPlan, Plan, PlanInput } from "./plan.ts";
import { type Index, indexDistrict, rowOf } from "./row.ts";
import { isPartial, isSelected } from "./selection.ts";

/**
 * Decides what should happen. Pure and synchronous: the same documents, live facts and moment give the same plan.
 *
 * Trouble with one address blocks that address only; trouble with a district or with all blocks what it names.
 */
export function planDistricts(input: PlanInput): Plan {
  const districts = input.desired.districts.map((one) => planDistrict(one, input));
  const plans = districts.flatMap((one) => one.addresses);
  const managed = input.desired.districts.reduce((sum, one) => sum + managedIn(input.live.get(one.district)), 0);
  const { diagnostics, stopped } = checkLimits({
    name: "all districts",
    plans,
    managed,
    limits: input.desired.limits,
    force: input.force === true,
  });
  const held =
    stopped.length === 0
      ? districts
      : districts.map((one) => ({ ...one, addresses: one.addresses.map(stop(stopped)) }));
  return {
    madeAt: input.now,
    districts: held,
    diagnostics,
    partial: isPartial(input.selection),
    counts: countActions(held.flatMap((one) => one.addresses)),
  };
}

function planDistrict(desired: DesiredDistrict, input: PlanInput): DistrictPlan {
  const live = input.live.get(desired.district) ?? emptyDistrict(desired.district, true);
  const index = indexDistrict(desired, live);
  const calendar = calendarAt(input.now, desired.freeze);
  const moved = siteMoved(desired, live);
  const addresses = desired.connections
    .filter((one) => isSelected(one, input.selection))
    .map((one) => planAddress(one, { desired, index, calendar, input, isBlocked: moved.length > 0 }))
    .sort((a, b) => (a.address < b.address ? -1 : 1));
  const { diagnostics, stopped } = checkLimits({
    name: desired.district,
    plans: addresses,
    managed: managedIn(live),
    limits: desired.limits,
    force: input.force === true,
    place: desired.place,
  });
  return {
    district: desired.district,
    site: desired.site,
    revision: live.revision,
    addresses: stopped.length === 0 ? addresses : addresses.map(stop(stopped)),
    unmanaged: unmanagedIn(desired, live, index),
    diagnostics: [...moved, ...diagnostics],
  };
}

interface Around {
  readonly desired: DesiredDistrict;
  readonly index: Index;
  readonly calendar: Calendar;
  readonly input: PlanInput;
  readonly isBlocked: boolean;
}

function planAddress(one: DesiredConnection, around: Around): AddressPlan {
  const { index, calendar, input } = around;
  const row = rowOf(one, index, input.now);
  const { actions, refusals } = decide(row);
  const steps = orderSteps(actions, calendar, input.now);
  const diagnostics = [...refusals, ...warnOfDeadlines(one, actions, input.now)];
  const hold =
    around.isBlocked || hasErrors(refusals) ? "blocked" : around.desired.mode === "observe" ? "observe" : undefined;
  return {
    address: one.address,
    desired: one,
    ...(row.slot === undefined ? {} : { slot: row.slot }),
    actions,
    steps,
    diagnostics,
    ...(hold === undefined ? {} : { hold }),
  };
}

/** Holds the addresses that change in a way a limit stopped. */
function stop(stopped: readonly Limited[]): (plan: AddressPlan) => AddressPlan {
  return (plan) =>
    plan.hold === undefined && stopped.some((kind) => isLimited(plan, kind)) ? { ...plan, hold: "blocked" } : plan;
}

function managedIn(live: LiveDistrict | undefined): number {
  return live?.connections.filter((one) => one.provenance !== "found" && isActive(one)).length ?? 0;
}

/** The store knows the district under another site: another system altogether, or a sandbox. Nothing may be mixed. */
function siteMoved(desired: DesiredDistrict, live: LiveDistrict): readonly Diagnostic[] {
  const { site } = live;
  if (site === undefined || (isSameSite(site, desired.site) && site.kind === desired.site.kind)) return [];
  return [
    problem({
      code: "plan/site-moved",
      summary: "The store knows this district under another site",
      detail: `${desired.district}: the document says ${desired.site.host}/${desired.site.app} (${desired.site.kind}), the store has ${site.host}/${site.app} (${site.kind}). Connections of two sites are never mixed; give the new site a district of its own.`,
      place: desired.place,
    }),
  ];
}

/** Active connections that no line speaks of. They are reported and left alone. */
function unmanagedIn(desired: DesiredDistrict, live: LiveDistrict, index: Index): readonly LiveConnection[] {
  const ignored = new Set(desired.ignored.map((vendor) => vendor.toLowerCase()));
  const adopted = new Set(desired.connections.map((one) => one.adopt));
  const spokenOf = new Set<Address | undefined>();
  for (const one of desired.connections) for (const name of [one.address, one.was, one.replaces]) spokenOf.add(name);
  const silent = new Set(
    live.slots.filter((slot) => !spokenOf.has(slot.address)).flatMap((slot) => [slot.current, slot.cutover?.to]),
  );
  return live.connections.filter((one) => {
    if (!isActive(one) || ignored.has(one.application.toLowerCase())) return false;
    if (one.provenance === "found") return !adopted.has(one.clientId);
    return silent.has(one.id) && !index.pending.has(one.id);
  });
}
