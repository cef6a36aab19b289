import { CommanderError } from "commander";
import { Bug } from "../diagnostics/invariant.ts";
import { OutsideError } from "../diagnostics/outside-error.ts";
import { EXIT, type ExitCode } from "./exit-code.ts";
import { createProgram } from "./program.ts";
import type { World } from "./world.ts";

/** Runs one command line and answers its exit code. Whatever is thrown becomes one clear message, never a stack trace. */
export async function run(args: readonly string[], world: World): Promise<ExitCode> {
  let code: ExitCode = EXIT.done;
  const program = createProgram(
    world,
    async (running) => {
      code = await running;
    },
    run,
  );
  try {
    if (args.length === 0) program.outputHelp();
    else await program.parseAsync(args, { from: "user" });
    return code;
  } catch (error) {
    return report(error, world);
  }
}

function report(error: unknown, world: World): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.failed;
  if (error instanceof OutsideError) {
    const fix = error.fix === undefined ? "" : `\n\n${error.fix}`;
    world.stderr(`\nError: ${error.message} (${error.code})${fix}\n`);
    return EXIT.failed;
  }
  // Only our own words and the place: a foreign message may quote what it was about, and that could be a credential.
  const what = error instanceof Bug ? error.message : error instanceof Error ? error.name : "no error was thrown";
  const where = error instanceof Error ? firstFrame(error) : "";
  world.stderr(
    `\nThis is a bug in rosterform, not in your documents: ${what}${where}\n` +
      "Nothing half-done is hidden: `rosterform status` shows how things stand.\n",
  );
  return EXIT.failed;
}

function firstFrame(error: Error): string {
  const frame = error.stack?.split("\n").find((line) => line.trimStart().startsWith("at "));
  const where = /([^/\\(]+:\d+):\d+\)?$/.exec(frame ?? "")?.[1];
  return where === undefined ? "" : ` (${where})`;
}
