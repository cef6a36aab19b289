import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
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

  /** Answers at a port of this machine, one call of `gh` a connection. */
  async listen(): Promise<string> {
    const server = createServer((socket) => {
      let heard = Buffer.alloc(0);
      socket.on("data", (part: Buffer) => {
        heard = Buffer.concat([heard, part]);
        const words = wordsIn(heard);
        if (words !== undefined) socket.end(this.called(words));
      });
      socket.on("error", () => undefined);
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    this.server = server;
    const address = server.address();
    return String(typeof address === "object" ? address?.port : 0);
  }

  close(): void {
    this.server?.close();
  }

  /** What `gh` prints, below the code with which it ends. */
  private called([token = "", ...words]: readonly string[]): string {
    if (token === "") return "4\ngh: no token";
    const { options, fields, rest } = argumentsIn(words);
    const [verb = "", path = "", run = ""] = rest;
    if (verb === "run") {
      const files = this.filesOf(Number(run), options.get("--name") ?? "");
      if (files === undefined) return "1\ngh: no such artifact";
      const folder = options.get("--dir") ?? "";
      mkdirSync(folder, { recursive: true });
      for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
      return "0\n";
    }
    const answer = this.answer(options.get("-X") ?? "GET", path, fields);
    if (answer === undefined) return "1\ngh: Not Found (HTTP 404)";
    if (options.has("--silent")) return "0\n";
    const pages = options.has("--paginate") && Array.isArray(answer) ? answer.map((one: unknown) => [one]) : [answer];
    return `0\n${pages.length === 0 ? "[]" : pages.map((one) => JSON.stringify(one)).join("")}\n`;
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
    const { pathname, searchParams } = new URL(`/${url}`, "http://host");
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
    if (path !== "actions/artifacts") return undefined;
    const named = this.artifacts.filter(({ name }) => name === searchParams.get("name"));
    return {
      artifacts: named.map(({ name, run, expired }) => ({
        ...{ name, expired },
        workflow_run: { ...run, repository_id: ID },
      })),
    };
  }

  private filesOf(run: number, name: string): Artifact["files"] | undefined {
    return this.artifacts.findLast((one) => one.run.id === run && one.name === name)?.files;
  }
}

function change(list: readonly Post[], id: number, body: Record<string, string>): unknown {
  const found = list.find((one) => one.id === id);
  return found === undefined ? undefined : Object.assign(found, body);
}

/** A call as the stand-in sends it: how many words, then for each its length in bytes and itself. */
function wordsIn(heard: Buffer): readonly string[] | undefined {
  let at = 0;
  const number = (): number | undefined => {
    const end = heard.indexOf(0x0a, at);
    if (end < 0) return undefined;
    const line = heard.subarray(at, end).toString();
    at = end + 1;
    return Number(line);
  };
  const count = number();
  if (count === undefined) return undefined;
  const words: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const length = number();
    if (length === undefined || heard.length < at + length) return undefined;
    words.push(heard.subarray(at, at + length).toString());
    at += length;
  }
  return words;
}

function argumentsIn(words: readonly string[]) {
  const options = new Map<string, string>();
  const fields: Record<string, string> = {};
  const rest: string[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? "";
    if (word === "--paginate" || word === "--silent") options.set(word, "");
    else if (word === "-f" || word === "-F") {
      const [, name = "", text = ""] = /^([^=]+)=(.*)$/s.exec(words[(at += 1)] ?? "") ?? [];
      fields[name] = word === "-F" && text.startsWith("@") ? readFileSync(text.slice(1), "utf8") : text;
    } else if (word.startsWith("-")) options.set(word, words[(at += 1)] ?? "");
    else rest.push(word);
  }
  return { options, fields, rest };
}

/** `gh api` and `gh run download`, as far as the action calls them, against that host. */
const GH = `#!/bin/bash
export LC_ALL=C
exec 3<> "/dev/tcp/127.0.0.1/$FAKE_HOST"
set -- "\${GH_TOKEN:-}" "$@"
printf '%d\\n' "$#" >&3
for word in "$@"; do printf '%d\\n%s' "\${#word}" "$word" >&3; done
read -r code <&3
if [ "$code" = 0 ]; then cat <&3; else cat <&3 >&2; fi
exit "$code"
`;

/** Puts the stand-in for `gh` into a folder of programs. */
export function putGh(bin: string): void {
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, "gh"), GH, { mode: 0o755 });
}
