import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import { describe, expect, test } from "vitest";
import { SCHEMAS } from "../../src/config/generated/schemas.ts";

interface Node {
  readonly [key: string]: unknown;
}

const schemas = Object.entries(SCHEMAS).map(([file, text]) => ({ file, schema: JSON.parse(text) as Node }));
const ajv = new Ajv({ strict: true, strictRequired: false, allowUnionTypes: true, discriminator: true });
addFormats.default(ajv);
for (const { schema } of schemas) ajv.addSchema(schema);

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Every property of a schema with the path to it. */
function propertiesOf(node: unknown, path = "#"): readonly { readonly path: string; readonly node: Node }[] {
  if (Array.isArray(node)) return node.flatMap((item, index) => propertiesOf(item, `${path}/${index}`));
  if (!isNode(node)) return [];
  const own = isNode(node["properties"])
    ? Object.entries(node["properties"]).map(([key, value]) => ({
        path: `${path}/properties/${key}`,
        node: value as Node,
      }))
    : [];
  const inner = Object.entries(node).flatMap(([key, value]) =>
    key === "examples" ? [] : propertiesOf(value, `${path}/${key}`),
  );
  return [...own, ...inner];
}

describe.each(schemas)("$file", ({ file, schema }) => {
  test("says that it is draft-07, and its $id ends with its file name", () => {
    expect(schema["$schema"]).toBe("http://json-schema.org/draft-07/schema#");
    expect(schema["$id"]).toBe(`https://rosterform.example/schemas/v1/${file}`);
  });

  test("describes every property, with examples", () => {
    const bare = propertiesOf(schema).filter(
      ({ node }) => !node["description"] || !Array.isArray(node["examples"]) || node["examples"].length === 0,
    );
    expect(bare.map(({ path }) => path)).toEqual([]);
  });

  test("gives examples that are valid", () => {
    const wrong = propertiesOf(schema).flatMap(({ path, node }) =>
      (node["examples"] as readonly unknown[]).flatMap((example) => {
        const at = path
          .replace("#", "")
          .split("/")
          .map((part) => part.replaceAll("~", "~0"))
          .join("/");
        const validate = ajv.compile({ $ref: `${String(schema["$id"])}#${encodeURI(at)}` });
        return validate(example) ? [] : [`${path}: ${JSON.stringify(example)} ${ajv.errorsText(validate.errors)}`];
      }),
    );
    expect(wrong).toEqual([]);
  });

  test("allows no property it does not describe", () => {
    const open = propertiesOf({ properties: { whole: schema } })
      .map(({ node }) => node)
      .filter((node) => isNode(node["properties"]) && node["additionalProperties"] !== false);
    expect(open.map((node) => node["description"])).toEqual(
      open.map(() => expect.stringContaining("Where the credentials")),
    );
  });
});
