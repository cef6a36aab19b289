import type { Diagnostic, Locate } from "../../diagnostics/diagnostic.ts";
import type { Digests } from "../../plan/digest.ts";
import type { Counts } from "../../plan/plan.ts";
import { sortDiagnostics } from "../diagnostics-text.ts";
import { plain } from "../layout.ts";

/**
 * Workflow commands of GitHub Actions. How they are escaped is what the runner reverses (actions/runner,
 * src/Runner.Common/ActionCommand.cs): `%`, CR and LF in the message, and `:` and `,` besides in properties.
 */

/** Finds the path of a file of the documents below the repository. */
export type Repository = (file: string) => string;

/** One line for each error and warning; the runner sets them beside the line of the YAML. Errors first. */
export function annotations(
  diagnostics: readonly Diagnostic[],
  locate: Locate,
  repository: Repository,
): readonly string[] {
  return sortDiagnostics(diagnostics, locate).map(({ diagnostic, position }) => {
    const { severity, code, summary, detail, place, address } = diagnostic;
    const file = position?.file ?? place?.file;
    const properties = [
      ...(file === undefined ? [] : [["file", repository(file)]]),
      ...(position === undefined ? [] : [["line", String(position.line)]]),
      ...(position === undefined ? [] : [["col", String(position.column)]]),
      ...(position?.endColumn === undefined ? [] : [["endColumn", String(position.endColumn)]]),
      ["title", `${summary} (${code})`],
    ].map(([name = "", value = ""]) => `${name}=${escapedProperty(value)}`);
    const said = address === undefined || detail.includes(address) ? detail : `${address}: ${detail}`;
    return `::${severity} ${properties.join(",")}::${escapedData(said)}`;
  });
}

/** From here on the runner obeys no line: what is printed may quote a name that looks like a command. */
export function stopCommands(token: string): string {
  return `::stop-commands::${token}`;
}

/** From here on it does again. */
export function resumeCommands(token: string): string {
  return `::${token}::`;
}

function escapedData(text: string): string {
  return lines(text).replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapedProperty(text: string): string {
  return escapedData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}

/** Nothing that steers a terminal, but its lines. */
function lines(text: string): string {
  return text.split("\n").map(plain).join("\n");
}

/** What later steps can ask for as `steps.<id>.outputs.<name>`. There is no credential in it. */
export type Outputs = Readonly<Record<string, string>>;

/** What `plan` tells later steps. `plan_file` only where one was written. */
export function planOutputs(facts: {
  readonly counts: Counts;
  readonly hasChanges: boolean;
  readonly isErrored: boolean;
  readonly digests: Digests;
  /** The last lines of the plan. */
  readonly summary: readonly string[];
  readonly planFile?: string;
}): Outputs {
  const { counts, digests, planFile } = facts;
  return {
    has_changes: String(facts.hasChanges),
    errored: String(facts.isErrored),
    generate: String(counts.generate),
    switch: String(counts.switch),
    change: String(counts.change),
    disable: String(counts.disable),
    waiting: String(counts.waiting),
    blocked: String(counts.blocked),
    observed: String(counts.observed),
    digest: digests.whole,
    digests: JSON.stringify(digests.districts),
    summary: facts.summary.join("\n"),
    ...(planFile === undefined ? {} : { plan_file: planFile }),
  };
}

/** Where no plan could be made: nothing is to be applied. */
export const NO_PLAN: Outputs = { has_changes: "false", errored: "true" };

/**
 * Lines for `$GITHUB_OUTPUT`. Every value stands between two lines of a delimiter that nobody can foresee, so that no value can
 * end itself and set another output; where one holds the delimiter after all, that is our mistake.
 */
export function outputLines(outputs: Outputs, delimiter: string): string {
  return Object.entries(outputs)
    .map(([name, value]) => {
      if (value.includes(delimiter)) throw new RangeError("a value holds the delimiter");
      return `${name}<<${delimiter}\n${value}\n${delimiter}\n`;
    })
    .join("");
}
