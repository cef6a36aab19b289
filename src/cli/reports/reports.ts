import { randomUUID } from "node:crypto";
import { OutsideError } from "../../diagnostics/outside-error.ts";
import { resumeCommands, stopCommands } from "../../views/pipeline/github.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { folderOf, speak, tell } from "../output.ts";
import type { DocumentOptions } from "../session.ts";
import { tellOutside } from "../tell-outside.ts";
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
  work: Work<Options>,
): Promise<ExitCode> {
  const asked = REPORTS.flatMap((kind) =>
    options[kind.option] === undefined ? [] : [{ ...kind, file: options[kind.option] ?? "" }],
  );
  const isOnGithub = options.github === true;
  if (asked.length === 0 && !isOnGithub) return (await work(options, world)).code;
  const clash = clashIn(asked, options, { own: files, folder: folderOf(options, world) });
  if (clash.length > 0) {
    tell(speak({ ...options, json: false }, world), clash);
    return EXIT.failed;
  }
  const isTaken = asked.some(({ file }) => file === "-");
  const heard: Facts["heard"][number][] = [];
  const listening = { ...options, isTaken, hear: (told: Facts["heard"]) => void heard.push(...told) };
  const outcome = await (isOnGithub ? guarded : told)(listening, world, work);
  const facts = await gather({ command, options, world, heard, outcome });
  const out = speak({ ...options, isTaken }, world);
  const lost: unknown[] = [];
  for (const { file, says, make } of asked) {
    const text = make(facts);
    try {
      if (file === "-") world.stdout(text);
      else {
        await writeWhole(folderOf(options, world), file, text);
        out.progress(`Saved ${says} to ${file}.`);
      }
    } catch (error) {
      // One file that cannot be written must not keep the others from those who wait for them.
      lost.push(error);
    }
  }
  if (isOnGithub) tellGithub(facts, out, world);
  if (lost.length > 0) throw lost[0];
  return outcome.code;
}

type Work<Options> = (options: Options, world: World) => Promise<Outcome>;

/**
 * While a command speaks, the runner of GitHub Actions obeys no line of what it says. That holds for one stream only: the runner
 * reads the other at its own pace.
 */
async function guarded<Options extends DocumentOptions>(
  options: Options,
  world: World,
  work: Work<Options>,
): Promise<Outcome> {
  const token = `rosterform-${randomUUID()}`;
  world.stdout(`${stopCommands(token)}\n`);
  try {
    return await told(options, { ...world, stderr: world.stdout }, work);
  } finally {
    world.stdout(`${resumeCommands(token)}\n`);
  }
}

/** What is in the way outside is told here already, so that the reports have it too. */
async function told<Options extends DocumentOptions>(
  options: Options,
  world: World,
  work: Work<Options>,
): Promise<Outcome> {
  try {
    return await work(options, world);
  } catch (error) {
    if (!(error instanceof OutsideError)) throw error;
    tellOutside(error, options, world);
    return { code: EXIT.failed };
  }
}
