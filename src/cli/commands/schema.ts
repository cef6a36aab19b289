import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { problem } from "../../diagnostics/diagnostic.ts";
import { nearest } from "../../diagnostics/suggest.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { makeFolder } from "../make-folder.ts";
import { folderOf, openOutput, tell } from "../output.ts";
import { packageFile } from "../package-file.ts";
import { SCHEMA_NAMES } from "../schema-names.ts";
import type { World } from "../world.ts";
import { writeWhole } from "../write-whole.ts";

/** What the command line says. */
export interface SchemaOptions {
  readonly name?: string;
  /** A folder that gets all of them; they refer to each other. */
  readonly out?: string;
  readonly list?: boolean;
}

/** Prints a JSON Schema of the documents as it is published, or writes all of them for an editor without a network. */
export async function schema({ name, out: folder, list }: SchemaOptions, world: World): Promise<ExitCode> {
  const out = openOutput({}, world);
  if (name !== undefined && !SCHEMA_NAMES.some((known) => known === name)) {
    const near = nearest(name, SCHEMA_NAMES);
    const hint = near === undefined ? `There are ${SCHEMA_NAMES.join(", ")}.` : `Did you mean ${near}?`;
    const summary = "The command names an unknown schema";
    tell(out, [problem({ code: "cli/unknown-schema", summary, detail: `There is no schema ${name}. ${hint}` })]);
    return EXIT.failed;
  }
  const wanted = name === undefined ? SCHEMA_NAMES : [name];
  if (list === true) out.text(wanted.join("\n"));
  else if (folder !== undefined) await writeAll(resolve(folderOf({}, world), folder), folder, world);
  else world.stdout(await textOf(name ?? "district"));
  return EXIT.done;
}

async function writeAll(folder: string, named: string, world: World): Promise<void> {
  await makeFolder(folder, named);
  for (const name of SCHEMA_NAMES) {
    await writeWhole(folder, fileOf(name), await textOf(name));
    world.stdout(`wrote ${named}/${fileOf(name)}\n`);
  }
}

function textOf(name: string): Promise<string> {
  return readFile(packageFile(`schemas/${fileOf(name)}`), "utf8");
}

function fileOf(name: string): string {
  return `${name}.schema.json`;
}
