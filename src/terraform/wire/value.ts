/**
 * A value of Terraform's language as the provider holds it. Lists and sets are arrays, maps and objects are records
 * without a prototype, and `null` means that nothing was said.
 */
export type Value = null | boolean | string | Decimal | Unknown | readonly Value[] | { readonly [name: string]: Value };

/** The attributes of one object, each of them present. */
export type Attributes = { readonly [name: string]: Value };

/** What will be known only after something was applied. There is one: {@link UNKNOWN}. */
class Unknown {
  readonly #brand = "unknown";

  toString(): string {
    return `(${this.#brand})`;
  }
}

export type { Unknown };
export const UNKNOWN = new Unknown();

/** Whether a value, or anything inside it, will be known only later. */
export function hasUnknown(value: Value): boolean {
  if (value === UNKNOWN) return true;
  if (value === null || typeof value !== "object" || value instanceof Decimal) return false;
  return Object.values(value).some(hasUnknown);
}

/** A number as its decimal text, so that none of its digits is lost on the way. */
export class Decimal {
  /** Canonical: no exponent, no leading zeros, no trailing zeros after the point. */
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  static of(number: number | bigint): Decimal {
    return new Decimal(String(number));
  }
}
