import { join, resolve } from "node:path";
import { fileSystem } from "../../config/files.ts";
import { SCHEMAS } from "../../config/generated/schemas.ts";
import { type FileGist, type Frame, frameOf, troublesAcross } from "../../config/gist.ts";
import { mainFile } from "../../config/load-project.ts";
import { type DistrictFile, readInto, readRoot, type Root } from "../../config/read-project.ts";
import { report } from "../../config/report.ts";
import { readSource, type Source } from "../../config/source.ts";
import type { Trouble } from "../../config/trouble.ts";
import { type Diagnostic, hasErrors } from "../../diagnostics/diagnostic.ts";
import { VERSION } from "../../version.ts";
import { sha256 } from "../hash.ts";
import { folderOf } from "../output.ts";
import type { DocumentOptions } from "../session.ts";
import type { World } from "../world.ts";
import { type Cache, cacheFolder, NO_CACHE, openCache } from "./cache.ts";
import { hireCrew } from "./crew.ts";
import { blobOf, type Gisted, type Hand, type Whereabouts } from "./tasks.ts";

/** From so many files on, the gists of districts are cheaper than the districts. */
const FLEET_FROM = 400;

/** A fleet whose documents were all read and held against each other, none of which is in memory any more. */
export interface Survey {
  readonly at: Whereabouts;
  readonly frame: Frame;
  /** In the order in which they are read. */
  readonly files: readonly Gisted[];
  /** Every file that was read, as places name them: the project and its catalogue, then its districts. */
  readonly documents: readonly string[];
  /** All errors and warnings of all files, as `loadProject` gives them. */
  readonly diagnostics: readonly Diagnostic[];
  readonly crew: Hand;
  readonly cache: Cache;
}

/** The options that say how a fleet is read. */
export interface FleetOptions extends DocumentOptions {
  /** `false`: nothing is remembered, and nothing that was is believed. */
  readonly cache?: boolean;
  /** Files will be compared with those of a commit. */
  readonly since?: string;
}

/**
 * Surveys a project whose district files are many; `undefined` where they are few, or where districts stand in the project file
 * itself. `least` says what counts as many. Whoever is given a survey closes its crew.
 */
export async function surveyFleet(options: FleetOptions, world: World, least?: number): Promise<Survey | undefined> {
  const cwd = folderOf(options, world);
  const file = mainFile(resolve(cwd, options.config ?? world.env["ROSTERFORM_CONFIG"] ?? cwd));
  const root = await readRoot(fileSystem, file);
  const { staff } = world.fleet ?? {};
  const from = least ?? world.fleet?.from ?? FLEET_FROM;
  const isFleet = root.project !== undefined && root.reading.docs.every((doc) => doc.kind === "project");
  if (!isFleet || root.districtFiles.length < from) return undefined;
  if (root.catalogue !== undefined) await readInto(root.reading, root.catalogue);
  const at: Whereabouts = { file, cwd, env: world.env };
  const crew = hireCrew(at, staff);
  try {
    const cache = cacheOf(options, world, at, root);
    const files = await gistsOf(root, crew, cache, options.since !== undefined);
    const troubles = [
      ...root.reading.troubles,
      ...troublesAcross(root, files, root.reading.isWhole),
      ...files.flatMap(({ gist }) => gist.troubles),
    ];
    const documents = [...new Set([...root.reading.sources.keys(), ...files.map(({ file: one }) => one)])];
    return { at, frame: frameOf(root), files, documents, diagnostics: await told(root, troubles), crew, cache };
  } catch (error) {
    await crew.close();
    throw error;
  }
}

function cacheOf(options: FleetOptions, { env, fleet }: World, { file, cwd }: Whereabouts, root: Root): Cache {
  const folder = options.cache === false ? undefined : cacheFolder(env, cwd);
  if (folder === undefined) return NO_CACHE;
  const documents = [...root.reading.sources.values()].flatMap((source) => [source.file, source.text]);
  const key = sha256(JSON.stringify([VERSION, fleet?.build ?? "", SCHEMAS, file, documents]));
  return openCache(folder, file, key);
}

/** What is remembered of a text that is still the same is taken; the rest is read by the crew. */
async function gistsOf(root: Root, crew: Hand, { before }: Cache, wantsBlobs: boolean): Promise<readonly Gisted[]> {
  const { folder } = root.reading;
  const known = new Map<string, Gisted>();
  const unknown: DistrictFile[] = [];
  for (const one of root.districtFiles) {
    const kept = Object.hasOwn(before.files, one.file) ? before.files[one.file] : undefined;
    const text = kept === undefined ? undefined : textOf(folder, one.file);
    if (kept === undefined || text === undefined || kept.hash !== sha256(text)) unknown.push(one);
    else known.set(one.file, { file: one.file, ...kept, ...(wantsBlobs ? { blob: blobOf(text) } : {}) });
  }
  for (const made of await crew.gists(unknown)) known.set(made.file, made);
  return root.districtFiles.flatMap(({ file }) => known.get(file) ?? []);
}

function textOf(folder: string, file: string): string | undefined {
  const read = readSource(fileSystem, file, join(folder, file));
  return read.kind === "read" ? read.source.text : undefined;
}

/** Lines and columns are found in the few files that something is said about. */
async function told(root: Root, troubles: readonly Trouble[]): Promise<readonly Diagnostic[]> {
  const { folder, sources } = root.reading;
  const files = new Set(troubles.flatMap(({ place, also }) => [place?.file ?? "", also?.place.file ?? ""]));
  const read = [...files].flatMap((file): readonly Source[] => {
    if (file === "" || sources.has(file)) return [];
    const found = readSource(fileSystem, file, join(folder, file));
    return found.kind === "read" ? [found.source] : [];
  });
  return await report(troubles, [...sources.values(), ...read]);
}

/** Whether something in the documents is wrong. */
export function isBroken({ diagnostics }: Survey): boolean {
  return hasErrors(diagnostics);
}

/** A gist that may be kept: what is wrong with a text may quote it, and is found again each time. */
export function isKept(gist: FileGist): boolean {
  return gist.troubles.every(({ severity, at }) => severity === "warning" && at === undefined);
}
