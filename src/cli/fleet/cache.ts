import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { FileGist } from "../../config/gist.ts";
import { sha256 } from "../hash.ts";

/** What is remembered of one fleet from one run to the next. No secrets, and nothing that is not found out again without it. */
export interface Remembered {
  /** File to the gist of its text with this SHA-256. */
  readonly files: Readonly<Record<string, { readonly hash: string; readonly gist: FileGist }>>;
  /** District to how it stood when its journal ended with this link. */
  readonly standings: Readonly<Record<string, Standing>>;
}

/** How a district stood plainly, in digests. */
export interface Standing {
  readonly head: string;
  readonly text: string;
  readonly digest: string;
  readonly managed: number;
}

export interface Cache {
  readonly before: Remembered;
  /** Puts this in its place. Whoever comes last wins; a half-written file is never seen. Failures are nobody's concern. */
  keep(now: Remembered): void;
}

const NOTHING: Remembered = { files: {}, standings: {} };

/** A run without a memory. */
export const NO_CACHE: Cache = { before: NOTHING, keep: () => {} };

/** Where caches of this user lie: what `ROSTERFORM_CACHE` names, else where the operating system keeps such. */
export function cacheFolder(env: Readonly<Record<string, string | undefined>>, cwd: string): string | undefined {
  const said = env["ROSTERFORM_CACHE"] ?? "";
  if (said !== "") return resolve(cwd, said);
  const caches = env["XDG_CACHE_HOME"] ?? "";
  if (caches !== "") return join(caches, "rosterform");
  const home = env["HOME"] ?? env["USERPROFILE"] ?? "";
  return home === "" ? undefined : join(home, ".cache", "rosterform");
}

/**
 * Opens the memory of a fleet. `key` says all that the gists depend on besides their files: program, schemas, project, catalogue.
 * A file under another key, of another format, damaged or foreign counts as none.
 */
export function openCache(folder: string, project: string, key: string): Cache {
  const path = join(folder, `fleet-${sha256(project).slice(0, 16)}.json`);
  return { before: read(path, key), keep: (now) => write(path, key, now) };
}

function read(path: string, key: string): Remembered {
  try {
    const text = readFileSync(path, "utf8");
    const end = text.indexOf("\n");
    const body = text.slice(end + 1);
    // Only a file that this very program wrote, whole, for these very documents has this first line.
    return text.slice(0, end) === seal(key, body) ? (JSON.parse(body) as Remembered) : NOTHING;
  } catch {
    return NOTHING;
  }
}

function write(path: string, key: string, now: Remembered): void {
  const beside = `${path}.${process.pid}.new`;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const body = JSON.stringify(now);
    writeFileSync(beside, `${seal(key, body)}\n${body}`, { mode: 0o600, flag: "wx" });
    renameSync(beside, path);
  } catch {
    takeAway(beside);
  }
}

function takeAway(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // There is not even a folder for it.
  }
}

function seal(key: string, body: string): string {
  return sha256(`${key}\n${body}`);
}
