import { type Diagnostic, hasErrors, problem } from "../diagnostics/diagnostic.ts";
import { invariant } from "../diagnostics/invariant.ts";
import type { DesiredConnection, DesiredDistrict } from "../model/desired.ts";
import type { LiveDistrict } from "../model/live.ts";
import { isSameSite } from "../model/site.ts";
import type { Action, Awaited } from "./action.ts";
import { countActions } from "./counts.ts";
import { warnOfDeadlines } from "./deadlines.ts";
import { decide } from "./decide.ts";
import { type Calendar, calendarAt } from "./holds.ts";
import { connectionAt, type Index, indexDistrict } from "./index-district.ts";
import { checkInventory, isGenerating } from "./inventory.ts";
import { checkLimits, isLimited, type Limited, managedIn } from "./limits.ts";
import { orderSteps } from "./order.ts";
import type { AddressPlan, DistrictPlan, Plan, PlanInput } from "./plan.ts";
import { warnOfReturning } from "./returning.ts";
import { rowOf } from "./row.ts";
import { isDistrictSelected, isPartial, isSelected, unknownInSelection, withinScope } from "./selection.ts";
import type { Step } from "./step.ts";
import { unmanagedIn } from "./unmanaged.ts";

/**
 * Decides what should happen. Pure and synchronous: the same documents, live facts and moment give the same plan.
 *
 * Trouble with one address blocks that address only; trouble with a district or with all blocks what it names.
 */
export function planDistricts(asked: PlanInput): Plan {
  const input: PlanInput = { ...asked, desired: withinScope(asked.desired, asked.selection) };
  // What another part of the documents has is not misspelt.
  const unknown = unknownInSelection(asked.desired, asked.selection);
  const chosen = input.desired.districts.filter((one) => isDistrictSelected(one.district, input.selection));
  const districts = chosen
    .map((one) => planDistrict(one, input, unknown.length > 0))
    .sort((a, b) => (a.district < b.district ? -1 : 1));
  const { diagnostics, stopped } = checkLimits({
    name: "all districts",
    plans: districts.flatMap((one) => one.addresses),
    managed: managedInAll(input),
    limits: input.desired.limits,
    force: input.force === true,
  });
  const held = districts.map((one) => ({ ...one, addresses: one.addresses.map(stop(stopped)) }));
  return {
    madeAt: input.now,
    districts: held,
    diagnostics: [...unknown, ...diagnostics],
    partial: isPartial(input.selection),
    counts: countActions(held.flatMap((one) => one.addresses)),
    ...(input.settled === undefined ? {} : { settled: input.settled }),
  };
}

function managedInAll({ settled = [], ...input }: PlanInput): number {
  const planned = input.desired.districts.map((one) => managedIn(liveOf(one, input)));
  return [...planned, ...settled.map(({ managed }) => managed)].reduce((sum, one) => sum + one, 0);
}

/** What was not read is unknown, not empty: planning from it would generate what exists already. */
function liveOf({ district }: DesiredDistrict, input: PlanInput): LiveDistrict {
  const live = input.live.get(district);
  invariant(live !== undefined, `district ${district} is planned only after the store was read`);
  return live;
}

function planDistrict(desired: DesiredDistrict, input: PlanInput, isBlocked: boolean): DistrictPlan {
  const live = liveOf(desired, input);
  const index = indexDistrict(desired, live);
  const calendar = calendarAt(input.now, desired.freeze);
  const moved = siteMoved(desired, live);
  const addresses = desired.connections
    .filter((one) => isSelected(one, input.selection))
    .map((one) => planAddress(one, { desired, index, calendar, input, isBlocked: isBlocked || moved.length > 0 }))
    .sort((a, b) => (a.address < b.address ? -1 : 1));
  const { diagnostics, stopped } = checkLimits({
    name: desired.district,
    plans: addresses,
    managed: managedIn(live),
    limits: desired.limits,
    force: input.force === true,
    place: desired.place,
  });
  const unknown = checkInventory(desired, live, addresses);
  return {
    district: desired.district,
    site: desired.site,
    revision: live.revision,
    addresses: addresses.map(stop(stopped)).map((plan) => (unknown.length === 0 ? plan : holdWhatGenerates(plan))),
    unmanaged: unmanagedIn(desired, live, index),
    diagnostics: [...moved, ...unknown, ...diagnostics],
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
  const { actions, diagnostics } = decide(row);
  const steps = orderSteps(actions, calendar, input.now);
  const hold = holdOf(around, diagnostics);
  return {
    address: one.address,
    desired: one,
    ...(row.slot === undefined ? {} : { slot: row.slot }),
    actions: actions.map((action) => withDates(action, steps)),
    steps,
    diagnostics: [
      ...diagnostics,
      ...warnOfDeadlines(one, actions, input.now),
      ...warnOfReturning(row, connectionAt(index, row.slot?.previous)),
    ],
    ...(hold === undefined ? {} : { hold }),
  };
}

function holdOf({ desired, isBlocked }: Around, diagnostics: readonly Diagnostic[]): AddressPlan["hold"] {
  if (isBlocked || hasErrors(diagnostics)) return "blocked";
  return desired.mode === "observe" ? "observe" : undefined;
}

/** A cut-over also waits for the days before which its steps are not allowed. */
function withDates(action: Action, steps: readonly Step[]): Action {
  if (action.kind !== "wait") return action;
  const dates = steps.flatMap(({ kind, allowed }): readonly Awaited[] =>
    allowed.kind === "not-before" && (kind === "deliver" || kind === "close")
      ? [{ kind: "date", who: "calendar", step: kind, until: allowed.day, why: allowed.why }]
      : [],
  );
  return { ...action, awaits: [...dates, ...action.awaits] };
}

/** Holds the addresses that change in a way a limit stopped. */
function stop(stopped: readonly Limited[]): (plan: AddressPlan) => AddressPlan {
  return (plan) =>
    plan.hold === undefined && stopped.some((kind) => isLimited(plan, kind)) ? { ...plan, hold: "blocked" } : plan;
}

function holdWhatGenerates(plan: AddressPlan): AddressPlan {
  return isGenerating(plan) ? { ...plan, hold: "blocked" } : plan;
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
