import { chmod, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { OutsideError } from "../diagnostics/outside-error.ts";
import { codeOf } from "./code-of.ts";

/**
 * Writes a file whole or not at all: beside it first, then moved over. A device or a pipe (`/dev/stdout`) is written to,
 * never replaced, a link stays a link, and a file keeps its mode. For files without secrets.
 */
export async function writeWhole(folder: string, file: string, text: string): Promise<void> {
  try {
    const path = resolve(folder, file);
    const there = await stat(path).catch(() => undefined);
    if (there === undefined) await replace(path, text);
    else if (there.isFile()) await replace(await realpath(path), text, there.mode & 0o7777);
    else await writeFile(path, text);
  } catch (cause) {
    throw new OutsideError("cli/cannot-write", `${file} cannot be written (${codeOf(cause)})`, {
      cause,
      fix: "Choose another file, or free some space. Nothing was written.",
    });
  }
}

async function replace(path: string, text: string, mode?: number): Promise<void> {
  const beside = `${path}.${process.pid}.tmp`;
  try {
    await writeFile(beside, text, { flag: "wx", flush: true });
    if (mode !== undefined) await chmod(beside, mode);
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true }).catch(() => undefined);
    throw error;
  }
}
