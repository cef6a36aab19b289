import { statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { type Diagnostic, hasErrors, type Locate } from "../diagnostics/diagnostic.ts";
import type { Desired } from "../model/desired.ts";
import { CHECKS, CHECKS_OF_ONE } from "./checks/all.ts";
import { desire } from "./desire.ts";
import type { Draft } from "./draft.ts";
import { type Files, fileSystem } from "./files.ts";
import { draftOf, readAll } from "./read-project.ts";
import { report } from "./report.ts";
import type { Settings } from "./settings.ts";
import { settle } from "./settle.ts";
import type { Source } from "./source.ts";
import { loadYaml } from "./yaml/exact.ts";
import { createLocator } from "./yaml/locate.ts";

/** Everything the documents say, checked. */
export interface Project {
  /** The file it begins with, absolute. */
  readonly file: string;
  /** Absolute; files in places are relative to it. */
  readonly folder: string;
  readonly desired: Desired;
  readonly settings: Settings;
  /** The files that were read, in that order. */
  readonly sources: readonly Source[];
}

export type Loaded =
  | { readonly kind: "loaded"; readonly project: Project; readonly warnings: readonly Diagnostic[] }
  /** All errors and warnings of all files, sorted by file and position. */
  | { readonly kind: "broken"; readonly diagnostics: readonly Diagnostic[] };

export interface LoadOptions extends Partial<Files> {
  /** A project file, a district file, or a folder with a rosterform.yaml; `cwd` when left out. */
  readonly path?: string;
  /** For `ROSTERFORM_STORE`. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** What relative paths, also those of the environment, are relative to. */
  readonly cwd?: string;
  /**
   * Of the district files only these are read, for whoever has held all of them against each other already (`createFleet`): what
   * concerns several files is not checked.
   */
  readonly only?: ReadonlySet<string>;
}

/** The name of the file a project begins with. */
const PROJECT_FILE = "rosterform.yaml";

/** Reads a project: finds its files, reads, checks and merges them. Everything that is wrong comes at once. */
export async function loadProject(options: LoadOptions = {}): Promise<Loaded> {
  const cwd = options.cwd ?? process.cwd();
  const file = mainFile(resolve(cwd, options.path ?? "."));
  const reading = await readAll(filesOf(options), file, options.only);
  const sources = [...reading.sources.values()];
  const { draft, troubles: mixed } = draftOf(reading);
  const checks = options.only === undefined ? CHECKS : CHECKS_OF_ONE;
  const found = [...reading.troubles, ...mixed, ...(isReadable(draft) ? checks.flatMap((check) => check(draft)) : [])];
  const diagnostics = await report(found, sources);
  if (hasErrors(diagnostics)) return { kind: "broken", diagnostics };
  const settings = settle(draft, { env: options.env ?? {}, cwd });
  const project: Project = { file, folder: dirname(file), desired: desire(draft), settings, sources };
  return { kind: "loaded", project, warnings: diagnostics };
}

/** Finds line and column of the places of a project. Costs the exact parse of each file that is asked about. */
export async function openLocator(project: Project): Promise<Locate> {
  const locate = createLocator(await loadYaml(), project.sources);
  return (place) => locate(place);
}

/** How documents are found and read, unless the caller says otherwise. */
function filesOf({ readFile, glob }: LoadOptions): Files {
  return { readFile: readFile ?? fileSystem.readFile, glob: glob ?? fileSystem.glob };
}

/** The file a project begins with, from what was named. */
export function mainFile(path: string): string {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true ? join(path, PROJECT_FILE) : path;
}

/** Without any readable document of its own a project has nothing to be checked. */
function isReadable(draft: Draft): boolean {
  return draft.project !== undefined || draft.districts.length > 0;
}
