// The bindings of the Terraform provider for CDK apps, made from schemas/terraform-provider.json: what `cdktn get` would
// make, without Terraform, without a network and without its command line.

import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const BANNER = "// Made by `npm run generate` from schemas/terraform-provider.json. Do not edit.\n";
const STAMP = "inputs.sha256";

/** The generator knows neither `override` nor exact optional properties; the build checks these files without the two. */
const UNCHECKED = "// @ts-nocheck\n";

/** Makes src/constructs/generated/ unless its inputs are those it was made from. Answers whether it did. */
export async function generateBindings(root) {
  const folder = join(root, "src", "constructs", "generated");
  const schema = join(root, "schemas", "terraform-provider.json");
  const hash = createHash("sha256");
  for (const name of [schema, join(root, "package-lock.json"), fileURLToPath(import.meta.url)])
    hash.update(readFileSync(name));
  const stamp = hash.digest("hex");
  const before = join(folder, STAMP);
  if (existsSync(before) && readFileSync(before, "utf8") === stamp) return false;

  // Written beside and moved in place, so that a run at the same time never reads half of it.
  const fresh = join(root, "src", "constructs", `.fresh-${process.pid}`);
  mkdirSync(fresh, { recursive: true });
  try {
    const made = await bindings(schema, versionOf(root), "cdktn");
    const unchecked = Object.entries(made).map(([name, text]) => [name, UNCHECKED + text]);
    const files = Object.fromEntries([...unchecked, [STAMP, stamp]]);
    mkdirSync(folder, { recursive: true });
    for (const [name, text] of Object.entries(files)) writeFileSync(join(fresh, name), text);
    for (const name of readdirSync(folder)) if (!(name in files)) rmSync(join(folder, name));
    for (const name of Object.keys(files)) renameSync(join(fresh, name), join(folder, name));
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
  return true;
}

/** The provider is released with the package, and pinned to it. */
export function versionOf(root) {
  return JSON.parse(readFileSync(join(root, "package.json"), "utf8")).version;
}

/**
 * Makes the modules of the bindings for `cdktn` or `cdktf`: their text by file name. Each holds the class of one thing, and
 * `index.ts` exports them all. Ephemeral resources and functions are left out for CDKTF, which knows neither.
 */
export async function bindings(schemaFile, version, library) {
  const { provider_schemas } = JSON.parse(readFileSync(schemaFile, "utf8"));
  const [[address, schema]] = Object.entries(provider_schemas);
  const { ephemeral_resource_schemas: _, functions: __, ...common } = schema;
  const modules = await generated({
    provider_schemas: { [address]: library === "cdktn" ? schema : common },
    provider_versions: { [address]: version },
  });
  const names = Object.keys(modules).sort();
  return {
    ...Object.fromEntries(names.map((name) => [`${name}.ts`, BANNER + adapted(modules[name])])),
    "index.ts": BANNER + names.map((name) => `export * from "./${name}.ts";\n`).join(""),
  };
}

/** What the generator writes, by the name of the module. */
async function generated(schema) {
  const { CodeMaker } = await import("codemaker");
  const code = new CodeMaker();
  new (await generator())(code, schema).generateAll();
  const out = mkdtempSync(join(tmpdir(), "rosterform-bindings-"));
  try {
    const paths = await code.save(out);
    const modules = {};
    for (const path of paths) {
      const name = /([a-z-]+)\/index\.ts$/.exec(path)?.[1];
      const text = readFileSync(path, "utf8");
      if (name !== undefined && !/^export \* as /m.test(text)) modules[name] = text;
    }
    return modules;
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

/**
 * The class that generates, without the rest of its package. What it imports looks for a terraform, and would report to
 * its makers when there is none: nobody is asked, and nothing is said.
 */
async function generator() {
  process.env.CHECKPOINT_DISABLE = "1";
  process.env.TERRAFORM_BINARY_NAME = "no-terraform-is-needed";
  const require = createRequire(import.meta.url);
  return require("@cdktn/provider-generator/build/get/generator/provider-generator.js").TerraformProviderGenerator;
}

/**
 * CDK Terrain takes a project that names no versions of Terraform for one that runs on every version, and refuses what some
 * of them lack. An ephemeral resource of this provider says for itself what it needs; a project that names versions is
 * still held to them.
 */
const TARGETS = `
    if (this.node.tryGetContext("targetVersions") === undefined) {
      this.node.setContext("targetVersions", { terraform: ">=1.11.0", opentofu: ">=1.11.0" });
    }`;

/** With the extensions that modules need, and without links to pages that are not there. */
function adapted(text) {
  const isEphemeral = / extends cdktn\.TerraformEphemeralResource \{/.test(text);
  return text
    .replace(/^ {4}super\(scope, id, \{[^]*?^ {4}\}\);/m, isEphemeral ? `$&${TARGETS}` : "$&")
    .replace(/from '\.\.\/([a-z-]+)\/index'/g, "from './$1.ts'")
    .replace(/^ *\*\n *\* Docs at Terraform Registry: .*\n/gm, "")
    .replace(/\{@link https:\/\/registry\.terraform\.io\/\S+ ([^}]+)\}/g, "`$1`")
    .replace(/^\/\/ https:\/\/registry\.terraform\.io\/.*\n/gm, "");
}
