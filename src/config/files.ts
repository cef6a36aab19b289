import { closeSync, fstatSync, openSync, readdirSync, readSync, statSync } from "node:fs";
import { join } from "node:path";
import { matchesPattern, normal } from "./pattern.ts";

/** Documents above this size are refused before they are parsed: nobody writes ten megabytes of connections. */
export const MAX_BYTES = 10 * 1024 * 1024;

/** How documents are found and read. Tests and doors that hold documents elsewhere hand in their own. */
export interface Files {
  /** The bytes of a file, at most one more than `maxBytes`. Throws what `node:fs` throws. */
  readonly readFile: (path: string, maxBytes: number) => Uint8Array;
  /** Paths of the files below `folder` that match, relative to it, with `/`, sorted. */
  readonly glob: (pattern: string, folder: string) => readonly string[];
}

/** The file system of this machine. */
export const fileSystem: Files = {
  readFile: readAtMost,
  glob: (pattern, folder) => {
    const fixed = normal(pattern).split("/").slice(0, -1);
    const magic = fixed.findIndex((part) => /[*?]/u.test(part));
    const start = (magic === -1 ? fixed : fixed.slice(0, magic)).join("/");
    const depth = pattern.includes("**")
      ? 16
      : normal(pattern).split("/").length - (start === "" ? 0 : start.split("/").length);
    const found: string[] = [];
    walk(folder, start, depth, found);
    return found.filter((path) => matchesPattern(pattern, path)).sort();
  },
};

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
function walk(folder: string, below: string, depth: number, found: string[]): void {
  let entries: ReturnType<typeof readEntries>;
  try {
    entries = readEntries(join(folder, below));
  } catch {
    return;
  }
  for (const entry of entries) {
    if (entry.name.startsWith(".") || entry.name === "node_modules") continue;
    const path = below === "" ? entry.name : `${below}/${entry.name}`;
    const isFolder = entry.isSymbolicLink() ? isDirectory(join(folder, path)) : entry.isDirectory();
    if (!isFolder) found.push(path);
    else if (depth > 1) walk(folder, path, depth - 1, found);
  }
}

function readEntries(path: string) {
  return readdirSync(path, { withFileTypes: true });
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
