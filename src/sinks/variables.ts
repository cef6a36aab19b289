import { createHash } from "node:crypto";
import { OutsideError } from "../diagnostics/outside-error.ts";
import type { Address } from "../model/address.ts";
import { fourValues, type FourValues } from "./fields.ts";
import { type FolderOptions, placeOf } from "./file.ts";
import { wordsOf } from "./path.ts";
import { replaceFile } from "./replace-file.ts";
import type { Environment } from "./reference.ts";
import type { Sink } from "./sink.ts";

/** Whose variables they are. */
export type VariablesFormat = "github" | "gitlab" | "azure" | "dotenv";

/** How a file of variables is written. */
export interface VariablesOptions extends FolderOptions {
  readonly format: VariablesFormat;
  /** Where the run's output goes; GitHub reads masks there. */
  readonly write: (text: string) => void;
  readonly env: Environment;
}

/** One variable. */
interface Variable {
  readonly name: string;
  readonly value: string;
  readonly isSecret: boolean;
}

const ENDINGS: Readonly<Record<VariablesFormat, string>> = {
  github: ".github.env",
  gitlab: ".gitlab.env",
  azure: ".azure.txt",
  dotenv: ".env",
};

/**
 * A sink that keeps one file of variables per address, which a later step of a pipeline reads:
 * `folder/springfield/otus.github.env`, readable by its owner only.
 */
export function createVariablesSink(options: VariablesOptions): Sink {
  const ending = ENDINGS[options.format];
  return {
    keeps: true,
    target: (address) => `variables:${placeOf(address, options, ending).shown}`,
    async deliver(handover) {
      const text = FORMATS[options.format](variablesOf(handover.address, fourValues(handover)));
      if (options.format === "github") mask(handover.credentials.clientSecret.reveal(), options);
      await replaceFile(placeOf(handover.address, options, ending), text);
    },
  };
}

/**
 * What the variables of an address begin with: `ONEROSTER_SPRINGFIELD__OTUS`. Parts are parted by two underscores and a
 * piece of a hash follows after three, which no part holds; so two addresses never share a name.
 */
export function prefixOf(address: Address): string {
  const { parts, hash } = wordsOf(address);
  const words = parts.map((part) => part.replaceAll("-", "_")).join("__");
  return `ONEROSTER_${words}${hash === undefined ? "" : `___${hash}`}`.toUpperCase();
}

function variablesOf(address: Address, values: FourValues): readonly Variable[] {
  return Object.entries(values).map(([key, value]: readonly [string, string]) => ({
    name: `${prefixOf(address)}__${key.toUpperCase()}`,
    value: oneLine(key, value),
    isSecret: key === "client_secret",
  }));
}

const FORMATS: Readonly<Record<VariablesFormat, (variables: readonly Variable[]) => string>> = {
  github: (variables) => variables.map(inGithub).join(""),
  gitlab: (variables) => variables.map(inGitlab).join(""),
  azure: (variables) => variables.map(inAzure).join(""),
  dotenv: (variables) => variables.map(inDotenv).join(""),
};

/**
 * The form with a delimiter, because a value may hold `<<`. The delimiter is made from the value, so the same value gives
 * the same file, and never stands in it.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#multiline-strings
 */
function inGithub({ name, value }: Variable): string {
  let delimiter: string;
  let round = 0;
  do {
    delimiter = `end_${createHash("sha256").update(`${round}\n${value}`).digest("hex").slice(0, 32)}`;
    round += 1;
  } while (value.includes(delimiter));
  return `${name}<<${delimiter}\n${value}\n${delimiter}\n`;
}

/**
 * A dotenv report: one variable a line, no quotes, blank lines or comments, and no blanks around a value. GitLab masks a
 * value of at least 8 characters without blanks; a secret that it could not mask is not written.
 * https://docs.gitlab.com/ci/variables/dotenv_variables, https://docs.gitlab.com/ci/variables/#mask-a-cicd-variable
 */
function inGitlab({ name, value, isSecret }: Variable): string {
  if (isSecret && !/^[A-Za-z0-9+/=@:.~_-]{8,}$/.test(value)) {
    throw new OutsideError(
      "sinks/cannot-be-masked",
      `GitLab cannot mask the value of ${name}, so it was not written.`,
      {
        fix: "It is shorter than 8 characters or has other signs than letters, digits and `+/=@:.~_-`. Deliver to a file or to Vault instead.",
      },
    );
  }
  if (value.trim() !== value) throw unfit(name, "it begins or ends with a blank, which GitLab takes away");
  return `${name}=${value}\n`;
}

/**
 * Commands that the agent reads from the output of a later step (`cat`); `issecret=true` masks the value from there on.
 * https://learn.microsoft.com/en-us/azure/devops/pipelines/scripts/logging-commands#setvariable-initialize-or-modify-the-value-of-a-variable
 */
function inAzure({ name, value, isSecret }: Variable): string {
  const told = value.replaceAll("%", "%AZP25");
  return `##vso[task.setvariable variable=${name}${isSecret ? ";issecret=true" : ""}]${told}\n`;
}

/** In single quotes, inside which no reader of such files expands anything. */
function inDotenv({ name, value }: Variable): string {
  if (/['\\]/.test(value))
    throw unfit(name, "it has a quote or a backslash, which readers of such files take differently");
  return `${name}='${value}'\n`;
}

/**
 * Registers the secret with the runner, before it stands anywhere. Only a runner hides what this prints, so outside of
 * one nothing is printed or written.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#masking-a-value-in-a-log
 */
function mask(secret: string, { env, write }: VariablesOptions): void {
  if (env["GITHUB_ACTIONS"] !== "true") {
    throw new OutsideError(
      "sinks/not-in-actions",
      "This is no run of GitHub Actions, so nobody would mask the secret.",
      {
        fix: "Run it in a workflow, or deliver with `format: dotenv`, which masks nothing.",
      },
    );
  }
  write(`::add-mask::${secret.replaceAll("%", "%25")}\n`);
}

function oneLine(key: string, value: string): string {
  // A line break could end a variable early, and what follows would be taken for another.
  if (/[\p{Cc}\u2028\u2029]/u.test(value)) throw unfit(`"${key}"`, "it has a line break or another control character");
  return value;
}

function unfit(name: string, why: string): OutsideError {
  return new OutsideError("sinks/value-unfit", `The value of ${name} cannot be a variable: ${why}.`, {
    fix: "Deliver to a file or to Vault instead.",
  });
}
