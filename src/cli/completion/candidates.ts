import type { Argument, Command, Option } from "commander";
import { RUNGS } from "../../model/evidence.ts";
import { SCHEMA_NAMES } from "../schema-names.ts";
import { SHELLS } from "./shells.ts";

/** What can stand at the cursor. */
export type Candidates =
  | { readonly kind: "values"; readonly values: readonly Candidate[] }
  | { readonly kind: "files" | "folders" };

export interface Candidate {
  /** The whole word. */
  readonly word: string;
  readonly says?: string;
}

/** What the documents name; asked for only where such a name can stand. */
export interface Names {
  readonly addresses: readonly string[];
  readonly districts: readonly string[];
  readonly tags: readonly string[];
}

/** The documents that the words before the cursor speak of. */
export interface Asking {
  readonly chdir?: string;
  readonly config?: string;
  /** What was typed of the name, so that a large fleet needs not be read whole. */
  readonly typed: string;
}

type NamesOf = (asking: Asking) => Promise<Names>;

/** What can stand in place of `current` behind these words of a command line, the program's name left out. */
export async function candidatesFor(
  program: Command,
  words: readonly string[],
  current: string,
  namesOf: NamesOf,
): Promise<Candidates> {
  const at = walk(program, words);
  const asking = (typed: string): Promise<Names> => namesOf({ ...at.asking, typed });
  const starting = ({ kind, ...rest }: Candidates & { readonly values?: readonly Candidate[] }): Candidates =>
    kind === "values" ? { kind, values: (rest.values ?? []).filter(({ word }) => word.startsWith(current)) } : { kind };
  if (at.option !== undefined)
    return starting(await valuesFor(placeholderOf(at.option), at.option.argChoices, () => asking(current)));
  const [, name = "", typed = ""] = /^(--[\w-]+)=(.*)$/su.exec(current) ?? [];
  const option = at.isPlain || name === "" ? undefined : optionOf(at.command, program, name);
  if (option !== undefined) {
    const values = await valuesFor(placeholderOf(option), option.argChoices, () => asking(typed));
    return starting(
      values.kind === "values"
        ? { kind: "values", values: values.values.map((one) => ({ ...one, word: `${name}=${one.word}` })) }
        : values,
    );
  }
  if (current.startsWith("-") && !at.isPlain) return starting({ kind: "values", values: optionsOf(at.command) });
  const commands = at.arguments === 0 ? commandsOf(at.command) : [];
  const argument = argumentAt(at.command, at.arguments);
  const values =
    argument === undefined ? NOTHING : await valuesFor(argument.name(), argument.argChoices, () => asking(current));
  if (values.kind !== "values") return values;
  return starting({ kind: "values", values: [...commands, ...values.values] });
}

const NOTHING: Candidates = { kind: "values", values: [] };

interface Walked {
  readonly command: Command;
  /** How many arguments were given to it. */
  readonly arguments: number;
  /** The option whose value comes next. */
  readonly option?: Option;
  /** Behind `--`: nothing is an option any more. */
  readonly isPlain: boolean;
  readonly asking: Omit<Asking, "typed">;
}

/** Reads the words as the program would. */
function walk(program: Command, words: readonly string[]): Walked {
  let command = program;
  let count = 0;
  let isPlain = false;
  let option: Option | undefined;
  const asking: { chdir?: string; config?: string } = {};
  const keep = (name: string | undefined, value: string): void => {
    if (name === "--chdir") asking.chdir = value;
    if (name === "--config") asking.config = value;
  };
  for (const word of words) {
    const value = option;
    option = undefined;
    if (value !== undefined && (value.required || !word.startsWith("-"))) keep(value.long, word);
    else if (isPlain || !word.startsWith("-") || word === "-") {
      const next = count === 0 && !isPlain ? command.commands.find((one) => one.name() === word) : undefined;
      if (next === undefined) count += 1;
      else command = next;
    } else if (word === "--") isPlain = true;
    else {
      const [name = "", ...given] = word.split("=");
      if (given.length > 0) keep(name, given.join("="));
      else option = takingValue(optionOf(command, program, name));
    }
  }
  return { command, arguments: count, isPlain, asking, ...(option === undefined ? {} : { option }) };
}

function takingValue(option: Option | undefined): Option | undefined {
  return option !== undefined && (option.required || option.optional) ? option : undefined;
}

function optionOf(command: Command, program: Command, name: string): Option | undefined {
  return [...command.options, ...program.options].find(({ long, short }) => long === name || short === name);
}

function optionsOf(command: Command): readonly Candidate[] {
  return command
    .createHelp()
    .visibleOptions(command)
    .flatMap(({ long, description }) => (typeof long === "string" ? [{ word: long, says: description }] : []));
}

function commandsOf(command: Command): readonly Candidate[] {
  return command
    .createHelp()
    .visibleCommands(command)
    .map((one) => ({ word: one.name(), says: one.description() }));
}

function argumentAt(command: Command, index: number): Argument | undefined {
  const all = command.registeredArguments;
  const last = all.at(-1);
  return all[index] ?? (last?.variadic === true ? last : undefined);
}

/** What an option takes stands in its own help: `--target <address>`. */
function placeholderOf(option: Option): string {
  return /[<[]([^\]>]+)[\]>]$/u.exec(option.flags)?.[1] ?? "";
}

async function valuesFor(
  placeholder: string,
  choices: readonly string[] | undefined,
  names: () => Promise<Names>,
): Promise<Candidates> {
  const fixed = choices ?? FIXED[placeholder];
  if (fixed !== undefined) return valuesOf(fixed);
  if (FILES.has(placeholder)) return { kind: "files" };
  if (placeholder === "folder") return { kind: "folders" };
  const kinds = NAMED[placeholder];
  if (kinds === undefined) return NOTHING;
  const known = await names();
  return valuesOf(kinds.flatMap((kind) => known[kind]));
}

function valuesOf(words: readonly string[]): Candidates {
  return { kind: "values", values: words.map((word) => ({ word })) };
}

const FILES: ReadonlySet<string> = new Set(["file", "planfile", "paths"]);

const FIXED: Readonly<Record<string, readonly string[]>> = { rung: RUNGS, shell: SHELLS, schema: SCHEMA_NAMES };

const NAMED: Readonly<Record<string, readonly (keyof Names)[]>> = {
  address: ["addresses"],
  about: ["addresses", "districts"],
  id: ["districts"],
  district: ["districts"],
  tag: ["tags"],
};
