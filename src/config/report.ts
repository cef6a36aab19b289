import type { Diagnostic, Position } from "../diagnostics/diagnostic.ts";
import type { Place } from "../model/place.ts";
import type { Source } from "./source.ts";
import type { Trouble } from "./trouble.ts";
import { loadYaml } from "./yaml/exact.ts";
import { createLocator } from "./yaml/locate.ts";

/**
 * Gives troubles their line and column, puts them in the order in which a person reads the files, and says each once:
 * what is wrong in a group is wrong in every district that takes it over.
 */
export async function report(troubles: readonly Trouble[], sources: Iterable<Source>): Promise<readonly Diagnostic[]> {
  if (troubles.length === 0) return [];
  const locate = createLocator(await loadYaml(), sources);
  const placed = troubles.map(({ on, also, ...told }): Placed => {
    const place: Place = told.place ?? { file: "", document: 0, path: [] };
    const other = also === undefined ? undefined : locate(also.place);
    const detail = other === undefined ? told.detail : `${told.detail} ${also?.says}: ${other.file}:${other.line}.`;
    const diagnostic = { ...told, detail };
    return { ...diagnostic, at: diagnostic.at ?? locate(place, on) ?? { file: place.file, line: 1, column: 1 } };
  });
  const once = [...new Map(placed.map((one) => [identityOf(one), one] as const).toReversed()).values()];
  const secrets = secretLines(once);
  return once.sort(byPosition).map((one) => ({ ...one, at: masked(one.at, secrets) }));
}

type Placed = Diagnostic & { readonly at: Position };

/** Several keys can be missing at one place; else one place has one trouble of a kind. */
function identityOf({ code, detail, at }: Placed): string {
  return JSON.stringify([code, at.file, at.line, at.column, code === "config/missing-key" ? detail : ""]);
}

function byPosition(a: Placed, b: Placed): number {
  return (
    compare(a.at.file, b.at.file) ||
    a.at.line - b.at.line ||
    a.at.column - b.at.column ||
    compare(a.code, b.code) ||
    compare(a.detail, b.detail)
  );
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

/** Lines that hold what must not be printed, not even in the line shown with another error. */
function secretLines(placed: readonly Placed[]): ReadonlySet<string> {
  return new Set(placed.filter(({ code }) => code === "config/secret-inline").map(({ at }) => `${at.file}:${at.line}`));
}

/** A line that cannot even be read may hold one, too; or a URL with a password in it. */
const SECRETIVE_LINE =
  /(?:secret|password|passwd|credential|api-?key|private-?key|token)["']?\s*:|:\/\/[^\s@/]*:[^\s@]*@/iu;

/** Of such a line only the first key is shown; a line without one is covered whole. */
function masked(at: Position, secrets: ReadonlySet<string>): Position {
  if (at.snippet === undefined) return at;
  if (!secrets.has(`${at.file}:${at.line}`) && !SECRETIVE_LINE.test(at.snippet)) return at;
  const { snippet, endColumn: _, ...rest } = at;
  const colon = snippet.indexOf(":");
  return { ...rest, snippet: `${colon === -1 ? "" : `${snippet.slice(0, colon)}: `}[secret]` };
}
