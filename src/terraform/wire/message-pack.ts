import { MalformedValue } from "./malformed-value.ts";

/**
 * MessagePack, as far as Terraform uses it. Not a package's, because the common ones lose what matters here: extension 0
 * (unknown), integers beyond 2^64, and keys such as `__proto__`.
 */

const TWO_32 = 2 ** 32;
const MIN_INT64 = -(2n ** 63n);
const MAX_INT64 = 2n ** 63n - 1n;

/** Reads one item after the other. Throws {@link MalformedValue} where the bytes end too early or are of another kind. */
export class PackReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  /** Takes a nil, if there is one. */
  takeNil(): boolean {
    if (this.#peek() !== 0xc0) return false;
    this.#at += 1;
    return true;
  }

  /** Takes an extension of whatever type, if there is one. */
  takeExtension(): boolean {
    const head = this.#peek();
    const fixed = head >= 0xd4 && head <= 0xd8;
    if (!fixed && (head < 0xc7 || head > 0xc9)) return false;
    this.#at += 1;
    const length = fixed ? 1 << (head - 0xd4) : this.#length(head - 0xc7);
    this.#take(length + 1);
    return true;
  }

  boolean(): boolean {
    const head = this.#head();
    if (head !== 0xc2 && head !== 0xc3) throw unexpected("a bool", head);
    return head === 0xc3;
  }

  string(): string {
    const head = this.#head();
    return this.#text(head, "a string");
  }

  /** The text of a number: an integer, a float or a string of digits. */
  number(): string {
    const head = this.#head();
    if (head <= 0x7f) return String(head);
    if (head >= 0xe0) return String(head - 0x100);
    if (head === 0xca) return String(this.#bytes.readFloatBE(this.#take(4)));
    if (head === 0xcb) return String(this.#bytes.readDoubleBE(this.#take(8)));
    if (head >= 0xcc && head <= 0xce) return String(this.#length(head - 0xcc));
    if (head === 0xcf) return String(this.#bytes.readBigUInt64BE(this.#take(8)));
    if (head === 0xd3) return String(this.#bytes.readBigInt64BE(this.#take(8)));
    if (head >= 0xd0 && head <= 0xd2) {
      const size = 1 << (head - 0xd0);
      return String(this.#bytes.readIntBE(this.#take(size), size));
    }
    return this.#text(head, "a number");
  }

  /** How many items of an array follow. */
  array(): number {
    const head = this.#head();
    if (head >= 0x90 && head <= 0x9f) return head - 0x90;
    if (head === 0xdc || head === 0xdd) return this.#length(head - 0xdb);
    throw unexpected("a list", head);
  }

  /** How many pairs of a map follow. */
  map(): number {
    const head = this.#head();
    if (head >= 0x80 && head <= 0x8f) return head - 0x80;
    if (head === 0xde || head === 0xdf) return this.#length(head - 0xdd);
    throw unexpected("a map", head);
  }

  #text(head: number, expected: string): string {
    let length: number;
    if (head >= 0xa0 && head <= 0xbf) length = head - 0xa0;
    else if (head >= 0xd9 && head <= 0xdb) length = this.#length(head - 0xd9);
    else throw unexpected(expected, head);
    const from = this.#take(length);
    return this.#bytes.toString("utf8", from, from + length);
  }

  /** A number of 1, 2 or 4 bytes, by the power of two. */
  #length(power: number): number {
    const size = 1 << power;
    return this.#bytes.readUIntBE(this.#take(size), size);
  }

  #peek(): number {
    const head = this.#bytes[this.#at];
    if (head === undefined) throw new MalformedValue("a value of Terraform ends too early");
    return head;
  }

  #head(): number {
    const head = this.#peek();
    this.#at += 1;
    return head;
  }

  /** Steps over so many bytes; answers where they begin. */
  #take(length: number): number {
    const from = this.#at;
    if (from + length > this.#bytes.length) throw new MalformedValue("a value of Terraform ends too early");
    this.#at += length;
    return from;
  }
}

/** Writes one item after the other. */
export class PackWriter {
  #bytes = Buffer.alloc(512);
  #at = 0;

  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.#at);
  }

  nil(): void {
    this.#byte(0xc0);
  }

  /** What is not known yet: an extension of type 0 with one byte. */
  unknown(): void {
    const at = this.#room(3);
    this.#bytes.writeUIntBE(0xd40000, at, 3);
  }

  boolean(value: boolean): void {
    this.#byte(value ? 0xc3 : 0xc2);
  }

  /** UTF-8; half of a surrogate pair becomes U+FFFD. */
  string(text: string): void {
    const length = Buffer.byteLength(text);
    if (length < 32) this.#byte(0xa0 + length);
    else if (length < 0x100) this.#head(0xd9, length, 1);
    else if (length < 0x10000) this.#head(0xda, length, 2);
    else this.#head(0xdb, length, 4);
    const at = this.#room(length);
    this.#bytes.write(text, at, "utf8");
  }

  /** An integer if the canonical text is one of 64 bits, else the text itself, which Terraform reads digit by digit. */
  number(text: string): void {
    if (/^-?\d{1,19}$/.test(text)) {
      const value = BigInt(text);
      if (value >= MIN_INT64 && value <= MAX_INT64) return this.#integer(value);
    }
    this.string(text);
  }

  array(length: number): void {
    if (length < 16) this.#byte(0x90 + length);
    else if (length < 0x10000) this.#head(0xdc, length, 2);
    else this.#head(0xdd, length, 4);
  }

  map(pairs: number): void {
    if (pairs < 16) this.#byte(0x80 + pairs);
    else if (pairs < 0x10000) this.#head(0xde, pairs, 2);
    else this.#head(0xdf, pairs, 4);
  }

  #integer(value: bigint): void {
    if (value >= 0n && value < 128n) this.#byte(Number(value));
    else if (value < 0n && value >= -32n) this.#byte(Number(value) + 0x100);
    else {
      const at = this.#room(9);
      this.#bytes[at] = 0xd3;
      this.#bytes.writeBigInt64BE(value, at + 1);
    }
  }

  /** Room is made before the bytes are looked up: making it may put others in their place. */
  #byte(value: number): void {
    const at = this.#room(1);
    this.#bytes[at] = value;
  }

  #head(kind: number, length: number, size: number): void {
    if (length >= TWO_32) throw new MalformedValue("a value is too large for Terraform");
    const at = this.#room(size + 1);
    this.#bytes[at] = kind;
    this.#bytes.writeUIntBE(length, at + 1, size);
  }

  /** Makes room for so many bytes, perhaps in another buffer; answers where they go. */
  #room(size: number): number {
    const from = this.#at;
    this.#at += size;
    if (this.#at > this.#bytes.length) {
      const larger = Buffer.alloc(Math.max(this.#bytes.length * 2, this.#at));
      this.#bytes.copy(larger, 0, 0, from);
      this.#bytes = larger;
    }
    return from;
  }
}

function unexpected(expected: string, head: number): MalformedValue {
  return new MalformedValue(`${expected} was expected in a value of Terraform, and 0x${head.toString(16)} came`);
}
