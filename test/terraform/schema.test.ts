import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { SCHEMAS } from "../../src/terraform/resources/schemas.ts";
import { schemaDocument } from "../../src/terraform/schema-document.ts";
import { type Attached, attach } from "../../src/terraform/serve/debug.ts";
import { SOURCE } from "../../src/terraform/source.ts";
import type { Provider } from "../../src/terraform/wire/provider.ts";
import { schemaJson } from "../../src/terraform/wire/schema-json.ts";
import type { Attribute, Schema } from "../../src/terraform/wire/schema.ts";
import { typeOf } from "../../src/terraform/wire/type.ts";
import { root } from "../setup/source.ts";
import { hasTerraform, makeTerraform, type Terraform } from "./run-terraform.ts";
import { HEAD, sampleProvider } from "./sample-provider.ts";

/** Names that Terraform keeps for itself in every resource. */
const RESERVED = new Set(["connection", "count", "depends_on", "for_each", "lifecycle", "provider", "provisioner"]);

const all: readonly (readonly [string, Schema])[] = [
  ["provider", SCHEMAS.provider],
  ...Object.entries(SCHEMAS.resources),
  ...Object.entries(SCHEMAS.dataSources),
  ...Object.entries(SCHEMAS.ephemerals),
];

/** What Terraform would refuse when it loads a schema, or show in a way that nobody can use. */
function faultsOf(attributes: Schema["attributes"], where: string, isInSet = false): string[] {
  return Object.entries(attributes).flatMap(([name, attribute]: [string, Attribute]) => {
    const { mode, description, nested, writeOnly } = attribute;
    const path = `${where}.${name}`;
    return [
      ...(/^[a-z][a-z0-9_]*$/.test(name) ? [] : [`${path} is no name`]),
      ...(description.trim().endsWith(".") ? [] : [`${path} has no description that is a sentence`]),
      ...(writeOnly === true && mode.endsWith("computed") ? [`${path} is write-only and computed`] : []),
      ...(writeOnly === true && isInSet ? [`${path} is write-only inside of a set`] : []),
      ...(nested === undefined ? [] : faultsOf(nested.attributes, path, isInSet || nested.nesting === "set")),
      ...(nested !== undefined && mode === "computed" && hasInput(nested.attributes)
        ? [`${path} is computed, and takes input`]
        : []),
    ];
  });
}

function hasInput(attributes: Schema["attributes"]): boolean {
  return Object.values(attributes).some(({ mode }) => mode !== "computed");
}

describe("the schemas", () => {
  it.each(all)("of %s are ones that Terraform takes", (name, { attributes, description, version }) => {
    expect(faultsOf(attributes, name)).toEqual([]);
    expect(Object.keys(attributes).filter((one) => name !== "provider" && RESERVED.has(one))).toEqual([]);
    expect(description).not.toBe("");
    expect(Number.isInteger(version) && version >= 0).toBe(true);
    expect(typeOf({ attributes })).toBe(typeOf({ attributes }));
  });

  it("are named after the provider", () => {
    expect(all.slice(1).filter(([name]) => !name.startsWith("oneroster_"))).toEqual([]);
  });

  it("are published", () => {
    const path = join(root, "schemas", "terraform-provider.json");
    expect(JSON.parse(readFileSync(path, "utf8")), "run `node build.mjs docs`").toEqual(schemaDocument());
  });

  it("would be refused with a mistake in them", () => {
    const inner: Attribute = { mode: "optional+computed", type: "string", description: "No sentence", writeOnly: true };
    const nested: Attribute = {
      mode: "computed",
      description: "It.",
      nested: { nesting: "set", attributes: { inner } },
    };
    expect(faultsOf({ "Not-so": nested }, "x")).toHaveLength(5);
  });
});

describe.skipIf(!hasTerraform())("what Terraform prints of a schema", () => {
  let attached: Attached;
  let terraform: Terraform;
  afterEach(async () => {
    terraform.remove();
    await attached.close();
  });

  async function printed(provider: Provider): Promise<unknown> {
    attached = await attach(async () => provider);
    terraform = makeTerraform({ reattach: attached.reattach });
    terraform.write("main.tf", HEAD);
    return JSON.parse(await terraform.ok("providers", "schema", "-json"));
  }

  it("is what is published", async () => {
    // Only the schemas are asked for: whatever answers calls may be missing.
    const bare = <T extends object>(of: { readonly [name: string]: T }) =>
      Object.fromEntries(Object.entries(of).map(([name, schema]) => [name, { schema }]));
    const sample = sampleProvider();
    const provider = {
      ...sample,
      schema: SCHEMAS.provider,
      resources: bare(SCHEMAS.resources),
      dataSources: bare(SCHEMAS.dataSources),
      ephemerals: bare(SCHEMAS.ephemerals),
      functions: bare(SCHEMAS.functions),
    } as unknown as Provider;
    expect(await printed(provider)).toEqual(schemaDocument());
  });

  it("is the same for every kind of attribute", async () => {
    const provider = sampleProvider();
    const schemas = (of: { readonly [name: string]: { readonly schema: Schema } }) =>
      Object.fromEntries(Object.entries(of).map(([name, { schema }]) => [name, schema]));
    expect(await printed(provider)).toEqual(
      schemaJson(
        {
          provider: provider.schema,
          resources: schemas(provider.resources),
          dataSources: schemas(provider.dataSources),
          ephemerals: schemas(provider.ephemerals),
          functions: Object.fromEntries(Object.entries(provider.functions).map(([name, { schema }]) => [name, schema])),
        },
        SOURCE,
      ),
    );
  });
});
