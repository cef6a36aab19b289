import { type Diagnostic, problem } from "../diagnostics/diagnostic.ts";
import type { Hash } from "../plan/digest.ts";
import type { Plan } from "../plan/plan.ts";
import type { Reviewed } from "../plan/saved.ts";
import { FORMAT_VERSION, planJson, type PlanJsonOptions } from "./plan-json.ts";

/** What a plan file is made with. */
export interface PlanFileOptions extends PlanJsonOptions {
  /** From `reviewedOf`: what applying the file will be held against. */
  readonly reviewed: Reviewed;
  readonly hash: Hash;
}

/**
 * The text of a plan file: the plan as JSON, what was reviewed, and a seal over all of it. Like the plan it holds no
 * secrets. The seal shows accidents and careless edits; it is no signature.
 */
export function planFileText(plan: Plan, { reviewed, hash, ...options }: PlanFileOptions): string {
  const whole = { ...planJson(plan, options), reviewed };
  return `${JSON.stringify({ ...whole, seal: sealOver(whole, hash) }, null, 2)}\n`;
}

/** Reads a plan file to what was reviewed, or to what is wrong with it. */
export function readPlanFile(
  text: string,
  hash: Hash,
  file: string = "The plan file",
): Reviewed | readonly Diagnostic[] {
  const value = parsed(text);
  if (value === undefined) return [unreadable(file)];
  if (!isRecord(value)) return [notAPlan(file)];
  const version = value["format_version"];
  const major = typeof version === "string" ? /^(\d+)\.\d+$/.exec(version)?.[1] : undefined;
  if (major === undefined) return [notAPlan(file)];
  if (Number(major) > Number.parseInt(FORMAT_VERSION, 10)) return [tooNew(file, String(version))];
  const { seal, ...whole } = value;
  const { reviewed } = whole;
  if (!isReviewed(reviewed) || typeof seal !== "string") return [notAPlan(file)];
  return seal === sealOver(whole, hash) ? reviewed : [edited(file)];
}

/** Over the values, not the bytes: a file that was only indented in another way is still the same plan. */
function sealOver(whole: unknown, hash: Hash): string {
  return hash(JSON.stringify(sorted(whole)));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isRecord(value)) return value;
  return Object.entries(value)
    .filter(([, inner]) => inner !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, inner]) => [key, sorted(inner)]);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isReviewed(value: unknown): value is Reviewed {
  if (!isRecord(value)) return false;
  const { digests, addresses, asked } = value;
  if (asked !== undefined && !isAsked(asked)) return false;
  if (!isRecord(digests) || typeof digests["whole"] !== "string" || !isTexts(digests["districts"])) return false;
  return isRecord(addresses) && Object.values(addresses).every(isTexts);
}

function isAsked(value: unknown): boolean {
  if (!isRecord(value) || typeof value["force"] !== "boolean" || !isRecord(value["selection"])) return false;
  return Object.values(value["selection"]).every(
    (list) => Array.isArray(list) && list.every((one) => typeof one === "string"),
  );
}

function isTexts(value: unknown): value is Readonly<Record<string, string>> {
  return isRecord(value) && Object.values(value).every((text) => typeof text === "string");
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function unreadable(file: string): Diagnostic {
  return problem({
    code: "views/plan-file-unreadable",
    summary: "The plan file is not JSON",
    detail: `${file} cannot be read as JSON: it is empty, cut off or another kind of file. Write it anew with \`rosterform plan --out FILE\`.`,
  });
}

function notAPlan(file: string): Diagnostic {
  return problem({
    code: "views/not-a-plan-file",
    summary: "The file is not a plan file",
    detail: `${file} is JSON, but not what \`rosterform plan --out FILE\` writes; the output of \`plan --json\` cannot be applied either. Write it anew with \`rosterform plan --out FILE\`.`,
  });
}

function tooNew(file: string, version: string): Diagnostic {
  return problem({
    code: "views/plan-file-too-new",
    summary: "The plan file was written by a newer rosterform",
    detail: `${file} has format ${version}, and this rosterform reads formats up to ${FORMAT_VERSION}. Apply it with the version that wrote it, or plan again with this one.`,
  });
}

function edited(file: string): Diagnostic {
  return problem({
    code: "views/plan-file-edited",
    summary: "The plan file was edited after it was written",
    detail: `${file} is not as it was written, so what was reviewed may not be what would be done. Nothing was done. Change the documents instead, and plan again.`,
  });
}
