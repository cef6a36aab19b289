import { basename, dirname, join, relative, resolve, sep } from "node:path";
import type { Place } from "../model/place.ts";
import { type AnyDoc, type Doc, isBroken, placeIn } from "./doc.ts";
import { readDocuments, type Role } from "./documents.ts";
import type { Draft, DraftDistrict } from "./draft.ts";
import type { Files } from "./files.ts";
import { type GroupLayers, groupLayers, mergeDistrict } from "./merge.ts";
import { isPattern } from "./pattern.ts";
import { readSource, type Source } from "./source.ts";
import { type Trouble, trouble } from "./trouble.ts";

/** What the files of a project say, read and checked for shape, before anybody asks what it means together. */
export interface Reading {
  readonly files: Files;
  readonly folder: string;
  readonly sources: Map<string, Source>;
  readonly docs: AnyDoc[];
  readonly troubles: Trouble[];
  /** Whether every file could be read whole. */
  isWhole: boolean;
}

/** The file a project begins with and the catalogue, and which district files there are. */
export interface Root {
  readonly reading: Reading;
  /** Absent where a district stands alone. */
  readonly project?: Doc<"project">;
  /** The district files, each once, in the order in which they are read. */
  readonly districtFiles: readonly DistrictFile[];
  /** The catalogue's file; read after the districts. */
  readonly catalogue?: Wanted;
}

/** Reads the file a project begins with and finds its district files; `listed` says which those are where that is known. */
export async function readRoot(files: Files, file: string, listed?: readonly DistrictFile[]): Promise<Root> {
  const reading: Reading = { files, folder: dirname(file), sources: new Map(), docs: [], troubles: [], isWhole: true };
  const main = basename(file);
  const isThere = await readInto(reading, { file: main, path: file, role: "either" });
  if (!isThere) return { reading, districtFiles: [] };
  const [project, second] = reading.docs.filter((doc) => doc.kind === "project");
  if (second !== undefined) reading.troubles.push(secondProject(second));
  const root = project ?? reading.docs.find((doc) => doc.kind === "district");
  if (root === undefined) return { reading, districtFiles: [] };
  const catalogue = root.value.catalogue === undefined ? undefined : displayed(reading.folder, root.value.catalogue);
  const wanted: Wanted | undefined =
    catalogue === undefined
      ? undefined
      : {
          file: catalogue,
          path: resolve(reading.folder, catalogue),
          role: "catalogue",
          namedAt: placeIn(root, "catalogue"),
        };
  return {
    reading,
    ...(project === undefined ? {} : { project }),
    districtFiles: project === undefined ? [] : (listed ?? districtFiles(reading, project, [main, catalogue ?? main])),
    ...(wanted === undefined ? {} : { catalogue: wanted }),
  };
}

/** Reads all files of a project, or of its district files only those named. */
export async function readAll(files: Files, file: string, only?: ReadonlySet<string>): Promise<Reading> {
  const main = basename(file);
  const start: Place = { file: main, document: 0, path: [] };
  const listed = only && [...only].filter((one) => one !== main).map((one) => ({ file: one, namedAt: start }));
  const { reading, districtFiles: found, catalogue } = await readRoot(files, file, listed);
  for (const { file: path, namedAt } of found) {
    await readInto(reading, { file: path, path: join(reading.folder, path), role: "district", namedAt });
  }
  if (catalogue !== undefined) await readInto(reading, catalogue);
  return reading;
}

/** A file to be read, and as what. */
export interface Wanted {
  readonly file: string;
  readonly path: string;
  readonly role: Role;
  readonly namedAt?: Place;
}

/** Reads one file into what was read so far; answers whether it is there. */
export async function readInto(reading: Reading, { file, path, role, namedAt }: Wanted): Promise<boolean> {
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

/** A district file, and the line of the project that names it. */
export interface DistrictFile {
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
    const outside = new Set<string>();
    const matches = isPattern(pattern)
      ? reading.files.glob(pattern, reading.folder, (file) => outside.add(file))
      : [displayed(reading.folder, pattern)];
    const files = matches.filter((file) => !others.includes(file));
    for (const file of outside) reading.troubles.push(leadsOutside(file));
    if (outside.size > 0) reading.isWhole = false;
    if (files.length === 0) {
      const detail = `"${pattern}" matches no file. Correct it, or write the first district file. An empty project never means that anything is disabled.`;
      reading.troubles.push(trouble({ code: "no-district-files", detail, place: namedAt }));
    }
    for (const file of files) if (!found.has(file) && !outside.has(file)) found.set(file, { file, namedAt });
  });
  reading.troubles.push(...similarFiles([...found.keys()]));
  return [...found.values()];
}

/** Nobody reviewed what lies elsewhere, and another machine has something else there. */
function leadsOutside(file: string): Trouble {
  const detail = `"${file}" is a link to something outside of this repository, or lies behind one. Put the file itself here, or name it in \`districts\` by its own path.`;
  return trouble({ code: "leads-outside", detail, place: { file, document: 0, path: [] } });
}

/** Where names do not tell capital from small letters, as on macOS and Windows, only one of the two files can be there. */
function similarFiles(files: readonly string[]): readonly Trouble[] {
  const first = new Map<string, string>();
  return files.flatMap((file) => {
    const other = first.get(file.toLowerCase());
    if (other === undefined) {
      first.set(file.toLowerCase(), file);
      return [];
    }
    const detail = `"${file}" and "${other}" differ only in capital letters: on macOS and Windows a checkout has only one of them, and the other's district is not there. Rename one.`;
    return [trouble({ code: "similar-files", detail, place: { file, document: 0, path: [] } })];
  });
}

/** A path as documents and diagnostics name it: relative to the project folder, with `/`. */
function displayed(folder: string, path: string): string {
  return relative(folder, resolve(folder, path)).split(sep).join("/");
}

/** Merges what was read. `layers` are the groups, where they were prepared before. */
export function draftOf(
  reading: Pick<Reading, "docs" | "isWhole">,
  layers?: GroupLayers,
): { readonly draft: Draft; readonly troubles: readonly Trouble[] } {
  const [project] = reading.docs.filter((doc) => doc.kind === "project");
  const [catalogue] = reading.docs.filter((doc) => doc.kind === "catalogue");
  const groups = layers ?? groupLayers(project);
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
