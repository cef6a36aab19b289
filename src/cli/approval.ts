import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { type Diagnostic, problem } from "../diagnostics/diagnostic.ts";
import type { Plan } from "../plan/plan.ts";
import type { SaidDigest } from "../plan/said-digests.ts";
import { type Moved, type Reviewed, whatMoved } from "../plan/saved.ts";
import type { Approval } from "../reconcile.ts";
import { readPlanFile } from "../views/plan-file.ts";
import { sha256 } from "./hash.ts";
import { folderOf } from "./output.ts";
import { holdAgainstDigests } from "./said-digests.ts";
import { type DocumentOptions } from "./session.ts";
import type { World } from "./world.ts";

/** How a plan may be approved. */
export interface ApprovalOptions extends DocumentOptions {
  readonly file?: string | undefined;
  /** Of the whole plan, or of districts. */
  readonly digest?: readonly SaidDigest[];
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

/** Holds the plan of now against what was reviewed; else asks. A file and digests must both agree. */
export async function approve(
  plan: Plan,
  reviewed: Reviewed | undefined,
  options: ApprovalOptions,
  world: World,
): Promise<Answer> {
  const { digest = [] } = options;
  if (digest.length === 0 && reviewed === undefined) return options.autoApprove === true ? yes() : ask(options, world);
  const held = digest.length === 0 ? undefined : holdAgainstDigests(plan, digest);
  const moved = reviewed === undefined ? [] : whatMoved(reviewed, plan, sha256);
  const left = new Set(moved.map((one) => one.district));
  for (const { district } of plan.districts) if (held?.approved.has(district) === false) left.add(district);
  const diagnostics = [...(held?.diagnostics ?? []), ...moved.map(describeMoved)];
  if (left.size === 0) return { ...yes(), diagnostics };
  const isAll = plan.districts.every((one) => left.has(one.district));
  return { approval: isAll ? { kind: "no" } : { kind: "yes", without: left }, diagnostics };
}

function yes(): Answer {
  return { approval: { kind: "yes" }, diagnostics: [] };
}

function describeMoved(moved: Moved): Diagnostic {
  const what = moved.what.length === 0 ? "the district as a whole" : moved.what.join("; ");
  return problem({
    code: "cli/plan-stale",
    summary: "The plan was reviewed for another state of things",
    detail: `${moved.district} moved since the plan was made: ${what}. Nothing was done there. Plan and review it again.`,
  });
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
