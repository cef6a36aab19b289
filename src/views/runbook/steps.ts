import { hasErrors } from "../../diagnostics/diagnostic.ts";
import { judge } from "../../model/judge.ts";
import type { LiveConnection } from "../../model/live.ts";
import type { Action } from "../../plan/action.ts";
import type { AddressPlan } from "../../plan/plan.ts";
import type { Step } from "../../plan/step.ts";
import { describeAwaits } from "../words.ts";
import { askedAt, clickOf, describeAsked } from "./asked.ts";
import { doneSteps } from "./done.ts";
import { type Instructions, instructionsFor, NO_CLICKS } from "./instructions.ts";
import type { Around, RunbookStep, StepState } from "./runbook.ts";
import { titleOf } from "./titles.ts";

/** The steps of one address: what is recorded already, and then every step of the plan. */
export function stepsAt(around: Around, next: () => number): readonly RunbookStep[] {
  const { plan } = around;
  const done = doneSteps(around).map((one): RunbookStep => ({ ...one, number: next() }));
  const numbers = plan.steps.map(() => next());
  const states = statesOf(around, numbers);
  const firstNow = states.findIndex((state) => state.kind === "now");
  const steps = plan.steps.map((step, index): RunbookStep => {
    const state = states[index] ?? { kind: "refused", why: "" };
    const how = state.kind === "now" ? instructionsFor(step, around, index === firstNow) : NO_CLICKS;
    return { ...described(step, state, around, how), number: numbers[index] ?? 0 };
  });
  return [...done, ...steps];
}

function described(step: Step, state: StepState, around: Around, how: Instructions): Omit<RunbookStep, "number"> {
  const { plan } = around;
  const click = clickOf(step);
  const asked = click === undefined ? undefined : askedAt(around).find((one) => one.click === click);
  return {
    address: plan.address,
    kind: step.kind,
    title: titleOf(step, around),
    state,
    who: whoDoes(step, around),
    ...how,
    ...(asked === undefined ? {} : { asked: describeAsked(asked) }),
  };
}

function whoDoes(step: Step, { plan, isByHand }: Around): string {
  const owner = plan.desired.owner ?? "the owner (not named in the documents)";
  const { contact } = plan.desired;
  const vendor = `${plan.desired.vendor}${contact === undefined ? "" : `, ${contact}`}`;
  if (step.kind === "deliver") return `${owner}, with ${vendor}`;
  return isByHand && clickOf(step) !== undefined ? `${owner}, in Campus` : `rosterform, started by ${owner}`;
}

function statesOf(around: Around, numbers: readonly number[]): readonly StepState[] {
  const { plan } = around;
  const states: StepState[] = [];
  let waitsFor: number | undefined;
  for (const [index, step] of plan.steps.entries()) {
    const before = index === 0 ? undefined : numbers[index - 1];
    const state = holdState(plan) ?? stateOf(step, around, { numbers, waitsFor, before });
    states.push(state);
    if (state.kind === "not-yet") waitsFor ??= numbers[index];
  }
  return states;
}

/** What stands in the way of every step of an address. */
function holdState(plan: AddressPlan): StepState | undefined {
  if (plan.hold === "observe") {
    const why = "Do nothing here: the district is only observed (`mode: observe`).";
    return { kind: "not-yet", why, needs: ["the document says `mode: manage`"] };
  }
  if (plan.hold !== "blocked") return undefined;
  const own = plan.diagnostics
    .filter((one) => one.severity === "error")
    .map((one) => `${one.summary} (\`${one.code}\`)`);
  const why = hasErrors(plan.diagnostics)
    ? [...new Set(own)].join("; ")
    : "an error about the district or the whole plan, see there";
  return { kind: "refused", why: `Refused: ${why}.` };
}

interface Sequence {
  readonly numbers: readonly number[];
  readonly waitsFor: number | undefined;
  readonly before: number | undefined;
}

function stateOf(step: Step, around: Around, { numbers, waitsFor, before }: Sequence): StepState {
  const reasons: string[] = [];
  if (step.allowed.kind === "not-before") reasons.push(`not before ${step.allowed.day} (${step.allowed.why})`);
  const lack = closingNeeds(step, around, numbers);
  if (lack !== undefined) reasons.push(lack.why);
  if (waitsFor !== undefined) reasons.push(`step ${waitsFor} comes first`);
  if (reasons.length > 0) {
    return { kind: "not-yet", why: `${doNot(step, around)}: ${reasons.join("; ")}.`, needs: lack?.needs ?? [] };
  }
  return { kind: "now", ...(before === undefined ? {} : { after: before }) };
}

function doNot(step: Step, { connections, short }: Around): string {
  const name = (id: string): string => `\`${short(connections.get(id)?.clientId ?? id)}\``;
  switch (step.kind) {
    case "close":
      return step.disables === undefined ? "Not yet" : `Do not disable ${name(step.disables)}`;
    case "disable":
    case "abandon":
      return `Do not disable ${name(step.connection)}`;
    case "deliver":
      return "Do not hand over the values";
    default:
      return "Not yet";
  }
}

interface Needs {
  /** In a word, for the line that forbids the click. */
  readonly why: string;
  readonly needs: readonly string[];
}

/**
 * What has to be true before a superseded connection may be disabled. The click is printed only where all of it was
 * recorded when the runbook was made; a probe or a statement of this very sitting is judged by `rosterform do`.
 */
function closingNeeds(step: Step, around: Around, numbers: readonly number[]): Needs | undefined {
  const { plan } = around;
  if (step.kind !== "close" || step.disables === undefined) return undefined;
  const own = plan.steps.flatMap(({ kind }, index) =>
    kind === "confirm" || kind === "attest" ? [`step ${numbers[index]} says yes and is recorded`] : [],
  );
  const lacks = plan.actions.map((action) => {
    if (action.kind === "switch") return comingNeeds(around, action.from);
    return action.kind === "wait" ? openNeeds(around, action) : undefined;
  });
  const lack = lacks.find((one) => one !== undefined);
  const needs = [...own, ...(lack?.needs ?? [])];
  return needs.length === 0 ? undefined : { why: lack?.why ?? "waiting for the steps before it", needs };
}

const USE = "waiting for evidence of use";
const STATEMENT = "waiting for a named person's statement that the vendor moved";

/** What an open cut-over lacks; the store will judge the same. */
function openNeeds({ plan, now }: Around, action: Extract<Action, { kind: "wait" }>): Needs | undefined {
  const { candidate, from, cutover } = action;
  const { requires } = cutover;
  const { missing } = judge({ requires, candidate, now, ...(from === undefined ? {} : { from }) });
  if (missing.length === 0) return undefined;
  const isEither = requires.clauses.includes("used-or-attested");
  const isProbed = plan.steps.some((step) => step.kind === "confirm");
  const others = missing.filter((one) => one.kind !== "probed" || !isProbed);
  const said = describeAwaits(others, isEither).map(({ key, says }) => (key === "or" ? `or ${says}` : says));
  const kinds = new Set(missing.map((one) => one.kind));
  if (kinds.has("pull") || kinds.has("quiet")) {
    return { why: USE, needs: kinds.has("attested") ? [...said, howToAttest(plan)] : said };
  }
  if (kinds.has("attested")) return { why: STATEMENT, needs: [...said, howToAttest(plan)] };
  return { why: "waiting for evidence that the new connection works", needs: said };
}

/** For a candidate that does not exist yet nothing can be judged; what it will take is known all the same. */
function comingNeeds({ plan, isByHand }: Around, from: LiveConnection): Needs {
  const { requires } = plan.desired;
  const statement = "a named person states that the vendor moved";
  if (isByHand || from.use.kind === "unobservable")
    return { why: STATEMENT, needs: [`${statement} (nobody can see use here)`, howToAttest(plan)] };
  const use = "the vendor pulls with the new credentials, and leaves the old ones alone for its sync period";
  if (requires.includes("used-or-attested")) return { why: USE, needs: [`${use}; or ${statement}`, howToAttest(plan)] };
  const isStated = requires.includes("attested");
  if (!requires.includes("used")) return { why: STATEMENT, needs: [statement, howToAttest(plan)] };
  return { why: USE, needs: isStated ? [use, statement, howToAttest(plan)] : [use] };
}

function howToAttest({ address }: AddressPlan): string {
  return `to state it: \`rosterform confirm '${address}' --attest --by NAME --reason TEXT\``;
}
