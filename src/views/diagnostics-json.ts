import type { Diagnostic, Locate, Position, Severity } from "../diagnostics/diagnostic.ts";
import type { Address } from "../model/address.ts";
import { positionOf, sortDiagnostics } from "./diagnostics-text.ts";

/** A diagnostic in the shape of Terraform's `validate -json`, with our `code` and `address`. */
export interface DiagnosticJson {
  readonly severity: Severity;
  readonly code: string;
  readonly summary: string;
  readonly detail: string;
  readonly address?: Address;
  readonly range?: { readonly filename: string; readonly start: PointJson; readonly end: PointJson };
  /** The source line and which part of it is meant, in characters (code points) from 0. */
  readonly snippet?: {
    readonly context: null;
    readonly code: string;
    readonly start_line: number;
    readonly highlight_start_offset: number;
    readonly highlight_end_offset: number;
    readonly values: readonly never[];
  };
}

/** `line` and `column` count from 1. `byte` counts from the start of the file and is there only where it is known. */
export interface PointJson {
  readonly line: number;
  readonly column: number;
  readonly byte?: number;
}

/** One diagnostic for machines. */
export function diagnosticJson(diagnostic: Diagnostic, locate: Locate): DiagnosticJson {
  const { severity, code, summary, detail, address } = diagnostic;
  const position = positionOf(diagnostic, locate);
  return {
    severity,
    code,
    summary,
    detail,
    ...(address === undefined ? {} : { address }),
    ...(position === undefined ? {} : where(position)),
  };
}

/** All of them, in the order in which people see them, each once. */
export function diagnosticsJson(diagnostics: readonly Diagnostic[], locate: Locate): readonly DiagnosticJson[] {
  return sortDiagnostics(diagnostics, locate).map(({ diagnostic, position }) =>
    diagnosticJson(diagnostic, () => position),
  );
}

function where(position: Position): Pick<DiagnosticJson, "range" | "snippet"> {
  const { file, line, column, snippet, byte } = position;
  const endColumn = position.endColumn ?? column + 1;
  const range = { filename: file, start: { line, column }, end: { line, column: endColumn } };
  if (snippet === undefined) return { range };
  const characters = Array.from(snippet);
  const length = new TextEncoder().encode(characters.slice(column - 1, endColumn - 1).join("")).length;
  const exact =
    byte === undefined
      ? range
      : { ...range, start: { ...range.start, byte }, end: { ...range.end, byte: byte + length } };
  return {
    range: exact,
    snippet: {
      context: null,
      code: snippet,
      start_line: line,
      highlight_start_offset: column - 1,
      highlight_end_offset: Math.min(endColumn - 1, characters.length),
      values: [],
    },
  };
}
