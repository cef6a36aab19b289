/**
 * What a connection is apart from its credentials: the things a document says and the live system keeps.
 */

export const VERSIONS = ["1.1", "1.2"] as const;
/** OneRoster version. Chosen when a connection is generated, never editable afterwards. */
export type OneRosterVersion = (typeof VERSIONS)[number];

export const KINDS = ["supported", "other"] as const;
/** `supported`: the tile of a Digital Learning Partner; `other`: "Connect to Other Applications". Never editable. */
export type TileKind = (typeof KINDS)[number];

export const DATA_SETS = ["demographics"] as const;
/** A switch under "data to share" beyond rostering, which is always shared. Editable. */
export type DataSet = (typeof DATA_SETS)[number];

/** All schools, or the named ones, sorted and without repetition. Editable. */
export type SchoolScope = "all" | readonly string[];

/** What a document says about a connection, and a connection is. */
export interface Traits {
  readonly kind: TileKind;
  readonly version: OneRosterVersion;
  readonly schools: SchoolScope;
  /** Sorted, without repetition. */
  readonly share: readonly DataSet[];
}

/** What cannot be edited in a living connection; when one of these differs, only a new connection helps. */
export interface FixedTraits {
  readonly kind: TileKind;
  readonly version: OneRosterVersion;
  /** The document's `rotate` number this connection was made for. Raised to replace like for like. */
  readonly rotate: number;
}

/** Whether everything that cannot be edited agrees. */
export function isSameFixed(a: FixedTraits, b: FixedTraits): boolean {
  return a.kind === b.kind && a.version === b.version && a.rotate === b.rotate;
}

/** Whether everything that can be edited (schools and shared data) agrees. */
export function isSameEditable(a: Pick<Traits, "schools" | "share">, b: Pick<Traits, "schools" | "share">): boolean {
  return isSameScope(a.schools, b.schools) && isSameList(a.share, b.share);
}

/** Whether two scopes name the same schools. A list that holds a school named "all" is not the scope `all`. */
export function isSameScope(a: SchoolScope, b: SchoolScope): boolean {
  return a === "all" || b === "all" ? a === b : isSameList(a, b);
}

/** Lists are kept sorted, so the first look nearly always settles it; only what differs is sorted again. */
function isSameList(a: readonly string[], b: readonly string[]): boolean {
  return isSameSequence(a, b) || isSameSequence(sortedUnique(a), sortedUnique(b));
}

function isSameSequence(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index]);
}

/** The scope as people write it: `all`, or the names with a comma between them. */
export function describeSchools(schools: SchoolScope): string {
  return schools === "all" ? "all" : sortedUnique(schools).join(", ");
}

/** The extra data sets as people write them; `none` when only rostering is shared. */
export function describeShare(share: readonly DataSet[]): string {
  return share.length === 0 ? "none" : sortedUnique(share).join(", ");
}

/** A copy in code-point order, each item once. */
export function sortedUnique<T extends string>(items: readonly T[]): readonly T[] {
  return [...new Set(items)].sort();
}
