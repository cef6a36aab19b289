import { randomBytes } from "node:crypto";
import { closeSync, fstatSync, fsyncSync, openSync, readFileSync, writeSync } from "node:fs";
import { OutsideError } from "../diagnostics/outside-error.ts";

const KEY_BYTES = 32;
const OTHERS = 0o077;

/** Reads the key under which secrets are sealed. Refuses a file that others may read: then the key is no secret. */
export function readKeyFile(path: string): Buffer {
  const { text, mode } = contentOf(path);
  if (process.platform !== "win32" && (mode & OTHERS) !== 0) {
    throw new OutsideError("stores/key-exposed", `the key file ${path} can be read by others (mode ${octal(mode)})`, {
      fix: `Run \`chmod 600 ${path}\`; if somebody may have read it, replace the connections by raising \`rotate\`.`,
    });
  }
  const key = Buffer.from(text.trim(), "base64url");
  if (key.length === KEY_BYTES && key.toString("base64url") === text.trim()) return key;
  throw new OutsideError(
    "stores/key-unusable",
    `the key file ${path} does not hold a key of ${KEY_BYTES} bytes in base64url`,
    {
      fix: "Restore the key file from a backup; the secrets of the store cannot be read without it.",
    },
  );
}

/** Makes a key file with mode 0600. An existing one is never touched: then this throws with the cause `EEXIST`. */
export function makeKeyFile(path: string): Buffer {
  const key = randomBytes(KEY_BYTES);
  let file: number;
  try {
    file = openSync(path, "wx", 0o600);
  } catch (cause) {
    throw new OutsideError("stores/cannot-create", `the key file ${path} cannot be made (${codeOf(cause)})`, {
      cause,
      fix: "Make the folder first, or choose another place for the key file.",
    });
  }
  try {
    writeSync(file, `${key.toString("base64url")}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  return key;
}

/** Content and mode of one and the same file, whatever happens to its name in between. */
function contentOf(path: string): { readonly text: string; readonly mode: number } {
  let file: number | undefined;
  try {
    file = openSync(path, "r");
    return { mode: fstatSync(file).mode & 0o777, text: readFileSync(file, "utf8") };
  } catch (cause) {
    const isMissing = codeOf(cause) === "ENOENT";
    throw new OutsideError(
      isMissing ? "stores/key-missing" : "stores/key-unusable",
      isMissing ? `there is no key file at ${path}` : `the key file ${path} cannot be read (${codeOf(cause)})`,
      {
        cause,
        fix: "Put the key file that `rosterform init` made back in its place; the secrets of the store cannot be read without it.",
      },
    );
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** The system's short name of what went wrong, e.g. `EACCES`. */
export function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "unknown";
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, "0");
}
