import { create } from "@bufbuild/protobuf";
import {
  type AttributePath as AttributePathMessage,
  AttributePathSchema,
  AttributePath_StepSchema,
  type Diagnostic,
  Diagnostic_Severity,
  DiagnosticSchema,
  type DynamicValue,
  DynamicValueSchema,
  type RawState,
} from "../generated/provider.js";
import { decodeAttributes, decodeValue, encodeValue } from "./codec.ts";
import { parseJson, valueFromJson } from "./json.ts";
import { MalformedValue } from "./malformed-value.ts";
import type { AttributePath, Notice } from "./provider.ts";
import type { Type } from "./schema.ts";
import type { Attributes, Value } from "./value.ts";

/** A value out of a message. What is not there is `null`. */
export function valueOf(message: DynamicValue | undefined, type: Type): Value {
  if (message === undefined) return null;
  if (message.msgpack.length > 0) return decodeValue(message.msgpack, type);
  return message.json.length > 0 ? valueFromJson(parseJson(textOf(message.json)), type) : null;
}

/** The attributes of an object out of a message; `null` where there is no object. */
export function attributesOf(message: DynamicValue | undefined, type: Type): Attributes | null {
  if (message === undefined || message.msgpack.length === 0) return null;
  return decodeAttributes(message.msgpack, type);
}

/** The attributes of a configuration, which is there whenever it is asked about. */
export function configOf(message: DynamicValue | undefined, type: Type): Attributes {
  const attributes = attributesOf(message, type);
  if (attributes === null) throw new MalformedValue("Terraform asked about a configuration and sent none");
  return attributes;
}

export function messageOf(value: Value, type: Type): DynamicValue {
  return create(DynamicValueSchema, { msgpack: encodeValue(value, type) });
}

/** A state as it was stored. Terraform 0.11 stored another form, which no state of this provider has. */
export function storedOf(message: RawState | undefined): unknown {
  return message === undefined || message.json.length === 0 ? null : parseJson(textOf(message.json));
}

/** What a person is told, with the path to the attribute, so that Terraform shows the line. */
export function diagnosticsOf(notices: readonly Notice[]): Diagnostic[] {
  return notices.map(({ severity, summary, detail, path }) =>
    create(DiagnosticSchema, {
      severity: severity === "error" ? Diagnostic_Severity.ERROR : Diagnostic_Severity.WARNING,
      summary,
      detail,
      ...(path === undefined || path.length === 0 ? {} : { attribute: pathOf(path) }),
    }),
  );
}

function pathOf(path: AttributePath): AttributePathMessage {
  const steps = path.map((step) => {
    if ("attribute" in step) {
      return create(AttributePath_StepSchema, { selector: { case: "attributeName", value: step.attribute } });
    }
    if ("key" in step) {
      return create(AttributePath_StepSchema, { selector: { case: "elementKeyString", value: step.key } });
    }
    return create(AttributePath_StepSchema, { selector: { case: "elementKeyInt", value: BigInt(step.index) } });
  });
  return create(AttributePathSchema, { steps });
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
}
