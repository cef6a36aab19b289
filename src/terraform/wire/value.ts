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

/** Digits beyond which a number is no number that anybody meant, but an attempt to fill the memory. */
const MAX_DIGITS = 10_000;
const DECIMAL = /^([+-]?)(\d+)(?:\.(\d*))?(?:[eE]([+-]?\d{1,9}))?$/;

/** A number as its decimal text, so that none of its digits is lost on the way. Two equal numbers have equal texts. */
export class Decimal {
  /** Canonical: no exponent, no leading zeros, no trailing zeros after the point, no minus before zero. */
  readonly text: string;

  /** Takes any decimal notation, e.g. `1e30` or `007.50`. Throws a `RangeError` for everything else. */
  constructor(text: string) {
    this.text = canonical(text);
  }

  /** As it would be printed: 0.1 is 0.1 and not the binary number beside it. */
  static of(number: number | bigint): Decimal {
    return new Decimal(String(number));
  }

  toString(): string {
    return this.text;
  }
}

function canonical(text: string): string {
  const [, sign, whole = "", fraction = "", exponent = "0"] = DECIMAL.exec(text) ?? [];
  const moved = Number(exponent);
  if (sign === undefined || Math.abs(moved) + text.length > MAX_DIGITS) {
    throw new RangeError(`not a decimal number: ${text.slice(0, 40)}`);
  }
  const point = whole.length + moved;
  const digits = (whole + fraction)
    .padEnd(point, "0")
    .padStart(whole.length + fraction.length - Math.min(point, 0), "0");
  const at = Math.max(point, 0);
  const before = digits.slice(0, at).replace(/^0+/, "");
  const after = digits.slice(at).replace(/0+$/, "");
  const size = (before === "" ? "0" : before) + (after === "" ? "" : `.${after}`);
  return sign === "-" && size !== "0" ? `-${size}` : size;
}
