import { mkdir } from "node:fs/promises";
import { OutsideError } from "../diagnostics/outside-error.ts";
import { codeOf } from "./code-of.ts";

/** Makes a folder that somebody named, and those above it; throws `cli/cannot-write` where that cannot be. */
export async function makeFolder(folder: string, named: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (cause) {
    throw new OutsideError("cli/cannot-write", `the folder ${named} cannot be made (${codeOf(cause)})`, {
      cause,
      fix: "Choose a folder that you may write to.",
    });
  }
}
