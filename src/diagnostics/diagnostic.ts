import type { Place } from "../model/place.ts";
import type { Address } from "../model/address.ts";

/** Errors block what they are about; warnings never do. */
export type Severity = "error" | "warning";

/**
 * One thing that is wrong with a document, a plan or a file, said once and completely: what, where, why, how to fix.
 */
export interface Diagnostic {
  /** `room/what-is-wrong`, stable, listed in docs/diagnostics.md. */
  readonly code: string;
  readonly severity: Severity;
  /** The same words every time this code is used; no names, no values. */
  readonly summary: string;
  /** What exactly, why it matters, and how to fix it, in that order. */
  readonly detail: string;
  readonly place?: Place;
  /** A place whose line and column are known already (syntax errors), which wins over `place`. */
  readonly at?: Position;
  readonly address?: Address;
}

/** A position in a file; line and column count from 1, in characters. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** End of the value on the same line, where known; exclusive. */
  readonly endColumn?: number;
  /** The text of that line, for the caret. */
  readonly snippet?: string;
  /** Bytes (UTF-8) from the start of the file to the value, where known; for editors and other programs. */
  readonly byte?: number;
}

/** Finds line and column of a place; `undefined` when the file cannot say. */
export type Locate = (place: Place) => Position | undefined;

/** Whether any of them blocks. */
export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((diagnostic) => diagnostic.severity === "error");
}

/** Makes an error. */
export function problem(fields: Omit<Diagnostic, "severity">): Diagnostic {
  return { severity: "error", ...fields };
}

/** Makes a warning. */
export function warning(fields: Omit<Diagnostic, "severity">): Diagnostic {
  return { severity: "warning", ...fields };
}
