import { execFile, execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { armor, Decrypter } from "age-encryption";
import { vendorWith } from "../../src/cli/quickstart/vendor.ts";
import { openWriter } from "../../src/drivers.ts";
import { Secret } from "../../src/model/secret.ts";
import { HOUR_MS, instantOf } from "../../src/model/time.ts";
import { digestOfToken } from "../../src/server/api/operators.ts";
import { createCampus, passingClock } from "../../src/server/index.ts";
import { createSqliteStore } from "../../src/stores/sqlite.ts";
import { root } from "../setup/source.ts";
import { CodeHost, type Pull, putGh, REPOSITORY } from "./code-host.ts";
import { type Happening, type JobResult, type Machine, runWorkflow } from "./runner.ts";

export const TOKENS = {
  ROSTERFORM_TOKEN: "canary-token-of-a-pipeline-that-writes-01",
  ROSTERFORM_READ_TOKEN: "canary-token-of-a-pipeline-that-reads-012",
} as const;

/** A repository, its code host and a campus; nothing of it outlives the test. */
export interface PipelineStage {
  readonly folder: string;
  readonly host: CodeHost;
  readonly machine: Machine;
  /** Where the campus answers. */
  readonly campus: string;
  /** The clone of a person who writes documents. */
  readonly clone: string;
  git(...args: readonly string[]): string;
  /** Runs a command in the clone, in the name of a person who may only read. */
  rosterform(...args: readonly string[]): Promise<string>;
  /** Replaces a text in a document of the clone. */
  edit(file: string, from: string, to: string): void;
  /** Commits everything on a branch and pushes it. */
  commit(branch: string, message: string): string;
  /** Opens a pull request of a branch, or pushes to one; its jobs run. */
  pull(branch: string, pull?: Pull, from?: Stranger): Promise<{ readonly pull: Pull; readonly jobs: Jobs }>;
  /** Merges it; the jobs of that push run. */
  merge(branch: string, pull: Pull): Promise<Jobs>;
  /** Anything else that happens to the main branch. */
  happens(event: string, github?: Readonly<Record<string, unknown>>, on?: Machine): Promise<Jobs>;
  /** The vendor enters the newest values that were made for it, and pulls. */
  vendorMoves(file: string): Promise<void>;
  vendorPulls(file: string): Promise<number>;
  pass(hours: number): void;
  /** A person changes something in the live system. */
  byHand(kind: "disable" | "enable", address: string): Promise<void>;
  close(): Promise<void>;
}

type Jobs = Readonly<Record<string, JobResult>>;

/** Another repository from which a pull request comes, and the machine that its jobs get. */
interface Stranger {
  readonly machine: Machine;
  readonly repository: string;
}

/** Sets the stage: an empty repository and a campus on a server. */
export async function openPipelineStage(): Promise<PipelineStage> {
  const folder = mkdtempSync(join(tmpdir(), "rosterform-pipeline-"));
  const [bin, origin, clone, home] = ["bin", "origin.git", "clone", "home"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
    string,
  ];
  for (const made of [bin, home]) mkdirSync(made);
  // In the middle of a school year, whatever the day of the test is.
  let ahead = Date.parse("2027-03-01T08:00:00Z") - Date.now();
  putRosterform(bin, ahead);
  putGh(bin);
  const host = new CodeHost();
  const environment = {
    PATH: `${bin}:${process.env["PATH"] ?? ""}`,
    HOME: home,
    FAKE_HOST: await host.listen(),
    NO_COLOR: "1",
    GIT_CONFIG_NOSYSTEM: "1",
    ...author("dana"),
  };
  const run = (args: readonly string[], cwd: string) =>
    execFileSync("git", args, { cwd, env: environment, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  run(["init", "-q", "--bare", "-b", "main", origin], folder);
  const campus = await openCampus(folder, ahead);
  const machine: Machine = {
    host,
    origin,
    folder,
    env: environment,
    secrets: TOKENS,
    vars: { ROSTERFORM_READY: "true" },
  };
  const git = (...args: readonly string[]): string => run(args, clone).trim();
  const play = (happening: Happening, on: Machine = machine) =>
    runWorkflow(join(clone, ".github", "workflows", "rosterform.yml"), happening, on);
  const values = new Map<string, string>();
  const pulls = async (file: string): Promise<number> => {
    const sheet = join(folder, file);
    writeFileSync(sheet, values.get(file) ?? "");
    return (await vendorWith(sheet)).pull();
  };
  const stage: PipelineStage = {
    ...{ folder, host, machine, clone, git },
    campus: campus.origin,
    async rosterform(...args) {
      const cwd = args[0] === "init" ? folder : clone;
      const env = { ...environment, ROSTERFORM_TOKEN: TOKENS.ROSTERFORM_READ_TOKEN };
      return (await promisify(execFile)("rosterform", [...args], { cwd, env })).stdout;
    },
    edit(file, from, to) {
      const text = readFileSync(join(clone, file), "utf8");
      if (!text.includes(from)) throw new Error(`${file} does not hold: ${from}`);
      writeFileSync(
        join(clone, file),
        text.replace(from, () => to),
      );
    },
    commit(branch, message) {
      git("add", "-A");
      git("commit", "-q", "-m", message);
      git("push", "-q", "origin", branch);
      return git("rev-parse", "HEAD");
    },
    async pull(branch, known, from) {
      const sha = git("rev-parse", branch);
      const number = known?.number ?? host.pulls.length + 1;
      const pull: Pull = {
        ...{ number, merged_at: null, merge_commit_sha: null },
        head: { sha, repo: { full_name: from?.repository ?? REPOSITORY } },
      };
      host.pulls.splice(number - 1, 1, pull);
      git("checkout", "-q", "--detach", "main");
      git("merge", "-q", "--no-ff", "-m", `Merge ${branch}`, branch);
      git("push", "-q", "-f", "origin", `HEAD:refs/pull/${number}/merge`);
      const merged = git("rev-parse", "HEAD");
      git("checkout", "-q", branch);
      const event = { pull_request: { number, head: pull.head } };
      const ref = `refs/pull/${number}/merge`;
      const jobs = await play(
        { event: "pull_request", sha: merged, ref, headSha: sha, github: { event } },
        from?.machine,
      );
      return { pull, jobs };
    },
    async merge(branch, pull) {
      git("checkout", "-q", "main");
      if (pull.merge_commit_sha === null) {
        git("merge", "-q", "--no-ff", "-m", `Merge pull request #${pull.number}`, branch);
        git("push", "-q", "origin", "main");
      }
      pull.merged_at = "2027-03-01T08:00:00Z";
      pull.merge_commit_sha = git("rev-parse", "HEAD");
      return stage.happens("push");
    },
    happens(event, github = {}, on = machine) {
      const sha = git("rev-parse", "main");
      return play({ event, sha, ref: "refs/heads/main", headSha: sha, github }, on);
    },
    async vendorMoves(file) {
      const newest = host.artifacts.findLast(({ name, files }) => name === "credentials" && file in files);
      values.set(file, await opened(newest?.files[file] ?? "", join(clone, "credentials-key.txt")));
      await pulls(file);
    },
    vendorPulls: pulls,
    pass(hours) {
      campus.pass(hours * HOUR_MS);
      putRosterform(bin, (ahead += hours * HOUR_MS));
    },
    byHand: (kind, address) => campus.byHand(kind, address),
    async close() {
      host.close();
      await campus.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return stage;
}

/** Puts the program that was built onto the path, on machines whose clock is that much ahead, like the campus's. */
function putRosterform(bin: string, aheadMs: number): void {
  writeFileSync(
    join(bin, "clock.mjs"),
    `const Real = Date;
globalThis.Date = class extends Real {
  constructor(...given) { super(...(given.length === 0 ? [Real.now() + ${aheadMs}] : given)); }
  static now() { return Real.now() + ${aheadMs}; }
};
`,
  );
  const command = [process.execPath, "--import", join(bin, "clock.mjs"), join(root, "dist", "cli", "main.js")];
  const script = `#!/bin/sh\nexec ${command.map((word) => `"${word}"`).join(" ")} "$@"\n`;
  writeFileSync(join(bin, "rosterform"), script, { mode: 0o755 });
}

function author(name: string): Record<string, string> {
  const roles = ["AUTHOR", "COMMITTER"] as const;
  return Object.fromEntries(
    roles.flatMap((role) => [
      [`GIT_${role}_NAME`, name],
      [`GIT_${role}_EMAIL`, `${name}@agency.example.org`],
    ]),
  );
}

async function opened(file: string, keyFile: string): Promise<string> {
  const decrypter = new Decrypter();
  const identity = readFileSync(keyFile, "utf8")
    .split("\n")
    .find((line) => line.startsWith("AGE-SECRET-KEY"));
  decrypter.addIdentity(identity ?? "");
  return decrypter.decrypt(armor.decode(file), "text");
}

/** A campus of another machine, with a clock that can be moved on. */
async function openCampus(folder: string, ahead: number) {
  const settings = {
    kind: "sqlite",
    path: join(folder, "far", "campus.db"),
    keyFile: join(folder, "far", "key"),
  } as const;
  mkdirSync(dirname(settings.path));
  const clock = passingClock({ now: () => instantOf(Date.now()) });
  clock.pass(ahead);
  await createSqliteStore(settings);
  const store = await openWriter(settings, { clock, by: "campus" });
  const digest = (token: string) => [digestOfToken(new Secret(token))];
  const operators = [
    { name: "pipeline", tokens: digest(TOKENS.ROSTERFORM_TOKEN), districts: "all", access: "write" },
    { name: "review", tokens: digest(TOKENS.ROSTERFORM_READ_TOKEN), districts: "all", access: "read" },
  ] as const;
  const data = { studentsPerSchool: 8 };
  const campus = createCampus({ store, clock, operators, data, storeAs: (by) => openWriter(settings, { clock, by }) });
  return {
    origin: await campus.listen({ port: 0 }),
    pass: (ms: number) => clock.pass(ms),
    async byHand(kind: "disable" | "enable", address: string) {
      const writer = await openWriter(settings, { clock, by: "campus" });
      try {
        for await (const { slots } of writer.read("all")) {
          const current = slots.find((one) => one.address === address)?.current;
          if (current !== undefined) await writer.changeByHand({ connection: current, by: "kim", change: { kind } });
        }
      } finally {
        await writer.close();
      }
    },
    async close() {
      await campus.close();
      await store.close();
    },
  };
}
