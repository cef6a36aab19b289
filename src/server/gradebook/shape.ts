import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";
import type { OneRosterVersion } from "../../model/traits.ts";
import { type GradeKind, membersOf } from "./kinds.ts";

/** An object as a partner sent it: its members are of the right types, nothing more is known. */
export interface Sent {
  readonly sourcedId?: string;
  readonly status?: "active" | "tobedeleted";
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly [member: string]: unknown;
}

const ID = { type: "string", minLength: 1, maxLength: 255, pattern: String.raw`^[^\u0000-\u001f/]+$` };
const REFERENCE = {
  type: "object",
  properties: { sourcedId: ID, href: { type: "string" }, type: { type: "string" } },
  required: ["sourcedId"],
  additionalProperties: false,
};

const ajv = new Ajv({ allErrors: true, strict: true, strictTypes: false });
const compiled = new Map<string, ValidateFunction<Sent>>();

/** The object, or every way in which it is not of its kind, in words for whoever wrote the client. */
export function readObject(kind: GradeKind, version: OneRosterVersion, value: unknown): Sent | readonly string[] {
  const validate = validatorOf(kind, version);
  if (validate(value)) return value;
  return [...new Set((validate.errors ?? []).map(describe))];
}

function validatorOf(kind: GradeKind, version: OneRosterVersion): ValidateFunction<Sent> {
  const key = `${kind.many} ${version}`;
  const known = compiled.get(key);
  if (known !== undefined) return known;
  const members = membersOf(kind, version);
  const made = ajv.compile<Sent>({
    type: "object",
    properties: {
      sourcedId: ID,
      status: { enum: ["active", "tobedeleted"] },
      dateLastModified: { type: "string" },
      metadata: { type: "object" },
      ...Object.fromEntries(members.map((name) => [name, kind.values[name] ?? REFERENCE])),
    },
    required: [...kind.required[version]],
    additionalProperties: false,
  });
  compiled.set(key, made);
  return made;
}

function describe({ instancePath, keyword, params }: ErrorObject): string {
  const where = instancePath.split("/").slice(1).join(".");
  const named = where === "" ? "" : `${where}.`;
  switch (keyword) {
    case "required":
      return `${named}${params["missingProperty"]} is missing`;
    case "additionalProperties":
      return `${named}${params["additionalProperty"]} is no member of this kind of object`;
    case "type":
      return `${where === "" ? "the object" : where} has to be of type ${params["type"]}`;
    case "enum":
      return `${where} has to be one of ${(params["allowedValues"] as readonly string[]).join(", ")}`;
    case "pattern":
      return where.endsWith("Date")
        ? `${where} is no day or moment of ISO 8601`
        : `${where} has characters that it cannot have`;
    default:
      return `${where} is too long, too short or too many`;
  }
}
