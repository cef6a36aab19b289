import { parse } from "csv-parse/sync";
import { type Diagnostic, problem } from "../../diagnostics/diagnostic.ts";
import { nearest } from "../../diagnostics/suggest.ts";
import type { DesiredDistrict } from "../../model/desired.ts";
import { Secret } from "../../model/secret.ts";
import { checkValue, cleaned, FIELDS, type Field, NAMES } from "../paste.ts";
import { isWrong, type Seen, WORDS } from "./seen.ts";

/** The columns of the inventory of a site, one connection a line. */
const COLUMNS = [
  "district",
  "application",
  "kind",
  "version",
  "status",
  "schools",
  "share",
  "client_id",
  "client_secret",
  "token_url",
  "base_url",
] as const;
type Column = (typeof COLUMNS)[number];

const VALUES: Readonly<Record<Field, Column>> = {
  clientId: "client_id",
  clientSecret: "client_secret",
  tokenUrl: "token_url",
  baseUrl: "base_url",
};

/** The empty table that people fill in. */
export function csvTemplate(): string {
  return `${COLUMNS.join(",")}\n`;
}

interface Line {
  readonly number: number;
  readonly cells: Readonly<Partial<Record<string, string>>>;
}

/**
 * Reads a filled-in table (RFC 4180; semicolons and a byte order mark, as Excel writes them, are taken too). Everything
 * that is wrong is told at once; no message quotes a value, because one of them is a secret.
 */
export function readInventory(
  text: string,
  file: string,
  districts: readonly DesiredDistrict[],
): { readonly seen: readonly Seen[]; readonly diagnostics: readonly Diagnostic[] } {
  const read = linesIn(text, file);
  if ("summary" in read) return { seen: [], diagnostics: [read] };
  const diagnostics: Diagnostic[] = [];
  const first = new Map<string, number>();
  const seen = read.flatMap((line) => {
    const say = (column: string, why: string): void =>
      void diagnostics.push(badCell(file, line.number, `${column}: ${why}`));
    const one = seenIn(line, districts, say);
    const id = line.cells["client_id"] ?? "";
    const before = first.get(id);
    if (id !== "" && before !== undefined)
      say("client_id", `stands in line ${before} already. One line is one connection.`);
    first.set(id, before ?? line.number);
    return one === undefined ? [] : [one];
  });
  return { seen, diagnostics };
}

function linesIn(text: string, file: string): readonly Line[] | Diagnostic {
  const delimiter = text.split(/\r?\n/, 1)[0]?.includes(";") === true ? ";" : ",";
  const isHeading = (cell: string): string => cleaned(cell).toLowerCase();
  try {
    const rows: unknown = parse(text, {
      bom: true,
      delimiter,
      columns: (heading: readonly string[]) => heading.map(isHeading),
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      skip_records_with_empty_values: true,
      trim: true,
    });
    const lines = Array.isArray(rows) ? rows.flatMap(lineFrom) : [];
    const has = Object.keys(lines[0]?.cells ?? {});
    const missing = lines.length === 0 ? [] : COLUMNS.filter((column) => !has.includes(column));
    if (lines.length === 0)
      return badCell(file, 1, "It holds no connection. `--csv-template` writes the table to fill in.");
    return missing.length === 0 ? lines : badCell(file, 1, `These columns are missing: ${missing.join(", ")}.`);
  } catch (error) {
    const line = typeof error === "object" && error !== null && "lines" in error ? Number(error.lines) : 1;
    return badCell(file, line, "This is no table as RFC 4180 has it; most often a quote is not closed.");
  }
}

function lineFrom(row: unknown): readonly Line[] {
  if (typeof row !== "object" || row === null || !("record" in row) || !("info" in row)) return [];
  const { record, info } = row;
  if (typeof record !== "object" || record === null || typeof info !== "object" || info === null) return [];
  const number = "lines" in info ? Number(info.lines) : 1;
  return [
    { number, cells: Object.fromEntries(Object.entries(record).map(([key, cell]) => [key, cleaned(String(cell))])) },
  ];
}

type Say = (column: string, why: string) => void;

function seenIn({ cells }: Line, districts: readonly DesiredDistrict[], say: Say): Seen | undefined {
  const cell = (column: Column): string => cells[column] ?? "";
  const names = districts.map(({ district }) => district);
  const district = districts.find((one) => one.district === cell("district"));
  if (district === undefined) {
    const near = nearest(cell("district"), names);
    say("district", `no document speaks of it.${near === undefined ? "" : ` Did you mean ${near}?`}`);
  }
  const word = <T>(column: "application" | "kind" | "version" | "status" | "schools" | "share", read: T): T => {
    if (isWrong(read)) say(column, `it takes ${read.wants}.`);
    return read;
  };
  const application = word("application", WORDS.application(cell("application")));
  const kind = word("kind", WORDS.kind(cell("kind")));
  const version = word("version", WORDS.version(cell("version")));
  const status = word("status", WORDS.status(cell("status")));
  const schools = word("schools", WORDS.schools(cell("schools")));
  const share = word("share", cell("share") === "" ? [] : WORDS.share(cell("share")));
  if (district === undefined || isWrong(application) || isWrong(kind) || isWrong(version)) return undefined;
  if (isWrong(status) || isWrong(schools) || isWrong(share)) return undefined;
  if (!areValuesRight(cell, { district, version }, say)) return undefined;
  const secret = cell("client_secret");
  return {
    district: district.district,
    application,
    make: { kind, version, schools, share },
    status,
    clientId: cell("client_id"),
    ...(secret === "" ? {} : { clientSecret: new Secret(secret) }),
    tokenUrl: cell("token_url"),
    baseUrl: cell("base_url"),
  };
}

function areValuesRight(
  cell: (column: Column) => string,
  { district, version }: { readonly district: DesiredDistrict; readonly version: Seen["make"]["version"] },
  say: Say,
): boolean {
  const others = { clientId: cell("client_id"), tokenUrl: cell("token_url") };
  let isRight = true;
  for (const field of FIELDS) {
    const column = VALUES[field];
    const text = cell(column);
    if (field === "clientSecret" && text === "") continue;
    const { wrong, doubt } = checkValue(field, text, { site: district.site, version, others });
    const why = field === "clientId" && /^\d(\.\d+)?E\+\d+$/i.test(text) ? MANGLED : (wrong ?? doubt);
    if (why === undefined) continue;
    say(column, `${NAMES[field]}: ${why}`);
    isRight = false;
  }
  return isRight;
}

const MANGLED =
  "a spreadsheet turned it into a number and lost its end. Format the column as text, then copy it from Campus again.";

function badCell(file: string, line: number, detail: string): Diagnostic {
  return problem({
    code: "cli/inventory-csv",
    summary: "The table of connections cannot be taken",
    detail: `${file}, line ${line}: ${detail} Nothing was recorded.`,
  });
}
