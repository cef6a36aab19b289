import type { Compilable, CompiledQuery, Kysely } from "kysely";
import { invariant } from "../../diagnostics/invariant.ts";
import type { Tables } from "./tables.ts";

/**
 * A statement that is built once for each shape of its values, and from then on only run with other ones. Its
 * values have names: single ones, and lists for `in`.
 */
export type Prepared<V extends object, R> = (tx: Kysely<Tables>, values: V) => Promise<readonly R[]>;

/** Makes statements for one store. `build` has to use its values only as values: it never sees the real ones. */
export type Prepare = <V extends object, R>(build: (db: Kysely<Tables>, values: V) => Compilable<R>) => Prepared<V, R>;

/** Stands for a value while a statement is built. */
class Hole {
  readonly name: string;
  readonly index: number | undefined;

  constructor(name: string, index?: number) {
    this.name = name;
    this.index = index;
  }

  filledFrom(values: object): unknown {
    const whole: unknown = Reflect.get(values, this.name);
    const value: unknown = this.index !== undefined && Array.isArray(whole) ? whole[this.index] : whole;
    invariant(value !== undefined, "a statement is run with all its values");
    return value;
  }
}

/**
 * Building a statement and making it text takes longer than SQLite takes to run it, and the same few are run for every
 * write. `db` gives the words of the engine and the schema; the statements are run in transactions of it.
 */
export function createPrepare(db: Kysely<Tables>): Prepare {
  return <V extends object, R>(build: (db: Kysely<Tables>, values: V) => Compilable<R>): Prepared<V, R> => {
    const compiled = new Map<string, CompiledQuery<R>>();
    return async (tx, values) => {
      const shape = shapeOf(values);
      const query = compiled.get(shape) ?? build(db, withHoles(values)).compile();
      compiled.set(shape, query);
      const parameters = query.parameters.map((one) => (one instanceof Hole ? one.filledFrom(values) : one));
      return (await tx.executeQuery<R>({ ...query, parameters })).rows;
    };
  };
}

/** Statements differ with the columns that are written and with the length of their lists. */
function shapeOf(values: object): string {
  let shape = "";
  for (const [name, value] of entriesOf(values)) {
    shape += Array.isArray(value) ? `${name}*${value.length},` : `${name},`;
  }
  return shape;
}

/** The builder passes values on without looking at them, so the types stay those of what will be filled in. */
function withHoles<V extends object>(values: V): V {
  const holes = entriesOf(values).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.map((_, index) => new Hole(name, index)) : new Hole(name),
  ]);
  return Object.fromEntries(holes) as V;
}

function entriesOf(values: object): readonly [name: string, value: unknown][] {
  return Object.entries(values);
}
