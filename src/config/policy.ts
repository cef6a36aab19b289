import { dirname, relative, resolve, sep } from "node:path";
import { type Diagnostic, hasErrors } from "../diagnostics/diagnostic.ts";
import type { DesiredDistrict } from "../model/desired.ts";
import { CHECKS, CHECKS_OF_ONE } from "./checks/all.ts";
import { desire } from "./desire.ts";
import { type AnyDoc, type Doc, placeIn } from "./doc.ts";
import { readDocuments, type Role } from "./documents.ts";
import type { Draft } from "./draft.ts";
import { fileSystem } from "./files.ts";
import type { Catalogue } from "./generated/catalogue.ts";
import type { Project } from "./generated/project.ts";
import { type GroupLayers, groupLayers, mergeDistrict } from "./merge.ts";
import { report } from "./report.ts";
import type { Settings } from "./settings.ts";
import { settle } from "./settle.ts";
import { saidDoc } from "./said.ts";
import { readSource, type Source } from "./source.ts";
import { type Trouble, trouble } from "./trouble.ts";

/**
 * What holds for districts that are handed in one by one and do not stand in the project's own files: a catalogue, the
 * rules of the project, its groups and its machinery.
 */
export interface Policy {
  readonly settings: Settings;
  /** Whether anybody said where credentials go. */
  readonly delivers: boolean;
  readonly vendors: Catalogue["vendors"];
  readonly docs: { readonly project: Doc<"project">; readonly catalogue?: Doc<"catalogue"> };
  readonly groups: GroupLayers;
}

export type LoadedPolicy =
  | { readonly kind: "loaded"; readonly policy: Policy; readonly warnings: readonly Diagnostic[] }
  | { readonly kind: "broken"; readonly diagnostics: readonly Diagnostic[] };

export interface PolicyOptions {
  /** A project file, whose districts are not read. */
  readonly path?: string;
  /** Keys of a project that are said elsewhere; they win over those of the file. */
  readonly said: Readonly<Record<string, unknown>>;
  /** What places in `said` give as their file. */
  readonly saidIn: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}

/** Reads what holds for all districts, from a project file, from what is said elsewhere, or from both. */
export async function loadPolicy(options: PolicyOptions): Promise<LoadedPolicy> {
  const { said, saidIn, env, cwd } = options;
  const reading: Reading = { troubles: [], sources: [] };
  const file =
    options.path === undefined ? undefined : await readOne(reading, resolve(cwd, options.path), cwd, "project");
  const { doc: own, troubles } = saidDoc("project", said, { file: saidIn, path: resolve(cwd, saidIn) });
  reading.troubles.push(...troubles);
  if (own === undefined) return { kind: "broken", diagnostics: await report(reading.troubles, reading.sources) };
  const catalogue = await readCatalogue(reading, own, file, cwd);
  const project = overlaid(own, file);
  const draft: Draft = { project, ...(catalogue === undefined ? {} : { catalogue }), districts: [], isWhole: false };
  // What a file would have said that could not be read is not missing.
  const isWhole = options.path === undefined || file !== undefined;
  const checked = isWhole ? CHECKS.flatMap((check) => check(draft)).map((one) => homed(one, own, file)) : [];
  const found = [...reading.troubles, ...checked];
  const diagnostics = await report(found, reading.sources);
  if (hasErrors(diagnostics)) return { kind: "broken", diagnostics };
  const policy: Policy = {
    settings: settingsOf(own, file, { env, cwd }),
    delivers: project.value.deliver !== undefined,
    vendors: catalogue?.value.vendors ?? {},
    docs: { project, ...(catalogue === undefined ? {} : { catalogue }) },
    groups: groupLayers(file),
  };
  return { kind: "loaded", policy, warnings: diagnostics };
}

/** One district, and everything that is wrong with it. */
export interface CheckedUnder {
  /** Absent where an error stands among the troubles. */
  readonly desired?: DesiredDistrict;
  readonly troubles: readonly Trouble[];
}

/** Holds a district that was put together elsewhere against its schema, the policy and every check. */
export function checkUnder(policy: Policy | undefined, value: unknown, saidIn: string): CheckedUnder {
  const { doc, troubles } = saidDoc("district", value, { file: saidIn });
  return doc === undefined ? { troubles } : checked(policy, doc, troubles);
}

export type LoadedDistrict =
  | { readonly kind: "loaded"; readonly desired: DesiredDistrict; readonly warnings: readonly Diagnostic[] }
  | { readonly kind: "broken"; readonly diagnostics: readonly Diagnostic[] };

/** Reads one district's file under a policy: its groups, the catalogue and every check, as if the project named it. */
export async function loadDistrict(policy: Policy, path: string, cwd: string): Promise<LoadedDistrict> {
  const reading: Reading = { troubles: [], sources: [] };
  const doc = await readOne(reading, resolve(cwd, path), cwd, "district");
  const { desired, troubles } =
    doc === undefined ? { troubles: reading.troubles } : checked(policy, doc, reading.troubles);
  const diagnostics = await report(troubles, reading.sources);
  return desired === undefined ? { kind: "broken", diagnostics } : { kind: "loaded", desired, warnings: diagnostics };
}

/** Only what is about this district: whoever made the policy heard what is wrong with that. */
function checked(policy: Policy | undefined, doc: Doc<"district">, shape: readonly Trouble[]): CheckedUnder {
  const { district, troubles: mixed } = mergeDistrict(doc, policy?.groups ?? new Map());
  const draft: Draft = { ...policy?.docs, districts: [district], isWhole: false };
  const own = CHECKS_OF_ONE.flatMap((check) => check(draft)).filter(
    ({ code, place }) => place?.file === doc.source.file && code !== "config/no-store",
  );
  const troubles = [...shape, ...mixed, ...own];
  if (hasErrors(troubles)) return { troubles };
  const [desired] = desire(draft).districts;
  return desired === undefined ? { troubles } : { desired, troubles };
}

interface Reading {
  readonly troubles: Trouble[];
  readonly sources: Source[];
}

async function readOne<K extends Exclude<Role, "either">>(
  reading: Reading,
  path: string,
  cwd: string,
  role: K,
  namedAt?: Parameters<typeof readSource>[3],
): Promise<Doc<K> | undefined> {
  const shown = relative(cwd, path).split(sep).join("/");
  const read = readSource(fileSystem, shown, path, namedAt);
  if (read.kind === "not-read") {
    reading.troubles.push(read.trouble);
    return undefined;
  }
  reading.sources.push(read.source);
  const { docs, troubles } = await readDocuments(read.source, role);
  reading.troubles.push(...troubles);
  const fitting = docs.filter((doc): doc is Extract<AnyDoc, { kind: K }> => doc.kind === role);
  const [first, second] = fitting;
  if (second !== undefined) {
    const detail = `"${shown}" has several documents, and only one can be meant here. Give each a file of its own.`;
    reading.troubles.push(trouble({ code: "second-document", detail, place: placeIn(second) }));
  }
  return first as Doc<K> | undefined;
}

async function readCatalogue(
  reading: Reading,
  own: Doc<"project">,
  file: Doc<"project"> | undefined,
  cwd: string,
): Promise<Doc<"catalogue"> | undefined> {
  const namer = own.value.catalogue === undefined ? file : own;
  const named = namer?.value.catalogue;
  if (namer === undefined || named === undefined) return undefined;
  const path = resolve(dirname(namer.source.path), named);
  return readOne(reading, path, cwd, "catalogue", placeIn(namer, "catalogue"));
}

/** One document of both; what is said beside the file wins, key by key, and of what a cut-over needs part by part. */
function overlaid(own: Doc<"project">, file: Doc<"project"> | undefined): Doc<"project"> {
  if (file === undefined) return own;
  const confirm = { ...file.value.confirm, ...own.value.confirm };
  const value = { ...file.value, ...own.value, ...(Object.keys(confirm).length === 0 ? {} : { confirm }) };
  return { ...file, value, broken: new Set([...file.broken, ...own.broken]) };
}

/** A trouble with a key that was said beside the file points there. */
function homed(one: Trouble, own: Doc<"project">, file: Doc<"project"> | undefined): Trouble {
  const { place } = one;
  const [key] = place?.path ?? [];
  const isOwn = place?.file === file?.source.file && key !== undefined && Object.hasOwn(own.value, key);
  return isOwn && place !== undefined ? { ...one, place: { ...place, file: own.source.file } } : one;
}

/** Relative paths are relative to where they were said. */
function settingsOf(
  own: Doc<"project">,
  file: Doc<"project"> | undefined,
  surroundings: Parameters<typeof settle>[1],
): Settings {
  const here = settle({ project: own, districts: [], isWhole: false }, surroundings);
  if (file === undefined) return here;
  const there = settle({ project: file, districts: [], isWhole: false }, surroundings);
  const pick = <K extends keyof Settings & keyof Project>(key: K): Settings[K] =>
    own.value[key] === undefined ? there[key] : here[key];
  const notify = pick("notify");
  const told = notify === undefined ? {} : { notify };
  return { store: pick("store"), deliver: pick("deliver"), probe: pick("probe"), ...told };
}
