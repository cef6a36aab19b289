import { resolve } from "node:path";
import type { Command } from "commander";
import { bashReply, readBashLine } from "../completion/bash-line.ts";
import { type Asking, candidatesFor, type Candidates, type Names } from "../completion/candidates.ts";
import { namesIn } from "../completion/names.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { World } from "../world.ts";

/** Answers a shell that asks what could stand at the cursor. Somebody is typing: there is no error here, only no answer. */
export async function complete(
  shell: string,
  words: readonly string[],
  program: Command,
  world: World,
): Promise<ExitCode> {
  try {
    world.stdout(
      shell === "bash" ? await forBash(words, program, world) : await forOthers(shell, words, program, world),
    );
  } catch {
    world.stdout("values\n");
  }
  return EXIT.done;
}

async function forBash([line = "", breaks = ""]: readonly string[], program: Command, world: World): Promise<string> {
  const typed = readBashLine(line, breaks);
  const found = await candidatesFor(program, typed.words.slice(1), typed.current, namesFrom(world));
  return answer(found, ({ word }) => bashReply(word, typed));
}

async function forOthers(shell: string, words: readonly string[], program: Command, world: World): Promise<string> {
  const last = words.at(-1) ?? "";
  // PowerShell hands over `.` for a word that is still empty, and `=` before any other.
  const current = shell === "powershell" ? last.replace(/^[.=]/u, "") : last;
  const found = await candidatesFor(program, words.slice(0, -1), current, namesFrom(world));
  return answer(found, ({ word, says }) => (says === undefined ? word : `${word}\t${says}`));
}

function answer(found: Candidates, write: (one: { word: string; says?: string }) => string | undefined): string {
  const lines = found.kind === "values" ? found.values.flatMap((one) => write(one) ?? []) : [];
  return [found.kind, ...lines].map((line) => `${line}\n`).join("");
}

function namesFrom(world: World): (asking: Asking) => Promise<Names> {
  return ({ chdir, config, typed }) =>
    namesIn(config ?? world.env["ROSTERFORM_CONFIG"] ?? ".", resolve(world.cwd, chdir ?? "."), typed);
}
