import { statSync } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { type Diagnostic, hasErrors, type Locate } from "../diagnostics/diagnostic.ts";
import type { Desired } from "../model/desired.ts";
import type { Place } from "../model/place.ts";
import { CHECKS } from "./checks/all.ts";
import { desire } from "./desire.ts";
import { type AnyDoc, type Doc, isBroken, placeIn } from "./doc.ts";
import { readDocuments, type Role } from "./documents.ts";
import type { Draft, DraftDistrict } from "./draft.ts";
import { type Files, fileSystem } from "./files.ts";
import { groupLayers, mergeDistrict } from "./merge.ts";
import { isPattern } from "./pattern.ts";
import { report } from "./report.ts";
import type { Settings } from "./settings.ts";
import { settle } from "./settle.ts";
import { readSource, type Source } from "./source.ts";
import { type Trouble, trouble } from "./trouble.ts";
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
}

/** The name of the file a project begins with. */
const PROJECT_FILE = "rosterform.yaml";

/** Reads a project: finds its files, reads, checks and merges them. Everything that is wrong comes at once. */
export async function loadProject(options: LoadOptions = {}): Promise<Loaded> {
  const cwd = options.cwd ?? process.cwd();
  const file = mainFile(resolve(cwd, options.path ?? "."));
  const reading = await readAll(filesOf(options), file);
  const sources = [...reading.sources.values()];
  const { draft, troubles: mixed } = draftOf(reading);
  const found = [...reading.troubles, ...mixed, ...(isReadable(draft) ? CHECKS.flatMap((check) => check(draft)) : [])];
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

function filesOf({ readFile, glob }: LoadOptions): Files {
  return { readFile: readFile ?? fileSystem.readFile, glob: glob ?? fileSystem.glob };
}

function mainFile(path: string): string {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true ? join(path, PROJECT_FILE) : path;
}

/** Without any readable document of its own a project has nothing to be checked. */
function isReadable(draft: Draft): boolean {
  return draft.project !== undefined || draft.districts.length > 0;
}

interface Reading {
  readonly files: Files;
  readonly folder: string;
  readonly sources: Map<string, Source>;
  readonly docs: AnyDoc[];
  readonly troubles: Trouble[];
  /** Whether every file could be read whole. */
  isWhole: boolean;
}

async function readAll(files: Files, file: string): Promise<Reading> {
  const reading: Reading = { files, folder: dirname(file), sources: new Map(), docs: [], troubles: [], isWhole: true };
  const main = basename(file);
  const isThere = await readInto(reading, { file: main, path: file, role: "either" });
  if (!isThere) return reading;
  const [project, second] = reading.docs.filter((doc) => doc.kind === "project");
  if (second !== undefined) reading.troubles.push(secondProject(second));
  const root = project ?? reading.docs.find((doc) => doc.kind === "district");
  if (root === undefined) return reading;
  const catalogue = root.value.catalogue === undefined ? undefined : displayed(reading.folder, root.value.catalogue);
  if (project !== undefined) {
    for (const { file: path, namedAt } of districtFiles(reading, project, [main, catalogue ?? main])) {
      await readInto(reading, { file: path, path: join(reading.folder, path), role: "district", namedAt });
    }
  }
  if (catalogue !== undefined) {
    const namedAt = placeIn(root, "catalogue");
    await readInto(reading, { file: catalogue, path: resolve(reading.folder, catalogue), role: "catalogue", namedAt });
  }
  return reading;
}

interface Wanted {
  readonly file: string;
  readonly path: string;
  readonly role: Role;
  readonly namedAt?: Place;
}

async function readInto(reading: Reading, { file, path, role, namedAt }: Wanted): Promise<boolean> {
  const read = readSource(reading.files, file, path, namedAt);
  if (read.kind === "not-read") {
    const isMissingMain = role === "either" && read.trouble.code === "config/file-missing";
    reading.troubles.push(isMissingMain ? noProject(file) : read.trouble);
    reading.isWhole = false;
    return false;
  }
  reading.sources.set(file, read.source);
  const { docs, troubles } = await readDocuments(read.source, role);
  reading.docs.push(...docs);
  reading.troubles.push(...troubles);
  if (troubles.some(({ severity }) => severity === "error") && docs.length === 0) reading.isWhole = false;
  return true;
}

function noProject(file: string): Trouble {
  const detail = `There is no file "${file}". Name a project or district file with --config, or write a first one with \`rosterform init\`.`;
  return trouble({ code: "no-project", detail, place: { file, document: 0, path: [] } });
}

function secondProject(doc: Doc<"project">): Trouble {
  const detail =
    "A project is described once. Merge the two documents, or add `district:` if this one was to describe a district.";
  return trouble({ code: "second-project", detail, place: placeIn(doc) });
}

interface DistrictFile {
  readonly file: string;
  readonly namedAt: Place;
}

/** The district files of a project, each once, in order. No file at all is an error: it never means "no connections". */
function districtFiles(reading: Reading, project: Doc<"project">, others: readonly string[]): readonly DistrictFile[] {
  const { districts } = project.value;
  const isList = Array.isArray(districts);
  const patterns: readonly string[] = districts === undefined ? [] : isList ? districts : [districts];
  const hasOwn = reading.docs.some((doc) => doc.kind === "district");
  if (patterns.length === 0 && !hasOwn && !isBroken(project, ["districts"])) {
    const detail =
      "Nothing says where the districts are. Add for example `districts: districts/*.yaml`. An empty project never means that anything is disabled.";
    reading.troubles.push(trouble({ code: "no-districts", detail, place: placeIn(project) }));
  }
  const found = new Map<string, DistrictFile>();
  patterns.forEach((pattern, index) => {
    const namedAt = isList ? placeIn(project, "districts", index) : placeIn(project, "districts");
    const matches = isPattern(pattern)
      ? reading.files.glob(pattern, reading.folder)
      : [displayed(reading.folder, pattern)];
    const files = matches.filter((file) => !others.includes(file));
    if (files.length === 0) {
      const detail = `"${pattern}" matches no file. Correct it, or write the first district file. An empty project never means that anything is disabled.`;
      reading.troubles.push(trouble({ code: "no-district-files", detail, place: namedAt }));
    }
    for (const file of files) if (!found.has(file)) found.set(file, { file, namedAt });
  });
  return [...found.values()];
}

/** A path as documents and diagnostics name it: relative to the project folder, with `/`. */
function displayed(folder: string, path: string): string {
  return relative(folder, resolve(folder, path)).split(sep).join("/");
}

function draftOf(reading: Reading): { readonly draft: Draft; readonly troubles: readonly Trouble[] } {
  const [project] = reading.docs.filter((doc) => doc.kind === "project");
  const [catalogue] = reading.docs.filter((doc) => doc.kind === "catalogue");
  const groups = groupLayers(project);
  const districts: DraftDistrict[] = [];
  const troubles: Trouble[] = [];
  for (const doc of reading.docs) {
    if (doc.kind !== "district") continue;
    const merged = mergeDistrict(doc, groups);
    districts.push(merged.district);
    troubles.push(...merged.troubles);
  }
  const draft: Draft = {
    ...(project === undefined ? {} : { project }),
    ...(catalogue === undefined ? {} : { catalogue }),
    districts,
    isWhole: reading.isWhole,
  };
  return { draft, troubles };
}
