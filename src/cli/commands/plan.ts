import { hasErrors, type Locate, warning } from "../../diagnostics/diagnostic.ts";
import { digestPlan } from "../../plan/digest.ts";
import { planDistricts } from "../../plan/make-plan.ts";
import type { Plan, Selection } from "../../plan/plan.ts";
import { type Asked, reviewedOf } from "../../plan/saved.ts";
import type { DistrictId } from "../../model/address.ts";
import type { LiveDistrict } from "../../model/live.ts";
import { VERSION } from "../../version.ts";
import { driftOf } from "../../views/drift/drift.ts";
import { planFileText } from "../../views/plan-file.ts";
import { planJson, type PlanJsonOptions } from "../../views/plan-json.ts";
import { describePlan } from "../../views/plan-text.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { sha256 } from "../hash.ts";
import { writeWhole } from "../write-whole.ts";
import { warnOfNotify } from "../notifying.ts";
import { folderOf, NOWHERE, tell } from "../output.ts";
import { openFleet, type Opened, type PlanningOptions } from "../fleet/open-fleet.ts";
import { type Outcome, type ReportOptions, withReports } from "../reports/reports.ts";
import { type DocumentOptions, lookAtLive, type SelectingOptions, selectionOf, type Session } from "../session.ts";
import type { World } from "../world.ts";

/** What the command line says. */
export interface PlanOptions extends PlanningOptions, ReportOptions {
  readonly out?: string;
  readonly detailedExitcode?: boolean;
  readonly force?: boolean;
}

/** Shows what would be done. Opens the store read-only and writes nothing but the plan file and reports that were asked for. */
export async function plan(options: PlanOptions, world: World): Promise<ExitCode> {
  return withReports(
    { command: "plan", options, world, ...(options.out === undefined ? {} : { files: [options.out] }) },
    planAndShow,
  );
}

async function planAndShow(options: PlanOptions, world: World): Promise<Outcome> {
  const opened = await openFleet(options, world, { folds: !tellsOfAll(options) });
  if (opened === undefined) return { code: EXIT.failed };
  const { session } = opened;
  const made = await planFor(session, options, opened);
  if (made === undefined) return { code: EXIT.failed, session };
  await warnOfNotify(session);
  await showPlan(made.plan, made.live, session, options);
  if (options.out !== undefined) {
    await writeWhole(
      folderOf(options, world),
      options.out,
      planFileText(made.plan, await fileOptions(made, session, options)),
    );
    session.out.progress(
      `\nSaved the plan to ${options.out}. To do exactly this, run: rosterform apply ${options.out}`,
    );
  }
  const planned = {
    plan: made.plan,
    live: made.live,
    isErrored: opened.isShort === true || isErrored(made.plan),
    hasChanges: hasChanges(made.plan),
    ...(opened.notes === undefined ? {} : { notes: opened.notes }),
  };
  return {
    code: opened.isShort === true ? EXIT.failed : codeOf(made.plan, options),
    session,
    planned,
    ...(options.out === undefined ? {} : { planFile: options.out }),
  };
}

/** Whoever reads JSON, a plan file or a case for each address is told of every address, also of those that stay. */
function tellsOfAll({ json, out, junit }: PlanOptions): boolean {
  return json === true || out !== undefined || junit !== undefined;
}

function codeOf(made: Plan, { detailedExitcode }: PlanOptions): ExitCode {
  if (isErrored(made)) return EXIT.failed;
  return detailedExitcode === true && hasChanges(made) ? EXIT.changes : EXIT.done;
}

type Live = ReadonlyMap<DistrictId, LiveDistrict>;

/** A plan, and the live side it was made from. */
export interface Made {
  readonly plan: Plan;
  readonly live: Live;
  readonly selection: Selection;
}

/** Reads the live side and plans; tells what is wrong with the selection. */
export async function planFor(
  session: Session,
  options: SelectingOptions & { readonly force?: boolean },
  { scope, settled }: Partial<Opened> = {},
): Promise<Made | undefined> {
  const chosen = selectionOf(options, session);
  if (chosen === undefined) return undefined;
  const selection: Selection = scope === undefined ? chosen : { ...chosen, scope };
  const live = await lookAtLive(session, selection);
  const { desired } = session.project;
  const plan = planDistricts({
    desired,
    live,
    now: session.world.clock.now(),
    selection,
    force: options.force === true,
    ...(settled === undefined ? {} : { settled }),
  });
  return { plan, live, selection };
}

async function fileOptions(made: Made, session: Session, { force }: PlanOptions) {
  const options = jsonOptions(made.plan, made.live, await session.locate());
  const asked: Asked = { selection: made.selection, force: force === true };
  return { ...options, reviewed: { ...reviewedOf(made.plan, sha256), asked }, hash: sha256 };
}

function jsonOptions(plan: Plan, live: Live, locate: Locate): PlanJsonOptions {
  return { locate, rosterformVersion: VERSION, digests: digestPlan(plan, sha256), drift: driftOf(live.values()) };
}

/** Prints a plan in both voices. */
export async function showPlan(made: Plan, live: Live, session: Session, options: DocumentOptions): Promise<void> {
  const { out } = session;
  const locate = isQuietPlan(made) ? NOWHERE : await session.locate();
  const digests = digestPlan(made, sha256);
  const concise = options.concise === true;
  out.text(describePlan(made, { locate, style: out.style, width: out.width, digests, concise, registries: live }));
  if (out.wantsJson) out.json(planJson(made, jsonOptions(made, live, locate)));
  if (isNeverServed(made, live)) tell(out, [NEVER_SERVED]);
}

/** Connections get addresses below the campus that serves the store; without one they would lead nowhere. */
function isNeverServed(made: Plan, live: Live): boolean {
  const isOpening = made.districts.some((one) =>
    one.addresses.some((address) => address.hold === undefined && address.steps.some(({ kind }) => kind === "open")),
  );
  return isOpening && [...live.values()].some((one) => !one.observesUse && one.kept === undefined);
}

const NEVER_SERVED = warning({
  code: "cli/never-served",
  summary: "Nobody has served this store yet",
  detail:
    "New connections get addresses below the campus that serves the store, and none has. Applying now would hand over credentials for the district's own host, where nothing answers for this store. Start `rosterform serve` once, then plan again.",
});

/** Whether nothing will be shown that stands somewhere in a document. */
function isQuietPlan(made: Plan): boolean {
  return made.districts.every((one) =>
    one.addresses.every(
      (address) => address.diagnostics.length === 0 && address.actions.every(({ kind }) => kind === "keep"),
    ),
  );
}

/** Whether something stands in the way of a part of the plan. */
export function isErrored(made: Plan): boolean {
  return (
    made.counts.blocked > 0 || hasErrors(made.diagnostics) || made.districts.some((one) => hasErrors(one.diagnostics))
  );
}

/** Whether applying would change anything; finishing or waiting alone does not count. */
export function hasChanges(made: Plan): boolean {
  const { generate, switch: switches, change, disable } = made.counts;
  return generate + switches + change + disable > 0;
}
