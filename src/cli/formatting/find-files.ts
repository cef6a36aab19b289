import { statSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import { fileSystem } from "../../config/files.ts";
import { mainFile } from "../../config/load-project.ts";
import type { DocumentKind } from "../../config/modeline.ts";
import { readRoot } from "../../config/read-project.ts";
import { report } from "../../config/report.ts";
import { trouble } from "../../config/trouble.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";

/** A file to format. */
export interface Found {
  /** As it is told: relative to the working folder, with `/`. */
  readonly name: string;
  /** Absolute. */
  readonly path: string;
  /** What it is where its keys leave it open. */
  readonly meant?: DocumentKind;
  /** Whether somebody named this very file, so that it is told when it is no document. */
  readonly isNamed: boolean;
}

export interface Finding {
  readonly files: readonly Found[];
  readonly diagnostics: readonly Diagnostic[];
}

/** The files of the project that begins with `path`; what is wrong inside of them is told when they are formatted. */
export async function filesOfProject(path: string, folder: string): Promise<Finding> {
  const main = mainFile(path);
  const { reading, districtFiles, catalogue } = await readRoot(fileSystem, main);
  const wanted: readonly (readonly [string, DocumentKind | undefined])[] = [
    [main, "project"],
    ...districtFiles.map(({ file }) => [join(reading.folder, file), "district"] as const),
    ...(catalogue === undefined ? [] : [[catalogue.path, "catalogue"] as const]),
  ];
  const isMissing = reading.troubles.some(({ code }) => code === "config/no-project");
  const files = isMissing ? [] : wanted.map(([file, meant]) => found(file, folder, true, meant));
  const troubles = reading.troubles.filter(({ code, place }) => FINDING.has(code) || isAboutFiles(place?.path[0]));
  return { files, diagnostics: await report(troubles, reading.sources.values()) };
}

/** What is wrong with the way from a project to its files. */
const FINDING = new Set<string>([
  "config/no-project",
  "config/no-districts",
  "config/no-district-files",
  "config/leads-outside",
  "config/second-project",
  "config/schema-from-the-future",
]);

function isAboutFiles(key: string | number | undefined): boolean {
  return key === "districts" || key === "catalogue";
}

/** The files that were named, and those below the folders that were. */
export async function filesNamed(paths: readonly string[], folder: string): Promise<Finding> {
  const files = new Map<string, Found>();
  const diagnostics: Diagnostic[] = [];
  for (const path of paths) {
    const whole = resolve(folder, path);
    const below = statSync(whole, { throwIfNoEntry: false })?.isDirectory() === true ? filesBelow(whole) : undefined;
    const one = below === undefined ? [found(whole, folder, true)] : below.map((file) => found(file, folder, false));
    for (const file of one) if (!files.has(file.path) || file.isNamed) files.set(file.path, file);
    if (below !== undefined) diagnostics.push(...leavers(whole, folder));
  }
  return { files: [...files.values()], diagnostics };
}

const PATTERNS = ["**/*.yaml", "**/*.yml"];

function filesBelow(folder: string): readonly string[] {
  return PATTERNS.flatMap((pattern) => {
    const outside = new Set<string>();
    const files = fileSystem.glob(pattern, folder, (file) => outside.add(file));
    return files.filter((file) => !outside.has(file)).map((file) => join(folder, file));
  }).sort();
}

/** Links that lead out of the repository are told, as they are of a project, and not followed. */
function leavers(below: string, folder: string): readonly Diagnostic[] {
  const outside: string[] = [];
  for (const pattern of PATTERNS) fileSystem.glob(pattern, below, (file) => outside.push(file));
  return outside.map((file) => {
    const name = nameOf(join(below, file), folder);
    const detail = `"${name}" is a link to something outside of this repository, or lies behind one. Name it by its own path to format it.`;
    return trouble({ code: "leads-outside", detail, place: { file: name, document: 0, path: [] } });
  });
}

function found(path: string, folder: string, isNamed: boolean, meant?: DocumentKind): Found {
  return { name: nameOf(path, folder), path, isNamed, ...(meant === undefined ? {} : { meant }) };
}

function nameOf(path: string, folder: string): string {
  return relative(folder, path).split(sep).join("/");
}
