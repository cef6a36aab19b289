import type { Diagnostic, Locate } from "../../diagnostics/diagnostic.ts";
import type { Hash } from "../../plan/digest.ts";
import { type Located, sortDiagnostics } from "../diagnostics-text.ts";
import type { Repository } from "./github.ts";

/** What a SARIF log is made with. */
export interface SarifOptions {
  readonly locate: Locate;
  readonly repository: Repository;
  readonly version: string;
  readonly hash: Hash;
  /** Keeps the findings of one command from ending those of another: `validate`, `plan`. */
  readonly category: string;
  /** The file that a finding without one stands in: code hosts take none without a place. */
  readonly mainFile: string;
}

/**
 * Errors and warnings as a SARIF 2.1.0 log. Columns count code points, as everywhere here. A finding keeps its fingerprint
 * when lines above it come and go.
 */
export function sarifLog(diagnostics: readonly Diagnostic[], options: SarifOptions): unknown {
  const located = sortDiagnostics(diagnostics, options.locate);
  const codes = [...new Set(located.map(({ diagnostic }) => diagnostic.code))].toSorted();
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "rosterform",
            semanticVersion: options.version,
            rules: codes.map((code) => ruleOf(code, located)),
          },
        },
        automationDetails: { id: `rosterform/${options.category}/` },
        columnKind: "unicodeCodePoints",
        originalUriBaseIds: { "%SRCROOT%": { description: { text: "The root of the repository." } } },
        results: located.map((one) => resultOf(one, codes, options)),
      },
    ],
  };
}

/** A code has the same summary every time. */
function ruleOf(code: string, located: readonly Located[]): unknown {
  const first = located.find(({ diagnostic }) => diagnostic.code === code)?.diagnostic;
  return {
    id: code,
    shortDescription: { text: first?.summary ?? code },
    help: { text: `docs/diagnostics.md says of ${code} what it means and how it is fixed.` },
    defaultConfiguration: { level: first?.severity ?? "error" },
  };
}

function resultOf({ diagnostic, position }: Located, codes: readonly string[], options: SarifOptions): unknown {
  const { severity, code, detail, address, place } = diagnostic;
  const file = position?.file ?? place?.file;
  const uri = uriOf(file === undefined ? options.mainFile : options.repository(file));
  const region = position === undefined ? {} : { region: regionOf(position) };
  return {
    ruleId: code,
    ruleIndex: codes.indexOf(code),
    level: severity,
    message: { text: detail === "" ? diagnostic.summary : detail },
    locations: [
      {
        physicalLocation: { artifactLocation: { uri, uriBaseId: "%SRCROOT%" }, ...region },
        ...(address === undefined ? {} : { logicalLocations: [{ fullyQualifiedName: address, kind: "resource" }] }),
      },
    ],
    partialFingerprints: {
      "rosterform/v1": options.hash([code, file ?? "", address ?? "", detail].join("\u0000")),
    },
  };
}

function regionOf({ line, column, endColumn, snippet }: NonNullable<Located["position"]>): unknown {
  return {
    startLine: line,
    startColumn: column,
    endLine: line,
    endColumn: endColumn ?? column + 1,
    ...(snippet === undefined ? {} : { snippet: { text: snippet } }),
  };
}

/** A relative URI: each part of the path is escaped. */
function uriOf(path: string): string {
  return path
    .split("/")
    .map((part) => encodeURIComponent(part.replace(/\p{Cs}/gu, "\ufffd")))
    .join("/");
}
