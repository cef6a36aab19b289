import type { Doc } from "./doc.ts";
import { checkShape } from "./shape/check-shape.ts";
import type { Shapes } from "./shape/shapes.ts";
import type { Trouble } from "./trouble.ts";

/** A document that never was text: its shape is checked like any other, and places name what it was said in. */
export interface Said<K extends keyof Shapes> {
  /** Absent where nothing of it is right. */
  readonly doc: Doc<K> | undefined;
  readonly troubles: readonly Trouble[];
}

/** Makes a document of a value. `file` and `path` stand where documents have their file; `index` tells several of them apart. */
export function saidDoc<K extends keyof Shapes>(
  kind: K,
  value: unknown,
  { file, path = file, index = 0 }: { readonly file: string; readonly path?: string; readonly index?: number },
): Said<K> {
  const { value: right, troubles, broken } = checkShape(kind, value, { file, document: index });
  const source = { file, path, text: "" };
  return { doc: right === undefined ? undefined : { kind, value: right, source, index, broken }, troubles };
}
