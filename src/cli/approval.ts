import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { type Diagnostic, problem } from "../diagnostics/diagnostic.ts";
import type { DistrictId } from "../model/address.ts";
import { digestPlan } from "../plan/digest.ts";
import type { Plan } from "../plan/plan.ts";
import { type Moved, type Reviewed, whatMoved } from "../plan/saved.ts";
import type { Approval } from "../reconcile.ts";
import { readPlanFile } from "../views/plan-file.ts";
import { sha256 } from "./hash.ts";
import { folderOf } from "./output.ts";
import { type DocumentOptions } from "./session.ts";
import type { World } from "./world.ts";

/** How a plan may be approved. */
export interface ApprovalOptions extends DocumentOptions {
  readonly file?: string | undefined;
  readonly digest?: string;
  readonly autoApprove?: boolean;
  readonly input?: string;
}

/** What a person, a plan file or a digest said, and what is wrong with it. */
export interface Answer {
  readonly approval: Approval;
  readonly diagnostics: readonly Diagnostic[];
}

/** A plan file that was read, or what is wrong with it. */
export async function readReviewed(
  options: ApprovalOptions,
  world: World,
): Promise<Reviewed | undefined | readonly Diagnostic[]> {
  if (options.file === undefined) return undefined;
  const path = resolve(folderOf(options, world), options.file);
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch {
    return [
      problem({
        code: "cli/plan-file-unreadable",
        summary: "The plan file cannot be read",
        detail: `${options.file} does not exist or cannot be read. Write one with \`rosterform plan --out ${options.file}\`.`,
      }),
    ];
  }
  return readPlanFile(text, sha256, options.file);
}

/** Holds the plan of now against what was reviewed; else asks. */
export async function approve(
  plan: Plan,
  reviewed: Reviewed | undefined,
  options: ApprovalOptions,
  world: World,
): Promise<Answer> {
  if (options.digest !== undefined && digestPlan(plan, sha256).whole !== options.digest)
    return digestMoved(plan, options.digest);
  if (reviewed !== undefined) return holdAgainst(plan, reviewed);
  if (options.digest !== undefined || options.autoApprove === true) return yes();
  return ask(options, world);
}

function yes(without?: ReadonlySet<DistrictId>): Answer {
  return { approval: { kind: "yes", ...(without === undefined ? {} : { without }) }, diagnostics: [] };
}

/** Districts that moved are refused by name; the others go on. */
function holdAgainst(plan: Plan, reviewed: Reviewed): Answer {
  const moved = whatMoved(reviewed, plan, sha256);
  if (moved.length === 0) return yes();
  const diagnostics = moved.map(describeMoved);
  const without = new Set(moved.map((one) => one.district));
  const isAll = plan.districts.every((one) => without.has(one.district));
  return { approval: isAll ? { kind: "no" } : { kind: "yes", without }, diagnostics };
}

function describeMoved(moved: Moved): Diagnostic {
  const what = moved.what.length === 0 ? "the district as a whole" : moved.what.join("; ");
  return problem({
    code: "cli/plan-stale",
    summary: "The plan was reviewed for another state of things",
    detail: `${moved.district} moved since the plan was made: ${what}. Nothing was done there. Plan and review it again.`,
  });
}

function digestMoved(plan: Plan, digest: string): Answer {
  const now = digestPlan(plan, sha256).whole;
  const diagnostic = problem({
    code: "cli/digest-differs",
    summary: "The plan of now is not the one that was reviewed",
    detail: `Reviewed was ${digest}, the plan of now is ${now}. Nothing was done. A plan file (\`plan --out\`) would name what moved; review the plan again.`,
  });
  return { approval: { kind: "no" }, diagnostics: [diagnostic] };
}

async function ask(options: ApprovalOptions, world: World): Promise<Answer> {
  if (options.input === "false" || !world.canAsk) {
    const diagnostic = problem({
      code: "cli/cannot-ask",
      summary: "Nobody is there to approve",
      detail:
        "The plan needs a yes and nobody can be asked here. Hand in a reviewed plan file or --digest, or say --auto-approve.",
    });
    return { approval: { kind: "no" }, diagnostics: [diagnostic] };
  }
  const said = await world.ask("\nDo you want to do this? Only `yes` is accepted: ");
  if (said.trim() === "yes") return yes();
  world.stderr("Not approved; nothing was done.\n");
  return { approval: { kind: "no" }, diagnostics: [] };
}
