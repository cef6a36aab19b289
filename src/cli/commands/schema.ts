import { readFile } from "node:fs/promises";
import { nearest } from "../../diagnostics/suggest.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { packageFile } from "../package-file.ts";
import type { World } from "../world.ts";

const NAMES = ["project", "district", "catalogue", "connection", "definitions"];

/** Prints a JSON Schema of the documents as it is published. */
export async function schema(options: { readonly name: string }, world: World): Promise<ExitCode> {
  if (!NAMES.includes(options.name)) {
    const near = nearest(options.name, NAMES);
    const hint = near === undefined ? `There are ${NAMES.join(", ")}.` : `Did you mean ${near}?`;
    world.stderr(`\nError: there is no schema ${options.name} (cli/unknown-schema)\n\n${hint}\n`);
    return EXIT.failed;
  }
  world.stdout(await readFile(packageFile(`schemas/${options.name}.schema.json`), "utf8"));
  return EXIT.done;
}
