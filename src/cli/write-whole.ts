import { rename, rm, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { OutsideError } from "../diagnostics/outside-error.ts";

/** Writes a file whole or not at all: beside it first, then moved over. For files without secrets. */
export async function writeWhole(folder: string, file: string, text: string): Promise<void> {
  const path = resolve(folder, file);
  const beside = `${path}.${process.pid}.tmp`;
  try {
    await writeFile(beside, text, { flag: "wx", flush: true });
    await rename(beside, path);
  } catch (cause) {
    await rm(beside, { force: true }).catch(() => undefined);
    throw new OutsideError("cli/cannot-write", `${file} cannot be written`, {
      cause,
      fix: "Choose another file, or free some space. Nothing was written.",
    });
  }
}
