import { type Day, type Instant, parseDay, parseInstant } from "../../../model/time.ts";
import type { Row } from "../row.ts";
import type { Cells, Table } from "./table.ts";
import type { Wrong } from "./wrong.ts";

/** Rows by their sourcedId; nothing for a row that is there but wrong, which was said already. */
export type Rows<T> = ReadonlyMap<string, T | undefined>;

/** Those that could be read, in the order of the file. */
export function present<T>(rows: Rows<T>): readonly T[] {
  return [...rows.values()].filter((row) => row !== undefined);
}

/** Reads the cells of one row; what is wrong is said and something harmless is read in its place. */
export interface Reading {
  readonly line: number;
  /** As it is, also empty. */
  text(column: string): string;
  /** Not empty. */
  needed(column: string): string;
  /** Nothing for an empty cell. */
  maybe<K extends string>(column: K): Readonly<Partial<Record<K, string>>>;
  word<T extends string>(column: string, words: readonly T[]): T | undefined;
  day(column: string): Day | undefined;
  truth(column: string): boolean | undefined;
  /** Items with commas between them. */
  list(column: string): readonly string[];
  /** The object that a cell names. */
  refer<T>(column: string, known: Rows<T>, what: string): T | undefined;
  /** The objects that a list names. */
  referAll<T>(column: string, known: Rows<T>, what: string): readonly T[];
  /** `active` and the time of the roll-over where an export leaves them empty, as bulk exports do. */
  row(unsaid: Instant): Row;
  wrong(why: string): void;
}

const NONE: readonly never[] = [];

export function readingOf(table: string, cells: Cells, all: Wrong): Reading {
  const wrong = (why: string): void => all.row(table, cells.line, why);
  const list = (column: string): readonly string[] => {
    const text = cells(column);
    return text === ""
      ? NONE
      : text
          .split(",")
          .map((item) => item.trim())
          .filter((item) => item !== "");
  };
  const find = <T>(column: string, id: string, known: Rows<T>, what: string): T | undefined => {
    const found = known.get(id);
    if (!known.has(id)) wrong(`${column} names the ${what} ${quoted(id)}, which is not in the export.`);
    return found;
  };
  const needed = (column: string): string => {
    const text = cells(column);
    if (text === "") wrong(`${column} is empty.`);
    return text;
  };
  const word = <T extends string>(column: string, words: readonly T[]): T | undefined => {
    const text = cells(column);
    const found = words.find((one) => one === text);
    if (found === undefined && text !== "") wrong(`${column} takes ${words.join(", ")}, not ${quoted(text)}.`);
    return found;
  };
  return {
    line: cells.line,
    text: cells,
    needed,
    maybe: <K extends string>(column: K) => {
      const text = cells(column);
      return (text === "" ? {} : { [column]: text }) as Readonly<Partial<Record<K, string>>>;
    },
    word,
    day: (column) => {
      const text = cells(column);
      const day = parseDay(text);
      if (day === undefined && text !== "") wrong(`${column} is a day such as 2026-08-10, not ${quoted(text)}.`);
      return day;
    },
    truth: (column) => {
      const said = word(column, ["true", "false"]);
      return said === undefined ? undefined : said === "true";
    },
    list,
    refer: (column, known, what) => {
      const id = needed(column);
      return id === "" ? undefined : find(column, id, known, what);
    },
    referAll: (column, known, what) => list(column).flatMap((id) => find(column, id, known, what) ?? []),
    row: (unsaid) => {
      const changed = cells("dateLastModified");
      const modified = changed === "" ? unsaid : parseInstant(changed);
      if (modified === undefined)
        wrong(`dateLastModified is a moment such as 2026-08-10T06:00:00Z, not ${quoted(changed)}.`);
      return { status: word("status", ["active", "tobedeleted"]) ?? "active", modified: modified ?? unsaid };
    },
    wrong,
  };
}

/** Reads every row by its sourcedId; one that is empty or stands twice is wrong. */
export function readRows<T>(
  table: Table | undefined,
  wrong: Wrong,
  read: (id: string, row: Reading) => T | undefined,
): Rows<T> {
  const found = new Map<string, T | undefined>();
  const lines = new Map<string, number>();
  for (const cells of table?.rows ?? []) {
    const row = readingOf(table?.name ?? "", cells, wrong);
    const id = row.needed("sourcedId");
    const before = lines.get(id);
    if (id === "") continue;
    if (id.length > 255) row.wrong("sourcedId is longer than 255 characters.");
    if (before !== undefined) {
      row.wrong(`The sourcedId ${quoted(id)} stands in line ${before} already.`);
      continue;
    }
    lines.set(id, cells.line);
    found.set(id, read(id, row));
  }
  return found;
}

/** A value as it may stand in a message: short, and without anything that moves a terminal. */
function quoted(text: string): string {
  const short = text.length > 60 ? `${text.slice(0, 60)}...` : text;
  return JSON.stringify(short.replaceAll(/\p{C}/gu, "?"));
}
