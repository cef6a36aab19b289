import { create, type MessageInitShape } from "@bufbuild/protobuf";
import {
  type Function,
  FunctionSchema as FunctionMessageSchema,
  type GetProviderSchema_Response,
  GetProviderSchema_ResponseSchema,
  type Schema as SchemaMessage,
  type Schema_Attribute,
  Schema_AttributeSchema,
  Schema_Object_Nesting,
  SchemaSchema,
  type ServerCapabilities,
  ServerCapabilitiesSchema,
  StringKind,
} from "../generated/provider.js";
import type { Provider } from "./provider.ts";
import type { Attribute, FunctionSchema, Schema, Type } from "./schema.ts";

const NESTING = {
  single: Schema_Object_Nesting.SINGLE,
  list: Schema_Object_Nesting.LIST,
  set: Schema_Object_Nesting.SET,
  map: Schema_Object_Nesting.MAP,
} as const;
const MARKDOWN = { descriptionKind: StringKind.MARKDOWN } as const;

/** Everything that a provider offers, as Terraform asks for it first of all. */
export function schemaResponse(provider: Provider): GetProviderSchema_Response {
  return create(GetProviderSchema_ResponseSchema, {
    provider: schemaMessage(provider.schema),
    resourceSchemas: mapped(provider.resources, ({ schema }) => schemaMessage(schema)),
    dataSourceSchemas: mapped(provider.dataSources, ({ schema }) => schemaMessage(schema)),
    ephemeralResourceSchemas: mapped(provider.ephemerals, ({ schema }) => schemaMessage(schema)),
    functions: mapped(provider.functions, ({ schema }) => functionMessage(schema)),
    serverCapabilities: serverCapabilities(),
  });
}

/** Destroying is planned, the schema is asked for once a command, and states of other types can be taken over. */
export function serverCapabilities(): ServerCapabilities {
  return create(ServerCapabilitiesSchema, {
    planDestroy: true,
    getProviderSchemaOptional: true,
    moveResourceState: true,
  });
}

export function functionMessage({ summary, description, parameters, returns }: FunctionSchema): Function {
  return create(FunctionMessageSchema, {
    summary,
    description,
    ...MARKDOWN,
    parameters: parameters.map(({ name, type, description: said }) => ({
      name,
      type: typeBytes(type),
      description: said,
      ...MARKDOWN,
    })),
    return: { type: typeBytes(returns) },
  });
}

function schemaMessage({ version, description, attributes }: Schema): SchemaMessage {
  return create(SchemaSchema, {
    version: BigInt(version),
    block: { version: BigInt(version), description, ...MARKDOWN, attributes: attributeMessages(attributes) },
  });
}

function attributeMessages(attributes: Schema["attributes"]): Schema_Attribute[] {
  return Object.entries(attributes).map(([name, attribute]) =>
    create(Schema_AttributeSchema, {
      name,
      description: attribute.description,
      ...MARKDOWN,
      required: attribute.mode === "required",
      optional: attribute.mode.startsWith("optional"),
      computed: attribute.mode.endsWith("computed"),
      sensitive: attribute.sensitive === true,
      writeOnly: attribute.writeOnly === true,
      ...shapeOf(attribute),
    }),
  );
}

function shapeOf({ type, nested }: Attribute): MessageInitShape<typeof Schema_AttributeSchema> {
  if (nested === undefined) return { type: typeBytes(type) };
  return { nestedType: { nesting: NESTING[nested.nesting], attributes: attributeMessages(nested.attributes) } };
}

function typeBytes(type: Type): Uint8Array {
  return Buffer.from(JSON.stringify(type));
}

function mapped<A, B>(from: { readonly [name: string]: A }, how: (one: A) => B): { [name: string]: B } {
  return Object.fromEntries(Object.entries(from).map(([name, one]) => [name, how(one)]));
}
