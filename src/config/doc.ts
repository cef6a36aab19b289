import type { Place } from "../model/place.ts";
import type { Shapes } from "./shape/shapes.ts";
import type { Source } from "./source.ts";

/** One YAML document whose shape is right, or the right part of one. */
export interface Doc<K extends keyof Shapes = keyof Shapes> {
  readonly kind: K;
  readonly value: Shapes[K];
  readonly source: Source;
  /** Index inside its file, from 0. */
  readonly index: number;
  /** Paths that were left out because their shape is wrong. */
  readonly broken: ReadonlySet<string>;
}

export type AnyDoc = { readonly [K in keyof Shapes]: Doc<K> }[keyof Shapes];

/** The place of a key in a document. */
export function placeIn(doc: Pick<AnyDoc, "source" | "index">, ...path: readonly (string | number)[]): Place {
  return { file: doc.source.file, document: doc.index, path };
}

/** Whether a key was left out because its shape is wrong, itself or with what holds it. */
export function isBroken(doc: Pick<AnyDoc, "broken">, path: readonly (string | number)[]): boolean {
  return doc.broken.size > 0 && path.some((_, index) => doc.broken.has(path.slice(0, index + 1).join("/")));
}
