import { dirname, join, relative, sep } from "node:path";
import { fileSystem, type Files, MAX_BYTES } from "../../config/files.ts";
import { format } from "../../config/format/format.ts";
import { report } from "../../config/report.ts";
import { readSource } from "../../config/source.ts";
import type { Trouble } from "../../config/trouble.ts";
import { type Diagnostic, warning } from "../../diagnostics/diagnostic.ts";
import type { Found } from "./find-files.ts";

/** What came of one file. Nothing was written yet. */
export type Outcome =
  | { readonly kind: "right"; readonly text: string }
  | { readonly kind: "changes"; readonly before: string; readonly text: string }
  /** Left byte for byte as it is. */
  | { readonly kind: "left"; readonly text: string; readonly diagnostics: readonly Diagnostic[] };

export interface FormattingOptions {
  /** A folder with the schemas, absolute: modelines of ours point there. */
  readonly schemas?: string;
  readonly files?: Pick<Files, "readFile">;
}

/** Reads one file and formats its text. */
export async function formatFile(file: Found, options: FormattingOptions = {}): Promise<Outcome> {
  const { schemas, files = fileSystem } = options;
  let bytes = new Uint8Array();
  const keeping: Files = {
    ...fileSystem,
    readFile: (path, most) => {
      bytes = Uint8Array.from(files.readFile(path, most));
      return bytes;
    },
  };
  const read = readSource(keeping, file.name, file.path);
  const isText = read.kind === "read";
  const before = isText || bytes.length <= MAX_BYTES ? new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes) : "";
  const left = async (troubles: readonly Trouble[]): Promise<Outcome> => {
    const sources = isText ? [read.source] : [];
    return { kind: "left", text: before, diagnostics: await report(troubles, sources) };
  };
  if (read.kind === "not-read") return left(file.isNamed || !FOREIGN.has(read.trouble.code) ? [read.trouble] : []);
  const result = await format(read.source, {
    ...(file.meant === undefined ? {} : { meant: file.meant }),
    ...(schemas === undefined
      ? {}
      : { schemaOf: (kind) => pathBetween(file.path, join(schemas, `${kind}.schema.json`)) }),
  });
  if (result.kind === "broken") return left(file.isNamed || looksLikeOurs(before) ? result.troubles : []);
  if (result.kind === "odd") return { kind: "left", text: before, diagnostics: [oddDocument(file)] };
  if (result.kind === "foreign")
    return { kind: "left", text: before, diagnostics: file.isNamed ? [noDocument(file)] : [] };
  return before === result.text ? { kind: "right", text: before } : { kind: "changes", before, text: result.text };
}

/** The path from a file to another, as a modeline names it. */
function pathBetween(from: string, to: string): string {
  const path = relative(dirname(from), to).split(sep).join("/");
  return path.startsWith(".") ? path : `./${path}`;
}

/** What a file below a folder may be that is no document of ours. */
const FOREIGN = new Set<string>(["config/too-large", "config/not-utf-8"]);

/** Whether a file that is no YAML was to be a document: templates of others stand in the same folders. */
function looksLikeOurs(text: string): boolean {
  return /^(?:district|districts|site|vendors|groups)[ \t]*:/mu.test(text);
}

function oddDocument({ name }: Found): Diagnostic {
  return warning({
    code: "cli/fmt-left-alone",
    summary: "A file cannot be laid out without changing what it says",
    detail: `"${name}" is written in a way that another layout would be read as something else, so it was left as it is. Explicit keys (\`? key\`) are the usual reason; write \`key: value\` instead.`,
  });
}

function noDocument({ name }: Found): Diagnostic {
  return warning({
    code: "cli/no-document",
    summary: "A file is no document of rosterform",
    detail: `"${name}" has none of the keys by which a project, a district or a vendor catalogue is known. It was left as it is.`,
  });
}
