import { hasErrors } from "../../diagnostics/diagnostic.ts";
import { digestPlan } from "../../plan/digest.ts";
import { planDistricts } from "../../plan/make-plan.ts";
import type { Plan } from "../../plan/plan.ts";
import { planFileText, planJson } from "../../views/plan-json.ts";
import { describePlan } from "../../views/plan-text.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { sha256 } from "../hash.ts";
import type { Output } from "../output.ts";
import { writeWhole } from "../write-whole.ts";
import {
  type DocumentOptions,
  folderOf,
  isWrong,
  lookAtLive,
  NOWHERE,
  openSession,
  type SelectingOptions,
  selectionOf,
  type Session,
  tell,
} from "../session.ts";
import type { World } from "../world.ts";

interface PlanOptions extends DocumentOptions, SelectingOptions {
  readonly out?: string;
  readonly detailedExitcode?: boolean;
  readonly force?: boolean;
}

/** Shows what would be done. Opens the store read-only and writes nothing but the plan file that was asked for. */
export async function plan(options: PlanOptions, world: World): Promise<ExitCode> {
  const session = await openSession(options, world);
  if (session === undefined) return EXIT.failed;
  const made = await planFor(session, options);
  if (made === undefined) return EXIT.failed;
  await showPlan(made, session, options);
  if (options.out !== undefined) {
    await writeWhole(folderOf(options, world), options.out, planFileText(made, { hash: sha256 }));
    session.out.progress(
      `\nSaved the plan to ${options.out}. To do exactly this, run: rosterform apply ${options.out}`,
    );
  }
  if (isErrored(made)) return EXIT.failed;
  return options.detailedExitcode === true && hasChanges(made) ? EXIT.changes : EXIT.done;
}

/** Reads the live side and plans; tells what is wrong with the selection. */
export async function planFor(
  session: Session,
  options: SelectingOptions & { readonly force?: boolean },
): Promise<Plan | undefined> {
  const selection = selectionOf(options, session);
  if (isWrong(selection)) {
    tell(session.out, selection);
    return undefined;
  }
  const live = await lookAtLive(session);
  const { desired } = session.project;
  return planDistricts({ desired, live, now: session.world.clock.now(), selection, force: options.force === true });
}

/** Prints a plan in both voices. */
export async function showPlan(made: Plan, session: Session, options: DocumentOptions): Promise<void> {
  const { out } = session;
  const locate = isQuietPlan(made) ? NOWHERE : await session.locate();
  const digests = digestPlan(made, sha256);
  const concise = options.concise === true;
  out.text(describePlan(made, { locate, style: out.style, width: out.width, digests, concise }));
  out.json(planJson(made, { locate, hash: sha256 }));
}

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
