import { invariant } from "../diagnostics/invariant.ts";
import { judge } from "../model/judge.ts";
import { type ConnectionId, isActive, isHandedOver, type LiveConnection } from "../model/live.ts";
import { FIRST_CLAUSES } from "../model/requirement.ts";
import type { Instant } from "../model/time.ts";
import type { Traits } from "../model/traits.ts";
import type { Action } from "./action.ts";
import { type Calendar, deliveryAllowed, disablingAllowed } from "./holds.ts";
import { statementToRecord } from "./statements.ts";
import type { Allowed, Step } from "./step.ts";

const NOW: Allowed = { kind: "now" };

/**
 * Puts the actions of one address in steps. Inside a switch the order is open, deliver, confirm, close: the vendor can
 * only be ready once somebody has the credentials, and nothing is disabled before that is proven.
 */
export function orderSteps(actions: readonly Action[], calendar: Calendar, now: Instant): readonly Step[] {
  const isProvedLater = actions.some((action) => action.kind === "wait" || action.kind === "switch");
  const steps = actions.flatMap((action) =>
    action.kind === "update" ? updateSteps(action, isProvedLater) : stepsOf(action, calendar, now),
  );
  const superseded = new Set(actions.flatMap((action) => supersededBy(action)));
  for (const step of steps) {
    const disabled = step.kind === "disable" || step.kind === "abandon" ? step.connection : undefined;
    invariant(
      disabled === undefined || !superseded.has(disabled),
      "no step but `close` disables a superseded connection",
    );
  }
  return steps;
}

function supersededBy(action: Action): readonly ConnectionId[] {
  if (action.kind === "switch") return [action.from.id];
  return action.kind === "wait" && action.from !== undefined ? [action.from.id] : [];
}

function stepsOf(action: Exclude<Action, { kind: "update" }>, calendar: Calendar, now: Instant): readonly Step[] {
  switch (action.kind) {
    case "keep":
      return [];
    case "rename":
      return [{ kind: "rename", from: action.from, allowed: NOW }];
    case "adopt":
      return [{ kind: "adopt", connection: action.connection, rotate: action.desired.rotate, allowed: NOW }];
    case "disable":
      return [disableStep(action, calendar)];
    case "generate":
      return openingSteps(action, undefined, calendar);
    case "switch":
      return action.to === undefined
        ? openingSteps(action, action.from, calendar)
        : tyingSteps(action, action.to, calendar);
    case "wait":
      return waitingSteps(action, calendar, now);
  }
}

function disableStep(action: Extract<Action, { kind: "disable" }>, calendar: Calendar): Step {
  const allowed = disablingAllowed(calendar);
  const connection = action.connection.id;
  if (action.because === "abandoned") return { kind: "abandon", connection, allowed };
  const isAccepted = action.loses.length > 0;
  const grounds = isAccepted
    ? ({ kind: "accepted-cut-off" } as const)
    : ({ kind: "unused", quietMs: action.quietMs } as const);
  return { kind: "disable", connection, grounds, allowed };
}

/** An edited connection is looked at again where it is in use; a candidate is confirmed by the steps that follow. */
function updateSteps(action: Extract<Action, { kind: "update" }>, isProvedLater: boolean): readonly Step[] {
  const { desired, changes } = action;
  const connection = action.connection.id;
  const make = { schools: desired.schools, share: desired.share };
  const update: Step = { kind: "update", connection, changes, make, allowed: NOW };
  return isProvedLater ? [update] : [update, { kind: "confirm", connection, allowed: NOW }];
}

type Opening = Extract<Action, { kind: "generate" | "switch" }>;

function openingSteps(action: Opening, from: LiveConnection | undefined, calendar: Calendar): readonly Step[] {
  const { desired, generation, requires } = action;
  const { kind, version, schools, share, rotate } = desired;
  const make = { kind, version, schools, share, rotate };
  const against = from === undefined ? {} : { from: from.id };
  return [
    { kind: "open", generation, make, requires, ...against, allowed: NOW },
    { kind: "deliver", allowed: deliveryAllowed(calendar, desired, changesUserIds(desired, from)) },
    ...provingSteps(from, calendar),
  ];
}

function tyingSteps(
  action: Extract<Action, { kind: "switch" }>,
  to: LiveConnection,
  calendar: Calendar,
): readonly Step[] {
  const { from, requires } = action;
  return [{ kind: "tie", from: from.id, to: to.id, requires, allowed: NOW }, ...provingSteps(from, calendar)];
}

function provingSteps(from: LiveConnection | undefined, calendar: Calendar): readonly Step[] {
  return [confirmStep(from), closeStep(from, calendar)];
}

/** The old connection is asked the same questions for comparison, while it still answers. */
function confirmStep(from: LiveConnection | undefined): Step {
  return { kind: "confirm", ...(from !== undefined && isActive(from) ? { against: from.id } : {}), allowed: NOW };
}

/** A freeze holds only what disables: not a first connection, and not a successor of one that is disabled already. */
function closeStep(from: LiveConnection | undefined, calendar: Calendar): Step {
  const evidence: Allowed = { kind: "evidence" };
  if (from === undefined || !isActive(from)) return { kind: "close", allowed: evidence };
  return { kind: "close", disables: from.id, allowed: disablingAllowed(calendar, evidence) };
}

function waitingSteps(action: Extract<Action, { kind: "wait" }>, calendar: Calendar, now: Instant): readonly Step[] {
  const { desired, candidate, from } = action;
  const steps: Step[] = [];
  if (!isHandedOver(candidate)) {
    steps.push({ kind: "deliver", allowed: deliveryAllowed(calendar, desired, changesUserIds(candidate, from)) });
  }
  const line = statementToRecord(desired, candidate, now);
  if (line !== undefined) steps.push({ kind: "attest", line, allowed: NOW });
  if (!isFreshlyProbed(candidate, now)) steps.push(confirmStep(from));
  return [...steps, closeStep(from, calendar)];
}

function isFreshlyProbed(candidate: LiveConnection, now: Instant): boolean {
  return judge({ requires: { clauses: FIRST_CLAUSES, quietMs: 0 }, candidate, now }).reached.includes("probed");
}

function changesUserIds(to: Traits, from: LiveConnection | undefined): boolean {
  return from !== undefined && from.version !== to.version;
}
