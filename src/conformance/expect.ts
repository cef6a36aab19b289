import { inspect, isDeepStrictEqual } from "node:util";

/** A promise that was not kept, in words for whoever writes the store: what was expected where, and what was seen. */
export class Broken extends Error {
  override readonly name = "Broken";
}

/** Stands in an expected value for every value of a kind, such as a revision. */
export class Some {
  readonly what: string;
  readonly includes: (seen: unknown) => boolean;

  constructor(what: string, includes: (seen: unknown) => boolean) {
    this.what = what;
    this.includes = includes;
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.what;
  }
}

export const aNumber = new Some("a number", (seen) => typeof seen === "number");
export const aList = new Some("a list", Array.isArray);
export const anAddress = new Some("an absolute URL", (seen) => typeof seen === "string" && URL.canParse(seen));

/**
 * What stories say of the store. `what` names what is looked at, for the message. Objects are compared by what is asked for:
 * `toMatchObject` lets further members pass, as readers of the API have to.
 */
export function expect(seen: unknown, what = "the answer") {
  const say = (isKept: boolean, wanted: string): void => {
    if (!isKept) throw new Broken(`${what} should ${wanted}, and is ${shown(seen)}`);
  };
  return {
    toBe: (wanted: unknown) => say(Object.is(seen, wanted), `be ${shown(wanted)}`),
    toEqual: (wanted: unknown) => tellDifference(what, difference(seen, wanted, "same")),
    toMatchObject: (wanted: object) => tellDifference(what, difference(seen, wanted, "part")),
    toHaveLength: (length: number) => say(lengthOf(seen) === length, `have ${length} items`),
    toMatch: (pattern: RegExp) => say(typeof seen === "string" && pattern.test(seen), `match ${String(pattern)}`),
    toBeUndefined: () => say(seen === undefined, "not be there"),
    toBeGreaterThan: (least: number) => say(typeof seen === "number" && seen > least, `be more than ${least}`),
    not: {
      toBe: (other: unknown) => say(!Object.is(seen, other), `not be ${shown(other)}`),
      toEqual: (other: unknown) => say(difference(seen, other, "same") !== undefined, "differ from what it was before"),
      toHaveProperty: (name: string) => say(!hasMember(seen, name), `have no ${name}`),
      // What must not be in there may be a secret, so it is not repeated.
      toContain: (part: string) => {
        if (String(seen).includes(part)) throw new Broken(`${what} holds what must not stand there`);
      },
    },
  };
}

/** Expects a refusal that a store throws, by its code. */
export async function expectThrown(doing: Promise<unknown>, code: string, what: string): Promise<void> {
  try {
    await doing;
  } catch (error) {
    if (typeof error === "object" && error !== null && memberOf(error, "code") === code) return;
    // Whatever else went wrong is told as it is.
    throw error;
  }
  throw new Broken(`${what} should fail, and was done`);
}

function tellDifference(what: string, found: string | undefined): void {
  if (found !== undefined) throw new Broken(`${what}${found}`);
}

/**
 * Where two values differ first; nothing where they do not. With `part` objects may have further members; lists have the
 * same length in either way. A member that is `undefined` is not there.
 */
function difference(seen: unknown, wanted: unknown, how: "same" | "part", path = ""): string | undefined {
  const differs = `${path} should be ${shown(wanted)}, and is ${shown(seen)}`;
  if (wanted instanceof Some) return wanted.includes(seen) ? undefined : differs;
  if (Array.isArray(wanted)) {
    if (!Array.isArray(seen)) return differs;
    if (seen.length !== wanted.length) return `${path} should have ${wanted.length} items, and has ${seen.length}`;
    return first(wanted, (item, index) => difference(seen[index], item, how, `${path}[${index}]`));
  }
  if (!isRecord(wanted)) return isDeepStrictEqual(seen, wanted) ? undefined : differs;
  if (!isRecord(seen)) return differs;
  const names = Object.keys(how === "part" ? wanted : { ...seen, ...wanted });
  return first(names, (name) => difference(memberOf(seen, name), memberOf(wanted, name), how, `${path}.${name}`));
}

function first<T>(items: readonly T[], look: (item: T, index: number) => string | undefined): string | undefined {
  for (const [index, item] of items.entries()) {
    const found = look(item, index);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && Object.prototype.toString.call(value) === "[object Object]";
}

function hasMember(value: unknown, name: string): boolean {
  return typeof value === "object" && value !== null && memberOf(value, name) !== undefined;
}

function memberOf(value: object, name: string): unknown {
  return Reflect.get(value, name);
}

function lengthOf(value: unknown): unknown {
  return typeof value === "object" && value !== null ? memberOf(value, "length") : undefined;
}

const LONGEST = 300;

/** A value on one line, cut where it is long. */
function shown(value: unknown): string {
  if (value === undefined) return "not there";
  const text = inspect(value, { depth: 4, breakLength: Number.POSITIVE_INFINITY });
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}...`;
}
