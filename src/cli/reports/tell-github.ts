import { randomUUID } from "node:crypto";
import { appendFileSync } from "node:fs";
import { warning } from "../../diagnostics/diagnostic.ts";
import { OutsideError } from "../../diagnostics/outside-error.ts";
import { annotations, NO_PLAN, outputLines, type Outputs, planOutputs } from "../../views/pipeline/github.ts";
import { codeOf } from "../code-of.ts";
import { type Output, tell } from "../output.ts";
import type { World } from "../world.ts";
import type { Facts } from "./facts.ts";
import { markdown } from "./kinds.ts";

/** Tells GitHub Actions: notes at lines on stdout, outputs of the step, and its summary. */
export function tellGithub(facts: Facts, out: Output, world: World): void {
  const { diagnostics, locate, repository } = facts;
  for (const line of annotations(diagnostics, locate, repository)) world.stdout(`${line}\n`);
  const output = world.env["GITHUB_OUTPUT"] ?? "";
  const summary = world.env["GITHUB_STEP_SUMMARY"] ?? "";
  if (output === "" && summary === "") tell(out, [NOT_THERE]);
  if (output !== "") add("GITHUB_OUTPUT", output, outputLines(outputsOf(facts), `rosterform-${randomUUID()}`));
  if (summary !== "") add("GITHUB_STEP_SUMMARY", summary, markdown(facts));
}

function outputsOf({ command, planned, planFile, review, diagnostics }: Facts): Outputs {
  const count = (severity: "error" | "warning"): string =>
    String(diagnostics.filter((one) => one.severity === severity).length);
  const found = { errors: count("error"), warnings: count("warning") };
  if (command === "validate") return { valid: String(!review.isErrored), ...found };
  if (planned === undefined) return { ...NO_PLAN, ...found };
  const { digests, hasChanges, isErrored, plan } = planned;
  return {
    ...planOutputs({
      counts: plan.counts,
      hasChanges,
      isErrored,
      digests,
      summary: [review.total, ...review.notes],
      ...(planFile === undefined ? {} : { planFile }),
    }),
    ...found,
  };
}

/** Others of the same step may have written there already. */
function add(variable: string, file: string, text: string): void {
  try {
    appendFileSync(file, text);
  } catch (cause) {
    throw new OutsideError("cli/cannot-write", `The file of ${variable} cannot be written (${codeOf(cause)})`, {
      cause,
      fix: "GitHub Actions makes that file for each step; inside a container it has to be mounted.",
    });
  }
}

const NOT_THERE = warning({
  code: "cli/not-in-actions",
  summary: "--github was given outside of GitHub Actions",
  detail:
    "Neither GITHUB_OUTPUT nor GITHUB_STEP_SUMMARY is set, so no outputs and no summary were written; the notes were printed. In a container of a job, hand both variables on.",
});
