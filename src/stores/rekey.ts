import { existsSync, linkSync, readFileSync, renameSync } from "node:fs";
import { OutsideError } from "../diagnostics/outside-error.ts";
import { makeKeyFile } from "./key-file.ts";
import type { Upkeep } from "./upkeep.ts";

/** What became of the key. */
export interface Rekeyed {
  /** How many secrets were sealed anew; 0 where an interrupted run had done so already. */
  readonly secrets: number;
  /** Where the old key is, for dumps and backups from before. */
  readonly oldKeyFile: string;
}

/**
 * Seals every secret of a store under a new key. The new key is on the disk before anything is sealed under it, and takes the old
 * one's name only after all is; stopped anywhere in between, it is finished by the next run. `open` opens the store with the
 * key in a file, and throws `stores/wrong-key` where it is another one.
 */
export async function rekey(keyFile: string, open: (keyFile: string) => Promise<Upkeep>): Promise<Rekeyed> {
  const [nextKeyFile, oldKeyFile] = [`${keyFile}.next`, `${keyFile}.old`];
  const wasBegun = existsSync(nextKeyFile);
  if (existsSync(oldKeyFile) && !(wasBegun && isSameFile(oldKeyFile, keyFile))) throw oldKeyThere(oldKeyFile);
  const isSealed = wasBegun && (await opens(open, nextKeyFile));
  const secrets = isSealed ? 0 : await sealAnew(open, keyFile, nextKeyFile);
  if (!existsSync(oldKeyFile)) linkSync(keyFile, oldKeyFile);
  renameSync(nextKeyFile, keyFile);
  return { secrets, oldKeyFile };
}

async function sealAnew(
  open: (keyFile: string) => Promise<Upkeep>,
  keyFile: string,
  nextKeyFile: string,
): Promise<number> {
  const store = await open(keyFile);
  try {
    if (!existsSync(nextKeyFile)) makeKeyFile(nextKeyFile);
    return await store.reseal(nextKeyFile);
  } finally {
    await store.close();
  }
}

async function opens(open: (keyFile: string) => Promise<Upkeep>, keyFile: string): Promise<boolean> {
  try {
    await (await open(keyFile)).close();
    return true;
  } catch (error) {
    if (error instanceof OutsideError && error.code === "stores/wrong-key") return false;
    throw error;
  }
}

function isSameFile(one: string, other: string): boolean {
  return readFileSync(one).equals(readFileSync(other));
}

function oldKeyThere(path: string): OutsideError {
  return new OutsideError("stores/old-key-there", `there is an old key at ${path} already`, {
    fix: "It opens dumps and backups from before the last time: put it where those are, then try again.",
  });
}
