import type { AddressOutcome, ApplyEvent, ApplyReport, Did } from "../apply/event.ts";
import type { Diagnostic, Locate } from "../diagnostics/diagnostic.ts";
import type { Awaited } from "../plan/action.ts";
import type { StepKind } from "../plan/step.ts";
import { describeCompared } from "./compared.ts";
import { describeDiagnostics } from "./diagnostics-text.ts";
import { describeVerdicts } from "./findings-text.ts";
import { PAGE_WIDTH, wrap } from "./layout.ts";
import type { Style } from "./style.ts";
import { describeAwaited, describeAwaits, describeStages, describeWho, plural, stageOf } from "./words.ts";

/** What is said when a step begins. Steps that are over at once, or that a date may hold, say only how they ended. */
const BEGINS: Readonly<Partial<Record<StepKind, string>>> = {
  open: "Generating...",
  confirm: "Probing...",
  update: "Changing...",
  adopt: "Adopting...",
  rename: "Renaming...",
};

const FAILS: Readonly<Record<StepKind, string>> = {
  rename: "Renaming",
  adopt: "Adoption",
  abandon: "Giving up the candidate",
  open: "Generation",
  tie: "Opening the cut-over",
  update: "Change",
  deliver: "Delivery",
  attest: "Recording the statement",
  confirm: "Probing",
  close: "Closing the cut-over",
  disable: "Disabling",
};

/** What happened while a plan is applied, in a line, and below a probe what both connections see; `undefined` where nothing has to be said. */
export function describeEvent(event: ApplyEvent, style: Style): string | undefined {
  switch (event.kind) {
    case "address-started":
      return undefined;
    case "step-started": {
      const begins = BEGINS[event.step];
      return begins === undefined ? undefined : line(event.address, begins, style);
    }
    case "step-done":
      return [
        line(event.address, describeDid(event.did, ` after ${seconds(event.elapsedMs)}`), style),
        ...(event.did.kind === "probed" ? describeCompared(event.did.findings) : []),
      ].join("\n");
    case "step-waiting":
      return line(event.address, describeWaiting(event.awaits), style);
    case "step-failed": {
      const { code, summary } = event.diagnostic;
      return style.bold(`${event.address}: `) + style.red(`${FAILS[event.step]} failed: ${summary} (${code})`);
    }
    case "address-finished":
      return event.outcome.kind === "interrupted" ? line(event.outcome.address, "Interrupted", style) : undefined;
  }
}

function line(address: string, says: string, style: Style): string {
  return style.bold(`${address}: `) + says;
}

function seconds(ms: number): string {
  return `${Math.max(0, Math.round(ms / 1000))}s`;
}

/** What a step did, e.g. `Generation complete after 2s [id=c-17]`. */
export function describeDid(did: Did, after: string = ""): string {
  switch (did.kind) {
    case "opened":
      return `Generation complete${after} [id=${did.connection}]`;
    case "tied":
      return `Cut-over opened${after} [id=${did.connection}]`;
    case "updated":
      return `Change complete${after} [id=${did.connection}]`;
    case "adopted":
      return `Adoption complete${after} [id=${did.connection}]`;
    case "attested":
      return `Statement recorded${after} [id=${did.connection}]`;
    case "renamed":
      return `Renamed from ${did.from}${after}`;
    case "delivered":
      return did.again
        ? `Delivered already, to ${did.target} [id=${did.connection}]`
        : `Delivered to ${did.target}${after} [id=${did.connection}]`;
    case "probed":
      return did.verdict === "confirmed"
        ? `Probing confirmed${after} [id=${did.connection}]`
        : `Probing ${did.verdict}${after} (${describeVerdicts(did.findings)}) [id=${did.connection}]`;
    case "closed": {
      const old = did.disabled === undefined ? "" : `, disabled=${did.disabled}`;
      return `Cut-over closed${after} [id=${did.current}${old}]`;
    }
    case "abandoned":
      return `Candidate given up${after} [id=${did.connection}]`;
    case "disabled":
      return `Disabling complete${after} [id=${did.connection}]`;
  }
}

/** `Waiting for evidence (probed: yes, used: not yet)`, or for the first thing that stands before evidence. */
export function describeWaiting(awaits: readonly Awaited[]): string {
  const other = awaits.find((one) => stageOf(one) !== "evidence");
  if (other?.kind === "date") return `Waiting until ${describeAwaited(other)}`;
  if (other !== undefined) return `Waiting for ${describeWho(other)}: ${describeAwaited(other)}`;
  const has = (...kinds: readonly Awaited["kind"][]): boolean => awaits.some((one) => kinds.includes(one.kind));
  const parts = [
    ...(has("candidate-active") ? ["candidate: disabled"] : []),
    `probed: ${probedWord(awaits)}`,
    ...(has("pull", "quiet") ? ["used: not yet"] : []),
    ...(has("attested") ? ["attested: not yet"] : []),
  ];
  return `Waiting for evidence (${parts.join(", ")})`;
}

function probedWord(awaits: readonly Awaited[]): string {
  const probed = awaits.find((one) => one.kind === "probed");
  if (probed === undefined) return "yes";
  if (probed.verdict === "never") return "not yet";
  return probed.verdict === "stale" ? "too long ago" : probed.verdict;
}

/** How a report is printed. */
export interface ReportOptions {
  readonly locate: Locate;
  readonly style: Style;
  readonly width?: number;
  /** What went wrong is printed somewhere else, with `describeFailures`. */
  readonly failuresElsewhere?: boolean;
  /** From `outcomeTable`: stands above the counts. */
  readonly table?: readonly string[];
}

/** What went wrong in a run; empty when nothing did. */
export function describeFailures(report: ApplyReport, options: ReportOptions): string {
  return describeDiagnostics(report.outcomes.flatMap(troubleOf), options);
}

/**
 * What a run came to: what went wrong, what waits for whom, and last the counts, which are there always. Ends with a line
 * break.
 */
export function describeReport(report: ApplyReport, options: ReportOptions): string {
  const { style, width = PAGE_WIDTH } = options;
  const wrong = options.failuresElsewhere === true ? "" : describeFailures(report, options).trimEnd();
  const waiting = report.outcomes.filter((one) => one.kind === "waiting");
  const cut = report.outcomes.filter((one) => one.kind === "interrupted");
  const sections = [
    ...(wrong === "" ? [] : [[wrong]]),
    ...(waiting.length === 0
      ? []
      : [[style.bold("Waiting:"), ...waiting.flatMap(({ address, awaits }) => waitingLines(address, awaits, width))]]),
    ...(cut.length === 0 ? [] : [[style.bold("Interrupted:"), ...cut.map(({ address }) => `  ${address}`)]]),
    ...(options.table === undefined || options.table.length === 0 ? [] : [options.table]),
    // Not wrapped: these lines are there to be found by programs, too.
    summaryLines(report, style),
  ];
  return `${sections.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

/** What is wrong with an address, if anything. */
function troubleOf(outcome: AddressOutcome): readonly Diagnostic[] {
  if (outcome.kind === "failed") return [outcome.diagnostic];
  return outcome.kind === "blocked" ? outcome.diagnostics : [];
}

function waitingLines(address: string, awaits: readonly Awaited[], width: number): readonly string[] {
  const lines = describeAwaits(awaits).flatMap(({ key, says }) =>
    wrap(key === "or" ? `or, ${says}` : says, { width, first: "    ", rest: "      " }),
  );
  return [`  ${address}`, ...lines];
}

/** The last lines of a run, greppable. */
export function summaryLines({ counts, outcomes }: ApplyReport, style: Style): readonly string[] {
  const { generated, switched, changed, disabled } = counts;
  const did = `Connections: ${generated} generated, ${switched} switched, ${changed} changed, ${disabled} disabled.`;
  const failures = [
    ...(counts.failed === 0 ? [] : [`${counts.failed} failed`]),
    ...(counts.blocked === 0 ? [] : [`${counts.blocked} blocked`]),
    ...(counts.interrupted === 0 ? [] : [`${counts.interrupted} interrupted`]),
  ];
  const waits = outcomes.flatMap((one) => (one.kind === "waiting" ? [one.awaits.map(stageOf)] : []));
  return [
    failures.length === 0 ? `${style.green("Apply complete!")} ${did}` : `${style.red("Apply incomplete:")} ${did}`,
    ...(failures.length === 0 ? [] : [`${failures.join(", ")}.`]),
    ...(waits.length === 0 ? [] : [describeWaits(waits)]),
  ];
}

/** `1 cut-over waiting for evidence.`, `3 cut-overs waiting: 2 for evidence; 1 for a date.` */
function describeWaits(waits: Parameters<typeof describeStages>[0]): string {
  const stages = describeStages(waits);
  return `${plural(waits.length, "cut-over")} waiting${stages.includes(" for ") ? ": " : " for "}${stages}.`;
}
