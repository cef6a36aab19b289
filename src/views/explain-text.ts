import type { Locate } from "../diagnostics/diagnostic.ts";
import type { LiveDistrict } from "../model/live.ts";
import type { Instant } from "../model/time.ts";
import type { AddressPlan } from "../plan/plan.ts";
import { type DiagnosticJson, diagnosticsJson } from "./diagnostics-json.ts";
import { describeDiagnostics } from "./diagnostics-text.ts";
import { explain } from "./explain.ts";
import { PAGE_WIDTH, padEnd, wrap } from "./layout.ts";
import type { Style } from "./style.ts";
import type { Undo } from "./undo.ts";
import { describePlace } from "./words.ts";

/** How an explanation is printed. */
export interface ExplainOptions {
  /** The district that the plan was made from. */
  readonly live: LiveDistrict | undefined;
  readonly now: Instant;
  readonly locate: Locate;
  readonly style: Style;
  readonly width?: number;
}

const KEY_WIDTH = 12;

/** Why each step of an address is or is not allowed, and what would have to be true. Ends with a line break. */
export function describeExplanation(plan: AddressPlan, options: ExplainOptions): string {
  const { live, now, locate, style, width = PAGE_WIDTH } = options;
  const { facts, steps, undo } = explain(plan, live, now);
  const title = `# ${plan.address} (${describePlace(plan.desired.place, locate)})`;
  const about = facts.flatMap(([key, says]) =>
    wrap(says, { width, first: `  ${padEnd(key, KEY_WIDTH)}`, rest: " ".repeat(KEY_WIDTH + 2) }),
  );
  const sections: (readonly string[])[] = [
    [style.bold(title), ...about],
    stepSection(plan, steps, style, width),
  ].filter((lines) => lines.length > 0);
  if (undo.length > 0) {
    const stages = undo.flatMap(({ when, how, isNow }) =>
      wrap(`${isNow ? "Now: " : ""}${when}. ${how}`, { width, first: "  - ", rest: "    " }),
    );
    sections.push(["If you change your mind:", ...stages]);
  }
  const hold = holdLine(plan);
  if (hold !== undefined) sections.push(wrap(hold, { width }).map(style.red));
  const wrong = describeDiagnostics(plan.diagnostics, options).trimEnd();
  if (wrong !== "") sections.push([wrong]);
  return `${sections.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

function stepSection(
  plan: AddressPlan,
  steps: ReturnType<typeof explain>["steps"],
  style: Style,
  width: number,
): readonly string[] {
  if (steps.length === 0) return plan.hold === "blocked" ? [] : ["No steps: nothing has to be done here."];
  return steps.flatMap(({ number, kind, does, allowed, isAllowed, needs }) => {
    const front = `${isAllowed ? "     " : "  .. "}${number} ${padEnd(kind, 9)} `;
    const rest = " ".repeat(front.length);
    const head = wrap(`${isAllowed ? "" : "not yet: "}${does}; ${allowed}`, { width, first: front, rest });
    const conditions = needs.flatMap((need) => wrap(need, { width, first: `${rest}- `, rest: `${rest}  ` }));
    return [...(isAllowed ? head : head.map(style.dim)), ...conditions];
  });
}

function holdLine(plan: AddressPlan): string | undefined {
  if (plan.hold === "observe") return "None of this is done: the district says mode: observe.";
  if (plan.hold !== "blocked") return undefined;
  const isOwn = plan.diagnostics.some((one) => one.severity === "error");
  if (isOwn && plan.steps.length === 0) return "Nothing is done while an error stands:";
  return isOwn
    ? "None of this is done while an error stands:"
    : "None of this is done: an error about the district or the whole plan is in the way; `rosterform plan` shows it.";
}

/** By key, in the order of the facts; what is said under one key several times stands in as many lines. */
function joined(facts: ReturnType<typeof explain>["facts"]): Readonly<Record<string, string>> {
  const byKey: Record<string, string> = {};
  for (const [key, says] of facts) byKey[key] = byKey[key] === undefined ? says : `${byKey[key]}\n${says}`;
  return byKey;
}

/** An explanation for machines. */
export interface ExplanationJson {
  readonly address: string;
  readonly facts: Readonly<Record<string, string>>;
  readonly steps: readonly {
    readonly number: number;
    readonly step: string;
    readonly allowed: boolean;
    readonly says: string;
    readonly needs: readonly string[];
  }[];
  readonly undo: readonly Undo[];
  readonly held?: "blocked" | "observe";
  readonly diagnostics: readonly DiagnosticJson[];
}

/** The same for machines. */
export function explanationJson(
  plan: AddressPlan,
  { live, now, locate }: Pick<ExplainOptions, "live" | "now" | "locate">,
): ExplanationJson {
  const { facts, steps, undo } = explain(plan, live, now);
  return {
    address: plan.address,
    facts: joined(facts),
    steps: steps.map(({ number, kind, does, allowed, isAllowed, needs }) => ({
      number,
      step: kind,
      allowed: isAllowed,
      says: `${does}; ${allowed}`,
      needs,
    })),
    undo,
    ...(plan.hold === undefined ? {} : { held: plan.hold }),
    diagnostics: diagnosticsJson(plan.diagnostics, locate),
  };
}
