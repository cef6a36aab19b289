// The build, in plain Node so that it can run before anything is compiled.
//
//   node build.mjs generate   schemas/*.json  ->  src/config/generated/ (validators, types, the schemas as text, the store's API)
//                             src/terraform/wire/protocol/*.proto  ->  src/terraform/generated/ (messages of the provider)
//                             schemas/terraform-provider.json  ->  src/constructs/generated/ (bindings for CDK apps)
//   node build.mjs build      generate, then the CLI as one lazy bundle, the library as modules with types, and the constructs
//                             once for each CDK library, in dist/
//   node build.mjs constructs [FOLDER]
//                             the constructs alone, in FOLDER instead of dist/
//   node build.mjs docs       the tables of docs/documents.md from schemas/, and the OpenAPI document of the connection-store
//                             API from src/server/api, and that of the provider's schemas from src/terraform/resources; with
//                             --check only says whether they are so
//   node build.mjs provider   the Terraform provider for this platform, in dist-provider/ in the layout of a mirror
//                             (--platform linux_amd64, repeatable; --release: zips for all of them, digests, signature;
//                             --out FOLDER, --entry FILE)

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { generateBindings } from "./.ci/bindings.mjs";
import { publishConstructs } from "./.ci/publish-constructs.mjs";
import { namedImports } from "./.ci/named-imports.mjs";
import { generateMessages } from "./.ci/terraform-messages.mjs";
import {
  ALL_PLATFORMS,
  packageProvider,
  platformHere,
  releaseProvider,
  writeProvider,
  writeSingle,
} from "./.ci/terraform-package.mjs";

const root = fileURLToPath(new URL(".", import.meta.url));
const SCHEMAS = join(root, "schemas");
const STORE_API = join(SCHEMAS, "connection-store.openapi.json");
const GENERATED = join(root, "src", "config", "generated");
const STAMP = "inputs.sha256";
const BANNER = "// Made by `npm run generate` from schemas/. Do not edit.\n";

/** Packages the bundle must find in node_modules: native ones, optional peers, and those that load files of their own. */
const EXTERNAL = ["@photostructure/sqlite", "pg", "fastify"];

/** Makes what is generated, unless its inputs are those it was made from. */
async function generate() {
  const messages = generateMessages(root);
  if (messages > 0) console.log(`generated ${messages} files of messages into src/terraform/generated`);
  await generateConfig();
  if (await generateBindings(root)) console.log("generated the bindings into src/constructs/generated");
}

/** Makes src/config/generated/ unless its inputs are those it was made from. */
async function generateConfig() {
  const schemas = readSchemas();
  const stamp = stampOf(schemas);
  if (readIfThere(join(GENERATED, STAMP)) === stamp) return;

  // Written beside and moved in place, so that a run at the same time never reads half of it.
  const fresh = join(GENERATED, `.fresh-${process.pid}`);
  mkdirSync(fresh, { recursive: true });
  try {
    const files = {
      ...(await validators(schemas)),
      ...(await types(schemas)),
      ...texts(schemas),
      ...storeApi(),
      [STAMP]: stamp,
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(fresh, name), text);
    for (const name of readdirSync(GENERATED)) {
      if (!(name in files) && !name.startsWith(".")) rmSync(join(GENERATED, name), { recursive: true });
    }
    for (const name of Object.keys(files)) renameSync(join(fresh, name), join(GENERATED, name));
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
  console.log(`generated ${schemas.length} validator(s) into src/config/generated`);
}

/** Makes dist/: the library by tsc, the CLI by esbuild. */
async function build() {
  await generate();
  const dist = join(root, "dist");
  rmSync(dist, { recursive: true, force: true });
  mkdirSync(dist);
  execFileSync(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", "tsconfig.build.json"], {
    cwd: root,
    stdio: "inherit",
  });
  nameAsBuilt(dist);
  // tsc leaves out what is already JavaScript.
  for (const name of ["validators.js", "validators.d.ts"]) {
    cpSync(join(GENERATED, name), join(dist, "config", "generated", name));
  }
  if (existsSync(join(root, "src", "cli", "main.ts"))) await bundle(join(dist, "cli"));
  await publishConstructs(root, dist);
  // What `rosterform terraform install` puts beside the native part of the machine.
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  await writeProvider({ root, entry: "src/terraform/main.ts", folder: join(dist, "provider"), version });
  console.log("built dist");
}

/** Declarations name each other as the files of a package are named: older compilers find no `.ts` in a declaration. */
function nameAsBuilt(folder) {
  for (const file of readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(".d.ts"))) {
    const path = join(folder, file);
    const text = readFileSync(path, "utf8");
    writeFileSync(path, text.replace(/((?:from|import\()\s*["']\.{1,2}\/[^"']+)\.ts(["'])/g, "$1.js$2"));
  }
}

/** Makes cdktn/ and cdktf/ alone. */
async function constructs() {
  await generate();
  await publishConstructs(root, process.argv[3] ?? join(root, "dist"));
}

/** Makes the tables of docs/documents.md anew; with `--check` a page that is not up to date is an error. */
async function docs() {
  const { withTables } = await import("./.ci/document-tables.mjs");
  const page = join(root, "docs", "documents.md");
  const before = readFileSync(page, "utf8");
  const after = withTables(before, SCHEMAS);
  if (process.argv[3] !== "--check") writeFileSync(page, after);
  else if (after !== before) throw new Error("docs/documents.md is not as schemas/ say; run `node build.mjs docs`");
  await openApi(process.argv[3] === "--check");
  await terraformSchema(process.argv[3] === "--check");
}

/** The OpenAPI document of the connection-store API, from what the campus itself checks requests with. */
async function openApi(onlyCheck) {
  const { openApiDocument } = await bundled("src/server/api/openapi.ts");
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  publish(STORE_API, openApiDocument(version), "src/server/api", onlyCheck);
}

/** The schemas of the Terraform provider, as Terraform would print them. */
async function terraformSchema(onlyCheck) {
  const { schemaDocument } = await bundled("src/terraform/schema-document.ts");
  publish(join(SCHEMAS, "terraform-provider.json"), schemaDocument(), "src/terraform/resources", onlyCheck);
}

/** What a source file exports. */
async function bundled(entry) {
  const { build: esbuild } = await import("esbuild");
  const { outputFiles } = await esbuild({
    entryPoints: [join(root, entry)],
    bundle: true,
    write: false,
    format: "esm",
    platform: "node",
  });
  return await import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`);
}

/** Writes a document to schemas/ unless it is there already; with `onlyCheck` another one is an error. */
function publish(path, document, source, onlyCheck) {
  const isSame =
    existsSync(path) && JSON.stringify(JSON.parse(readFileSync(path, "utf8"))) === JSON.stringify(document);
  if (isSame) return;
  if (onlyCheck) {
    throw new Error(`${relative(root, path)} is not as ${source} says; run \`node build.mjs docs\``);
  }
  writeFileSync(path, `${JSON.stringify(document, null, 2)}\n`);
  execFileSync(process.execPath, [join(root, "node_modules/@biomejs/biome/bin/biome"), "format", "--write", path], {
    stdio: "ignore",
  });
}

/** One file a door and one chunk for each dynamic import(), so that `version` does not pay for `serve`. */
async function bundle(outdir) {
  const { build: esbuild } = await import("esbuild");
  await esbuild({
    absWorkingDir: root,
    entryPoints: ["src/cli/main.ts", "src/cli/fleet/worker.ts"],
    outbase: "src/cli",
    outdir,
    chunkNames: "chunks/[name]-[hash]",
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20",
    external: EXTERNAL,
    plugins: [namedImports(root, EXTERNAL)],
    sourcemap: "linked",
    sourcesContent: false,
    legalComments: "none",
    logLevel: "warning",
    // CommonJS packages in an ES module bundle still ask for Node's own modules through require().
    banner: {
      js: [
        'import { createRequire as __createRequire } from "node:module";',
        "const require = __createRequire(import.meta.url);",
      ].join("\n"),
    },
  });
  const main = join(outdir, "main.js");
  const text = readFileSync(main, "utf8");
  if (!text.startsWith("#!")) writeFileSync(main, `#!/usr/bin/env node\n${text}`);
  chmodSync(main, 0o755);
}

/** Every schema with its file name, text, parsed form and the names made from it, in the order of the names. */
function readSchemas() {
  if (!existsSync(SCHEMAS)) return [];
  return readdirSync(SCHEMAS)
    .filter((file) => file.endsWith(".schema.json"))
    .sort()
    .map((file) => {
      const text = readFileSync(join(SCHEMAS, file), "utf8");
      const stem = file.slice(0, -".schema.json".length);
      return { file, stem, typeName: pascal(stem), text, schema: JSON.parse(text) };
    });
}

function stampOf(schemas) {
  const hash = createHash("sha256");
  for (const name of ["build.mjs", "package-lock.json"]) hash.update(readFileSync(join(root, name)));
  hash.update(readFileSync(STORE_API));
  for (const { file, text } of schemas) hash.update(`\0${file}\0${text}`);
  return hash.digest("hex");
}

/** One ES module with a `validateX` for each schema, without require(), network or file system. */
async function validators(schemas) {
  const names = Object.fromEntries(
    schemas.map(({ typeName, file, schema }) => [`validate${typeName}`, schema.$id ?? file]),
  );
  const types = [
    BANNER,
    'import type { ValidateFunction } from "ajv";\n',
    ...schemas.map(({ typeName, stem }) => `import type { ${typeName} } from "./${stem}.ts";\n`),
    "\n",
    ...schemas.map(({ typeName }) => `export declare const validate${typeName}: ValidateFunction<${typeName}>;\n`),
    ...(schemas.length === 0 ? ["export {};\n"] : []),
  ].join("");
  if (schemas.length === 0) return { "validators.js": `${BANNER}export {};\n`, "validators.d.ts": types };

  const [{ Ajv }, { default: addFormats }, { default: standaloneCode }, { build: esbuild }] = await Promise.all([
    import("ajv"),
    import("ajv-formats"),
    import("ajv/dist/standalone/index.js"),
    import("esbuild"),
  ]);
  const ajv = new Ajv({
    allErrors: true,
    discriminator: true,
    strict: true,
    // `if`/`then`/`oneOf` branches may require what their parent describes, and a value may be "a string or a list".
    strictRequired: false,
    strictTypes: true,
    allowUnionTypes: true,
    code: { source: true, esm: true },
  });
  (addFormats.default ?? addFormats)(ajv);
  for (const { file, schema } of schemas) ajv.addSchema(schema, schema.$id ?? file);
  const code = (standaloneCode.default ?? standaloneCode)(ajv, names);
  const bundled = await esbuild({
    stdin: { contents: code, resolveDir: root, sourcefile: "validators.js", loader: "js" },
    bundle: true,
    write: false,
    format: "esm",
    platform: "neutral",
    mainFields: ["module", "main"],
    target: "node20",
    legalComments: "none",
    logLevel: "warning",
  });
  return { "validators.js": BANNER + bundled.outputFiles[0].text, "validators.d.ts": types };
}

/** One file of types a schema; its main type is named like the file. */
async function types(schemas) {
  if (schemas.length === 0) return {};
  const { compile } = await import("json-schema-to-typescript");
  const files = {};
  for (const { stem, typeName, schema } of schemas) {
    // json-schema-to-typescript names the main type after `title` or `$id`; ours is named after the file.
    const { $id: _, ...rest } = schema;
    files[`${stem}.ts`] = await compile({ ...rest, title: typeName }, typeName, {
      bannerComment: BANNER.trimEnd(),
      cwd: `${SCHEMAS}/`,
      additionalProperties: false,
      ignoreMinAndMaxItems: true,
      strictIndexSignatures: true,
      $refOptions: { resolve: { http: false, local: localResolver(schemas) } },
    });
  }
  return files;
}

/** Answers references by `$id` from schemas/, never from the network. */
function localResolver(schemas) {
  const find = (url) =>
    schemas.find(({ schema }) => schema.$id !== undefined && schema.$id === url.replace(/#.*$/, ""));
  return { order: 1, canRead: ({ url }) => find(url) !== undefined, read: ({ url }) => find(url).text };
}

/** The schemas as text, so that a bundled CLI can print and write them. */
function texts(schemas) {
  const entries = schemas.map(({ file, text }) => `  ${JSON.stringify(file)}: ${JSON.stringify(text)},\n`);
  const lines = [
    "/** Every published schema as text, by file name. */\n",
    "export const SCHEMAS = {\n",
    ...entries,
    "} as const;\n",
  ];
  return { "schemas.ts": BANNER + lines.join("") };
}

/** The OpenAPI document of the connection-store API as a value, so that a bundled CLI can hold answers against it. */
function storeApi() {
  const lines = [
    "/** The published document of the connection-store API. */\n",
    `export const STORE_API: unknown = ${JSON.stringify(JSON.parse(readFileSync(STORE_API, "utf8")))};\n`,
  ];
  return {
    "store-api.ts": BANNER.replace("from schemas/", "from schemas/connection-store.openapi.json") + lines.join(""),
  };
}

function readIfThere(path) {
  return existsSync(path) ? readFileSync(path, "utf8") : undefined;
}

/** `district-file` -> `DistrictFile` */
function pascal(stem) {
  return stem
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("");
}

/** Makes the Terraform provider in dist-provider/; the release only when it is asked for. */
async function provider() {
  await generate();
  const { values } = parseArgs({
    args: process.argv.slice(3),
    options: {
      entry: { type: "string", default: "src/terraform/main.ts" },
      out: { type: "string", default: join(root, "dist-provider") },
      platform: { type: "string", multiple: true },
      release: { type: "boolean", default: false },
      single: { type: "boolean", default: false },
    },
  });
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  if (values.single) {
    const folder = join(values.out, "single");
    console.log(await writeSingle({ root, entry: values.entry, folder, version, platform: platformHere() }));
    return;
  }
  const platforms = values.platform ?? (values.release ? ALL_PLATFORMS : [platformHere()]);
  const packages = await packageProvider({ root, entry: values.entry, out: values.out, version, platforms });
  for (const { folder } of packages) console.log(folder);
  if (!values.release) return;
  const { release, isSigned } = await releaseProvider({ root, out: values.out, version, packages });
  console.log(`${release} (${isSigned ? "signed" : "not signed: ROSTERFORM_SIGN names no command"})`);
}

const commands = { generate, build, constructs, docs, provider };
const command = commands[process.argv[2] ?? ""];
if (command === undefined) {
  console.error("usage: node build.mjs generate | build | constructs [FOLDER] | docs | provider");
  process.exit(1);
}
try {
  await command();
} catch (error) {
  console.error(`${process.argv[2]}: ${error.message}`);
  process.exit(1);
}
