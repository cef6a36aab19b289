import { closeSync, existsSync, fstatSync, openSync, readdirSync, readSync, realpathSync, statSync } from "node:fs";
import { dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { folderNamedBy, matcherOf, normal } from "./pattern.ts";

/** Documents above this size are refused before they are parsed: nobody writes ten megabytes of connections. */
export const MAX_BYTES = 10 * 1024 * 1024;

/** How documents are found and read. Tests and doors that hold documents elsewhere hand in their own. */
export interface Files {
  /** The bytes of a file, at most one more than `maxBytes`. Throws what `node:fs` throws. */
  readonly readFile: (path: string, maxBytes: number) => Uint8Array;
  /**
   * Paths of the files below `folder` that match, relative to it, with `/`, sorted. Of these, `onOutside` hears of each that a
   * link leads to somewhere outside of the repository.
   */
  readonly glob: (pattern: string, folder: string, onOutside?: (path: string) => void) => readonly string[];
}

/** The file system of this machine. */
export const fileSystem: Files = {
  readFile: readAtMost,
  glob: (pattern, folder, onOutside) => {
    const start = folderNamedBy(pattern);
    const depth = pattern.includes("**")
      ? 16
      : normal(pattern).split("/").length - (start === "" ? 0 : start.split("/").length);
    const walked: Walked = { folder, root: repositoryOf(folder, join(folder, start)), found: [], outside: new Set() };
    walk(walked, start, depth, isOutside(walked, start));
    const matching = walked.found.filter(matcherOf(pattern)).sort();
    for (const path of matching) if (walked.outside.has(path)) onOutside?.(path);
    return matching;
  },
};

/** A walk through the folders of a project. */
interface Walked {
  readonly folder: string;
  /** What links may not lead out of, without links itself. */
  readonly root: string;
  readonly found: string[];
  readonly outside: Set<string>;
}

/**
 * The next folder upwards from `start` with a `.git` in it; where there is none, the project's folder, or what a pattern names beside
 * it by its own path.
 */
function repositoryOf(folder: string, start: string): string {
  for (let at = resolve(start); ; at = dirname(at)) {
    if (existsSync(join(at, ".git"))) return realpathSync(at);
    if (dirname(at) === at) break;
  }
  const alone = leaves(relative(folder, start)) ? start : folder;
  return existsSync(alone) ? realpathSync(alone) : alone;
}

function leaves(path: string): boolean {
  return path === ".." || path.startsWith(`..${sep}`) || isAbsolute(path);
}

/** Whether a path leads out of the repository, through whatever links; one that leads nowhere is told when it is read. */
function isOutside({ folder, root }: Walked, path: string): boolean {
  try {
    return leaves(relative(root, realpathSync(join(folder, path))));
  } catch {
    return false;
  }
}

/** Reads no more than is needed to see that a file is too large. */
function readAtMost(path: string, maxBytes: number): Uint8Array {
  const file = openSync(path, "r");
  try {
    const stats = fstatSync(file);
    if (!stats.isFile()) throw Object.assign(new Error("not a regular file"), { code: "EISDIR" });
    const bytes = Buffer.allocUnsafe(Math.min(stats.size, maxBytes + 1));
    let length = 0;
    while (length < bytes.length) {
      const read = readSync(file, bytes, length, bytes.length - length, length);
      if (read === 0) break;
      length += read;
    }
    return bytes.subarray(0, length);
  } finally {
    closeSync(file);
  }
}

/** Collects files down to `depth` folders. Hidden names and node_modules never hold districts. */
function walk(walked: Walked, below: string, depth: number, isOut: boolean): void {
  const { folder, found, outside } = walked;
  let entries: ReturnType<typeof readEntries>;
  try {
    entries = readEntries(join(folder, below));
  } catch {
    return;
  }
  for (const entry of entries) {
    if (entry.name.startsWith(".") || entry.name === "node_modules") continue;
    const path = below === "" ? entry.name : `${below}/${entry.name}`;
    const isLink = entry.isSymbolicLink();
    const isFolder = isLink ? isDirectory(join(folder, path)) : entry.isDirectory();
    const leadsOut = isLink ? isOutside(walked, path) : isOut;
    if (!isFolder) {
      found.push(path);
      if (leadsOut) outside.add(path);
    } else if (depth > 1) walk(walked, path, depth - 1, leadsOut);
  }
}

function readEntries(path: string) {
  return readdirSync(path, { withFileTypes: true });
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
