import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { parse } from "yaml";
import { root } from "../setup/source.ts";
import type { PipelineStage } from "./stage.ts";

const LOCAL = join(root, "node_modules", "gitlab-ci-local", "src", "index.js");
const run = promisify(execFile);

/** A job as GitLab knows it once includes, inputs and `extends` are worked out. */
interface Job {
  readonly variables?: Readonly<Record<string, string>>;
  readonly before_script: readonly string[];
  readonly script: readonly string[];
  readonly after_script?: readonly string[];
  readonly needs?: readonly { readonly job: string }[];
  readonly environment?: { readonly name: string };
  readonly rules?: readonly { readonly if: string }[];
  readonly artifacts?: { readonly paths?: readonly string[]; readonly reports?: Readonly<Record<string, string>> };
}

type Variables = Readonly<Record<string, string>>;

/** Which jobs a pipeline with these variables has, and when each of them starts; found out by gitlab-ci-local. */
export async function jobsWith(variables: Variables, clone: string): Promise<Readonly<Record<string, string>>> {
  const given = Object.entries(variables).flatMap(([name, value]) => ["--variable", `${name}=${value}`]);
  const { stdout } = await run(process.execPath, [LOCAL, "--list-json", ...given], { cwd: clone });
  const listed = JSON.parse(stdout.slice(stdout.search(/^\[\]?$/m))) as readonly {
    readonly name: string;
    readonly when: string;
  }[];
  return Object.fromEntries(listed.filter(({ when }) => when !== "never").map(({ name, when }) => [name, when]));
}

/** The whole file, checked by gitlab-ci-local against GitLab's schema. */
export async function expanded(clone: string): Promise<Readonly<Record<string, Job>>> {
  const { stdout } = await run(process.execPath, [LOCAL, "--preview"], { cwd: clone });
  return parse(stdout.slice(stdout.indexOf("---"))) as Readonly<Record<string, Job>>;
}

/** How a job ended, and the files it keeps, by name. */
export interface Ended {
  readonly code: number;
  readonly log: string;
  readonly kept: Readonly<Record<string, string>>;
  readonly folder: string;
}

/** Runs one job in a checkout of its own, with the artifacts of the job it needs. */
export async function play(
  job: Job | undefined,
  stage: PipelineStage,
  { ref, variables, needs }: { readonly ref: string; readonly variables: Variables; readonly needs?: Ended },
): Promise<Ended> {
  if (job === undefined) throw new Error("there is no such job");
  const folder = mkdtempSync(join(stage.folder, "gitlab-"));
  const isReading = job.environment?.name === "rosterform-review";
  const { ROSTERFORM_TOKEN: writing = "", ROSTERFORM_READ_TOKEN: reading = "" } = stage.machine.secrets;
  const env = {
    ...stage.machine.env,
    CI: "true",
    GITLAB_CI: "true",
    CI_PROJECT_DIR: folder,
    ...(job.environment === undefined ? {} : { ROSTERFORM_TOKEN: isReading ? reading : writing }),
    ...variables,
    ...job.variables,
  };
  let log = "";
  const bash = async (script: string): Promise<number> => {
    const ended = await run("bash", ["-c", script], { cwd: folder, env, timeout: 60_000 }).catch(
      (error: { readonly code: number; readonly stdout: string; readonly stderr: string }) => error,
    );
    log += ended.stdout + ended.stderr;
    return "code" in ended ? ended.code : 0;
  };
  await bash(`git clone -q "${stage.machine.origin}" . && git checkout -q "${ref}"`);
  for (const [name, file] of Object.entries(needs?.kept ?? {})) cpSync(file, join(folder, name));
  const code = await bash([...job.before_script, ...job.script].join("\n"));
  if (job.after_script !== undefined) await bash(job.after_script.join("\n"));
  const asked = [...(job.artifacts?.paths ?? []), ...Object.values(job.artifacts?.reports ?? {})];
  const kept = asked.flatMap((pattern) => filesLike(join(folder, pattern)));
  return { code, log, folder, kept: Object.fromEntries(kept.map((path) => [basename(path), path])) };
}

function filesLike(pattern: string): readonly string[] {
  const [folder = "", ending] = pattern.split("/**/*");
  if (!existsSync(folder)) return [];
  if (ending === undefined) return [folder];
  const found = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return found.filter((path) => path.endsWith(ending)).map((path) => join(folder, path));
}

interface Note {
  readonly id: number;
  readonly author: { readonly id: number };
  body: string;
}

/** The part of GitLab's API that keeps the notes of one merge request: one note a page. */
export async function openNotes() {
  const notes: Note[] = [
    { id: 1, author: { id: 5 }, body: "<!-- rosterform-plan: rosterform.yaml -->\nnot from a job" },
  ];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://host");
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const text = Buffer.concat(parts).toString();
      const { body } = JSON.parse(text === "" ? "{}" : text) as { readonly body?: string };
      const page = Number(url.searchParams.get("page") ?? "1");
      const isKnown = request.headers["private-token"] === "glpat-notes";
      const next = page < notes.length ? String(page + 1) : "";
      response.writeHead(isKnown ? 200 : 401, { "content-type": "application/json", "x-next-page": next });
      let answer: unknown = notes.slice(page - 1, page);
      if (url.pathname === "/user") answer = { id: 9 };
      else if (request.method === "POST") notes.push({ id: notes.length + 1, author: { id: 9 }, body: body ?? "" });
      else if (request.method === "PUT")
        Object.assign(notes[Number(url.pathname.split("/").at(-1)) - 1] ?? {}, { body });
      response.end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  return {
    notes,
    url: `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`,
    close: () => server.close(),
  };
}

/** A file that a job keeps. */
export function keptText(ended: Ended, name: string): string {
  return readFileSync(ended.kept[name] ?? "", "utf8");
}
