import { randomUUID } from "node:crypto";
import { basename } from "node:path";
import type { AddressOutcome, ApplyReport, Did } from "../apply/event.ts";
import { joinReports, reportOf } from "../apply/report.ts";
import type { Occasion } from "../config/settings.ts";
import { warning } from "../diagnostics/diagnostic.ts";
import { OutsideError } from "../diagnostics/outside-error.ts";
import { openNotifier } from "../drivers.ts";
import { identified } from "../identity.ts";
import type { Notifier } from "../notify/notifier.ts";
import { digestPlan } from "../plan/digest.ts";
import type { Plan } from "../plan/plan.ts";
import { VERSION } from "../version.ts";
import { type EndedRun, noticeText } from "../views/notice-json.ts";
import { EXIT, type ExitCode } from "./exit-code.ts";
import { sha256 } from "./hash.ts";
import { tell } from "./output.ts";
import type { Session } from "./session.ts";

/** What a command tells about its run while it goes on. Nothing is sent before the command has ended and said everything. */
export interface Notes {
  /** The plan that is applied. */
  readonly planned: (plan: Plan) => void;
  /** How all of it, or some addresses, came out. */
  readonly ended: (report: ApplyReport) => void;
  /** Nothing, or not all, was walked, and this is the code of why. */
  readonly failed: (code: string) => void;
  /** A person said no: there is no run to tell of. */
  readonly declined: () => void;
}

/** The option of commands that notify. */
export interface NotifyingOptions {
  /** `--no-notify` makes it false. */
  readonly notify?: boolean;
}

/**
 * Prepares to tell the receiver of `notify` about this run, once it is over. What is wrong with the settings is thrown now, while
 * nothing has begun; what happens to the message later is a warning and changes no exit code.
 */
export async function openNotes(
  command: EndedRun["command"],
  options: NotifyingOptions,
  session: Session,
): Promise<Notes> {
  const { project, world } = session;
  const { notify } = project.settings;
  if (notify === undefined || options.notify === false || world.afterwards === undefined) return SILENT;
  const notifier = await openNotifier(notify, world);
  const reports: ApplyReport[] = [];
  let plan: Plan | undefined;
  let failure: string | undefined;
  let isDeclined = false;
  world.afterwards(async ({ code, error }) => {
    const thrown = error === undefined ? undefined : error instanceof OutsideError ? error.code : "apply/bug";
    const report = reports.length === 0 ? undefined : joinReports(reports);
    const run = { code, failure: failure ?? thrown, ...(report === undefined ? {} : { report }) };
    if (isDeclined || !occasionsOf(run).some((one) => notify.on.includes(one))) return;
    const ended: EndedRun = {
      id: `msg_${randomUUID().replaceAll("-", "")}`,
      at: world.clock.now(),
      rosterform: VERSION,
      command,
      project: basename(project.folder),
      by: world.by,
      ...identified(world),
      isFailed: isFailed(run),
      ...(report === undefined ? {} : { report }),
      ...(plan === undefined ? {} : { digests: digestPlan(plan, sha256) }),
      ...(run.failure === undefined ? {} : { failure: run.failure }),
    };
    await send(notifier, ended, session);
  });
  return {
    planned: (made) => {
      plan = made;
    },
    ended: (report) => void reports.push(report),
    failed: (code) => {
      failure ??= code;
    },
    declined: () => {
      isDeclined = true;
    },
  };
}

/** Tells that an apply from this place would not begin, because what `notify` refers to is missing or wrong here. */
export async function warnOfNotify({ project, world, out }: Session): Promise<void> {
  const { notify } = project.settings;
  if (notify === undefined) return;
  try {
    await openNotifier(notify, world);
  } catch (error) {
    if (!(error instanceof OutsideError)) throw error;
    const detail = `${error.message.replace(/\.$/, "")}. From here \`apply\` would not begin. Where only plans are made, and nothing is applied, this may be as it should be.`;
    tell(out, [warning({ code: error.code, summary: "Applying from here could notify nobody", detail })]);
  }
}

/** The report of a command that writes to one address without a plan. */
export function reportOfOne(outcome: Extract<AddressOutcome, { readonly did: readonly Did[] }>): ApplyReport {
  return reportOf([], [outcome]);
}

const SILENT: Notes = {
  planned: () => undefined,
  ended: () => undefined,
  failed: () => undefined,
  declined: () => undefined,
};

/** What is worth telling of a run, as far as it was walked. */
interface Walked {
  readonly code: ExitCode;
  readonly report?: ApplyReport;
  readonly failure: string | undefined;
}

function isFailed({ code, failure }: Walked): boolean {
  return failure !== undefined || (code !== EXIT.done && code !== EXIT.waiting);
}

function occasionsOf(run: Walked): readonly Occasion[] {
  const { outcomes = [], counts } = run.report ?? {};
  const hasChanged = outcomes.some((one) => "did" in one && one.did.some(isChange));
  const occasions: readonly Occasion[] = [
    ...(hasChanged ? ["changed" as const] : []),
    ...((counts?.waiting ?? 0) > 0 ? ["waiting" as const] : []),
    ...(isFailed(run) ? ["failed" as const] : []),
  ];
  return occasions.length === 0 ? ["unchanged"] : occasions;
}

/** A probe and a hand-over that was made already leave everything as it was. */
function isChange(did: Did): boolean {
  return did.kind !== "probed" && !(did.kind === "delivered" && did.again);
}

async function send(notifier: Notifier, ended: EndedRun, { world, out }: Session): Promise<void> {
  // Whoever interrupted the run waits for its end already; whoever does it now ends the waiting.
  const sending = world.signal.aborted ? { isHurried: true } : { signal: world.signal };
  const { id } = ended;
  if (world.isTerminal) out.progress(`Notifying ${notifier.site}...`);
  const sent = await notifier.send({ id, body: noticeText(ended) }, sending);
  if (sent.kind === "not-sent") return tell(out, [sent.diagnostic]);
  out.progress(`Notified ${notifier.site}.`);
  out.json({ type: "notified", id, site: notifier.site, tries: sent.tries });
}
