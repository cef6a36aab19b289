import { randomBytes } from "node:crypto";
import { lstat, mkdir, open, readdir, rename, rm, unlink } from "node:fs/promises";
import { join } from "node:path";
import { OutsideError } from "../diagnostics/outside-error.ts";

/** A file below a folder of credentials, and what it is called in messages (never an absolute path of this machine). */
export interface FilePlace {
  readonly root: string;
  readonly folder: string;
  readonly file: string;
  readonly shown: string;
}

/**
 * Puts `text` in place whole or not at all: written to a new file beside it, flushed, then moved over the old one.
 * Files can be read by their owner only (0600), folders entered by their owner only (0700).
 */
export async function replaceFile(place: FilePlace, text: string): Promise<void> {
  const folder = join(place.root, place.folder);
  try {
    await makeRoot(place.root);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await refuseOtherThings(place, folder);
    await swapIn(folder, place.file, text);
    await sweep(folder, place.file);
  } catch (error) {
    throw explain(error, place.shown);
  }
}

/** A fresh folder ignores itself, so that nobody commits credentials by accident. An ignore file of the user's stays. */
async function makeRoot(root: string): Promise<void> {
  await mkdir(root, { recursive: true, mode: 0o700 });
  const entries = await readdir(root);
  if (entries.every((entry) => isLeftover(entry, ".gitignore"))) await swapIn(root, ".gitignore", "*\n");
}

/** What stands where the file should be is replaced only if it is a file: following a link could write anywhere. */
async function refuseOtherThings(place: FilePlace, folder: string): Promise<void> {
  if (!(await lstat(folder)).isDirectory()) {
    throw new OutsideError("sinks/not-a-folder", `The folder of ${place.shown} is a link or a file.`, {
      fix: "Move it away or name another folder under `deliver`, then apply again.",
    });
  }
  const there = await lstat(join(folder, place.file)).catch((error: unknown) => {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  });
  if (there === undefined || there.isFile()) return;
  const what = there.isSymbolicLink() ? "a symbolic link" : there.isDirectory() ? "a folder" : "no ordinary file";
  throw new OutsideError("sinks/not-a-file", `${place.shown} is ${what}.`, {
    fix: "Move it away, then apply again.",
  });
}

async function swapIn(folder: string, file: string, text: string): Promise<void> {
  const temporary = join(folder, `.${file}.${randomBytes(6).toString("hex")}.tmp`);
  const handle = await open(temporary, "wx", 0o600);
  try {
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, join(folder, file));
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    throw error;
  }
  await flushFolder(folder);
}

/** Makes the new name outlive a power cut. */
async function flushFolder(folder: string): Promise<void> {
  // Windows cannot open a folder; its file systems journal the rename themselves.
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A run that was killed may have left its half-written file; it holds a secret and nobody needs it any more. */
async function sweep(folder: string, file: string): Promise<void> {
  for (const entry of await readdir(folder)) {
    if (isLeftover(entry, file)) await rm(join(folder, entry), { force: true });
  }
}

function isLeftover(entry: string, file: string): boolean {
  return entry.startsWith(`.${file}.`) && /^[0-9a-f]{12}\.tmp$/.test(entry.slice(file.length + 2));
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "unknown";
}

function explain(error: unknown, shown: string): unknown {
  if (error instanceof OutsideError) return error;
  const code = codeOf(error);
  const untouched = "Nothing was half-written; what stood there before is untouched.";
  switch (code) {
    case "ENOSPC":
    case "EDQUOT":
    case "EFBIG":
      return new OutsideError("sinks/disk-full", `There is no room to write ${shown} (${code}). ${untouched}`, {
        retryable: true,
        fix: "Make room, then apply again.",
      });
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return new OutsideError("sinks/not-writable", `${shown} may not be written (${code}). ${untouched}`, {
        fix: "Give yourself the right to write there or name another folder under `deliver`, then apply again.",
      });
    case "ENOTDIR":
    case "EEXIST":
      return new OutsideError("sinks/not-a-folder", `The folder of ${shown} is a link or a file (${code}).`, {
        fix: "Move it away or name another folder under `deliver`, then apply again.",
      });
    default:
      return new OutsideError("sinks/write-failed", `${shown} could not be written (${code}). ${untouched}`, {
        retryable: true,
        fix: "Look at the disk, then apply again.",
      });
  }
}
