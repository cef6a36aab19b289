import { stringify } from "csv-stringify/sync";

/**
 * Rows as a table for spreadsheets (RFC 4180), with a heading even where there are no rows. A cell that a spreadsheet would
 * read as a formula is made text, because names come from people.
 */
export function csvOf(rows: readonly Readonly<Record<string, unknown>>[], columns: readonly string[]): string {
  const cells = rows.map((row) => columns.map((column) => cellOf(row[column])));
  return stringify([[...columns], ...cells], { escape_formulas: true, record_delimiter: "windows" });
}

function cellOf(value: unknown): string {
  if (value === undefined || value === null) return "";
  if (Array.isArray(value)) return value.join(", ");
  return typeof value === "string" ? value : JSON.stringify(value);
}
