import { readFile } from "node:fs/promises";
import { OutsideError } from "../diagnostics/outside-error.ts";
import { Secret } from "../model/secret.ts";

/** Where a secret of the machinery itself is kept. The secret never stands in a document. */
export type Reference =
  | { readonly kind: "env"; readonly name: string }
  | {
      readonly kind: "file";
      /** Absolute. */
      readonly path: string;
      /** As the document names it; messages hold no path of this machine. */
      readonly shownAs: string;
    };

/** What the environment holds. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The key of the document whose references these are, and the code of what is wrong with them. */
export interface Under {
  readonly key: string;
  readonly code: string;
}

const DELIVER: Under = { key: "deliver", code: "sinks/bad-reference" };

/** Reads what a reference leads to, without the line break at its end; `purpose` as in "the token for Vault". */
export async function readReference(
  reference: Reference,
  purpose: string,
  env: Environment,
  under: Under = DELIVER,
): Promise<Secret> {
  const text = reference.kind === "env" ? (env[reference.name] ?? "") : await textOf(reference, purpose, under);
  const value = text.replace(/\r?\n$/, "");
  if (value !== "") return new Secret(value);
  throw reference.kind === "env"
    ? bad(
        `${purpose} is to be in the environment variable ${reference.name}, which is empty or not set.`,
        "Set it",
        under,
      )
    : bad(`${purpose} is to be in ${reference.shownAs}, which is empty.`, "Fill the file", under);
}

type InFile = Extract<Reference, { kind: "file" }>;

async function textOf({ path, shownAs }: InFile, purpose: string, under: Under): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    throw bad(`${purpose} is to be in ${shownAs}, which cannot be read (${code}).`, "Write the file", under);
  }
}

function bad(sentence: string, deed: string, { key, code }: Under): OutsideError {
  const message = sentence.charAt(0).toUpperCase() + sentence.slice(1);
  return new OutsideError(code, message, {
    fix: `${deed}, or name another place under \`${key}\`, then apply again.`,
  });
}
