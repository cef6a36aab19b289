import type { JobResult } from "./runner.ts";
import type { PipelineStage } from "./stage.ts";

/** The two schedules of the starter. */
export const HOURLY = { event: { schedule: "17 * * * *" } };
export const NIGHTLY = { event: { schedule: "43 5 * * *" } };

export const SPRINGFIELD = "districts/springfield.yaml";
export const OTUS = "otus.txt.age";

/** Makes the starter with the address of the campus and pushes it, as its README says. */
export async function begin(stage: PipelineStage): Promise<void> {
  await stage.rosterform("init", "--github", "clone");
  stage.edit("rosterform.yaml", "https://campus.example.org", stage.campus);
  stage.git("init", "-q", "-b", "main");
  stage.git("remote", "add", "origin", stage.machine.origin);
  stage.commit("main", "rosterform init");
}

/** Changes a document on a branch of its own and opens a pull request. */
export async function propose(
  stage: PipelineStage,
  branch: string,
  [file, from, to]: readonly [string, string, string],
) {
  stage.git("checkout", "-q", "-b", branch, "main");
  stage.edit(file, from, to);
  stage.commit(branch, branch);
  return stage.pull(branch);
}

/** The lines that explain the symbols above every plan. */
const LEGEND = /^ +(\+ +generate|\+\/- +switch:|- +disable) /;

/** What the job printed for people: without the legend and what only the runner reads, with one name for what is minted. */
export function told(job: JobResult | undefined): string {
  const lines = (job?.log ?? "(the job did not run)")
    .split("\n")
    .filter(
      (line) =>
        !/^(::(stop-commands|rosterform-)|Saved |Symbols:|\d+ of \d+ addresses|\s*$)/.test(line) && !LEGEND.test(line),
    )
    .map((line) => settled(line).trimEnd());
  return lines.join("\n");
}

/** What differs from run to run, made the same. */
export function settled(text: string): string {
  return text
    .replaceAll(/\b[0-9a-f]{64}\b/g, "01234567...")
    .replaceAll(/\b[0-9a-f]{40}\b/g, "89abcdef...")
    .replaceAll(/\bc-[0-9a-f]{24}\b/g, "c-...")
    .replaceAll(/\b[0-9a-f]{4,8}\.\.(?!\.)/g, "3f9a..")
    .replaceAll(/\b[0-9a-f]{32}\b/g, "3f9a".repeat(8))
    .replaceAll(/\b[0-9a-f]{12}\b/g, "89abcdef0123")
    .replaceAll(/\b\d{2}:\d{2} UTC/g, "08:00 UTC")
    .replaceAll(/T\d{2}:\d{2}:\d{2}\.\d{3}Z/g, "T08:00:00.000Z")
    .replaceAll(/ after \d+s/g, " after 0s")
    .replaceAll(/127\.0\.0\.1:\d+/g, "127.0.0.1:PORT");
}
