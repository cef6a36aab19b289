import { randomUUID } from "node:crypto";
import { problem } from "../../diagnostics/diagnostic.ts";
import { OutsideError } from "../../diagnostics/outside-error.ts";
import { resumeCommands, stopCommands } from "../../views/pipeline/github.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { folderOf, speak, tell } from "../output.ts";
import type { DocumentOptions } from "../session.ts";
import type { World } from "../world.ts";
import { writeWhole } from "../write-whole.ts";
import { clashIn } from "./clash.ts";
import { type Facts, gather, type Outcome } from "./facts.ts";
import { tellGithub } from "./tell-github.ts";
import { REPORTS, type ReportFlags } from "./kinds.ts";

export type { Outcome } from "./facts.ts";

/** Which reports a command line asks for. */
export interface ReportOptions extends ReportFlags {
  readonly github?: boolean;
}

/** A command that reports. */
export interface Reporting<Options> {
  readonly command: Facts["command"];
  readonly options: Options;
  readonly world: World;
  /** Files that it writes itself. */
  readonly files?: readonly string[];
}

/**
 * Runs a command and writes the reports that were asked for, also where documents are broken or the store cannot be reached:
 * what stands at a pull request must not be from an earlier run.
 */
export async function withReports<Options extends DocumentOptions & ReportOptions>(
  { command, options, world, files = [] }: Reporting<Options>,
  work: (options: Options, world: World) => Promise<Outcome>,
): Promise<ExitCode> {
  const asked = REPORTS.flatMap((kind) =>
    options[kind.option] === undefined ? [] : [{ ...kind, file: options[kind.option] ?? "" }],
  );
  const isOnGithub = options.github === true;
  if (asked.length === 0 && !isOnGithub) return (await work(options, world)).code;
  const clash = clashIn(asked, options, files);
  if (clash.length > 0) {
    tell(speak({ ...options, json: false }, world), clash);
    return EXIT.failed;
  }
  const isTaken = asked.some(({ file }) => file === "-");
  const heard: Facts["heard"][number][] = [];
  const listening = { ...options, isTaken, hear: (told: Facts["heard"]) => void heard.push(...told) };
  const { outcome, lost } = await guarded(isOnGithub, world, () => work(listening, world));
  if (lost !== undefined) heard.push(asDiagnostic(lost));
  const facts = await gather({ command, options, world, heard, outcome });
  const out = speak({ ...options, isTaken }, world);
  for (const { file, says, make } of asked) {
    const text = make(facts);
    if (file === "-") world.stdout(text);
    else {
      await writeWhole(folderOf(options, world), file, text);
      out.progress(`Saved ${says} to ${file}.`);
    }
  }
  if (isOnGithub) tellGithub(facts, out, world);
  if (lost !== undefined) throw lost;
  return outcome.code;
}

interface Guarded {
  readonly outcome: Outcome;
  /** The world outside was in the way. */
  readonly lost?: OutsideError;
}

/** While a plan is printed, the runner of GitHub Actions obeys nothing that stands in it. */
async function guarded(isOnGithub: boolean, world: World, work: () => Promise<Outcome>): Promise<Guarded> {
  const token = `rosterform-${randomUUID()}`;
  if (isOnGithub) world.stdout(`${stopCommands(token)}\n`);
  try {
    return { outcome: await work() };
  } catch (error) {
    if (!(error instanceof OutsideError)) throw error;
    return { outcome: { code: EXIT.failed }, lost: error };
  } finally {
    if (isOnGithub) world.stdout(`${resumeCommands(token)}\n`);
  }
}

function asDiagnostic({ code, message, fix }: OutsideError) {
  return problem({
    code,
    summary: message.replace(/\.$/u, ""),
    detail: fix ?? "Look at `rosterform status`, then try again.",
  });
}
