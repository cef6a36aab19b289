import { MalformedValue } from "./malformed-value.ts";
import { PackReader, PackWriter } from "./message-pack.ts";
import type { Type } from "./schema.ts";
import { shapeOf } from "./shape.ts";
import { type Attributes, Decimal, UNKNOWN, type Value } from "./value.ts";

/**
 * Values of Terraform as they travel: MessagePack, walked along their type. An unknown value is extension 0, one of which
 * something is known (a prefix, a bound) extension 12: both are read as {@link UNKNOWN}. Numbers come as integers, floats
 * or decimal texts, whichever holds them exactly.
 */
export function decodeValue(bytes: Uint8Array, type: Type): Value {
  const reader = new PackReader(bytes);
  const value = read(reader, type);
  if (!reader.isAtEnd) throw new MalformedValue("a value of Terraform goes on after its end");
  return value;
}

/** The attributes of an object, or `null` where there is none. Throws where the whole object is unknown. */
export function decodeAttributes(bytes: Uint8Array, type: Type): Attributes | null {
  const value = decodeValue(bytes, type);
  if (value === null || isRecord(value)) return value;
  throw new MalformedValue("an object of Terraform is unknown as a whole");
}

/**
 * A value in bytes. Attributes that a record leaves out are `null`; those that the type does not have are an error, as is
 * every value of another type.
 */
export function encodeValue(value: Value, type: Type): Uint8Array {
  const writer = new PackWriter();
  write(writer, value, type, "value");
  return writer.finish();
}

/** Whether a value is a map or an object. */
function isRecord(value: Value): value is { readonly [name: string]: Value } {
  return (
    typeof value === "object" &&
    value !== null &&
    value !== UNKNOWN &&
    !(value instanceof Decimal) &&
    !Array.isArray(value)
  );
}

/** A record without a prototype, so that every name is only a name. */
export function emptyRecord<T>(): { [name: string]: T } {
  return Object.create(null) as { [name: string]: T };
}

function read(reader: PackReader, type: Type): Value {
  if (reader.takeNil()) return null;
  if (reader.takeExtension()) return UNKNOWN;
  if (type === "string") return reader.string();
  if (type === "bool") return reader.boolean();
  if (type === "number") return readNumber(reader);
  switch (type[0]) {
    case "list":
    case "set":
      return readList(reader, type[1]);
    case "map":
      return readMap(reader, type[1]);
    case "object":
      return readObject(reader, type[1]);
  }
}

function readNumber(reader: PackReader): Decimal {
  const text = reader.number();
  try {
    return new Decimal(text);
  } catch {
    throw new MalformedValue("a number of Terraform is none that can be written down");
  }
}

function readList(reader: PackReader, of: Type): readonly Value[] {
  const length = reader.array();
  const items: Value[] = [];
  for (let index = 0; index < length; index += 1) items.push(read(reader, of));
  return items;
}

function readMap(reader: PackReader, of: Type): { readonly [name: string]: Value } {
  const pairs = reader.map();
  const record = emptyRecord<Value>();
  for (let index = 0; index < pairs; index += 1) {
    const name = reader.string();
    record[name] = read(reader, of);
  }
  return record;
}

function readObject(reader: PackReader, types: { readonly [name: string]: Type }): Attributes {
  const pairs = reader.map();
  const record = shapeOf(types).blank();
  for (let index = 0; index < pairs; index += 1) {
    const name = reader.string();
    const type = Object.hasOwn(types, name) ? types[name] : undefined;
    if (type === undefined) throw new MalformedValue("Terraform sent an attribute that the schema does not have");
    record[name] = read(reader, type);
  }
  return record;
}

/** `where` and `name` say where the value stands, should it be wrong; they are put together only then, and for what is inside. */
function write(writer: PackWriter, value: Value, type: Type, where: string, name = ""): void {
  if (value === null) return writer.nil();
  if (value === UNKNOWN) return writer.unknown();
  if (type === "string" && typeof value === "string") return writer.string(value);
  if (type === "bool" && typeof value === "boolean") return writer.boolean(value);
  if (type === "number" && value instanceof Decimal) return writer.number(value.text);
  const place = name === "" ? where : `${where}.${name}`;
  if (typeof type !== "string") {
    if (type[0] === "object") {
      if (isRecord(value)) return writeObject(writer, value, type[1], place);
    } else if (type[0] === "map") {
      if (isRecord(value)) return writeMap(writer, value, type[1], place);
    } else if (Array.isArray(value)) return writeList(writer, value, type[1], place);
  }
  throw new MalformedValue(`${place} is not ${typeof type === "string" ? `a ${type}` : `a ${type[0]}`}`);
}

function writeList(writer: PackWriter, items: readonly Value[], of: Type, where: string): void {
  writer.array(items.length);
  for (const item of items) write(writer, item, of, where);
}

function writeMap(writer: PackWriter, record: Attributes, of: Type, where: string): void {
  const entries = Object.entries(record);
  writer.map(entries.length);
  for (const [name, value] of entries) {
    writer.string(name);
    write(writer, value, of, where);
  }
}

function writeObject(
  writer: PackWriter,
  record: Attributes,
  types: { readonly [name: string]: Type },
  where: string,
): void {
  for (const name of Object.keys(record)) {
    if (!Object.hasOwn(types, name)) throw new MalformedValue(`${where} has no attribute ${name}`);
  }
  const { names } = shapeOf(types);
  writer.map(names.length);
  for (const name of names) {
    const type = types[name];
    if (type === undefined) continue;
    writer.string(name);
    write(writer, (Object.hasOwn(record, name) ? record[name] : undefined) ?? null, type, where, name);
  }
}
