import type { Attested } from "../../model/evidence.ts";
import { latestProbe, presentEvidence } from "../../model/judge.ts";
import { isActive, isHandedOver, type LiveConnection } from "../../model/live.ts";
import type { Requirement } from "../../model/requirement.ts";
import { dayOf, type Instant } from "../../model/time.ts";
import type { Action } from "../../plan/action.ts";
import type { AddressPlan } from "../../plan/plan.ts";
import type { StepKind } from "../../plan/step.ts";
import { type EvidenceWords, evidenceForCutover } from "../evidence.ts";
import { describeMoment, type Short } from "../words.ts";

/** The life of one cut-over, from the first day of the new connection to the last of the old one. */
export interface Life {
  /** Client ID of the connection that is to be taken over from, shortened; absent for a first connection. */
  readonly old?: string;
  /** Client ID of the new one, shortened; absent before it is generated. */
  readonly young?: string;
  /** In the order of time. A first connection has neither `used` nor `disabled`: it takes over from nobody. */
  readonly stages: readonly LifeStage[];
}

export interface LifeStage {
  readonly kind: "generated" | "delivered" | "probed" | "used" | "disabled";
  /** `done`; `now`: this run may do it; `held`: a day is in the way; `ahead`: something else comes first; `refused`: answered no. */
  readonly state: "done" | "now" | "held" | "ahead" | "refused";
  /** When it was, or the first day on which it may be; a short sentence where neither is known. */
  readonly says: string;
}

/** The life of the cut-over that an address has or would get; nothing where there is none, or none can begin. */
export function lifeOf(plan: AddressPlan, short: Short, now: Instant): Life | undefined {
  const opening = plan.actions.find(isOpening);
  if (opening === undefined || (plan.hold === "blocked" && opening.kind !== "wait")) return undefined;
  const { from, young, requires } = sidesOf(opening);
  const around: Around = { plan, opening, from, young, requires, now };
  const first = [generated(around), delivered(around), probed(around)];
  return {
    ...(from === undefined ? {} : { old: short(from.clientId) }),
    ...(young === undefined ? {} : { young: short(young.clientId) }),
    stages: from === undefined ? first : inTime([...first, used(around, from)], disabled(around, from)),
  };
}

/** The last of the old connection comes at the end, unless somebody was faster than all that is still to come. */
function inTime(stages: readonly LifeStage[], last: LifeStage): readonly LifeStage[] {
  const open = stages.findIndex(({ state }) => state !== "done");
  return last.state === "done" && open >= 0 ? stages.toSpliced(open, 0, last) : [...stages, last];
}

type Opening = Extract<Action, { kind: "generate" | "switch" | "wait" }>;

interface Around {
  readonly plan: AddressPlan;
  readonly opening: Opening;
  readonly from: LiveConnection | undefined;
  readonly young: LiveConnection | undefined;
  readonly requires: Requirement;
  readonly now: Instant;
}

function isOpening(action: Action): action is Opening {
  return action.kind === "generate" || action.kind === "switch" || action.kind === "wait";
}

function sidesOf(opening: Opening): Pick<Around, "from" | "young" | "requires"> {
  switch (opening.kind) {
    case "generate":
      return { from: undefined, young: undefined, requires: opening.requires };
    case "switch":
      return { from: opening.from, young: opening.to, requires: opening.requires };
    case "wait":
      return { from: opening.from, young: opening.candidate, requires: opening.cutover.requires };
  }
}

function generated({ plan, young }: Around): LifeStage {
  if (young !== undefined) return { kind: "generated", state: "done", says: dayOf(young.createdAt) };
  return { kind: "generated", ...next(plan, "open", "not before the rest is settled") };
}

function delivered({ plan, young }: Around): LifeStage {
  if (young !== undefined && isHandedOver(young)) {
    const at = young.delivery?.state === "done" ? dayOf(young.delivery.at) : "before rosterform knew it";
    return { kind: "delivered", state: "done", says: at };
  }
  return { kind: "delivered", ...next(plan, "deliver", "once it is generated") };
}

function probed({ plan, young, from, requires, now }: Around): LifeStage {
  const later = next(plan, "confirm", "once it was handed over");
  if (young === undefined) return { kind: "probed", ...later };
  const { probed: word } = evidenceForCutover(young, from, requires, now);
  const at = latestProbe(presentEvidence(young))?.at;
  const day = at === undefined ? "" : dayOf(at);
  switch (word) {
    case "yes":
      return { kind: "probed", state: "done", says: day };
    case "no":
      return { kind: "probed", state: "refused", says: `${day}: answered no` };
    case "inconclusive":
      return { kind: "probed", ...later, says: `${day}: could not be decided` };
    case "too old":
      return { kind: "probed", ...later, says: `${day}, too long ago: again` };
    case "not yet":
      return { kind: "probed", ...later };
  }
}

function used({ young, requires, now }: Around, from: LiveConnection): LifeStage {
  if (!isActive(from)) return { kind: "used", state: "ahead", says: "not needed any more" };
  if (young === undefined) return { kind: "used", state: "ahead", says: "once the vendor has the values" };
  const evidence = evidenceForCutover(young, from, requires, now);
  const day = movedOn(young, evidence, requires);
  if (day !== undefined) return { kind: "used", state: "done", says: day };
  if (evidence.attested === "contradicted")
    return { kind: "used", state: "ahead", says: "said, and then contradicted" };
  const isBlind = evidence.used === "cannot be seen";
  return { kind: "used", state: "ahead", says: isBlind ? "once a named person says so" : "not seen yet" };
}

/** Since when the vendor is known to have moved, by what the requirement counts. */
function movedOn(young: LiveConnection, { used, attested }: EvidenceWords, requires: Requirement): string | undefined {
  const counts = (clause: "used" | "attested"): boolean =>
    requires.clauses.includes(clause) || requires.clauses.includes("used-or-attested");
  if (used === "yes" && counts("used") && young.use.kind === "observed") {
    const last = Object.values(young.use.pulled).toSorted().at(-1);
    return last === undefined ? "seen" : `${dayOf(last)}: seen`;
  }
  if (attested !== "yes" || !counts("attested")) return undefined;
  const said = presentEvidence(young).findLast((one): one is Attested => one.kind === "attested");
  return said === undefined ? "said" : `${dayOf(said.at)}: said by a person`;
}

function disabled({ plan, opening }: Around, from: LiveConnection): LifeStage {
  if (from.status.kind === "disabled") return { kind: "disabled", state: "done", says: dayOf(from.status.at) };
  const later = next(plan, "close", "once all of that is known");
  if (later.state === "held" || plan.hold !== undefined) return { kind: "disabled", ...later };
  const awaits = opening.kind === "wait" ? opening.awaits : undefined;
  if (awaits?.length === 0) return { kind: "disabled", state: "now", says: "in this run, if the evidence holds" };
  const quiet = awaits?.find((one) => one.kind === "quiet");
  if (quiet?.kind === "quiet" && quiet.until !== undefined) {
    return { kind: "disabled", state: "held", says: `not before ${describeMoment(quiet.until)}` };
  }
  return { kind: "disabled", state: "ahead", says: "once all of that is known" };
}

/** Whether this run may take a step, and when not, from which day on. */
function next({ steps, hold }: AddressPlan, kind: StepKind, otherwise: string): Pick<LifeStage, "state" | "says"> {
  if (hold === "blocked") return { state: "ahead", says: "blocked" };
  if (hold === "observe") return { state: "ahead", says: "only observed" };
  const at = steps.findIndex((step) => step.kind === kind);
  const day = steps.slice(0, at + 1).flatMap(({ allowed }) => (allowed.kind === "not-before" ? [allowed.day] : []));
  const last = day.toSorted().at(-1);
  if (at < 0) return { state: "ahead", says: otherwise };
  return last === undefined ? { state: "now", says: "in this run" } : { state: "held", says: `not before ${last}` };
}
