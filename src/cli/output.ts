import { appendFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Diagnostic, Locate } from "../diagnostics/diagnostic.ts";
import { OutsideError } from "../diagnostics/outside-error.ts";
import { diagnosticJson } from "../views/diagnostics-json.ts";
import { describeDiagnostics } from "../views/diagnostics-text.ts";
import { createStyle, type Style } from "../views/style.ts";
import { codeOf } from "./code-of.ts";
import type { World } from "./world.ts";

/** The options that say how a command speaks. */
export interface OutputOptions {
  readonly chdir?: string;
  readonly json?: boolean;
  readonly jsonInto?: string;
  readonly quiet?: boolean;
  readonly color?: boolean;
  /** Whether stdout carries something else, such as a report; not from the command line. */
  readonly isTaken?: boolean;
  /** Hears everything that is told; not from the command line. */
  readonly hear?: (diagnostics: readonly Diagnostic[]) => void;
}

/** Two voices: text for people and JSON for machines, one object a line. Either or both, as the options say. */
export interface Output {
  readonly style: Style;
  readonly width: number;
  /** What was asked for: plan, table, report. Not printed when stdout carries JSON. */
  readonly text: (text: string) => void;
  /** Progress and hints; silenced by `--quiet`. */
  readonly progress: (text: string) => void;
  /** Whether stdout carries text; else it carries JSON and nothing besides. */
  readonly isText: boolean;
  /** One JSON object; nothing unless JSON was asked for. */
  readonly json: (value: unknown) => void;
  /** Whether anybody reads JSON; what is costly to make is not made for nobody. */
  readonly wantsJson: boolean;
  /** What is wrong, for people: on stderr. */
  readonly trouble: (text: string) => void;
  /** For those who report on it: everything that is told. */
  readonly hear: (diagnostics: readonly Diagnostic[]) => void;
}

/** The folder a command works in. */
export function folderOf(options: OutputOptions, world: World): string {
  return resolve(world.cwd, options.chdir ?? ".");
}

/** Opens the voices of one command. A JSON file that cannot be written is told before anything is done. */
export function openOutput(options: OutputOptions, world: World): Output {
  const { jsonInto } = options;
  if (jsonInto !== undefined) tryFile(jsonInto, () => writeFileSync(resolve(folderOf(options, world), jsonInto), ""));
  return speak(options, world);
}

/** The voices of a command that has begun already, or never got so far: what its JSON file holds is kept. */
export function speak(options: OutputOptions, world: World): Output {
  const isJson = options.json === true;
  const isText = !isJson && options.isTaken !== true;
  const { jsonInto } = options;
  return {
    style: createStyle(options.color !== false && world.color && !isJson),
    width: Math.max(60, Math.min(world.columns, 100)),
    text: (text) => {
      if (isText) world.stdout(endLine(text));
    },
    isText,
    progress: (text) => {
      if (isText && options.quiet !== true) world.stdout(endLine(text));
    },
    json: (value) => {
      const line = `${JSON.stringify(value)}\n`;
      if (isJson) world.stdout(line);
      if (jsonInto !== undefined)
        tryFile(jsonInto, () => appendFileSync(resolve(folderOf(options, world), jsonInto), line));
    },
    wantsJson: isJson || options.jsonInto !== undefined,
    trouble: (text) => {
      if (!isJson && text !== "") world.stderr(endLine(text));
    },
    hear: options.hear ?? (() => undefined),
  };
}

/** For diagnostics that carry their position, or speak of no file. */
export const NOWHERE: Locate = () => undefined;

/** Says what is wrong, to people and to machines. */
export function tell(out: Output, diagnostics: readonly Diagnostic[], locate: Locate = NOWHERE): void {
  if (diagnostics.length === 0) return;
  out.hear(diagnostics);
  out.trouble(describeDiagnostics(diagnostics, { locate, style: out.style, width: out.width }));
  for (const one of diagnostics) out.json({ type: "diagnostic", diagnostic: diagnosticJson(one, locate) });
}

function endLine(text: string): string {
  return text === "" || text.endsWith("\n") ? text : `${text}\n`;
}

function tryFile(file: string, write: () => void): void {
  try {
    write();
  } catch (cause) {
    throw new OutsideError("cli/cannot-write", `${file} cannot be written (${codeOf(cause)})`, {
      cause,
      fix: "Choose another file for --json-into, or free some space; `rosterform status` shows how things stand.",
    });
  }
}
