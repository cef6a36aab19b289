import type { Attribute, FunctionSchema, Schema } from "./schema.ts";

/** Every schema of a provider, by the names that configurations use. */
interface AllSchemas {
  readonly provider: Schema;
  readonly resources: { readonly [type: string]: Schema };
  readonly dataSources: { readonly [type: string]: Schema };
  readonly ephemerals: { readonly [type: string]: Schema };
  readonly functions: { readonly [name: string]: FunctionSchema };
}

/**
 * What `terraform providers schema -json` prints (format 1.0, Terraform 1.11) where this provider is the only one, so that
 * other programs can read the schemas without a Terraform. `source` is the full address of the provider.
 */
export function schemaJson(schemas: AllSchemas, source: string): object {
  const provider = {
    provider: schemaOf(schemas.provider),
    resource_schemas: mapped(schemas.resources, schemaOf),
    data_source_schemas: mapped(schemas.dataSources, schemaOf),
    ephemeral_resource_schemas: mapped(schemas.ephemerals, schemaOf),
    functions: mapped(schemas.functions, functionOf),
  };
  // Empty ones are left out; what the provider itself is configured with is always there.
  const said = Object.entries(provider).filter(([, part]) => Object.keys(part).length > 0);
  return { format_version: "1.0", provider_schemas: { [source]: Object.fromEntries(said) } };
}

function schemaOf({ version, description, attributes }: Schema): object {
  return {
    version,
    block: { attributes: mapped(attributes, attributeOf), description, description_kind: "markdown" },
  };
}

function attributeOf({ type, nested, description, mode, sensitive, writeOnly }: Attribute): object {
  return {
    ...(nested === undefined
      ? { type }
      : { nested_type: { attributes: mapped(nested.attributes, attributeOf), nesting_mode: nested.nesting } }),
    description,
    description_kind: "markdown",
    ...(mode === "required" ? { required: true } : {}),
    ...(mode.startsWith("optional") ? { optional: true } : {}),
    ...(mode.endsWith("computed") ? { computed: true } : {}),
    ...(sensitive === true ? { sensitive } : {}),
    ...(writeOnly === true ? { write_only: writeOnly } : {}),
  };
}

function functionOf({ summary, description, parameters, returns }: FunctionSchema): object {
  return { description, summary, return_type: returns, parameters };
}

function mapped<A>(from: { readonly [name: string]: A }, how: (one: A) => object): { [name: string]: object } {
  return Object.fromEntries(Object.entries(from).map(([name, one]) => [name, how(one)]));
}
