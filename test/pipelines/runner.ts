import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { parse } from "yaml";
import { outputsIn } from "../setup/actions-runner.ts";
import { root } from "../setup/source.ts";
import { type CodeHost, REPOSITORY, type Run } from "./code-host.ts";
import { allFilledIn, type Contexts, filledIn, isWanted } from "./expressions.ts";

/** A step of a workflow or of a composite action, as YAML has it. */
interface Step {
  readonly id?: string;
  readonly if?: string;
  readonly run?: string;
  readonly uses?: string;
  readonly shell?: string;
  readonly env?: Readonly<Record<string, unknown>>;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly "working-directory"?: string;
}

interface Job {
  readonly if?: string;
  readonly needs?: string;
  readonly env?: Readonly<Record<string, unknown>>;
  readonly environment?: string;
  readonly steps: readonly Step[];
}

/** What happened at the code host. */
export interface Happening {
  readonly event: string;
  /** The commit that is checked out, and its reference in the origin. */
  readonly sha: string;
  readonly ref: string;
  /** The commit that runs and artifacts are filed under. */
  readonly headSha: string;
  /** More of the `github` context. */
  readonly github: Readonly<Record<string, unknown>>;
}

/** The machine of a job: programs, secrets, where the repository is. */
export interface Machine {
  readonly host: CodeHost;
  readonly origin: string;
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
  readonly vars: Readonly<Record<string, string>>;
}

/** How a job ended. */
export interface JobResult {
  readonly ok: boolean;
  /** Everything its steps printed. */
  readonly log: string;
  readonly summary: string;
  /** Outputs of the last step that used the action. */
  readonly outputs: Readonly<Record<string, string>>;
}

/** Runs the jobs of a workflow file that an event asks for, as the runner of GitHub Actions does, in this order. */
export async function runWorkflow(
  file: string,
  happening: Happening,
  machine: Machine,
): Promise<Readonly<Record<string, JobResult>>> {
  const run = machine.host.beginRun(happening.event, happening.headSha);
  const results: Record<string, JobResult> = {};
  const { jobs } = parse(readFileSync(file, "utf8")) as { readonly jobs: Readonly<Record<string, Job>> };
  for (const [name, job] of Object.entries(jobs)) {
    const isOff = job.needs !== undefined && results[job.needs]?.ok !== true;
    if (isOff || !isWanted(job.if, contextsOf(happening, machine), false)) continue;
    results[name] = await new JobRun(job, happening, machine, run).play();
  }
  return results;
}

function contextsOf({ event, sha, ref, github }: Happening, { vars }: Machine): Contexts {
  return {
    github: { repository: REPOSITORY, event_name: event, sha, ref, token: "ghs_job", event: {}, ...github },
    vars,
  };
}

/** One scope of steps: a job, or an action within it. */
interface Scope {
  readonly contexts: Contexts;
  readonly steps: Record<string, { readonly outputs: Readonly<Record<string, string>> }>;
}

class JobRun {
  private log = "";
  private isFailing = false;
  private readonly path: string[] = [];
  private readonly workspace: string;
  private readonly temp: string;
  private readonly summary: string;
  private outputs: Readonly<Record<string, string>> = {};

  private readonly job: Job;
  private readonly happening: Happening;
  private readonly machine: Machine;
  private readonly run: Run;

  constructor(job: Job, happening: Happening, machine: Machine, run: Run) {
    [this.job, this.happening, this.machine, this.run] = [job, happening, machine, run];
    const folder = mkdtempSync(join(machine.folder, "job-"));
    [this.workspace, this.temp, this.summary] = [
      join(folder, "work"),
      join(folder, "temp"),
      join(folder, "summary.md"),
    ];
    for (const made of [this.workspace, this.temp]) mkdirSync(made);
    writeFileSync(this.summary, "");
  }

  async play(): Promise<JobResult> {
    const { secrets } = this.machine;
    const outer = { ...contextsOf(this.happening, this.machine), secrets, runner: { temp: this.temp } };
    const env = allFilledIn(this.job.env, outer);
    await this.walk(this.job.steps, { contexts: { ...outer, env }, steps: {} }, env);
    const summary = readFileSync(this.summary, "utf8");
    rmSync(dirname(this.workspace), { recursive: true, force: true });
    return { ok: !this.isFailing, log: this.log, summary, outputs: this.outputs };
  }

  private async walk(steps: readonly Step[], scope: Scope, env: Readonly<Record<string, string>>): Promise<void> {
    for (const step of steps) {
      const contexts = { ...scope.contexts, steps: scope.steps };
      if (!isWanted(step.if, contexts, this.isFailing)) continue;
      const own = { ...env, ...allFilledIn(step.env, contexts) };
      const outputs =
        step.run === undefined ? await this.use(step, contexts, own) : await this.script(step, contexts, own);
      if (step.id !== undefined) scope.steps[step.id] = { outputs };
    }
  }

  private async script(step: Step, contexts: Contexts, env: Readonly<Record<string, string>>) {
    const folder = mkdtempSync(join(this.temp, "step-"));
    const [script, output, path] = ["script.sh", "output", "path"].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    writeFileSync(script, filledIn(step.run, contexts));
    for (const file of [output, path]) writeFileSync(file, "");
    const { PATH = "" } = this.machine.env;
    const options = step.shell === "bash" ? ["--noprofile", "--norc", "-eo", "pipefail"] : ["-e"];
    const where = join(this.workspace, filledIn(step["working-directory"] ?? ".", contexts));
    const code = await this.bash([...options, script], where, {
      ...this.machine.env,
      ...this.variables(),
      ...env,
      PATH: [...this.path, PATH].join(":"),
      GITHUB_OUTPUT: output,
      GITHUB_PATH: path,
    });
    if (code !== 0) this.isFailing = true;
    this.path.unshift(
      ...readFileSync(path, "utf8")
        .split("\n")
        .filter((line) => line !== ""),
    );
    return outputsIn(readFileSync(output, "utf8"));
  }

  private variables(): Record<string, string> {
    const { event, sha, ref } = this.happening;
    return {
      CI: "true",
      GITHUB_ACTIONS: "true",
      GITHUB_EVENT_NAME: event,
      GITHUB_REF: ref,
      GITHUB_REPOSITORY: REPOSITORY,
      GITHUB_SHA: sha,
      GITHUB_STEP_SUMMARY: this.summary,
      GITHUB_WORKFLOW_REF: `${REPOSITORY}/.github/workflows/rosterform.yml@${ref}`,
      GITHUB_WORKSPACE: this.workspace,
      RUNNER_TEMP: this.temp,
    };
  }

  private bash(args: readonly string[], cwd: string, env: Readonly<Record<string, string>>): Promise<number> {
    return new Promise((done) => {
      // One stream, as the console of a runner is: what was said first stands first.
      const whole = ["-c", 'exec "$0" "$@" 2>&1', "bash", ...args];
      const child = execFile("bash", whole, { cwd, env, timeout: 60_000 }, (error) =>
        done(error === null ? 0 : typeof error.code === "number" ? error.code : 1),
      );
      child.stdout?.on("data", (text: string) => (this.log += text));
    });
  }

  private async use(step: Step, contexts: Contexts, env: Readonly<Record<string, string>>) {
    const given = allFilledIn(step.with, contexts);
    const name = step.uses?.split("@")[0] ?? "";
    if (name === "rosterform/rosterform") return this.action(given, contexts, env);
    if (name === "actions/checkout") await this.checkout(given["fetch-depth"] ?? "1");
    else if (name === "actions/upload-artifact") this.upload(given);
    else if (name === "actions/download-artifact") this.download(given);
    else if (name === "github/codeql-action/upload-sarif") JSON.parse(readFileSync(given["sarif_file"] ?? "", "utf8"));
    else if (name !== "actions/setup-node") throw new Error(`no such action here: ${name}`);
    return {};
  }

  /** The composite action of this repository. */
  private async action(
    given: Readonly<Record<string, string>>,
    outer: Contexts,
    env: Readonly<Record<string, string>>,
  ) {
    const action = parse(readFileSync(join(root, "action.yml"), "utf8")) as Action;
    const github = { ...(outer["github"] as object), action_path: root };
    const defaults = Object.entries(action.inputs).map(([name, { default: text = "" }]) => [name, text] as const);
    const inputs = { ...allFilledIn(Object.fromEntries(defaults), { github }), ...given };
    const scope: Scope = { contexts: { github, inputs, runner: outer["runner"] }, steps: {} };
    await this.walk(action.runs.steps, scope, env);
    const said = Object.entries(action.outputs).map(([name, { value }]) => [name, value] as const);
    this.outputs = allFilledIn(Object.fromEntries(said), { steps: scope.steps });
    return this.outputs;
  }

  private async checkout(depth: string): Promise<void> {
    const { sha, ref } = this.happening;
    const script = `git init -q && git fetch -q ${depth === "0" ? "" : `--depth=${depth}`} "$1" "$2" && git checkout -q "$3"`;
    const code = await this.bash(["-c", script, "-", `file://${this.machine.origin}`, ref, sha], this.workspace, {
      ...this.machine.env,
    });
    if (code !== 0) throw new Error(`git: ${this.log}`);
  }

  private upload(given: Readonly<Record<string, string>>): void {
    const patterns = (given["path"] ?? "").split("\n").filter((line) => line.trim() !== "");
    const paths = patterns.flatMap((pattern) => filesLike(resolve(this.workspace, pattern.trim())));
    const files = paths.map((path) => [basename(path), readFileSync(path, "utf8")]);
    if (files.length === 0) return;
    const { run } = this;
    this.machine.host.artifacts.push({
      name: given["name"] ?? "",
      run,
      files: Object.fromEntries(files),
      expired: false,
    });
  }

  private download(given: Readonly<Record<string, string>>): void {
    const found = this.machine.host.artifacts.findLast(
      (one) => one.name === given["name"] && one.run.id === this.run.id,
    );
    if (found === undefined) throw new Error(`no artifact ${given["name"]} in this run`);
    const folder = given["path"] ?? this.workspace;
    if (!existsSync(folder)) mkdirSync(folder, { recursive: true });
    for (const [name, text] of Object.entries(found.files)) writeFileSync(join(folder, name), text);
  }
}

/** The files that a pattern names: one file, or `FOLDER/**` and an ending. */
function filesLike(pattern: string): readonly string[] {
  const [folder = "", ending] = pattern.split("/**/*");
  if (!existsSync(folder)) return [];
  if (ending === undefined) return [folder];
  const found = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(ending));
  return found.sort().map((path) => join(folder, path));
}

interface Action {
  readonly inputs: Readonly<Record<string, { readonly default?: string }>>;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: { readonly steps: readonly Step[] };
}
