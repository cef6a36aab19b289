import type { ApplyReport } from "../../apply/event.ts";
import { reportWithoutWalk } from "../../apply/report.ts";
import { BrokenRun } from "../../apply/trouble.ts";
import { type Diagnostic, hasErrors, problem } from "../../diagnostics/diagnostic.ts";
import { OutsideError } from "../../diagnostics/outside-error.ts";
import { openPorts, openReader, type Terminal } from "../../drivers.ts";
import type { DistrictId } from "../../model/address.ts";
import type { LiveDistrict } from "../../model/live.ts";
import { hasSteps } from "../../plan/doable.ts";
import { finishing } from "../../plan/finish.ts";
import type { Plan, Selection } from "../../plan/plan.ts";
import type { Reviewed } from "../../plan/saved.ts";
import { type Approval, reconcile, type Request } from "../../reconcile.ts";
import type { StoreReader } from "../../stores/store.ts";
import { eventJson, reportJson } from "../../views/apply-json.ts";
import { describeEvent, describeFailures, describeReport } from "../../views/apply-text.ts";
import { outcomeTable } from "../../views/outcome-table.ts";
import { type Answer, type ApprovalOptions, approve, readReviewed } from "../approval.ts";
import { EXIT, type ExitCode, interruptedBy } from "../exit-code.ts";
import { identified } from "../../identity.ts";
import { type Notes, type NotifyingOptions, openNotes } from "../notifying.ts";
import { NOWHERE, tell } from "../output.ts";
import { openProgress, type Progress } from "../progress.ts";
import { openFleet, type Opened, type PlanningOptions } from "../fleet/open-fleet.ts";
import { selectionOf, type Session } from "../session.ts";
import type { World } from "../world.ts";
import { isErrored, showPlan } from "./plan.ts";

/** What the command line says. */
export interface ApplyOptions extends ApprovalOptions, PlanningOptions, NotifyingOptions {
  readonly detailedExitcode?: boolean;
  readonly force?: boolean;
  /** Only what continues open cut-overs. Nobody is asked: opening them was approved, and the store judges their end. */
  readonly finish?: boolean;
  readonly parallelism?: number;
}

/** Plans, asks, and does it. The summary is printed always, also after failures and interrupts. */
export async function applyCommand(options: ApplyOptions, world: World): Promise<ExitCode> {
  // Who reads JSON is told of every address, also of those that stay; a plan file names them.
  const opened = await openFleet(options, world, { folds: options.json !== true && options.file === undefined });
  if (opened === undefined) return EXIT.failed;
  const { session } = opened;
  const reviewed = approvesTwice(options) ?? asksTwice(options) ?? (await readReviewed(options, world));
  if (isList(reviewed)) {
    tell(session.out, reviewed);
    return EXIT.failed;
  }
  const { code } = await applyOpened(options, opened, {
    reviewed,
    ...(options.finish === true ? { narrow: finishing } : {}),
  });
  return opened.isShort === true && code === EXIT.done ? EXIT.failed : code;
}

/** A plan file says what is applied; options that choose something else would not be what was reviewed. */
function asksTwice(options: ApplyOptions): readonly Diagnostic[] | undefined {
  if (options.file === undefined) return undefined;
  const given = (
    [
      ["--target", options.target],
      ["--exclude", options.exclude],
      ["--district", options.district],
      ["--select-tag", options.selectTag],
      ["--since", options.since],
      ["--shard", options.shard],
      ["--force", options.force],
    ] as const
  ).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  if (given.length === 0) return undefined;
  const detail = `${options.file} says what is applied, and with which options it was planned. Leave out ${given.join(", ")}, or give them to \`rosterform plan --out ${options.file}\` and review the plan again.`;
  return [problem({ code: "cli/plan-file-and-options", summary: "A plan file brings its own choice", detail })];
}

/** What goes on by itself is approved by what was approved before; another approval would promise more than is done. */
function approvesTwice(options: ApplyOptions): readonly Diagnostic[] | undefined {
  if (options.finish !== true) return undefined;
  const given = (
    [
      ["a plan file", options.file],
      ["--digest", options.digest],
      ["--force", options.force],
    ] as const
  ).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  if (given.length === 0) return undefined;
  const detail = `\`--finish\` goes on with open cut-overs and does nothing else, so it needs no approval and reaches no limit. Leave out ${given.join(" and ")}, or leave out \`--finish\` to apply what was reviewed. Nothing was done.`;
  return [
    problem({ code: "cli/finish-and-approval", summary: "A run that only finishes takes no other approval", detail }),
  ];
}

function isList<T>(value: Reviewed | undefined | readonly T[]): value is readonly T[] {
  return Array.isArray(value);
}

/** What is applied of the documents besides what the options choose. */
interface Applying {
  /** Whose run it is, for those who are told of it. */
  readonly command?: "apply" | "heal";
  readonly reviewed?: Reviewed | undefined;
  /** What of the plan is to be done at all. */
  readonly narrow?: (plan: Plan) => Plan;
}

/** How it ended; without a report nothing was done. */
export interface Applied {
  readonly code: ExitCode;
  readonly report?: ApplyReport;
}

/** The road of every apply: plan, show, ask, walk, report. */
export async function applyOpened(
  options: ApplyOptions,
  opened: Pick<Opened, "session" | "scope" | "settled">,
  { command = "apply", reviewed, narrow }: Applying,
): Promise<Applied> {
  const { session, scope, settled } = opened;
  const { project, out, world } = session;
  const notes = await openNotes(command, options, session);
  const chosen = reviewed?.asked?.selection ?? selectionOf(options, session);
  if (chosen === undefined) return { code: EXIT.failed };
  const selection = scope === undefined ? chosen : { ...chosen, scope: narrowed(chosen.scope, scope) };
  const asked = options.finish === true ? { ...options, autoApprove: true } : options;
  let isRefused = false;
  let locate = NOWHERE;
  let progress: Progress | undefined;
  const decide = async (plan: Plan, live: ReadonlyMap<DistrictId, LiveDistrict>): Promise<Approval> => {
    if (isFinished(plan, options)) sayFinished(plan, session);
    else if (options.quiet !== true || reviewed === undefined) await showPlan(plan, live, session, options);
    notes.planned(plan);
    if (!hasSteps(plan)) {
      notes.ended(reportWithoutWalk(plan));
      return { kind: "no" };
    }
    locate = await session.locate();
    const answer = await approve(plan, reviewed, asked, world);
    progress = openProgress(plan, out, { ...world, isTerminal: world.isTerminal && options.quiet !== true });
    tell(out, answer.diagnostics);
    isRefused = hasErrors(answer.diagnostics) || answer.approval.kind === "no";
    noteRefusal(answer, notes);
    return answer.approval;
  };
  const reader = await openReader(project.settings.store, { clock: world.clock });
  const terminal = terminalOf(options, world);
  let lost: OutsideError | undefined;
  const request: Request = {
    desired: project.desired,
    reader,
    clock: world.clock,
    by: world.by,
    ...identified(world),
    selection,
    ...(settled === undefined ? {} : { settled }),
    force: reviewed?.asked?.force ?? options.force === true,
    ...(narrow === undefined ? {} : { narrow }),
    approve: decide,
    openPorts: () => openPorts(project.settings, { ...session.writing, terminal, env: world.env }),
    onEvent: (event) => {
      progress?.tell(event, describeEvent(event, out.style) ?? "");
      // A JSON file that cannot be written any more is told at the end; it must not stop a run in the middle.
      try {
        out.json(eventJson(event, { now: world.clock.now(), locate }));
      } catch (error) {
        if (!(error instanceof OutsideError)) throw error;
        lost ??= error;
      }
    },
    signal: world.signal,
    ...(options.parallelism === undefined ? {} : { parallelism: options.parallelism }),
  };
  const { plan, report } = await closing(reader, () => reconcile(request)).catch(async (error: unknown) => {
    progress?.end();
    if (error instanceof BrokenRun) await showReport(error.report, session, notes);
    throw error;
  });
  progress?.end();
  if (report !== undefined) await showReport(report, session, notes);
  if (lost !== undefined) throw lost;
  const code = exitCodeOf({ plan, report, isRefused, options, world });
  return { code, ...(report === undefined ? {} : { report }) };
}

/** Whether nothing is left to go on with; that says nothing about what else is to be done. */
function isFinished(plan: Plan, { finish }: ApplyOptions): boolean {
  return finish === true && plan.districts.length === 0;
}

function sayFinished({ diagnostics }: Plan, { out }: Session): void {
  tell(out, diagnostics);
  out.text("No cut-over is open.");
}

/** A reviewed plan of some districts stays one of those, also where others are left out today. */
function narrowed(reviewed: Selection["scope"], scope: readonly DistrictId[]): readonly DistrictId[] {
  if (reviewed === undefined) return scope;
  const both = new Set(reviewed);
  return scope.filter((district) => both.has(district));
}

async function closing<T>(reader: StoreReader, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    await reader.close();
  }
}

/** Where stdout carries JSON for a program, nobody looks at it. */
function terminalOf(options: ApplyOptions, { stdout: write, reveal, canAsk, ...world }: World): Terminal {
  const isTerminal = world.isTerminal && options.json !== true;
  return { write, isTerminal, ...(isTerminal && canAsk ? { reveal } : {}) };
}

/** A person who says no leaves nothing to tell of; a plan that moved since it was reviewed is a failure. */
function noteRefusal({ approval, diagnostics }: Answer, notes: Notes): void {
  const error = diagnostics.find((one) => one.severity === "error");
  if (error !== undefined) notes.failed(error.code);
  else if (approval.kind === "no") notes.declined();
}

async function showReport(report: ApplyReport, session: Session, notes: Notes): Promise<void> {
  notes.ended(report);
  const { out, world } = session;
  const locate = await session.locate();
  const page = { style: out.style, width: out.width, locate, failuresElsewhere: true };
  out.trouble(describeFailures(report, page));
  out.text(describeReport(report, { ...page, table: outcomeTable(report, out.width) }));
  out.json(reportJson(report, { now: world.clock.now(), locate }));
}

function exitCodeOf(end: {
  readonly plan: Plan;
  readonly report: ApplyReport | undefined;
  readonly isRefused: boolean;
  readonly options: ApplyOptions;
  readonly world: World;
}): ExitCode {
  const { report } = end;
  const interrupted = interruptedBy(end.world.signal);
  if (interrupted !== undefined) return interrupted;
  if (end.isRefused || isErrored(end.plan)) return EXIT.failed;
  if (report === undefined) return EXIT.done;
  if (report.counts.failed + report.counts.blocked > 0) return EXIT.failed;
  return end.options.detailedExitcode === true && report.counts.waiting > 0 ? EXIT.waiting : EXIT.done;
}
