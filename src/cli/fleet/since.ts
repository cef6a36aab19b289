import { createHash } from "node:crypto";
import { dirname, join, resolve } from "node:path";
import { fileSystem, MAX_BYTES } from "../../config/files.ts";
import { resolvedText } from "../../config/gist.ts";
import { loadProject } from "../../config/load-project.ts";
import { readRoot, type Root } from "../../config/read-project.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { DistrictId } from "../../model/address.ts";
import type { DesiredDistrict } from "../../model/desired.ts";
import { sha256 } from "../hash.ts";
import { openSnapshot, type Snapshot } from "./git.ts";
import { reasonsOf } from "./reasons.ts";
import type { Gisted } from "./tasks.ts";

/** What is known of a district without its connections. */
export interface Known {
  readonly district: DistrictId;
  readonly file: string;
  /** SHA-256 of all that it comes to (`resolvedText`). */
  readonly resolved: string;
  /** What git calls the text of its file, where that is known. */
  readonly blob?: string;
}

/** What came to something else since a commit. */
export interface Changed {
  readonly commit: string;
  /** Sorted by district; `why` in the order of importance, never empty. */
  readonly districts: readonly { readonly district: DistrictId; readonly why: readonly string[] }[];
  /** Districts that the documents no longer have. Nothing of them is touched. */
  readonly deleted: readonly DistrictId[];
}

/**
 * Compares what each district comes to now with what it came to at `ref`: defaults, groups and catalogue included. Where the project
 * and the catalogue are the same, only files whose content differs are read again. `leftOut` are files that nothing is planned of
 * because of errors.
 */
export async function changedSince(
  ref: string,
  file: string,
  now: readonly Known[],
  leftOut: readonly Gisted[] = [],
): Promise<Changed | readonly Diagnostic[]> {
  const snapshot = openSnapshot(file, ref);
  if ("code" in snapshot) return [snapshot];
  const folder = dirname(file);
  const [then, present] = [await readRoot(snapshot.files, file), await readRoot(fileSystem, file, [])];
  const shared = sharedFiles(then, present, folder, file);
  const changedShared = shared.filter((path) => isChanged(snapshot, path));
  const listed = then.districtFiles.map((one) => one.file);
  const all = [...new Set([...listed, ...now.map((one) => one.file)])];
  const blobs = new Map(now.map((one) => [one.file, one.blob]));
  const isFileChanged = (path: string): boolean => {
    const then = snapshot.blobOf(join(folder, path));
    return then === undefined || then !== blobs.get(path) ? isChanged(snapshot, join(folder, path)) : false;
  };
  const candidates = changedShared.length > 0 ? all : all.filter(isFileChanged);
  const before = await districtsThen(
    snapshot,
    file,
    new Set(candidates.filter((path) => listed.includes(path) || path === file)),
  );
  const touched = new Set(candidates);
  const open = now.filter((one) => touched.has(one.file) || isStandalone(then));
  const isKnown = new Set(now.map(({ district }) => district));
  if (before === undefined) {
    const why = [`its documents at ${ref} had errors, so it cannot be compared`];
    return { commit: snapshot.commit, deleted: [], districts: open.map(({ district }) => ({ district, why })) };
  }
  const differing = open.filter(({ district, resolved }) => {
    const old = before.get(district);
    return old === undefined || sha256(resolvedText(old)) !== resolved;
  });
  const after = await districtsNow(file, new Set(differing.map((one) => one.file)));
  const districts = differing.map(({ district, file: path }) => ({
    district,
    why: reasonsOf(before.get(district), after.get(district), {
      isFileChanged: isFileChanged(path),
      isSharedChanged: changedShared.length > 0,
      project: present.project?.source.file,
      catalogue: present.catalogue?.file,
    }),
  }));
  // A file that cannot be read to its end may still describe the districts it had.
  const unread = new Set(leftOut.map((one) => one.file));
  for (const { gist } of leftOut) for (const { district } of gist.districts) isKnown.add(district);
  const deleted = [...before.values()]
    .flatMap(({ district, place }) => (isKnown.has(district) || unread.has(place.file) ? [] : [district]))
    .sort();
  return { commit: snapshot.commit, districts: districts.sort((a, b) => (a.district < b.district ? -1 : 1)), deleted };
}

/** The files that concern every district. */
function sharedFiles(then: Root, present: Root, folder: string, file: string): readonly string[] {
  const catalogues = [then, present].flatMap(({ catalogue }) =>
    catalogue === undefined ? [] : [resolve(folder, catalogue.file)],
  );
  return [...new Set([file, ...catalogues])];
}

function isStandalone({ project }: Root): boolean {
  return project === undefined;
}

/** Whether a file is not as it was, byte for byte, by the name that git gives its content. */
function isChanged(snapshot: Snapshot, path: string): boolean {
  const then = snapshot.blobOf(path);
  let bytes: Uint8Array;
  try {
    bytes = fileSystem.readFile(path, MAX_BYTES);
  } catch {
    return then !== undefined;
  }
  if (then === undefined) return true;
  const hash = createHash(then.length === 40 ? "sha1" : "sha256");
  return hash.update(`blob ${bytes.length}\0`).update(bytes).digest("hex") !== then;
}

type Districts = ReadonlyMap<DistrictId, DesiredDistrict>;

/** `undefined` where the documents of then had errors. */
async function districtsThen(
  snapshot: Snapshot,
  file: string,
  only: ReadonlySet<string>,
): Promise<Districts | undefined> {
  snapshot.fetch([...only].map((path) => join(dirname(file), path)));
  const loaded = await loadProject({ path: file, env: {}, only, ...snapshot.files });
  return loaded.kind === "broken" ? undefined : byName(loaded.project.desired.districts);
}

async function districtsNow(file: string, only: ReadonlySet<string>): Promise<Districts> {
  const loaded = await loadProject({ path: file, env: {}, only });
  return byName(loaded.kind === "broken" ? [] : loaded.project.desired.districts);
}

function byName(districts: readonly DesiredDistrict[]): Districts {
  return new Map(districts.map((one) => [one.district, one]));
}
