import { loadProject, openLocator, type Project } from "../config/load-project.ts";
import { type Diagnostic, type Locate, problem } from "../diagnostics/diagnostic.ts";
import { nearest } from "../diagnostics/suggest.ts";
import { type AroundWriter, openReader } from "../drivers.ts";
import { type Address, type DistrictId, parseAddress } from "../model/address.ts";
import type { DesiredConnection, DesiredDistrict } from "../model/desired.ts";
import type { LiveDistrict } from "../model/live.ts";
import type { Selection } from "../plan/plan.ts";
import { withinScope } from "../plan/selection.ts";
import { readLive } from "../reconcile.ts";
import { folderOf, openOutput, type Output, type OutputOptions, tell } from "./output.ts";
import type { World } from "./world.ts";

/** The options that every command over documents has. */
export interface DocumentOptions extends OutputOptions {
  readonly config?: string;
  readonly concise?: boolean;
  /** How long a command that writes waits for others who write, in milliseconds. */
  readonly lockTimeout?: number;
}

/** The options that choose a part of everything. */
export interface SelectingOptions {
  readonly target?: readonly string[];
  readonly exclude?: readonly string[];
  readonly district?: readonly string[];
  readonly selectTag?: readonly string[];
}

/** Documents that were read and are right, and the voices of this command. */
export interface Session {
  readonly project: Project;
  readonly out: Output;
  readonly world: World;
  /** What this command opens the store for writing with. */
  readonly writing: AroundWriter;
  /** Finds lines and columns. Costs an exact parse of each file that is asked about, so it is opened when something is shown. */
  readonly locate: () => Promise<Locate>;
}

/** Some files of a fleet that was surveyed and is right, or all of them. */
export interface PartOfFleet {
  readonly only?: ReadonlySet<string>;
  readonly out: Output;
}

/**
 * Reads the documents. Broken ones are told, all errors at once, and answer `undefined`: the command ends with exit
 * code 1 and has touched nothing.
 */
export async function openSession(
  options: DocumentOptions,
  world: World,
  part?: PartOfFleet,
): Promise<Session | undefined> {
  const out = part?.out ?? openOutput(options, world);
  const cwd = folderOf(options, world);
  const only = part?.only === undefined ? {} : { only: part.only };
  const loaded = await loadProject({ path: pathOf(options, world), cwd, env: world.env, ...only });
  // Of a part of a fleet everything was told when the fleet was surveyed.
  if (loaded.kind === "broken" || part === undefined)
    tell(out, loaded.kind === "broken" ? loaded.diagnostics : loaded.warnings);
  if (loaded.kind === "broken") return undefined;
  const { project } = loaded;
  let locate: Promise<Locate> | undefined;
  const { clock, by } = world;
  return {
    project,
    out,
    world,
    writing: { clock, by, ...(options.lockTimeout === undefined ? {} : { lockMs: options.lockTimeout }) },
    locate: () => {
      locate ??= openLocator(project);
      return locate;
    },
  };
}

/** The project or district file that a command was given, or the folder of one. */
export function pathOf(options: DocumentOptions, world: World): string {
  return options.config ?? world.env["ROSTERFORM_CONFIG"] ?? folderOf(options, world);
}

/** The live side of everything the documents name, or of what of it is in the scope. */
export async function lookAtLive(
  session: Session,
  selection?: Selection,
): Promise<ReadonlyMap<DistrictId, LiveDistrict>> {
  const { project, world } = session;
  const reader = await openReader(project.settings.store, { clock: world.clock });
  try {
    return await readLive(reader, withinScope(project.desired, selection), world.signal);
  } finally {
    await reader.close();
  }
}

/** The part of everything that the options choose; tells what is wrong with the choice and answers `undefined`. */
export function selectionOf(options: SelectingOptions, session: Session): Selection | undefined {
  const { desired } = session.project;
  const addresses = desired.districts.flatMap((one) => one.connections.map((connection) => connection.address));
  const districts = desired.districts.map((one) => one.district);
  const wrong = [
    ...unknown([...(options.target ?? []), ...(options.exclude ?? [])], addresses, "address"),
    ...unknown(options.district ?? [], districts, "district"),
    ...unknown(options.selectTag ?? [], tagsOf(session), "label"),
  ];
  if (wrong.length > 0) {
    tell(session.out, wrong);
    return undefined;
  }
  return {
    targets: addresses.filter((one) => options.target?.includes(one) === true),
    excludes: addresses.filter((one) => options.exclude?.includes(one) === true),
    districts: districts.filter((one) => options.district?.includes(one) === true),
    tags: options.selectTag ?? [],
  };
}

/** Everything `--select-tag` can name: the keys of all labels, and keys with their values. */
function tagsOf({ project }: Session): readonly string[] {
  const labels = project.desired.districts.flatMap((one) => one.connections.map((connection) => connection.labels));
  return [...new Set(labels.flatMap((one) => Object.entries(one).flatMap(([key, value]) => [key, `${key}=${value}`])))];
}

function unknown(given: readonly string[], known: readonly string[], what: string): readonly Diagnostic[] {
  return given.filter((name) => !known.includes(name)).map((name) => unknownName(name, known, what));
}

/** The command names something that is not there; a near name is offered. */
export function unknownName(name: string, known: readonly string[], what: string): Diagnostic {
  const near = nearest(name, known);
  const hint = near === undefined ? "`rosterform render` shows what there is." : `Did you mean ${near}?`;
  return problem({
    code: "cli/unknown-name",
    summary: "The command names something that no document speaks of",
    detail: `There is no ${what} ${name}. ${hint}`,
  });
}

/** One address of the documents, by its text. */
export interface Named {
  readonly address: Address;
  readonly desired: DesiredConnection;
  readonly district: DesiredDistrict;
}

/** Finds the address that a command names; tells and answers `undefined` when there is none. */
export function findAddress(text: string, session: Session): Named | undefined {
  const { desired } = session.project;
  const address = parseAddress(text);
  for (const district of desired.districts) {
    const found = district.connections.find((one) => one.address === address);
    if (found !== undefined) return { address: found.address, desired: found, district };
  }
  const known = desired.districts.flatMap((one) => one.connections.map((connection) => connection.address));
  tell(session.out, [unknownName(text, known, "address")]);
  return undefined;
}
