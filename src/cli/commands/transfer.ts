import { createReadStream } from "node:fs";
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { OutsideError } from "../../diagnostics/outside-error.ts";
import { openUpkeep } from "../../drivers.ts";
import type { Carried, Upkeep } from "../../stores/upkeep.ts";
import { plural } from "../../views/words.ts";
import { codeOf } from "../code-of.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { folderOf } from "../output.ts";
import { type DocumentOptions, openSession, type Session } from "../session.ts";
import type { World } from "../world.ts";

/** What the command line says. */
export interface TransferOptions extends DocumentOptions {
  /** The file that everything is written to, or read from. */
  readonly store: string;
}

/** Writes everything that the store holds into a file, secrets sealed, whole or not at all. */
export async function dumpStore(options: TransferOptions, world: World): Promise<ExitCode> {
  const session = await openSession(options, world);
  if (session === undefined) return EXIT.failed;
  const path = resolve(folderOf(options, world), options.store);
  const beside = `${path}.${process.pid}.tmp`;
  const transfer = await openUpkeep(session.project.settings.store, session.writing);
  try {
    const file = await forFiles(options.store, () => open(beside, "wx", 0o600));
    const carried = await writeAll(transfer, file, options.store);
    await forFiles(options.store, () => rename(beside, path));
    return tellOf(carried, `wrote ${options.store}`, session);
  } finally {
    await rm(beside, { force: true });
    await transfer.close();
  }
}

async function writeAll(transfer: Upkeep, file: FileHandle, named: string): Promise<Carried> {
  try {
    const carried = await transfer.dump(async (line) => {
      await forFiles(named, () => file.write(`${line}\n`));
    });
    await forFiles(named, () => file.sync());
    return carried;
  } finally {
    await file.close();
  }
}

/** Fills the empty store that the documents name from such a file. */
export async function loadStore(options: TransferOptions, world: World): Promise<ExitCode> {
  const session = await openSession(options, world);
  if (session === undefined) return EXIT.failed;
  const path = resolve(folderOf(options, world), options.store);
  await forFiles(options.store, async () => (await open(path, "r")).close());
  const transfer = await openUpkeep(session.project.settings.store, session.writing);
  try {
    return tellOf(await transfer.load(() => linesOf(path)), `loaded ${options.store}`, session);
  } finally {
    await transfer.close();
  }
}

/** The file is opened when its first line is asked for: lines that come before anybody listens would be lost. */
async function* linesOf(path: string): AsyncGenerator<string> {
  yield* createInterface({ input: createReadStream(path, "utf8"), crlfDelay: Number.POSITIVE_INFINITY });
}

function tellOf({ rows, districts, connections }: Carried, did: string, { out }: Session): ExitCode {
  out.text(
    `${did}: ${plural(districts, "district")}, ${plural(connections, "connection")}, ${plural(rows, "row")} in all`,
  );
  out.json({ type: "store-transfer", rows, districts, connections });
  return EXIT.done;
}

async function forFiles<T>(named: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw new OutsideError("cli/dump-file", `the file ${named} cannot be used (${codeOf(cause)})`, {
      cause,
      fix: "Name a file in a folder that is there and that you may write to; to load, one that you may read.",
    });
  }
}
