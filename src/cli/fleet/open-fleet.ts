import { resolvedText } from "../../config/gist.ts";
import type { DistrictId } from "../../model/address.ts";
import type { Settled } from "../../plan/settled.ts";
import { sha256 } from "../hash.ts";
import { openOutput, type Output, tell } from "../output.ts";
import { openSession, type SelectingOptions, type Session } from "../session.ts";
import type { World } from "../world.ts";
import { chooseScope, isList, type Scope, type ScopeOptions } from "./scope.ts";
import { remember, settleFleet } from "./settle.ts";
import type { Known } from "./since.ts";
import { type FleetOptions, isBroken, type Survey, surveyFleet } from "./survey.ts";
import { countLeftOut, rightFiles, sayLeftOut } from "./right-files.ts";
import type { Gisted } from "./tasks.ts";

/** What a command that plans is told. */
export type PlanningOptions = FleetOptions &
  ScopeOptions &
  SelectingOptions & {
    /** Districts whose own files have errors do not stop the others. */
    readonly continue?: boolean;
  };

/** Documents ready to be planned: all of them, or what of a fleet has to be looked at. */
export interface Opened {
  readonly session: Session;
  /** The districts that `--since` and `--shard` left; absent without them. */
  readonly scope?: readonly DistrictId[];
  /** Districts that are not among the documents of the session because nothing is to be done in them. */
  readonly settled?: readonly Settled[];
  /** Districts were left out because something is wrong with their files. */
  readonly isShort?: boolean;
  /** Why not every district is looked at, a line each. */
  readonly notes?: readonly string[];
}

/**
 * Opens the documents of a command that plans. Tells what is wrong and answers `undefined`. `folds`: districts in which nothing is
 * to be done may be left out of the plan but for their digests.
 */
export async function openFleet(
  options: PlanningOptions,
  world: World,
  { folds }: { readonly folds: boolean },
): Promise<Opened | undefined> {
  const survey = await surveyFleet(options, world, options.continue === true ? 1 : undefined);
  if (survey === undefined) return await openAll(options, world);
  const out = openOutput(options, world);
  try {
    tell(out, survey.diagnostics);
    const right = options.continue === true ? rightFiles(survey) : isBroken(survey) ? undefined : survey.files;
    if (right === undefined) return undefined;
    const kept = new Set(right);
    const leftOut = survey.files.filter((one) => !kept.has(one));
    const isShort = leftOut.length > 0;
    if (isShort) out.text(`${sayLeftOut(leftOut)}\n\n`);
    const known = districtsIn(right);
    const asked = await scopeOf(options, out, survey.at.file, known, leftOut);
    if (asked === "unknown") return undefined;
    const scope = asked?.districts ?? (isShort ? known.map(({ district }) => district).sort() : undefined);
    const notes = [...(asked?.notes ?? []), ...(isShort ? [countLeftOut(leftOut)] : [])];
    const opened = await openSurveyed(options, world, { survey, right, out, scope, folds });
    return opened === undefined ? undefined : { ...opened, notes, ...(isShort ? { isShort } : {}) };
  } finally {
    await survey.crew.close();
  }
}

interface Surveyed {
  readonly survey: Survey;
  /** The files that are right. */
  readonly right: readonly Gisted[];
  readonly out: Output;
  readonly scope: readonly DistrictId[] | undefined;
  readonly folds: boolean;
}

async function openSurveyed(
  options: PlanningOptions,
  world: World,
  { survey, right, out, scope, folds }: Surveyed,
): Promise<Opened | undefined> {
  const chosen = scope === undefined ? undefined : new Set(scope);
  if (folds && options.jsonInto === undefined && !isSelecting(options)) {
    const { settled, files } = await settleFleet({ ...survey, files: right }, world.clock, chosen);
    return await openPart(options, world, { out, only: files, scope, settled });
  }
  remember(survey, survey.cache.before.standings, true);
  if (chosen === undefined) return await openAll(options, world, { out, scope });
  if (isSelecting(options) && right.length === survey.files.length)
    return await openAll(options, world, { out, scope });
  // Who names addresses may name some of other parts: only with all documents is it known what is misspelt.
  const files = isSelecting(options)
    ? right
    : right.filter(({ gist }) => gist.districts.some(({ district }) => chosen.has(district)));
  return await openPart(options, world, { out, only: new Set(files.map(({ file }) => file)), scope });
}

function districtsIn(files: readonly Gisted[]): readonly Known[] {
  return files.flatMap(({ file, blob, gist }) =>
    gist.districts.map(({ district, resolved = "" }) => ({
      district,
      file,
      resolved,
      ...(blob === undefined ? {} : { blob }),
    })),
  );
}

/** Chooses, and says so. */
async function scopeOf(
  options: ScopeOptions,
  out: Output,
  file: string,
  now: readonly Known[],
  leftOut: readonly Gisted[] = [],
): Promise<Scope | undefined | "unknown"> {
  const scope = await chooseScope(options, file, now, leftOut);
  if (scope === undefined) return undefined;
  if (isList(scope)) {
    tell(out, scope);
    return "unknown";
  }
  out.text(`${scope.says.join("\n")}\n\n`);
  out.json(scope.json);
  return scope;
}

function isSelecting({ target, exclude, district, selectTag }: SelectingOptions): boolean {
  return [target, exclude, district, selectTag].some((given) => given !== undefined);
}

/** All documents, as ever; what is chosen is chosen among them. */
async function openAll(
  options: PlanningOptions,
  world: World,
  surveyed?: { readonly out: Output; readonly scope: readonly DistrictId[] | undefined },
): Promise<Opened | undefined> {
  const session = await openSession(options, world, surveyed);
  if (session === undefined) return undefined;
  const { project, out } = session;
  const known = (): readonly Known[] =>
    project.desired.districts.map((one) => ({
      district: one.district,
      file: one.place.file,
      resolved: sha256(resolvedText(one)),
    }));
  const isAsked = options.since !== undefined || options.shard !== undefined;
  if (surveyed?.scope !== undefined || !isAsked)
    return { session, ...(surveyed?.scope === undefined ? {} : { scope: surveyed.scope }) };
  const scope = await scopeOf(options, out, project.file, known());
  if (scope === "unknown") return undefined;
  return { session, ...(scope === undefined ? {} : { scope: scope.districts, notes: scope.notes }) };
}

interface Part {
  readonly out: Output;
  readonly only: ReadonlySet<string>;
  readonly scope: readonly DistrictId[] | undefined;
  readonly settled?: readonly Settled[];
}

async function openPart(options: PlanningOptions, world: World, part: Part): Promise<Opened | undefined> {
  const { out, only, scope, settled } = part;
  const session = await openSession(options, world, { out, only });
  if (session === undefined) return undefined;
  const { desired } = session.project;
  const done = new Set(settled?.map(({ district }) => district));
  // A file may hold a settled district beside one that is not.
  const project = {
    ...session.project,
    desired: { ...desired, districts: desired.districts.filter(({ district }) => !done.has(district)) },
  };
  return {
    session: { ...session, project },
    ...(scope === undefined ? {} : { scope }),
    ...(settled === undefined ? {} : { settled }),
  };
}
