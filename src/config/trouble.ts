import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { problem, warning } from "../diagnostics/diagnostic.ts";
import type { Place } from "../model/place.ts";

/** A diagnostic on its way: it still has to get line and column, and may point at a key instead of its value. */
export interface Trouble extends Diagnostic {
  /** Point at the last key of the place's path, not at the value behind it. */
  readonly on?: "key";
  /** Another line that has to do with it; its position is written at the end of the detail. */
  readonly also?: Also;
}

/** Another place, and what it is. */
interface Also {
  readonly says: string;
  readonly place: Place;
}

/** What a check says; summary and severity come from the code. */
export interface Said {
  readonly code: keyof typeof CODES;
  readonly detail: string;
  readonly place: Place;
  readonly on?: "key";
  readonly also?: Also;
}

/** Makes the trouble of a code. */
export function trouble({ code, ...said }: Said): Trouble {
  const [severity, summary] = CODES[code];
  const fields = { code: `config/${code}`, summary, ...said };
  return severity === "warning" ? warning(fields) : problem(fields);
}

/** Every code of this room with its severity and its constant summary. */
export const CODES = {
  // Files and text.
  "no-project": ["error", "No project was found"],
  "file-missing": ["error", "A file is missing"],
  "file-unreadable": ["error", "A file cannot be read"],
  "leads-outside": ["error", "A link leads out of the repository"],
  "similar-files": ["warning", "Two files differ only in capital letters"],
  "too-large": ["error", "A file is too large"],
  "not-utf-8": ["error", "A file is not UTF-8 text"],
  "no-districts": ["error", "No district is named"],
  "no-district-files": ["error", "No district file matches"],
  "empty-document": ["error", "A document is empty"],
  syntax: ["error", "The YAML cannot be read"],
  "duplicate-key": ["error", "A key stands twice"],
  "tab-indent": ["error", "A tab is used for indentation"],
  "too-deep": ["error", "A document is nested too deeply"],
  "alias-bomb": ["error", "Aliases expand to too much"],
  "schema-from-the-future": ["error", "A document has a newer schema version"],
  // Shape.
  "unknown-key": ["error", "Unknown key"],
  "missing-key": ["error", "A required key is missing"],
  "wrong-type": ["error", "A value has the wrong type"],
  "unknown-value": ["error", "A value is not one of the possible ones"],
  "unreadable-value": ["error", "A value cannot be read"],
  "unreadable-day": ["error", "A day cannot be read"],
  "unreadable-duration": ["error", "A duration cannot be read"],
  "unreadable-percent": ["error", "A share cannot be read"],
  "out-of-range": ["error", "A number is out of range"],
  "empty-value": ["error", "A value is empty"],
  "bad-name": ["error", "A name has characters that names cannot have"],
  "store-place": ["error", "The store has no place, or two"],
  "secret-inline": ["error", "A secret stands in the document"],
  "connections-and-keys": ["error", "A vendor has both connections and keys of one connection"],
  "version-missing": ["error", "The OneRoster version is missing"],
  "kind-missing": ["error", "The kind is missing"],
  // The project as a whole.
  "second-project": ["error", "A second project document"],
  "second-document": ["error", "A file has more documents than can be meant"],
  "only-in-project": ["error", "A key belongs in the project file"],
  "no-store": ["error", "No store is named"],
  "duplicate-district": ["error", "A district is described twice"],
  "shared-site": ["error", "Two districts have one site"],
  "mixed-site-kinds": ["error", "A host is both production and sandbox"],
  "similar-names": ["warning", "Two names differ only in case or spaces"],
  "unknown-group": ["error", "Unknown group"],
  "repeated-group": ["warning", "A group is listed twice"],
  "unused-group": ["warning", "A group is not used"],
  "not-in-a-group": ["error", "A key is about one district and cannot stand in a group"],
  locked: ["error", "A key is locked by the agency"],
  "unknown-vendor": ["error", "Unknown vendor"],
  "version-not-offered": ["error", "The vendor does not offer this version"],
  "kind-differs": ["warning", "Kind and catalogue differ"],
  "share-not-needed": ["warning", "More is shared than the vendor asks for"],
  "bad-acceptance": ["error", "An acceptance cannot be read"],
  "require-too-weak": ["error", "The requirement is too weak"],
  "freeze-backwards": ["error", "A freeze window ends before it begins"],
  "replaces-nowhere": ["error", "Nothing is there to be replaced"],
  "replaces-itself": ["error", "A connection replaces itself"],
  "replaced-still-active": ["error", "A replaced connection is still wanted"],
  "replaced-twice": ["error", "Two connections replace one"],
  "was-nowhere": ["error", "A former name cannot be read"],
  "was-itself": ["error", "A former name is the present one"],
  "was-still-there": ["error", "A former name is still in use"],
  "was-twice": ["error", "Two connections had one name"],
  "adopted-twice": ["error", "Two connections adopt one"],
} as const satisfies Readonly<Record<string, readonly ["error" | "warning", string]>>;
