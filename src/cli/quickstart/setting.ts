import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { OutsideError } from "../../diagnostics/outside-error.ts";
import { type Clock, instantOf, type Instant } from "../../model/time.ts";
import { packageFile } from "../package-file.ts";
import type { World } from "../world.ts";

/** The moment that lies so many milliseconds before the present one. */
export function ago(clock: Clock, ms: number): Instant {
  return instantOf(Date.parse(clock.now()) - ms);
}

/** Makes the folder in which the story happens; a new temporary one unless one was named. */
export async function makeFolder(world: World, named: string | undefined): Promise<string> {
  if (named === undefined) return mkdtemp(join(tmpdir(), "rosterform-quickstart-"));
  const folder = resolve(world.cwd, named);
  const entries = await mkdir(folder, { recursive: true })
    .then(() => readdir(folder))
    .catch((cause: unknown) => {
      throw unusable(`${named} cannot be made or read`, cause);
    });
  if (entries.length > 0) throw unusable(`${named} is not empty`);
  return folder;
}

function unusable(what: string, cause?: unknown): OutsideError {
  const fix = "Name an empty or a new folder, or none at all: then a temporary one is made.";
  return new OutsideError("cli/folder-unusable", what, { fix, ...(cause === undefined ? {} : { cause }) });
}

/** Puts an example's documents in place of those that are there. */
export async function putDocuments(example: string, folder: string): Promise<void> {
  for (const name of ["rosterform.yaml", "vendors.yaml", "districts"])
    await rm(join(folder, name), { recursive: true, force: true });
  await cp(packageFile(`examples/${example}`), folder, { recursive: true });
}

/** Changes a text in a document, as a person would in an editor; answers the line before and after. */
export async function edit(file: string, from: string, to: string): Promise<readonly [string, string]> {
  const text = await readFile(file, "utf8");
  const before = text.split("\n").find((line) => line.includes(from));
  if (before === undefined) throw new Error("the line to be edited is not there");
  await writeFile(file, text.replace(from, to));
  return [before.trim(), before.replace(from, to).trim()];
}
