import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { root } from "../setup/source.ts";

/** A script that a pipeline runs, and where it stands. */
export interface Script {
  readonly where: string;
  readonly text: string;
}

export function read(file: string): string {
  return readFileSync(join(root, file), "utf8");
}

type Steps = readonly { readonly run?: string }[];

/** All scripts of workflows and actions in these texts. */
export function scriptsOf(files: Readonly<Record<string, string>>): readonly Script[] {
  return Object.entries(files).flatMap(([file, text]) => {
    const { jobs = {}, runs } = parse(text) as {
      readonly jobs?: Readonly<Record<string, { readonly steps: Steps }>>;
      readonly runs?: { readonly steps: Steps };
    };
    const steps = [...Object.values(jobs).flatMap((job) => job.steps), ...(runs?.steps ?? [])];
    return steps.flatMap(({ run }, at) => (run === undefined ? [] : [{ where: `${file}, step ${at + 1}`, text: run }]));
  });
}

const SCRIPTS = ["before_script", "script", "after_script"] as const;

/** All scripts of a component of GitLab, inputs filled in with words. */
export function componentScripts(file: string): readonly Script[] {
  const [, jobs = ""] = read(file).split(/^---$/m);
  const parsed = parse(jobs) as Readonly<Record<string, Partial<Record<(typeof SCRIPTS)[number], readonly string[]>>>>;
  return Object.entries(parsed).flatMap(([name, job]) =>
    SCRIPTS.flatMap((kind) =>
      job[kind] === undefined ? [] : [{ where: `${file}, ${name}, ${kind}`, text: (job[kind] ?? []).join("\n") }],
    ),
  );
}
