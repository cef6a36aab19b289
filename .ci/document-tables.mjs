// The tables of docs/documents.md, made from schemas/ so that page and schemas cannot say different things.
//
//   <!-- table: district -->          every key of a schema, those of its maps with a dot: `site.host`
//   <!-- table: definitions/limits --> the same of one part that several documents share
//   <!-- /table -->                    where the table ends

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";

/** Parts with a table of their own; where they are used, a link says so. */
const LINKED = {
  "definitions.schema.json#/definitions/vendors": "[vendors](#vendors)",
  "definitions.schema.json#/definitions/store": "[store](#store)",
  "definitions.schema.json#/definitions/deliver": "[deliver](#deliver)",
  "definitions.schema.json#/definitions/notify": "[notify](#notify)",
  "definitions.schema.json#/definitions/probe": "[probe](#probe)",
  "definitions.schema.json#/definitions/confirm": "[confirm](#confirm)",
  "definitions.schema.json#/definitions/limits": "[limits](#limits)",
  "definitions.schema.json#/definitions/freeze": "[freeze](#freeze)",
  "definitions.schema.json#/definitions/fields": "[fields](#fields)",
};

/** What people call the values of these parts. */
const FORMS = { day: "day", duration: "duration", percent: "share", name: "name" };

/** The page with its tables made anew. */
export function withTables(page, folder) {
  const schemas = readerOf(folder);
  return page.replace(
    /<!-- table: (\S+) -->\n[\s\S]*?<!-- \/table -->/g,
    (_, name) => `<!-- table: ${name} -->\n\n${tableOf(name, schemas)}\n\n<!-- /table -->`,
  );
}

/** Answers the node that a reference leads to, and the file it stands in. */
function readerOf(folder) {
  const files = new Map();
  const read = (file) => {
    if (!files.has(file)) files.set(file, JSON.parse(readFileSync(join(folder, file), "utf8")));
    return files.get(file);
  };
  return (reference, from) => {
    const [named, path = ""] = reference.split("#");
    const file = named === "" ? from : named;
    const node = path.split("/").reduce((at, step) => (step === "" ? at : at[step]), read(file));
    return { node, file, id: `${file}#${path}` };
  };
}

function tableOf(name, schemas) {
  const [stem, part] = name.split("/");
  const reference = `${stem}.schema.json${part === undefined ? "" : `#/definitions/${part}`}`;
  const { node, file } = schemas(reference);
  const rows = keysOf(insideOf({ node, file }), "", schemas);
  if (rows.length === 0) throw new Error(`docs/documents.md: ${name} has no keys`);
  return ["| key | value | means | example |", "| --- | --- | --- | --- |", ...rows].join("\n");
}

/** One row a key. A part of several forms (`deliver`) has the keys of all of them, those in common once. */
function keysOf({ node, file }, prefix, schemas) {
  const forms = node.oneOf ?? [node];
  const keys = new Map();
  for (const form of forms) {
    for (const [key, inner] of Object.entries(propertiesOf(form))) {
      keys.set(key, { inner, within: [...(keys.get(key)?.within ?? []), form] });
    }
  }
  return [...keys].flatMap(([key, { inner, within }]) => {
    const path = `${prefix}${key}`;
    const isChoice = forms.length > 1 && key === "kind";
    const whole = resolved(
      { node: isChoice ? { ...inner, const: undefined, enum: forms.map(kindOf) } : inner, file },
      schemas,
    );
    const only =
      within.length < forms.length ? `With ${within.map((form) => `\`kind: ${kindOf(form)}\``).join(" or ")}. ` : "";
    const means = only + (isChoice ? describeKinds(forms) : whole.node.description);
    const isRequired = within.every((form) => form.required?.includes(key) === true);
    const own = row(path, { ...whole, isRequired, means, schemas });
    return whole.link === undefined
      ? [own, ...keysOf(insideOf(whole), `${path}${stepInto(whole.node)}`, schemas)]
      : [own];
  });
}

function kindOf(form) {
  return form.properties.kind.const;
}

function describeKinds(forms) {
  return forms.map((form) => `\`${kindOf(form)}\`: ${lowered(form.properties.kind.description)}`).join(" ");
}

function lowered(text) {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** The keys of a map; a map of free names has one key, in capitals. */
function propertiesOf(node) {
  if (node.properties !== undefined) return node.properties;
  const free = node.additionalProperties;
  return typeof free === "object" && free.properties !== undefined ? { NAME: free } : {};
}

/** A list of maps is looked into as one map. */
function insideOf({ node, file }) {
  return node.type === "array" ? { node: node.items, file } : { node, file };
}

function stepInto(node) {
  return node.type === "array" ? "[]." : ".";
}

/** The node with what it refers to; its own words win. */
function resolved({ node, file }, schemas) {
  const reference = node.$ref ?? node.allOf?.[0]?.$ref;
  if (reference === undefined) return { node, file };
  const { allOf: _, $ref: __, ...own } = node;
  const found = schemas(reference, file);
  const below = resolved(found, schemas);
  const form = FORMS[found.id.split("/").at(-1)];
  return { node: { ...below.node, ...own }, file: found.file, form: form ?? below.form, link: LINKED[found.id] };
}

function row(path, { node, file, form, link, isRequired, means, schemas }) {
  const example = node.examples?.[0];
  const cells = [
    `\`${path}\`${isRequired ? " (required)" : ""}`,
    link ?? form ?? valueOf({ node, file }, schemas),
    means,
    example === undefined ? "" : `\`${inYaml(example)}\``,
  ];
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|").replaceAll("\n", " ")).join(" | ")} |`;
}

function valueOf({ node, file }, schemas) {
  const whole = resolved({ node, file }, schemas);
  if (whole.form !== undefined) return whole.form;
  const { anyOf, const: only, enum: some, type, items } = whole.node;
  if (anyOf !== undefined) return anyOf.map((one) => valueOf({ node: one, file }, schemas)).join(" or ");
  if (only !== undefined) return `\`${only}\``;
  // `1.1` and `"1.1"` mean the same and are shown once.
  if (some !== undefined) return [...new Set(some.map(String))].map((one) => `\`${one}\``).join(", ");
  if (type === "array")
    return `list of ${items.type === "object" ? "maps" : valueOf({ node: items, file: whole.file }, schemas)}`;
  if (Array.isArray(type)) return "text, number, yes or no";
  return { string: "text", integer: "number", boolean: "`true`, `false`", object: "map" }[type] ?? "map";
}

function inYaml(value) {
  const text = stringify(value, { collectionStyle: "flow", lineWidth: 0 }).trim();
  return text.replaceAll("[ ", "[").replaceAll(" ]", "]");
}
