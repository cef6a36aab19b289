/** The page of one entry point, and what is wrong with its surface. */
export declare function surfaceOf(of: {
  readonly root: string;
  readonly entry: string;
  readonly folder: string;
  readonly isExplained: boolean;
}): { readonly page: string; readonly wrong: readonly string[] };

/** The lines in which two texts differ. */
export declare function difference(before: string, after: string): string;
