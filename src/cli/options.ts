import { type Command, InvalidArgumentError, Option } from "commander";
import { DISTRICT_PATTERN, type DistrictId } from "../model/address.ts";
import { HOUR_MS, type Instant, parseDuration, parseInstant, SECOND_MS } from "../model/time.ts";
import type { ExitCode } from "./exit-code.ts";
import type { Shard } from "./fleet/scope.ts";

/** Runs a command and keeps its exit code for whoever started the program. */
export type Finish = (code: Promise<ExitCode>) => Promise<void>;

/** The options that every command over documents has. */
export function common(command: Command): Command {
  return command
    .option("--chdir <folder>", "work in this folder")
    .option("--config <file>", "project or district file (default: rosterform.yaml, or ROSTERFORM_CONFIG)")
    .option("--json", "machine-readable output, one object a line")
    .option("--json-into <file>", "text on stdout and JSON into a file")
    .option("--quiet", "only the plan and errors")
    .option("--concise", "leave out the steps")
    .option("--no-color", "plain text");
}

/** Those of them that a command has which reads no documents. */
export function speaking(command: Command): Command {
  return command
    .option("--chdir <folder>", "work in this folder")
    .option("--json", "machine-readable output, one object a line")
    .option("--json-into <file>", "text on stdout and JSON into a file")
    .option("--no-color", "plain text");
}

/** The options that every command has which writes to the store of documents. */
export function writing(command: Command): Command {
  return common(command).option(
    "--lock-timeout <duration>",
    "how long to wait for others who write, such as 30s; 0s: not at all (default: 10s)",
    waiting,
  );
}

/** The option of every command whose run is told to the receiver of `notify`. */
export function notifying(command: Command): Command {
  return writing(command).option("--no-notify", "do not tell the receiver of `notify` about this run");
}

/** The options that choose a part of everything. */
export function selecting(command: Command): Command {
  return command
    .addOption(new Option("--target <address>", "only this address (repeatable)").argParser(collect))
    .addOption(new Option("--exclude <address>", "not this address (repeatable)").argParser(collect))
    .addOption(new Option("--district <id>", "only this district (repeatable)").argParser(collect))
    .addOption(
      new Option("--select-tag <tag>", "only connections with this label, key or key=value").argParser(collect),
    );
}

/** The reports that a command writes about what is wrong with documents. */
export function findings(command: Command): Command {
  return command
    .option("--github", "in GitHub Actions: notes at the lines of the YAML, outputs of the step, its summary")
    .option("--sarif <file>", "errors and warnings as SARIF, for code scanning; - for stdout")
    .option("--junit <file>", "the same as a JUnit report; - for stdout");
}

/** The reports that `plan` writes for those who review it. */
export function reports(command: Command): Command {
  return findings(
    command
      .option("--markdown <file>", "the plan for a comment of a pull request; - for stdout")
      .option("--html <file>", "the plan as one page with pictures; - for stdout")
      .option("--gitlab-report <file>", "counts for a merge request of GitLab; - for stdout"),
  );
}

/** The options that choose districts of a fleet, and how it is read. */
export function scoping(command: Command): Command {
  return command
    .option("--since <ref>", "only districts that come to something else than at this commit")
    .option("--shard <i/n>", "only the i-th of n parts of all districts, such as 2/8", shard)
    .option("--continue", "leave out districts whose files have errors, go on with the others, and exit 1")
    .option("--no-cache", "remember nothing, and believe nothing remembered");
}

/** Reads which part of how many. */
function shard(value: string): Shard {
  const [, index = "", count = ""] = /^(\d{1,5})\/(\d{1,5})$/.exec(value) ?? [];
  const [i, n] = [Number(index), Number(count)];
  if (index === "" || i < 1 || i > n || n > MOST_SHARDS)
    throw new InvalidArgumentError(
      `It takes I/N with 1 <= I <= N <= ${MOST_SHARDS}, such as 2/8 for the second of eight parts.`,
    );
  return { index: i, count: n };
}

const MOST_SHARDS = 1000;

/** Whether a command may ask. */
export function inputOption(): Option {
  return new Option("--input <answer>", "with false: fail rather than ask").choices(["true", "false"]).default("true");
}

/** Gathers the values of an option that may be given several times. */
export function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/** Gathers identifiers of districts. */
export function districts(value: string, before: readonly DistrictId[] = []): readonly DistrictId[] {
  if (!DISTRICT_PATTERN.test(value))
    throw new InvalidArgumentError("It takes lower-case letters, digits and hyphens, such as springfield.");
  return [...before, value as DistrictId];
}

/** Reads a count. */
export function atLeastOne(value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError("It takes a whole number of at least 1.");
  return number;
}

/** Reads a count that may be nothing. */
export function counting(value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 0) throw new InvalidArgumentError("It takes a whole number.");
  return number;
}

const LONGEST_WAIT_MS = HOUR_MS;

/** Reads how long to wait, in milliseconds. */
export function waiting(value: string): number {
  const seconds = /^(\d{1,5})s$/.exec(value)?.[1];
  const ms = seconds === undefined ? parseDuration(value) : Number(seconds) * SECOND_MS;
  if (ms === undefined || ms > LONGEST_WAIT_MS)
    throw new InvalidArgumentError("It takes a duration from 0s to 1h, such as 30s or 5m.");
  return ms;
}

/** Reads a TCP port. */
export function port(value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 0 || number > 65535)
    throw new InvalidArgumentError("It takes a port, 0 to 65535.");
  return number;
}

/** Reads a day or a moment. */
export function instant(value: string): Instant {
  const moment = parseInstant(value);
  if (moment === undefined)
    throw new InvalidArgumentError("It takes a day such as 2027-07-15, or a moment such as 2027-07-15T08:00:00Z.");
  return moment;
}

/** The lines at the end of a command's help. */
export function example(...lines: readonly string[]): string {
  return `\n${lines.length === 1 ? "Example" : "Examples"}:\n${lines.map((line) => `  ${line}`).join("\n")}`;
}
