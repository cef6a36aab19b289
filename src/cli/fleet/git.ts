import { spawnSync } from "node:child_process";
import { dirname, posix, relative, sep } from "node:path";
import type { Files } from "../../config/files.ts";
import { folderNamedBy, matcherOf } from "../../config/pattern.ts";
import { type Diagnostic, problem } from "../../diagnostics/diagnostic.ts";

/** A repository as it was at one commit, seen from the folder of a project. */
export interface Snapshot {
  readonly commit: string;
  /** Its documents, to be read like those of the file system. */
  readonly files: Files;
  /** What git calls the content of a file then; `undefined` where there was none. */
  readonly blobOf: (path: string) => string | undefined;
  /** Fetches the contents of these files at once; what is read without this is fetched one by one. */
  readonly fetch: (paths: readonly string[]) => void;
}

const MOST_BYTES = 2 ** 30;
/** Regular files, executable or not; a link holds only where it leads. */
const REGULAR = /^100\d{3} blob ([0-9a-f]+)\t(.*)$/su;

interface Ran {
  readonly ok: boolean;
  readonly bytes: Buffer;
}

function git(folder: string, args: readonly string[], input?: string): Ran {
  const ran = spawnSync("git", ["-C", folder, ...args], {
    ...(input === undefined ? {} : { input }),
    maxBuffer: MOST_BYTES,
    stdio: ["pipe", "pipe", "ignore"],
    env: { ...process.env, LC_ALL: "C", GIT_OPTIONAL_LOCKS: "0" },
  });
  if (ran.error !== undefined && "code" in ran.error && ran.error.code === "ENOENT")
    return { ok: false, bytes: NO_GIT };
  return { ok: ran.status === 0, bytes: ran.stdout };
}

const NO_GIT = Buffer.from("no git");

function lineOf({ bytes }: Ran): string {
  return bytes.toString("utf8").trim();
}

/** Opens the repository around a project file at a commit, or says why that cannot be. */
export function openSnapshot(file: string, ref: string): Snapshot | Diagnostic {
  const folder = dirname(file);
  const inside = git(folder, ["rev-parse", "--show-prefix"]);
  if (inside.bytes === NO_GIT) return noGit();
  if (!inside.ok) return noRepository(folder);
  const prefix = inside.bytes.toString("utf8").replace(/\n$/u, "");
  // A name that begins with a hyphen would be an option.
  const found = git(folder, ["rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`]);
  if (!found.ok || lineOf(found) === "")
    return unknownRef(ref, lineOf(git(folder, ["rev-parse", "--is-shallow-repository"])) === "true");
  const commit = lineOf(found);
  const listed = git(folder, ["ls-tree", "-r", "-z", "--full-tree", commit]);
  if (!listed.ok) return unknownRef(ref, true);
  const blobs = new Map<string, string>();
  for (const entry of listed.bytes.toString("utf8").split("\0")) {
    const [, blob, path] = REGULAR.exec(entry) ?? [];
    if (blob !== undefined && path !== undefined) blobs.set(path, blob);
  }
  const below = `${folder}${sep}`;
  // Most paths are plainly below the project, and there are thousands of them.
  const inRepository = (path: string): string =>
    path.startsWith(below)
      ? `${prefix}${path.slice(below.length).replaceAll(sep, "/")}`
      : posix.normalize(`${prefix}${relative(folder, path).split(sep).join("/")}`);
  if (!blobs.has(inRepository(file))) return projectMoved(posix.basename(inRepository(file)), ref);
  return snapshotOf({ folder, commit, blobs, prefix, inRepository });
}

interface Tree {
  readonly folder: string;
  readonly commit: string;
  /** Path in the repository to the name of its content. */
  readonly blobs: ReadonlyMap<string, string>;
  /** Path of the project's folder in the repository, with `/` at its end; empty at the top. */
  readonly prefix: string;
  readonly inRepository: (path: string) => string;
}

function snapshotOf({ folder, commit, blobs, prefix, inRepository }: Tree): Snapshot {
  const contents = new Map<string, Buffer>();
  const fetch = (wanted: readonly string[]): void => {
    const names = [...new Set(wanted)].filter((name) => !contents.has(name));
    for (const [name, bytes] of readBlobs(folder, names)) contents.set(name, bytes);
  };
  const blobOf = (path: string): string | undefined => blobs.get(inRepository(path));
  return {
    commit,
    blobOf,
    fetch: (paths) => fetch(paths.flatMap((path) => blobOf(path) ?? [])),
    files: {
      readFile: (path, maxBytes) => {
        const blob = blobOf(path);
        if (blob === undefined) throw Object.assign(new Error("not in the commit"), { code: "ENOENT" });
        fetch([blob]);
        return (contents.get(blob) ?? Buffer.alloc(0)).subarray(0, maxBytes + 1);
      },
      glob: (pattern) => {
        const named = folderNamedBy(pattern);
        const start = named === "" ? "" : `${named}/`;
        return [...blobs.keys()]
          .map((path) => (path.startsWith(prefix) ? path.slice(prefix.length) : posix.relative(prefix, path)))
          .filter((path) => path.startsWith(start) && isFoundBelow(path.slice(start.length)))
          .filter(matcherOf(pattern))
          .sort();
      },
    },
  };
}

/** What a walk from a named folder downwards comes to: neither hidden names nor node_modules, nor what lies beside it. */
function isFoundBelow(path: string): boolean {
  return !path.split("/").some((part) => part.startsWith(".") || part === "node_modules");
}

/** `git cat-file --batch`: for each name a line `name type size`, its bytes, and a line end. */
function readBlobs(folder: string, names: readonly string[]): ReadonlyMap<string, Buffer> {
  const found = new Map<string, Buffer>();
  if (names.length === 0) return found;
  const { bytes } = git(folder, ["cat-file", "--batch"], `${names.join("\n")}\n`);
  let at = 0;
  while (at < bytes.length) {
    const end = bytes.indexOf(0x0a, at);
    if (end < 0) break;
    const [name = "", type, size = ""] = bytes.subarray(at, end).toString("latin1").split(" ");
    at = end + 1;
    if (type !== "blob") continue;
    found.set(name, bytes.subarray(at, at + Number(size)));
    at += Number(size) + 1;
  }
  return found;
}

function noGit(): Diagnostic {
  const detail =
    "`--since` asks git what the documents said at a commit, and there is no program `git` here. Install it, or leave `--since` out.";
  return problem({ code: "cli/since-no-git", summary: "git is not installed", detail });
}

function noRepository(folder: string): Diagnostic {
  const detail = `${folder} is in no git repository, or git may not read it (a repository of another user has to be named as safe.directory). Leave \`--since\` out, or run this in a clone.`;
  return problem({ code: "cli/since-no-repository", summary: "The documents are in no git repository", detail });
}

function unknownRef(ref: string, isShallow: boolean): Diagnostic {
  const detail = isShallow
    ? `"${ref}" is not in this clone, which is a shallow one. Fetch it first, for example with \`git fetch --unshallow\`, or \`fetch-depth: 0\` in actions/checkout.`
    : `This repository knows no commit "${ref}". Name a branch, a tag or a commit; a branch of the server is usually called origin/NAME, after \`git fetch\`.`;
  return problem({ code: "cli/since-unknown-ref", summary: "The commit to compare with is not known", detail });
}

function projectMoved(file: string, ref: string): Diagnostic {
  const detail = `At "${ref}" there was no file "${file}" in this folder, so nothing can be compared. Was the project moved or renamed? Name a commit after that, or plan without \`--since\`.`;
  return problem({ code: "cli/since-project-moved", summary: "The project was not here at that commit", detail });
}
