import type { Place } from "../model/place.ts";
import { type Files, MAX_BYTES } from "./files.ts";
import { type Trouble, trouble } from "./trouble.ts";

/** The text of one file, with line ends made `\n` and without a byte order mark. */
export interface Source {
  /** As printed: relative to the project folder, with `/`. */
  readonly file: string;
  /** Absolute. */
  readonly path: string;
  readonly text: string;
}

export type Read =
  | { readonly kind: "read"; readonly source: Source }
  | { readonly kind: "not-read"; readonly trouble: Trouble };

/**
 * Reads a file as text. `namedAt` is where another document names it: that is the line to correct when it is missing.
 */
export function readSource(files: Files, file: string, path: string, namedAt?: Place): Read {
  const start: Place = { file, document: 0, path: [] };
  const refuse = (code: Parameters<typeof trouble>[0]["code"], detail: string, place = start): Read => ({
    kind: "not-read",
    trouble: trouble({ code, detail, place }),
  });
  let bytes: Uint8Array;
  try {
    bytes = files.readFile(path, MAX_BYTES);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    if (code === "ENOENT" || code === "ENOTDIR") {
      return refuse("file-missing", `There is no file "${file}". Correct the path, or write the file.`, namedAt);
    }
    return refuse("file-unreadable", `"${file}" ${WHY_UNREADABLE[code] ?? `cannot be read (${code})`}.`, namedAt);
  }
  if (bytes.length > MAX_BYTES) {
    return refuse("too-large", `"${file}" has more than 10 MB. Split it into one file for each district.`);
  }
  const text = decode(bytes);
  if (text === undefined) {
    return refuse("not-utf-8", `"${file}" has bytes that are not UTF-8. Save it in the encoding UTF-8.`);
  }
  return { kind: "read", source: { file, path, text } };
}

const WHY_UNREADABLE: Readonly<Record<string, string>> = {
  EACCES: "may not be read by this user: change its permissions",
  EPERM: "may not be read by this user: change its permissions",
  EISDIR: "is not a regular file: name a YAML file",
  ELOOP: "is a link that leads to itself",
};

/** UTF-8 only; a NUL byte means that this is no text at all (or UTF-16). A byte order mark is dropped. */
function decode(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return text.includes("\0") ? undefined : text.replaceAll("\r\n", "\n");
  } catch {
    return undefined;
  }
}
