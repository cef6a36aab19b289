import type { DistrictId } from "../model/address.ts";
import type { DesiredDistrict } from "../model/desired.ts";
import type { Day } from "../model/time.ts";
import { CHECKS_ACROSS, CHECKS_OF_ONE } from "./checks/all.ts";
import { desire } from "./desire.ts";
import { type Doc, isBroken } from "./doc.ts";
import { readDocuments } from "./documents.ts";
import type { Draft, DraftDistrict } from "./draft.ts";
import { type GroupLayers, groupLayers } from "./merge.ts";
import { draftOf, type Reading, type Root } from "./read-project.ts";
import type { Source } from "./source.ts";
import type { Trouble } from "./trouble.ts";

/**
 * What is left of a district file once it was read, checked and merged: small enough to keep for each of many thousands, and
 * plain enough to be sent between threads and kept on disk. No value of a document is in it besides those named here.
 */
export interface FileGist {
  readonly districts: readonly DistrictGist[];
  /** What is wrong in this file, and with what it takes over. What only shows beside other files is not in it. */
  readonly troubles: readonly Trouble[];
  readonly isWhole: boolean;
}

/** One district of a file. */
export interface DistrictGist {
  readonly district: DistrictId;
  /** Index of its document in the file. */
  readonly document: number;
  readonly site: { readonly host: string; readonly app: string; readonly kind?: "production" | "sandbox" };
  readonly groups: readonly string[];
  /** Of the keys above, those whose shape is wrong. */
  readonly broken: readonly string[];
  readonly connections: number;
  /** Digest of everything that the district comes to, defaults, groups and catalogue included; absent while something is wrong. */
  readonly resolved?: string;
  /** Digest of its plain wish (see src/plan/settled.ts), where it has one. */
  readonly wish?: string;
  /** From this day on the plain wish is not all that is to be said. */
  readonly quietUntil?: Day;
}

/** What the gist of a district is made with, from outside this room. */
export interface Summary {
  readonly hash: (text: string) => string;
  readonly wishOf: (desired: DesiredDistrict) => { readonly text: string; readonly quietUntil?: Day } | undefined;
}

/** The project and its catalogue, prepared once to read many district files against. */
export interface Frame {
  readonly root: Root;
  readonly docs: Reading["docs"];
  readonly layers: GroupLayers;
}

/** Prepares a root whose catalogue was read. */
export function frameOf(root: Root): Frame {
  const { reading, project } = root;
  return { root, docs: [...reading.docs], layers: groupLayers(project) };
}

/** Reads, checks and merges one district file against its project, and keeps the gist. */
export async function gistOf(frame: Frame, source: Source, { hash, wishOf }: Summary): Promise<FileGist> {
  const { docs, troubles } = await readDocuments(source, "district");
  const isWhole = !(docs.length === 0 && troubles.some(({ severity }) => severity === "error"));
  const { draft, troubles: mixed } = draftOf({ docs: [...frame.docs, ...docs], isWhole }, frame.layers);
  const found = [...troubles, ...mixed, ...CHECKS_OF_ONE.flatMap((check) => check(draft))];
  const isRight = found.every(({ severity }) => severity !== "error");
  const wanted = isRight ? new Map(desire(draft).districts.map((one) => [one.district, one])) : undefined;
  const districts = draft.districts.map((one) => {
    const desired = wanted?.get(one.id);
    const wish = desired === undefined ? undefined : wishOf(desired);
    return {
      ...outline(one),
      ...(desired === undefined ? {} : { resolved: hash(resolvedText(desired)) }),
      ...(wish === undefined ? {} : { wish: hash(wish.text) }),
      ...(wish?.quietUntil === undefined ? {} : { quietUntil: wish.quietUntil }),
    };
  });
  return { districts, troubles: found, isWhole };
}

function outline({ id, doc, connections }: DraftDistrict): DistrictGist {
  return {
    district: id,
    document: doc.index,
    site: doc.value.site,
    groups: doc.value.groups ?? [],
    broken: ["district", "site", "groups"].filter((key) => isBroken(doc, [key])),
    connections: connections.length,
  };
}

/** Everything that a district comes to, without where it stands: moving a line in a file changes nothing. */
export function resolvedText(desired: DesiredDistrict): string {
  const connections = desired.connections.map((one) => ({ ...one, place: undefined, places: undefined }));
  return JSON.stringify({ ...desired, connections, place: undefined });
}

/** What only shows when all files stand beside each other. `files` are in the order in which they are read. */
export function troublesAcross(
  { project }: Root,
  files: readonly { readonly file: string; readonly gist: FileGist }[],
  isWhole: boolean,
): readonly Trouble[] {
  const districts = files.flatMap(({ file, gist }) => gist.districts.map((one) => outlined(file, one)));
  const draft: Draft = {
    ...(project === undefined ? {} : { project }),
    districts,
    isWhole: isWhole && files.every(({ gist }) => gist.isWhole),
  };
  return CHECKS_ACROSS.flatMap((check) => check(draft));
}

/** As much of a district as the checks across files look at. */
function outlined(file: string, { district, document, site, groups, broken }: DistrictGist): DraftDistrict {
  const doc: Doc<"district"> = {
    kind: "district",
    value: { district, site, groups: [...groups] },
    source: { file, path: file, text: "" },
    index: document,
    broken: new Set(broken),
  };
  return { id: district, doc, connections: [], ignored: [] };
}
