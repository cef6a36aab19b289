import { appendFileSync, writeFileSync } from "node:fs";
import { OutsideError } from "../diagnostics/outside-error.ts";
import { createStyle, type Style } from "../views/style.ts";
import type { World } from "./world.ts";

/** The options that say how a command speaks. */
export interface OutputOptions {
  readonly json?: boolean;
  readonly jsonInto?: string;
  readonly quiet?: boolean;
  readonly color?: boolean;
}

/** Two voices: text for people and JSON for machines, one object a line. Either or both, as the options say. */
export interface Output {
  readonly style: Style;
  readonly width: number;
  /** What was asked for: plan, table, report. Not printed when stdout carries JSON. */
  readonly text: (text: string) => void;
  /** Progress and hints; silenced by `--quiet`. */
  readonly progress: (text: string) => void;
  /** One JSON object; nothing unless JSON was asked for. */
  readonly json: (value: unknown) => void;
  /** What is wrong, for people: on stderr. */
  readonly trouble: (text: string) => void;
}

/** Opens the voices of one command. A JSON file that cannot be written is told before anything is done. */
export function openOutput(options: OutputOptions, world: World): Output {
  const file = options.jsonInto;
  if (file !== undefined) tryFile(file, () => writeFileSync(file, ""));
  const isJson = options.json === true;
  const toFile = (line: string): void => {
    if (file !== undefined) tryFile(file, () => appendFileSync(file, line));
  };
  return {
    style: createStyle(options.color !== false && world.color && !isJson),
    width: Math.max(60, Math.min(world.columns, 100)),
    text: (text) => {
      if (!isJson) world.stdout(endLine(text));
    },
    progress: (text) => {
      if (!isJson && options.quiet !== true) world.stdout(endLine(text));
    },
    json: (value) => {
      const line = `${JSON.stringify(value)}\n`;
      if (isJson) world.stdout(line);
      toFile(line);
    },
    trouble: (text) => {
      if (!isJson) world.stderr(endLine(text));
    },
  };
}

function endLine(text: string): string {
  return text === "" || text.endsWith("\n") ? text : `${text}\n`;
}

function tryFile(file: string, write: () => void): void {
  try {
    write();
  } catch (cause) {
    throw new OutsideError("cli/cannot-write", `${file} cannot be written`, {
      cause,
      fix: "Choose another file, or free some space.",
    });
  }
}
