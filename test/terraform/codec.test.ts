import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeValue, emptyRecord, encodeValue } from "../../src/terraform/wire/codec.ts";
import { parseJson, valueFromJson } from "../../src/terraform/wire/json.ts";
import type { Type } from "../../src/terraform/wire/schema.ts";
import { Decimal, hasUnknown, UNKNOWN, type Value } from "../../src/terraform/wire/value.ts";

const names = fc.oneof(fc.string({ unit: "grapheme" }), fc.constantFrom("__proto__", "constructor", "toString", ""));
const attributeNames = fc.oneof(fc.stringMatching(/^[a-z_]{1,8}$/), fc.constantFrom("__proto__", "constructor"));
const numbers = fc.oneof(
  fc.bigInt().map(String),
  fc.tuple(fc.bigInt(), fc.nat()).map(([whole, fraction]) => `${whole}.${fraction}`),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
);

const { type: types } = fc.letrec<{ type: Type }>((tie) => ({
  type: fc.oneof(
    { maxDepth: 4, depthSize: "small" },
    fc.constantFrom<Type>("string", "number", "bool"),
    fc.tuple(fc.constantFrom("list" as const, "set" as const, "map" as const), tie("type")),
    fc
      .uniqueArray(fc.tuple(attributeNames, tie("type")), { selector: ([name]) => name, maxLength: 5 })
      .map((entries): Type => ["object", Object.fromEntries(entries)]),
  ),
}));

/** Values of a type; anything may be null or unknown. */
function valuesOf(type: Type): fc.Arbitrary<Value> {
  return fc.oneof({ weight: 8, arbitrary: knownOf(type) }, fc.constantFrom<Value>(null, UNKNOWN));
}

function knownOf(type: Type): fc.Arbitrary<Value> {
  if (type === "string") return fc.string({ unit: "binary" });
  if (type === "bool") return fc.boolean();
  if (type === "number") return numbers.map((text) => new Decimal(text));
  if (type[0] === "object") {
    const fields = Object.entries(type[1]).map(([name, of]) => valuesOf(of).map((value) => [name, value] as const));
    return fc.tuple(...fields).map(recordOf);
  }
  if (type[0] === "map") return fc.array(fc.tuple(names, valuesOf(type[1])), { maxLength: 5 }).map(recordOf);
  return fc.array(valuesOf(type[1]), { maxLength: 20 });
}

function recordOf(entries: readonly (readonly [string, Value])[]): Value {
  const record = emptyRecord<Value>();
  for (const [name, value] of entries) record[name] = value;
  return record;
}

const typed = types.chain((type) => valuesOf(type).map((value) => ({ type, value })));
const hex = (text: string) => Buffer.from(text.replaceAll(" ", ""), "hex");

/** The same value, every record without a prototype: objects of a schema are ordinary ones, maps are not. */
function bare(value: Value): Value {
  if (typeof value !== "object" || value === null || value === UNKNOWN || value instanceof Decimal) return value;
  const items: readonly Value[] | undefined = Array.isArray(value) ? value : undefined;
  if (items !== undefined) return items.map(bare);
  const record = emptyRecord<Value>();
  for (const [name, inner] of Object.entries(value)) record[name] = bare(inner);
  return record;
}

describe("values on the wire", () => {
  it("come back as they went, of every type, with unknowns anywhere", () => {
    fc.assert(
      fc.property(typed, ({ type, value }) => {
        // Vitest would take an attribute `constructor` for a class.
        expect(isDeepStrictEqual(bare(decodeValue(encodeValue(value, type), type)), bare(value))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it("are refused when they are cut off anywhere, and when something follows", () => {
    fc.assert(
      fc.property(typed, fc.nat(), ({ type, value }, cut) => {
        const bytes = encodeValue(value, type);
        expect(() => decodeValue(bytes.subarray(0, cut % bytes.length), type)).toThrow("ends too early");
        expect(() => decodeValue(Buffer.concat([bytes, Buffer.of(0xc0)]), type)).toThrow("goes on");
      }),
    );
  });

  it("are refused with an error of their own where the bytes are noise", () => {
    fc.assert(
      fc.property(types, fc.uint8Array({ maxLength: 40 }), (type, bytes) => {
        try {
          decodeValue(bytes, type);
        } catch (error) {
          expect(error).toHaveProperty("name", "MalformedValue");
        }
      }),
    );
  });

  it("are named where they are not of their type, without being quoted", () => {
    const type: Type = ["object", { a: ["list", "string"] }];
    expect(() => encodeValue({ a: [true] }, type)).toThrow("value.a is not a string");
    expect(() => encodeValue({ b: "s3cret" }, type)).toThrow("value has no attribute b");
    expect(() => encodeValue("s3cret", type)).toThrow("value is not a object");
  });

  it("hold every attribute, whoever leaves one out", () => {
    const type: Type = ["object", { a: "string", b: "string" }];
    expect(Buffer.from(encodeValue({ a: "x" }, type)).toString("hex")).toBe("82a161a178a162c0");
    expect(decodeValue(hex("81 a161 a178"), type)).toEqual({ a: "x", b: null });
    expect(() => decodeValue(hex("81 a163 a178"), type)).toThrow("the schema does not have");
  });
});

describe("what Terraform sends", () => {
  it.each([
    ["an unknown", "d4 00 00"],
    ["one with a known prefix", "c7 09 0c 82 01 c2 02 a4 7072652d"],
    ["an extension of another type", "d6 05 01020304"],
  ])("as %s is unknown", (_, bytes) => {
    expect(decodeValue(hex(bytes), "string")).toBe(UNKNOWN);
  });

  it.each([
    ["00", "0"],
    ["7f", "127"],
    ["e0", "-32"],
    ["cc ff", "255"],
    ["cd ffff", "65535"],
    ["ce ffffffff", "4294967295"],
    ["cf ffffffffffffffff", "18446744073709551615"],
    ["d0 80", "-128"],
    ["d1 8000", "-32768"],
    ["d2 80000000", "-2147483648"],
    ["d3 8000000000000000", "-9223372036854775808"],
    ["d3 0020000000000001", "9007199254740993"],
    ["cb 3fe0000000000000", "0.5"],
    ["cb 8000000000000000", "0"],
    ["ca 3f000000", "0.5"],
    ["a3 302e31", "0.1"],
    ["a4 31653330", `1${"0".repeat(30)}`],
  ])("as the number %s is %s", (bytes, text) => {
    expect(decodeValue(hex(bytes), "number")).toEqual(new Decimal(text));
    expect(decodeValue(hex(bytes), "number")).toHaveProperty("text", text);
  });

  it.each(["7ff0000000000000", "7ff8000000000000"])("as the float %s is no number", (bits) => {
    expect(() => decodeValue(hex(`cb ${bits}`), "number")).toThrow("none that can be written down");
  });

  it("with the name of a prototype is only a name", () => {
    const value = decodeValue(hex("81 a9 5f5f70726f746f5f5f a178"), ["map", "string"]);
    expect(Object.entries(value ?? {})).toEqual([["__proto__", "x"]]);
    expect(Object.getPrototypeOf(value)).toBeNull();
  });
});

describe("numbers towards Terraform", () => {
  it.each([
    ["0.1", "a3302e31"],
    ["9007199254740993", "d30020000000000001"],
    ["9223372036854775807", "d37fffffffffffffff"],
    ["9223372036854775808", `b3${Buffer.from("9223372036854775808").toString("hex")}`],
    [String(2n ** 70n), `b6${Buffer.from(String(2n ** 70n)).toString("hex")}`],
    ["-1", "ff"],
    ["-33", "d3ffffffffffffffdf"],
  ])("keep every digit of %s", (text, bytes) => {
    expect(Buffer.from(encodeValue(new Decimal(text), "number")).toString("hex")).toBe(bytes);
  });

  it("are the same text however they were written", () => {
    fc.assert(
      fc.property(fc.bigInt(), fc.integer({ min: -60, max: 60 }), (digits, exponent) => {
        const { text } = new Decimal(`${digits}e${exponent}`);
        expect(text).toMatch(/^(0|-?(0|[1-9]\d*)(\.\d*[1-9])?)$/);
        expect(new Decimal(text).text).toBe(text);
        expect(Number(text)).toBe(Number(`${digits}e${exponent}`) + 0);
      }),
    );
  });

  it.each(["", "x", "0x10", "1e999999999", "Infinity", "NaN", "1_000", "."])("are not made of %j", (text) => {
    expect(() => new Decimal(text)).toThrow(RangeError);
  });
});

describe("text", () => {
  it("leaves no half of a surrogate pair", () => {
    expect(decodeValue(encodeValue("a\ud800b", "string"), "string")).toBe("a\ufffdb");
  });
});

describe("stored states", () => {
  it("keep every digit, and are ordinary numbers where nothing would be lost", () => {
    expect(parseJson('{"a":9007199254740993,"b":0.1,"c":"1.50","d":[12345678901234567890.123456789]}')).toEqual({
      a: new Decimal("9007199254740993"),
      b: 0.1,
      c: "1.50",
      d: [new Decimal("12345678901234567890.123456789")],
    });
  });

  it("are read as far as they go", () => {
    const type: Type = ["object", { a: "string", n: "number", m: ["map", "bool"], l: ["list", "string"] }];
    const stored = parseJson('{"a":"x","gone":{"b":1},"n":1e30,"m":{"__proto__":true}}');
    expect(valueFromJson(stored, type)).toEqual({
      a: "x",
      n: new Decimal("1e30"),
      m: recordOf([["__proto__", true]]),
      l: null,
    });
    expect(() => valueFromJson({ a: [] }, type)).toThrow("where a string belongs");
  });

  it("are what JSON says, whatever stands in their strings", () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: "binary" }), (value) => {
        expect(JSON.stringify(parseJson(JSON.stringify(value)))).toBe(JSON.stringify(value));
      }),
    );
  });
});

describe("what is unknown", () => {
  it("is found wherever it is", () => {
    expect(hasUnknown({ a: [{ b: UNKNOWN }] })).toBe(true);
    expect(hasUnknown({ a: [{ b: new Decimal("1"), c: null }] })).toBe(false);
  });
});
