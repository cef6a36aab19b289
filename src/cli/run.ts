import { CommanderError } from "commander";
import { BrokenRun } from "../apply/trouble.ts";
import { Bug } from "../diagnostics/invariant.ts";
import { OutsideError } from "../diagnostics/outside-error.ts";
import { EXIT, type ExitCode, interruptedBy } from "./exit-code.ts";
import type { OutputOptions } from "./output.ts";
import { createProgram } from "./program.ts";
import { tellOutside } from "./tell-outside.ts";
import type { Afterwards, World } from "./world.ts";

/** Runs one command line and answers its exit code. Whatever is thrown becomes one clear message, never a stack trace. */
export async function run(args: readonly string[], outside: World): Promise<ExitCode> {
  const later: Afterwards[] = [];
  const world: World = { ...outside, afterwards: (task) => void later.push(task) };
  let options: OutputOptions = {};
  const end = await runCommand(args, world, (seen) => {
    options = seen;
  });
  for (const task of later) await task(end).catch((error: unknown) => void report(error, options, world));
  return end.code;
}

type End = Parameters<Afterwards>[0];

async function runCommand(args: readonly string[], world: World, see: (options: OutputOptions) => void): Promise<End> {
  let code: ExitCode = EXIT.done;
  let options: OutputOptions = {};
  const program = createProgram(
    world,
    async (running) => {
      code = await running;
    },
    run,
  );
  program.hook("preAction", (_, command) => {
    options = command.opts<OutputOptions>();
    see(options);
  });
  try {
    if (args.length === 0) program.outputHelp();
    else await program.parseAsync(args, { from: "user" });
    return { code };
  } catch (error) {
    const interrupted = interruptedBy(world.signal);
    if (interrupted !== undefined && isInterrupt(error, world.signal)) return { code: interrupted };
    return { code: report(error, options, world), error };
  }
}

/** Looking was cut short by the signal that was asked for; nothing had begun. */
function isInterrupt(error: unknown, signal: AbortSignal): boolean {
  return error === signal.reason || (error instanceof Error && error.name === "AbortError");
}

function report(error: unknown, options: OutputOptions, world: World): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.failed;
  if (error instanceof OutsideError) tellOutside(error, options, world);
  else world.stderr(describeMistake(error));
  return EXIT.failed;
}

/**
 * Our own mistake, in our own words and with its place: a foreign message may quote what it was about, and that could be
 * a credential.
 */
export function describeMistake(thrown: unknown): string {
  // A run that broke repeats the message of whatever broke it.
  const error = thrown instanceof BrokenRun ? thrown.cause : thrown;
  const what = error instanceof Bug ? error.message : error instanceof Error ? error.name : "no error was thrown";
  const where = error instanceof Error ? firstFrame(error) : "";
  return (
    `\nThis is a bug in rosterform, not in your documents: ${what}${where}\n` +
    "Nothing half-done is hidden: `rosterform status` shows how things stand.\n"
  );
}

function firstFrame(error: Error): string {
  const frame = error.stack?.split("\n").find((line) => line.trimStart().startsWith("at "));
  const where = /([^/\\(]+:\d+):\d+\)?$/.exec(frame ?? "")?.[1];
  return where === undefined ? "" : ` (${where})`;
}
