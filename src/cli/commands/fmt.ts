import { buffer } from "node:stream/consumers";
import { resolve } from "node:path";
import { problem } from "../../diagnostics/diagnostic.ts";
import { layoutDiff } from "../../views/layout-diff.ts";
import { plural } from "../../views/words.ts";
import { EXIT, type ExitCode, interruptedBy } from "../exit-code.ts";
import { filesNamed, filesOfProject, type Found } from "../formatting/find-files.ts";
import { formatFile, type FormattingOptions, type Outcome } from "../formatting/format-file.ts";
import { folderOf, openOutput, type Output, tell } from "../output.ts";
import { type DocumentOptions, pathOf } from "../session.ts";
import type { World } from "../world.ts";
import { writeWhole } from "../write-whole.ts";

/** What the command line says. */
export interface FmtOptions extends DocumentOptions {
  readonly paths: readonly string[];
  readonly check?: boolean;
  readonly diff?: boolean;
  readonly detailedExitcode?: boolean;
  /** A folder with the schemas, for modelines that need no network. */
  readonly schemas?: string;
}

/** Puts the layout of documents right: one file after the other, each written whole or not at all. */
export async function fmt(options: FmtOptions, world: World): Promise<ExitCode> {
  const out = openOutput(options, world);
  const folder = folderOf(options, world);
  if (options.paths.includes("-")) return await fmtInput(options, world, out);
  const { files, diagnostics } =
    options.paths.length > 0
      ? await filesNamed(options.paths, folder)
      : await filesOfProject(resolve(folder, pathOf(options, world)), folder);
  tell(out, diagnostics);
  const tally: Tally = { files: 0, changed: 0, hasErrors: diagnostics.length > 0 };
  for (const file of files) {
    const interrupted = interruptedBy(world.signal);
    if (interrupted !== undefined) return interrupted;
    const outcome = await formatFile(file, schemasOf(options, folder));
    const isNew = count(outcome, tally);
    if (outcome.kind === "left") tell(out, outcome.diagnostics);
    if (!isNew || outcome.kind !== "changes") continue;
    if (writes(options)) await writeWhole(folder, file.name, outcome.text);
    say(outcome, file, options, out);
  }
  return finish(tally, options, out);
}

function schemasOf({ schemas }: FmtOptions, folder: string): FormattingOptions {
  return schemas === undefined ? {} : { schemas: resolve(folder, schemas) };
}

interface Tally {
  files: number;
  changed: number;
  hasErrors: boolean;
}

function count(outcome: Outcome, tally: Tally): boolean {
  if (outcome.kind !== "left") tally.files += 1;
  else if (outcome.diagnostics.some(({ severity }) => severity === "error")) tally.hasErrors = true;
  if (outcome.kind !== "changes") return false;
  tally.changed += 1;
  return true;
}

function writes({ check, diff }: FmtOptions): boolean {
  return check !== true && diff !== true;
}

function say(outcome: Extract<Outcome, { kind: "changes" }>, file: Found, options: FmtOptions, out: Output): void {
  const diff = options.diff === true ? layoutDiff(file.name, outcome.before, outcome.text) : undefined;
  if (writes(options)) out.progress(file.name);
  else out.text(diff ?? file.name);
  out.json({ type: "formatted", file: file.name, written: writes(options), ...(diff === undefined ? {} : { diff }) });
}

function finish({ files, changed, hasErrors }: Tally, options: FmtOptions, out: Output): ExitCode {
  out.json({ type: "format_summary", files, changed, written: writes(options), errored: hasErrors });
  if (hasErrors) return EXIT.failed;
  if (options.check !== true || changed === 0) return EXIT.done;
  if (options.detailedExitcode === true) return EXIT.changes;
  const detail = `${plural(changed, "file is", "files are")} not laid out as \`rosterform fmt\` would. Run it, or look first with \`rosterform fmt --diff\`.`;
  tell(out, [problem({ code: "cli/not-formatted", summary: "Not everything is formatted", detail })]);
  return EXIT.failed;
}

/** The document on stdin to stdout; as it was where it cannot be read, so that an editor loses nothing. */
async function fmtInput(options: FmtOptions, world: World, out: Output): Promise<ExitCode> {
  if (options.paths.length > 1) {
    const detail = "`-` is what comes in on stdin, and goes out on stdout. Name files in another call.";
    tell(out, [problem({ code: "cli/fmt-usage", summary: "`-` stands alone", detail })]);
    return EXIT.failed;
  }
  const folder = folderOf(options, world);
  const bytes = world.input === undefined ? Buffer.alloc(0) : await buffer(world.input);
  const file: Found = { name: "stdin", path: resolve(folder, "stdin"), isNamed: true };
  const files = { readFile: (_: string, most: number) => bytes.subarray(0, most + 1) };
  const outcome = await formatFile(file, { ...schemasOf(options, folder), files });
  const tally: Tally = { files: 0, changed: 0, hasErrors: false };
  const isNew = count(outcome, tally);
  if (outcome.kind === "left") tell(out, outcome.diagnostics);
  if (outcome.kind === "changes" && !writes(options)) say(outcome, file, options, out);
  if (writes(options) && out.isText) world.stdout(outcome.text);
  if (writes(options))
    out.json({ type: "formatted", file: file.name, written: false, changed: isNew, text: outcome.text });
  return finish(tally, options, out);
}
