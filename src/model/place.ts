/**
 * Where a value was written: a file, which document in it, and the path of keys down to the value.
 *
 * A place is cheap to make and to keep. Line and column are found only when somebody has to read them
 * (see `Locate` in diagnostics), because most values of most runs are never printed.
 */
export interface Place {
  /** Path of the file as the person named it, relative to the project folder. */
  readonly file: string;
  /** Index of the YAML document inside the file, counted from 0. */
  readonly document: number;
  /** Keys and list indexes from the root of that document. Empty means the document itself. */
  readonly path: readonly (string | number)[];
}
