import { judge, type Missing } from "../model/judge.ts";
import { type ConnectionId, isActive, type LiveConnection } from "../model/live.ts";
import { describeClauses, FIRST_CLAUSES, type Requirement } from "../model/requirement.ts";
import type { Instant } from "../model/time.ts";
import type { Action } from "../plan/action.ts";
import type { AddressPlan } from "../plan/plan.ts";
import type { Step } from "../plan/step.ts";
import { displayWidth, PAGE_WIDTH, padEnd, plain, wrap } from "./layout.ts";
import type { ShortPage } from "./plan-lines.ts";

/** One numbered step: what it does, and whether it may be done in this run. */
export interface StepLine {
  readonly number: number;
  readonly kind: Step["kind"];
  readonly does: string;
  /** `allowed now`, or why not yet. */
  readonly allowed: string;
  readonly isAllowed: boolean;
}

/** The steps of an address in words. What comes after a step that has to wait, waits for it. */
export function stepsInWords(plan: AddressPlan, now: Instant, short: ShortPage["short"]): readonly StepLine[] {
  const facts = provingFacts(plan, now);
  const names = namesOf(plan.actions, short);
  const confirms = plan.steps.findIndex((step) => step.kind === "confirm") + 1;
  const lines: StepLine[] = [];
  let waitsFor: number | undefined;
  for (const [index, step] of plan.steps.entries()) {
    const number = index + 1;
    const held = waitsFor === undefined ? heldBack(step, facts, confirms > 0) : `waits for ${waitsFor}`;
    const date =
      step.allowed.kind === "not-before" ? `not before ${step.allowed.day} (${step.allowed.why})` : undefined;
    const isAllowed = held === undefined && date === undefined;
    const now = step.allowed.kind === "evidence" && confirms > 0 ? `once ${confirms} says yes` : "allowed now";
    lines.push({
      number,
      kind: step.kind,
      does: describeWork(step, names, facts),
      allowed: date ?? held ?? now,
      isAllowed,
    });
    // A probe may run at once; where a consumer has to move as well, what follows waits for that.
    if (!isAllowed || (step.kind === "confirm" && facts?.isOwn === false)) waitsFor = number;
  }
  return lines;
}

/** Closing needs evidence that this run cannot make, and no step before it says so. */
function heldBack(step: Step, facts: Proving | undefined, isConfirmed: boolean): string | undefined {
  if (step.kind !== "close" || isConfirmed || facts === undefined || facts.isOwn) return undefined;
  return `needs ${facts.requires}; has ${facts.has}`;
}

const DOES_WIDTH = 34;

/** The numbered lines of a plan; two dots stand before a step that is not allowed yet. */
export function stepLines(plan: AddressPlan, now: Instant, page: ShortPage): readonly string[] {
  return stepsInWords(plan, now, page.short).flatMap(({ number, kind, does, allowed, isAllowed }) => {
    const front = `${isAllowed ? "      " : "   .. "}${number} ${padEnd(kind, 9)} `;
    const isColumn = isAllowed && displayWidth(does) <= DOES_WIDTH;
    const frame = { width: page.width ?? PAGE_WIDTH, rest: " ".repeat(front.length) };
    const lines = isColumn
      ? wrap(allowed, { ...frame, first: `${front}${padEnd(plain(does), DOES_WIDTH)} ` })
      : wrap(`${does}; ${allowed}`, { ...frame, first: front });
    return isAllowed ? lines : lines.map(page.style.dim);
  });
}

/** What an open or coming cut-over is judged on. */
interface Proving {
  readonly requires: string;
  readonly has: string;
  /** Whether rosterform can provide all that is missing by itself, in this run. */
  readonly isOwn: boolean;
}

/** What the cut-over of an address needs and has; `undefined` where none is open or coming. */
function provingFacts(plan: AddressPlan, now: Instant): Proving | undefined {
  const action = plan.actions.find(({ kind }) => kind === "generate" || kind === "switch" || kind === "wait");
  switch (action?.kind) {
    case "generate":
      return { requires: describeClauses(FIRST_CLAUSES), has: "none", isOwn: true };
    case "switch":
      return { ...clausesFor(action.requires, action.from), has: "none", isOwn: !isActive(action.from) };
    case "wait": {
      const { candidate, from, cutover } = action;
      const facts = { requires: cutover.requires, candidate, now, ...(from === undefined ? {} : { from }) };
      const { reached, missing } = judge(facts);
      return {
        ...clausesFor(cutover.requires, from),
        has: reached.length === 0 ? "none" : describeClauses(reached),
        isOwn: missing.every((one) => one.who === "rosterform" || isAnsweredBy(plan.steps, one, cutover.requires)),
      };
    }
    default:
      return undefined;
  }
}

/** Whether a statement that the document brings along answers what is missing about the consumer. */
function isAnsweredBy(steps: readonly Step[], one: Missing, requires: Requirement): boolean {
  const isAboutConsumer = one.kind === "pull" || one.kind === "quiet" || one.kind === "attested";
  return isAboutConsumer && !requires.clauses.includes("used") && steps.some((step) => step.kind === "attest");
}

/** Where nobody can be cut off, working credentials suffice, whatever was asked for. */
function clausesFor(requires: Requirement, from: LiveConnection | undefined): Pick<Proving, "requires"> {
  if (from === undefined || !isActive(from)) return { requires: describeClauses(FIRST_CLAUSES) };
  if (from.use.kind === "observed" || !requires.clauses.includes("used-or-attested"))
    return { requires: describeClauses(requires.clauses) };
  const clauses = requires.clauses.map((clause) => (clause === "used-or-attested" ? "attested" : clause));
  return { requires: `${describeClauses(clauses)} (this store cannot see use)` };
}

type Names = (id: ConnectionId) => string;

function namesOf(actions: readonly Action[], short: ShortPage["short"]): Names {
  const known = new Map<ConnectionId, string>();
  for (const connection of actions.flatMap(connectionsOf)) known.set(connection.id, short(connection.clientId));
  return (id) => known.get(id) ?? id;
}

/** Every live connection an action speaks of. */
export function connectionsOf(action: Action): readonly LiveConnection[] {
  switch (action.kind) {
    case "switch":
      return action.to === undefined ? [action.from] : [action.from, action.to];
    case "update":
    case "disable":
    case "adopt":
      return [action.connection];
    case "wait":
      return action.from === undefined ? [action.candidate] : [action.candidate, action.from];
    case "keep":
      return action.connection === undefined ? [] : [action.connection];
    default:
      return [];
  }
}

function describeWork(step: Step, names: Names, facts: Proving | undefined): string {
  switch (step.kind) {
    case "rename":
      return `move everything from ${step.from}`;
    case "adopt":
      return `manage ${names(step.connection.id)}`;
    case "abandon":
      return `give up ${names(step.connection)}`;
    case "open":
      return step.from === undefined ? "generate the connection" : "generate the new connection";
    case "tie":
      return `let ${names(step.to)} take over`;
    case "update":
      return `change ${step.changes.map((change) => change.what).join(" and ")}`;
    case "deliver":
      return "hand over the values";
    case "attest":
      return `record what ${step.line.by} said`;
    case "confirm":
      return facts === undefined ? "probe it again" : `needs ${facts.requires}; has ${facts.has}`;
    case "close":
      return step.disables === undefined ? "makes it current" : `disables ${names(step.disables)}`;
    case "disable":
      return `disable ${names(step.connection)}`;
  }
}
