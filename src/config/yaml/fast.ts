import { CORE_SCHEMA, loadAll } from "js-yaml";

/**
 * Reads YAML about ten times as fast as `yaml` does, or answers `undefined` on any doubt. The package `yaml` is the
 * authority: whatever this function accepts it must read the same, which a differential test holds.
 */
export function parseFast(text: string): readonly unknown[] | undefined {
  if (DOUBTS.some((doubt) => doubt.test(text)) || hasFlowOverLines(text)) return undefined;
  try {
    const documents: unknown[] = [];
    loadAll(text, (document) => documents.push(document), { schema: CORE_SCHEMA });
    return documents.length > 0 && documents.every(isMap) ? documents : undefined;
  } catch {
    return undefined;
  }
}

/** What the two parsers are known to read differently, or what only the authority can say where it stands. */
const DOUBTS: readonly RegExp[] = [
  // Anchors, aliases, tags and merge keys: sharing, expansion limits and positions are the authority's business.
  /(?:^|[\s,:?[{])[&*!]\S/mu,
  /<</u,
  // Directives, complex keys and keys without a name.
  /^%/mu,
  /(?:^|[\s,[{])\?(?:\s|$)/mu,
  /(?:^|[,[{]|- )\s*:/mu,
  // Numbers that only one of the two takes for numbers, or reads otherwise.
  // They begin a scalar; a number inside a name (`North 01`) is text for both.
  /(?:^ *|[,:[{] *|- +)[-+]?(?:\.\d|0[\dbox_]|\d[\d.]*_|[\d.]+[eE]|\d{15})/mu,
  /(?:^ *|[,:[{] *|- +)[-+][\d.]/mu,
  /(?:^|[\s,:[{])\.(?:inf|nan)/imu,
  /(?:^|[\s,[{])(?:null|~)\s*:/imu,
  // Brackets inside quotes hide where a flow collection ends.
  /["'][^"'\n]*[[\]{}][^"'\n]*["'][^\n]*$/mu,
  // Block scalars, quotes over several lines, tabs, odd line ends and characters YAML does not allow.
  /[|>][-+\d]*\s*(?:#.*)?$/mu,
  /\\/u,
  /(?:^|[\s,:[{])(?:'[^'\n]*(?:''[^'\n]*)*|"[^"\n]*)$/mu,
  // What stands directly behind a bracket or quote: a key that is a collection, a comment without its space.
  /[\]}]\s*:|[,{]\s*[[{]|-\s+#/u,
  /(?:^|\s)- *$/mu,
  /[\]}"']#/u,
  /^ *(?:[-?] +){20}|^ {200}/mu,
  /[^\P{Cc}\n]|[\p{Cs}\u2028\u2029\uFEFF\uFFFE\uFFFF]/u,
];

/** Deeper nesting is the authority's business; it is bounded, because this parser goes down by calling itself. */
const MOST_OPEN = 20;

/** Flow collections over several lines, which js-yaml lets go on further to the left than YAML does. */
function hasFlowOverLines(text: string): boolean {
  let open = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === 0x5b || code === 0x7b) {
      open += 1;
      if (open > MOST_OPEN) return true;
    } else if (code === 0x5d || code === 0x7d) open -= 1;
    else if (code === 0x0a && open !== 0) return true;
  }
  return open !== 0;
}

function isMap(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
