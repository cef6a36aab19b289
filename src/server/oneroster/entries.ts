/** One object of a collection, written only when it is asked for. */
export interface Entry {
  readonly id: string;
  readonly render: () => Readonly<Record<string, unknown>>;
}

/**
 * The objects of a collection; what of a list is needed to answer from it. A page of a large collection makes entries for
 * its own objects and not for the hundreds of thousands around them.
 */
export interface Entries {
  readonly length: number;
  readonly slice: (start: number, end?: number) => readonly Entry[];
  readonly filter: (keep: (entry: Entry) => boolean) => readonly Entry[];
  readonly find: (isIt: (entry: Entry) => boolean) => Entry | undefined;
}

/** These rows as entries, each made when it is looked at. */
export function entriesOf<T>(rows: readonly T[], entryOf: (row: T) => Entry): Entries {
  return {
    length: rows.length,
    slice: (start, end) => rows.slice(start, end).map(entryOf),
    filter: (keep) => rows.filter((row) => keep(entryOf(row))).map(entryOf),
    find: (isIt) => {
      const found = rows.find((row) => isIt(entryOf(row)));
      return found === undefined ? undefined : entryOf(found);
    },
  };
}
