/** How much a dump holds. */
export interface Carried {
  /** Rows of all tables. */
  readonly rows: number;
  readonly districts: number;
  readonly connections: number;
}

/**
 * What is done to a store as a whole. Everything in it can be moved to another one, whatever their drivers: connections with their sealed secrets, slots, the
 * journal and its chain, the usage log. Secrets are never opened on the way, so both stores need the same key.
 */
export interface Upkeep {
  /**
   * Writes everything as lines of JSON, as it was at one moment, and ends with a digest of them all. The same store gives the same
   * bytes, and so does the store that they were loaded into.
   */
  dump(write: (line: string) => Promise<void>): Promise<Carried>;
  /**
   * Fills an empty store from the lines of a dump, which are read twice: they are checked to the end before anything is written.
   * All or nothing. Throws `OutsideError` where the lines are no whole dump, or of another key, kind or version, or the store is
   * not empty.
   */
  load(lines: () => AsyncIterable<string>): Promise<Carried>;
  /** Seals every secret anew under the key in this file, all or nothing, and answers how many. Whoever has the old key is refused then. */
  reseal(keyFile: string): Promise<number>;
  close(): Promise<void>;
}
