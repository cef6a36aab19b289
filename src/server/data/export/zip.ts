import { crc32 as nodeCrc32 } from "node:zlib";
import { type Entry, openPromise, type ZipFile } from "yauzl";
import { OutsideError } from "../../../diagnostics/outside-error.ts";

/** How much of an archive is taken into memory. What wants more is refused before it is unpacked. */
export interface ZipLimits {
  readonly entries: number;
  /** Unpacked bytes of one file, and of all that are read. */
  readonly fileBytes: number;
  readonly totalBytes: number;
}

const LIMITS: ZipLimits = { entries: 1000, fileBytes: 256 * 2 ** 20, totalBytes: 768 * 2 ** 20 };

/** An archive whose CSV files can be read by their names, whatever folder they are in. Nothing is ever written. */
export interface Archive {
  readonly names: ReadonlySet<string>;
  /** The bytes of a file. Throws `OutsideError` when they are not what the archive says of them. */
  read(name: string): Promise<Buffer>;
  close(): void;
}

/**
 * Opens a zip. Throws `OutsideError` `server/export-unreadable` when it is none or is damaged, and
 * `server/export-too-large` when it would not fit.
 */
export async function openArchive(path: string, file: string, limits: ZipLimits = LIMITS): Promise<Archive> {
  const zip = await opening(path, file);
  try {
    if (zip.entryCount > limits.entries) throw tooLarge(file, `it holds more than ${limits.entries} files`);
    const entries = new Map<string, Entry>();
    let total = 0;
    for await (const entry of zip.eachEntry()) {
      const name = csvName(entry.fileName);
      if (name === undefined) continue;
      if (entries.has(name)) throw unreadable(file, `${name} is in it twice`);
      total += entry.uncompressedSize;
      if (entry.uncompressedSize > limits.fileBytes) throw tooLarge(file, `${name} unpacks to too much`);
      if (total > limits.totalBytes) throw tooLarge(file, "its files unpack to too much");
      entries.set(name, entry);
    }
    return {
      names: new Set(entries.keys()),
      read: async (name) => {
        const entry = entries.get(name);
        if (entry === undefined) throw unreadable(file, `${name} is not in it`);
        return await unpacked(zip, entry).catch((cause: unknown) => {
          throw unreadable(file, `${name} in it is damaged`, cause);
        });
      },
      close: () => zip.close(),
    };
  } catch (error) {
    zip.close();
    throw error instanceof OutsideError ? error : unreadable(file, "its directory is damaged", error);
  }
}

async function opening(path: string, file: string): Promise<ZipFile> {
  try {
    return await openPromise(path, { lazyEntries: true, autoClose: false, strictFileNames: true });
  } catch (cause) {
    throw unreadable(file, "it is not there, may not be read, or is no zip", cause);
  }
}

/** The name of a CSV file without its folder; what an archiver of some system adds is none. */
function csvName(path: string): string | undefined {
  const name = path.split("/").at(-1) ?? "";
  return name.endsWith(".csv") && !name.startsWith(".") && !path.startsWith("__MACOSX/") ? name : undefined;
}

/** Never more than the archive says there is: what unpacks to more ends the stream with an error. */
async function unpacked(zip: ZipFile, entry: Entry): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of await zip.openReadStreamPromise(entry)) {
    if (part instanceof Buffer) parts.push(part);
  }
  const bytes = Buffer.concat(parts);
  if (nodeCrc32(bytes) !== entry.crc32) throw new Error("the checksum is another one");
  return bytes;
}

function unreadable(file: string, why: string, cause?: unknown): OutsideError {
  return new OutsideError("server/export-unreadable", `The export ${file} cannot be read: ${why}.`, {
    fix: "Name a OneRoster CSV export as one zip, and fetch it again if it was cut off.",
    ...(cause === undefined ? {} : { cause }),
  });
}

function tooLarge(file: string, why: string): OutsideError {
  return new OutsideError("server/export-too-large", `The export ${file} is too large to load: ${why}.`, {
    fix: "Load an export of one district, with nothing in it but its CSV files.",
  });
}
