// Makes dist/cdktn and dist/cdktf from the one source tree src/constructs, which is written against cdktn: a copy for each
// library, with its bindings and its name in the imports, compiled on its own. CommonJS, as the libraries themselves are.

import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { bindings, versionOf } from "./bindings.mjs";

const LIBRARIES = ["cdktn", "cdktf"];

/** What the constructs stand on; nothing of it reads, writes or speaks to anybody. */
const ROOMS = ["model", "diagnostics", "config", "constructs"];

/** Generated code is not written for our strictest options; everything of ours has been checked with them. */
const OPTIONS = {
  exactOptionalPropertyTypes: false,
  noImplicitOverride: false,
  noUnusedLocals: false,
  noEmit: false,
  declaration: true,
  emitDeclarationOnly: true,
  stripInternal: true,
  rootDir: "src",
  outDir: "types",
};

/** Makes both folders. Needs src/config/generated. */
export async function publishConstructs(root, dist) {
  for (const library of LIBRARIES) {
    const copy = join(root, ".cache", `constructs-${process.pid}`, library);
    try {
      await copyTree(root, copy, library);
      await publish(root, copy, join(dist, library), library);
    } finally {
      rmSync(dirname(copy), { recursive: true, force: true });
    }
  }
}

async function copyTree(root, copy, library) {
  for (const room of ROOMS) cpSync(join(root, "src", room), join(copy, "src", room), { recursive: true });
  const constructs = join(copy, "src", "constructs");
  rmSync(join(constructs, "generated"), { recursive: true });
  mkdirSync(join(constructs, "generated"));
  const files = await bindings(join(root, "schemas", "terraform-provider.json"), versionOf(root), library);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(constructs, "generated", name), text);
  for (const file of readdirSync(constructs, { recursive: true }).filter((name) => name.endsWith(".ts"))) {
    const path = join(constructs, file);
    writeFileSync(path, readFileSync(path, "utf8").replace(/(from\s+["'])cdktn(["'])/g, `$1${library}$2`));
  }
}

async function publish(root, copy, folder, library) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), `${JSON.stringify({ type: "commonjs" })}\n`);
  const { build: esbuild } = await import("esbuild");
  await esbuild({
    absWorkingDir: copy,
    entryPoints: ["src/constructs/index.ts"],
    outfile: join(folder, "index.js"),
    bundle: true,
    format: "cjs",
    platform: "node",
    target: "node20",
    external: [library, "constructs"],
    legalComments: "none",
    logLevel: "warning",
  });
  const tsconfig = {
    extends: join(root, "tsconfig.json"),
    compilerOptions: OPTIONS,
    files: ["src/constructs/index.ts"],
    include: [],
  };
  writeFileSync(join(copy, "tsconfig.json"), JSON.stringify(tsconfig));
  execFileSync(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", copy], { stdio: "inherit" });
  for (const file of reachable(join(copy, "types"), "constructs/index.d.ts")) {
    const to = join(folder, "types", file);
    mkdirSync(dirname(to), { recursive: true });
    // As files of a package are named: old resolution finds no `.ts` in a declaration.
    const text = readFileSync(join(copy, "types", file), "utf8");
    writeFileSync(to, text.replace(/(from\s+["']\.{1,2}\/[^"']+)\.ts(["'])/g, "$1.js$2"));
  }
}

/** The declarations that a declaration leads to, itself included. */
function reachable(folder, entry) {
  const found = new Set([entry]);
  for (const file of found) {
    const text = readFileSync(join(folder, file), "utf8");
    for (const [, path] of text.matchAll(/(?:from|import\()\s*["'](\.{1,2}\/[^"']+)\.[jt]s["']/g)) {
      found.add(`${posix.join(posix.dirname(file), path)}.d.ts`);
    }
  }
  return found;
}
