import { VERSION } from "../../version.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { World } from "../world.ts";

/** What the command line says. */
export interface VersionOptions {
  readonly json?: boolean;
}

/** Prints the version, alone on its line. */
export async function version(options: VersionOptions, world: World): Promise<ExitCode> {
  const node = process.versions.node;
  const text = options.json === true ? JSON.stringify({ rosterform: VERSION, node }) : `rosterform ${VERSION}`;
  world.stdout(`${text}\n`);
  return EXIT.done;
}
