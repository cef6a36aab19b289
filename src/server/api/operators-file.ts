import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { parse } from "yaml";
import { fileReference } from "../../config/reference.ts";
import { OutsideError } from "../../diagnostics/outside-error.ts";
import { DISTRICT_PATTERN, type DistrictId } from "../../model/address.ts";
import { Secret } from "../../model/secret.ts";
import { digestOfToken, type Operator } from "./operators.ts";

/** A file of operators: its text, the name to speak of it by, and what its references are resolved against. */
export interface OperatorsFile {
  readonly text: string;
  readonly file: string;
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** A token that can be guessed opens every district of its operator. */
const MIN_TOKEN_LENGTH = 24;

/**
 * Reads the operators of the connection-store API:
 *
 *     operators:
 *       - { name: dana, token: env:DANA_TOKEN, districts: [springfield], access: write }
 *
 *       - { name: ci, tokens: ["sha256:5f2c...", "file:next-token"], districts: all, access: read }
 *
 * Tokens are references (`env:`, `file:`) or digests (`sha256:` and 64 signs), never values; two of them while one takes the
 * place of the other. Throws `OutsideError` `server/bad-operators` that names
 * everything that is wrong, without any value of a token.
 */
export async function parseOperators(source: OperatorsFile): Promise<readonly Operator[]> {
  const listed = listIn(source.text);
  if (listed === undefined) throw badOperators(source.file, ["it is no YAML with a list `operators`"]);
  const problems: string[] = [];
  const operators: Operator[] = [];
  for (const [index, item] of listed.entries()) {
    const operator = await operatorFrom(item, source);
    if ("tokens" in operator) operators.push(operator);
    else problems.push(...operator.problems.map((problem) => `operator ${index + 1}: ${problem}`));
  }
  if (new Set(operators.map(({ name }) => name)).size < operators.length) problems.push("a name is given twice");
  const tokens = operators.flatMap((operator) => operator.tokens);
  if (new Set(tokens).size < tokens.length) problems.push("the same token is given twice");
  if (problems.length > 0) throw badOperators(source.file, problems);
  return operators;
}

function listIn(text: string): readonly unknown[] | undefined {
  try {
    const found: unknown = parse(text);
    const list = membersOf(found)["operators"];
    return Array.isArray(list) ? list : undefined;
  } catch {
    return undefined;
  }
}

async function operatorFrom(
  item: unknown,
  source: OperatorsFile,
): Promise<Operator | { readonly problems: readonly string[] }> {
  const { name, token, tokens, districts, access, ...rest } = membersOf(item);
  const problems: string[] = [];
  const unknown = Object.keys(rest);
  if (unknown.length > 0) problems.push(`unknown keys ${unknown.join(", ")}`);
  const named = typeof name === "string" && name.trim() !== "" ? name : undefined;
  if (named === undefined) problems.push("name is missing");
  const reach = districtsFrom(districts);
  if (reach === undefined) problems.push("districts is `all` or a list of district identifiers");
  const may = access === "read" || access === "write" ? access : undefined;
  if (may === undefined) problems.push("access is `read` or `write`");
  if (token !== undefined && tokens !== undefined) problems.push("say token or tokens, not both");
  const digests: string[] = [];
  for (const one of Array.isArray(tokens) && tokens.length > 0 ? tokens : [token]) {
    const read = await tokenFrom(one, source);
    if ("digest" in read) digests.push(read.digest);
    else problems.push(read.problem);
  }
  if (named === undefined || reach === undefined || may === undefined || problems.length > 0) return { problems };
  return { name: named, tokens: digests, districts: reach, access: may };
}

function districtsFrom(value: unknown): readonly DistrictId[] | "all" | undefined {
  if (value === "all") return "all";
  const isList = Array.isArray(value) && value.every((item) => typeof item === "string" && DISTRICT_PATTERN.test(item));
  return isList ? (value as readonly DistrictId[]) : undefined;
}

/** The digest of the token behind a reference, or a sentence about what is wrong with it. */
async function tokenFrom(
  reference: unknown,
  { folder, env }: OperatorsFile,
): Promise<{ readonly digest: string } | { readonly problem: string }> {
  if (typeof reference !== "string") return { problem: "token is missing" };
  const digest = /^sha256:([0-9a-f]{64})$/.exec(reference)?.[1];
  if (digest !== undefined) return { digest };
  const variable = /^env:(.+)$/.exec(reference)?.[1];
  const path = fileReference(reference);
  if (variable === undefined && path === undefined)
    return { problem: "token is a reference (env:NAME or file:PATH) or a digest (sha256:...), never a value" };
  const value =
    variable === undefined
      ? await readFile(resolve(folder, path ?? ""), "utf8").then(
          (text) => text.trim(),
          () => undefined,
        )
      : env[variable];
  if (value === undefined) return { problem: "the token's reference leads nowhere" };
  if (!/^\S+$/.test(value) || value.length < MIN_TOKEN_LENGTH) {
    return { problem: `the token is shorter than ${MIN_TOKEN_LENGTH} characters or has white space inside` };
  }
  return { digest: digestOfToken(new Secret(value)) };
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}

function badOperators(file: string, problems: readonly string[]): OutsideError {
  return new OutsideError(
    "server/bad-operators",
    `The operators file ${file} cannot be used: ${problems.join("; ")}.`,
    {
      fix: "Give each operator a name, a token reference, districts and access.",
    },
  );
}
