import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SOURCE } from "../../src/terraform/source.ts";

/** What Terraform said and how it ended. `stdout` is what tests read; `stderr` is there to explain a failure. */
export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface TerraformOptions {
  /** A provider that is served already: the value of `TF_REATTACH_PROVIDERS`, as `attach` answers it. */
  readonly reattach?: string;
  /** Folder of a built provider, which Terraform is to start. */
  readonly override?: string;
  /** A folder in the layout of a mirror; `terraform init` installs from there. */
  readonly mirror?: string;
  /** Terraform looks where it does without any configuration: in the home of the user. */
  readonly implied?: boolean;
  readonly environment?: Readonly<Record<string, string>>;
}

/** A folder with a configuration, and Terraform in it. */
export interface Terraform {
  readonly folder: string;
  /** Writes a file of the configuration. */
  readonly write: (name: string, text: string) => void;
  /** Runs a command to its end, e.g. `run("plan", "-input=false")`. Never throws for what Terraform says. */
  readonly run: (...words: readonly string[]) => Promise<Ran>;
  /** The same with more variables in its environment. */
  readonly runWith: (environment: Readonly<Record<string, string>>, ...words: readonly string[]) => Promise<Ran>;
  /** Runs a command that has to succeed, with more variables in its environment. */
  readonly okWith: (environment: Readonly<Record<string, string>>, ...words: readonly string[]) => Promise<string>;
  /** The same in the environment of the folder. */
  readonly ok: (...words: readonly string[]) => Promise<string>;
  /** `terraform show -json`, of the state or of a plan file. */
  readonly show: (plan?: string) => Promise<unknown>;
  /** The state file as it lies there. */
  readonly state: () => unknown;
  /** Starts a command in a process group of its own, to be interrupted or killed. */
  readonly start: (...words: readonly string[]) => ChildProcess;
  readonly remove: () => void;
}

export { SOURCE };

const LEAST = [1, 11] as const;
const isRequired = (process.env["ROSTERFORM_REQUIRE"] ?? "").split(",").includes("terraform");

/** Whether there is a Terraform to test with. Where not, that is said; where it has to be (`ROSTERFORM_REQUIRE`), it is an error. */
export function hasTerraform(): boolean {
  const found = version();
  const [major = 0, minor = 0] = (found ?? "").split(".").map(Number);
  if (major > LEAST[0] || (major === LEAST[0] && minor >= LEAST[1])) return true;
  const why = `there is no terraform ${LEAST.join(".")} or later in the PATH (found: ${found ?? "none"})`;
  if (isRequired) throw new Error(`${why}, and ROSTERFORM_REQUIRE says that there has to be one`);
  console.warn(`SKIPPED, tests of the provider with the real Terraform: ${why}`);
  return false;
}

/** Makes a folder for one configuration. Nothing outside of it is read or written, and no network is asked. */
export function makeTerraform(options: TerraformOptions): Terraform {
  const folder = mkdtempSync(join(tmpdir(), "rosterform-terraform-"));
  writeFileSync(join(folder, "terraform.rc"), options.implied === true ? "" : installation(options));
  mkdirSync(join(folder, "data"));
  const env = environmentOf(folder, options);
  const start = (...words: readonly string[]) =>
    spawn("terraform", words, { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"], detached: true });
  const runWith = (more: Readonly<Record<string, string>>, ...words: readonly string[]) =>
    collect(
      spawn("terraform", words, {
        cwd: folder,
        env: { ...env, ...more },
        stdio: ["ignore", "pipe", "pipe"],
        detached: true,
      }),
    );
  const run = (...words: readonly string[]) => collect(start(...words));
  const okWith = async (more: Readonly<Record<string, string>>, ...words: readonly string[]) => {
    const { code, stdout, stderr } = await runWith(more, ...words);
    if (code === 0) return stdout;
    throw new Error(`terraform ${words.join(" ")} ended with ${String(code)}:\n${stdout}\n${stderr}`);
  };
  const ok = (...words: readonly string[]) => okWith({}, ...words);
  return {
    folder,
    write: (name, text) => writeFileSync(join(folder, name), text),
    run,
    runWith,
    okWith,
    ok,
    show: async (plan) => JSON.parse(await ok("show", "-json", ...(plan === undefined ? [] : [plan]))),
    state: () => JSON.parse(readFileSync(join(folder, "terraform.tfstate"), "utf8")),
    start,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Resolves with everything that a process says, once it ended. */
export function collect(child: ChildProcess): Promise<Ran> {
  let [stdout, stderr] = ["", ""];
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, stdout, stderr }));
  });
}

/** Overrides come first: Terraform looks no further for what they name. */
function installation({ override, mirror }: TerraformOptions): string {
  const lines = [
    ...(override === undefined ? [] : [`  dev_overrides { ${JSON.stringify(SOURCE)} = ${JSON.stringify(override)} }`]),
    mirror === undefined ? "  direct {}" : `  filesystem_mirror { path = ${JSON.stringify(mirror)} }`,
  ];
  return `provider_installation {\n${lines.join("\n")}\n}\n`;
}

function environmentOf(folder: string, { reattach, environment }: TerraformOptions): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(TF_|ROSTERFORM_|NODE_OPTIONS$|VITEST)/.test(name),
  );
  return {
    ...Object.fromEntries(inherited),
    CHECKPOINT_DISABLE: "1",
    TF_IN_AUTOMATION: "1",
    TF_INPUT: "0",
    TF_CLI_ARGS: "-no-color",
    TF_CLI_CONFIG_FILE: join(folder, "terraform.rc"),
    TF_DATA_DIR: join(folder, "data"),
    ...(reattach === undefined ? {} : { TF_REATTACH_PROVIDERS: reattach }),
    ...environment,
  };
}

function version(): string | undefined {
  try {
    const env = { ...process.env, CHECKPOINT_DISABLE: "1", TF_CLI_CONFIG_FILE: "" };
    const said = execFileSync("terraform", ["version", "-json"], {
      env,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    return /"terraform_version":\s*"([^"]+)"/.exec(said)?.[1];
  } catch {
    return undefined;
  }
}
