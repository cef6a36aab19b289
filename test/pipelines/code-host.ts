import { mkdirSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { join } from "node:path";

/** A comment or an issue. */
export interface Post {
  readonly id: number;
  readonly number: number;
  readonly user: { readonly login: string };
  body: string;
  title?: string;
  state: string;
}

export interface Pull {
  readonly number: number;
  readonly head: { readonly sha: string; readonly repo: { readonly full_name: string } };
  merged_at: string | null;
  merge_commit_sha: string | null;
}

export interface Artifact {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  readonly run: Run;
  expired: boolean;
}

/** A run of a workflow. */
export interface Run {
  readonly id: number;
  readonly event: string;
  readonly path: string;
  readonly head_sha: string;
  readonly head_repository_id: number;
}

export const REPOSITORY = "agency/districts";
const ID = 1001;

/** The part of GitHub that the action speaks to: comments, issues, pull requests, runs and artifacts, in memory. */
export class CodeHost {
  readonly comments = new Map<number, Post[]>();
  readonly issues: Post[] = [];
  readonly pulls: Pull[] = [];
  readonly runs: Run[] = [];
  readonly artifacts: Artifact[] = [];
  /** Whoever writes with the token of a job. */
  login = "github-actions[bot]";
  private next = 1;
  private server: Server | undefined;

  async listen(): Promise<string> {
    const server = createServer((request, response) => {
      void textOf(request).then((text) => {
        const answer = this.answer(request.method ?? "GET", request.url ?? "/", text === "" ? {} : JSON.parse(text));
        response.writeHead(answer === undefined ? 404 : 200, { "content-type": "application/json" });
        response.end(JSON.stringify(answer ?? { message: "Not Found" }));
      });
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    this.server = server;
    const address = server.address();
    return `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
  }

  close(): void {
    this.server?.close();
    this.server?.closeAllConnections();
  }

  beginRun(event: string, sha: string, path = ".github/workflows/rosterform.yml", repository = ID): Run {
    const run = { id: this.next++, event, path, head_sha: sha, head_repository_id: repository };
    this.runs.push(run);
    return run;
  }

  post(list: Post[], body: string, login = this.login, title?: string): Post {
    const id = this.next++;
    const post = { id, number: id, user: { login }, body, state: "open", ...(title === undefined ? {} : { title }) };
    list.push(post);
    return post;
  }

  commentsOf(pull: number): Post[] {
    const list = this.comments.get(pull) ?? [];
    this.comments.set(pull, list);
    return list;
  }

  private answer(method: string, url: string, body: Record<string, string>): unknown {
    const { pathname, searchParams } = new URL(url, "http://host");
    const path = pathname.replace(`/repos/${REPOSITORY}/`, "");
    const [, numbered = ""] = /\/(\d+)(?:\/|$)/.exec(path) ?? [];
    const of = Number(numbered);
    if (/^issues\/\d+\/comments$/.test(path)) {
      return method === "POST" ? this.post(this.commentsOf(of), body["body"] ?? "") : this.commentsOf(of);
    }
    if (/^issues\/comments\/\d+$/.test(path)) return change([...this.comments.values()].flat(), of, body);
    if (/^issues\/\d+$/.test(path)) return change(this.issues, of, body);
    if (path === "issues") {
      return method === "POST"
        ? this.post(this.issues, body["body"] ?? "", this.login, body["title"])
        : this.issues.filter(({ state }) => state === searchParams.get("state"));
    }
    if (/^commits\/[0-9a-f]+\/pulls$/.test(path)) {
      return this.pulls.filter((pull) => pull.merge_commit_sha === path.split("/")[1]);
    }
    if (/^actions\/runs\/\d+$/.test(path)) return this.runs.find(({ id }) => id === of);
    if (/^artifacts\/\d+\//.test(path)) return this.filesOf(of, decodeURIComponent(path.split("/")[2] ?? ""));
    if (path !== "actions/artifacts") return undefined;
    const named = this.artifacts.filter(({ name }) => name === searchParams.get("name"));
    return {
      artifacts: named.map(({ name, run, expired }) => ({
        ...{ name, expired },
        workflow_run: { ...run, repository_id: ID },
      })),
    };
  }

  private filesOf(run: number, name: string): unknown {
    return this.artifacts.findLast((one) => one.run.id === run && one.name === name)?.files;
  }
}

function change(list: readonly Post[], id: number, body: Record<string, string>): unknown {
  const found = list.find((one) => one.id === id);
  return found === undefined ? undefined : Object.assign(found, body);
}

async function textOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString("utf8");
}

/** `gh api` and `gh run download`, as far as the action calls them, against that host. */
const GH = `import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
const words = process.argv.slice(2);
if (!process.env.GH_TOKEN) throw new Error("gh: no token");
const options = {};
const fields = {};
const rest = [];
for (let at = 0; at < words.length; at += 1) {
  const word = words[at];
  if (word === "--paginate" || word === "--silent") options[word] = true;
  else if (word === "-f" || word === "-F") {
    const [name, ...value] = words[++at].split("=");
    const text = value.join("=");
    fields[name] = word === "-F" && text.startsWith("@") ? readFileSync(text.slice(1), "utf8") : text;
  } else if (word === "-X" || word.startsWith("--")) options[word] = words[++at];
  else rest.push(word);
}
const ask = async (path, method = "GET") => {
  const body = method === "GET" ? {} : { body: JSON.stringify(fields) };
  const answer = await fetch(process.env.FAKE_HOST + "/" + path, { method, ...body });
  const text = await answer.text();
  if (!answer.ok) { console.error("gh: HTTP " + answer.status); process.exit(1); }
  return text;
};
if (rest[0] === "api") {
  const text = await ask(rest[1], options["-X"]);
  const pages = options["--paginate"] ? JSON.parse(text).map((one) => JSON.stringify([one])) : [text];
  if (!options["--silent"]) console.log(pages.length === 0 ? "[]" : pages.join(""));
} else if (rest[0] === "run" && rest[1] === "download") {
  const files = JSON.parse(await ask("repos/" + options["--repo"] + "/artifacts/" + rest[2] + "/" + options["--name"]));
  mkdirSync(options["--dir"], { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(options["--dir"], name), text);
} else throw new Error("gh: " + words.join(" "));
`;

/** Puts the stand-in for `gh` into a folder of programs. */
export function putGh(bin: string): void {
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, "gh.mjs"), GH);
  writeFileSync(join(bin, "gh"), `#!/bin/sh\nexec "${process.execPath}" "${join(bin, "gh.mjs")}" "$@"\n`, {
    mode: 0o755,
  });
}
