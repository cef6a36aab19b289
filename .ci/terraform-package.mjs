// The Terraform provider as files: a CommonJS bundle that is a program, SQLite's native part beside it, and a release.

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
  createWriteStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { namedImports } from "./named-imports.mjs";

const ADDRESS = ["registry.terraform.io", "rosterform", "oneroster"];
const NAME = "terraform-provider-oneroster";
const LIBRARY = "lib";
const SQLITE = "@photostructure/sqlite";

/** Platforms of Terraform, and the folders of SQLite's native part that are for them. */
const PLATFORMS = {
  darwin_amd64: "darwin-x64",
  darwin_arm64: "darwin-arm64",
  linux_amd64: "linux-x64",
  linux_arm64: "linux-arm64",
};

/** The platform of this machine, as Terraform names it. */
export function platformHere() {
  const arch = { x64: "amd64", ia32: "386" }[process.arch] ?? process.arch;
  return `${process.platform === "win32" ? "windows" : process.platform}_${arch}`;
}

/** Makes the provider in the layout of a mirror of the file system, and answers its folders. */
export async function packageProvider({ root, entry, out, version, platforms }) {
  const unknown = platforms.filter((platform) => !(platform in PLATFORMS));
  if (unknown.length > 0) {
    throw new Error(`no such platform: ${unknown.join(", ")}; there are ${Object.keys(PLATFORMS).join(", ")}`);
  }
  const packages = [];
  for (const platform of platforms) {
    const folder = join(out, ...ADDRESS, version, platform);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    await writeProvider({ root, entry, folder, version });
    for (const [name, path] of nativeParts(root, PLATFORMS[platform])) copyFileSync(path, join(folder, name));
    packages.push({ platform, folder });
  }
  return packages;
}

/** What is the same on every platform: the program and what it loads. SQLite's native part has to come beside it. */
export async function writeProvider({ root, entry, folder, version }) {
  const program = join(folder, `${NAME}_v${version}`);
  await bundleProvider(root, entry, folder, program);
  chmodSync(program, 0o755);
  // Whatever project it is installed in: this is CommonJS.
  writeFileSync(join(folder, "package.json"), `${JSON.stringify({ type: "commonjs" })}\n`);
}

/** Every platform that can be built. */
export const ALL_PLATFORMS = Object.keys(PLATFORMS);

/** A release as registries want it: a zip for each platform, their digests, a manifest, and a signature if there is a signer. */
export async function releaseProvider({ root, out, version, packages }) {
  const release = join(out, "release");
  rmSync(release, { recursive: true, force: true });
  mkdirSync(release, { recursive: true });
  const stem = `${NAME}_${version}`;
  for (const { platform, folder } of packages) await zip(folder, join(release, `${stem}_${platform}.zip`));
  const manifest = { version: 1, metadata: { protocol_versions: ["6.0"] } };
  writeFileSync(join(release, `${stem}_manifest.json`), `${JSON.stringify(manifest, null, 2)}\n`);
  copyFileSync(join(release, `${stem}_manifest.json`), join(out, "terraform-registry-manifest.json"));
  const sums = readdirSync(release)
    .sort()
    .map(
      (name) =>
        `${createHash("sha256")
          .update(readFileSync(join(release, name)))
          .digest("hex")}  ${name}\n`,
    );
  const list = join(release, `${stem}_SHA256SUMS`);
  writeFileSync(list, sums.join(""));
  return { release, isSigned: signed(list, root) };
}

/** `ROSTERFORM_SIGN` is a command of the shell; it gets the list as `$1`, and writes `$1.sig` (a detached GPG signature). */
function signed(list, root) {
  const command = process.env.ROSTERFORM_SIGN ?? "";
  if (command === "") return false;
  execFileSync("sh", ["-c", command.includes("$1") ? command : `${command} "$1"`, "sign", list], {
    cwd: root,
    stdio: "inherit",
  });
  if (!existsSync(`${list}.sig`)) throw new Error("ROSTERFORM_SIGN ended well and wrote no .sig beside the list");
  return true;
}

async function zip(folder, path) {
  const { ZipFile } = await import("yazl");
  const file = new ZipFile();
  // The same bytes for the same input: no clock, and the order of the names.
  for (const name of readdirSync(folder, { recursive: true }).sort((a, b) => (a < b ? -1 : 1))) {
    if (statSync(join(folder, name)).isDirectory()) continue;
    const mode = name.startsWith(NAME) ? 0o100755 : 0o100644;
    file.addFile(join(folder, name), name, { mode, mtime: new Date(Date.UTC(1980, 0, 1)), forceDosTimestamp: true });
  }
  file.end();
  await pipeline(file.outputStream, createWriteStream(path));
}

/**
 * The program is one small CommonJS file: it is all that has to be read until the handshake. What it loads afterwards, its
 * `library`, are modules in chunks, so that a launch reads only what it needs.
 */
async function bundleProvider(root, entry, folder, program) {
  const { build } = await import("esbuild");
  await build({
    ...settings(root),
    entryPoints: [entry],
    outfile: program,
    format: "cjs",
    plugins: [libraryBeside],
    banner: { js: "#!/usr/bin/env node" },
  });
  await build({
    ...settings(root),
    entryPoints: { library: join(dirname(entry), "library.ts") },
    outdir: join(folder, LIBRARY),
    outExtension: { ".js": ".mjs" },
    chunkNames: "[name]-[hash]",
    splitting: true,
    format: "esm",
    external: ["pg-native"],
    plugins: [nativeBeside(root), namedImports(root, [SQLITE])],
    // CommonJS packages in an ES module still ask for Node's own modules through require(), and where they are.
    banner: {
      js: [
        'import { createRequire as __createRequire } from "node:module";',
        "const require = __createRequire(import.meta.url);",
        "const __dirname = import.meta.dirname;",
      ].join("\n"),
    },
  });
}

/** What every bundle of the provider is made with. */
function settings(root) {
  return {
    absWorkingDir: root,
    bundle: true,
    platform: "node",
    target: "node20",
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: "none",
    logLevel: "warning",
  };
}

/**
 * All of it in one CommonJS file, with SQLite's native part beside it: for Node's single executable applications. Twice as slow to
 * start as the small program, because all of it is read before any of it runs.
 */
export async function writeSingle({ root, entry, folder, version, platform }) {
  const { build } = await import("esbuild");
  const program = join(folder, `${NAME}_v${version}.cjs`);
  mkdirSync(folder, { recursive: true });
  await build({
    ...settings(root),
    entryPoints: [entry],
    outfile: program,
    format: "cjs",
    external: ["pg-native"],
    define: { "import.meta.url": "__ownUrl" },
    plugins: [nativeBeside(root, "./"), namedImports(root, [SQLITE])],
    banner: { js: '#!/usr/bin/env node\nconst __ownUrl = require("node:url").pathToFileURL(__filename).href;' },
  });
  for (const [name, path] of nativeParts(root, PLATFORMS[platform])) copyFileSync(path, join(folder, name));
  return program;
}

const libraryBeside = {
  name: "library-beside",
  setup(bundler) {
    bundler.onResolve({ filter: /^\.\/library\.ts$/ }, () => ({ path: `./${LIBRARY}/library.mjs`, external: true }));
  },
};

/**
 * SQLite's native part is a file beside the program: one for glibc and, on Linux, one for musl. Where neither can be loaded,
 * Node's own SQLite is taken, if it has one.
 */
function nativeBeside(root, prefix = "../") {
  const own = createRequire(join(root, "package.json")).resolve("@photostructure/sqlite");
  return {
    name: "native-beside",
    setup(bundler) {
      bundler.onResolve({ filter: /^@photostructure\/sqlite$/ }, () => ({ path: "sqlite", namespace: "native" }));
      bundler.onResolve({ filter: /^node-gyp-build$/ }, () => ({ path: "beside", namespace: "native" }));
      bundler.onResolve({ filter: /^node:sqlite$/ }, ({ path }) => ({ path, external: true }));
      bundler.onLoad({ filter: /^sqlite$/, namespace: "native" }, () => ({
        contents: [
          `try { module.exports = require(${JSON.stringify(own)}); }`,
          'catch (missing) { try { module.exports = require("node:sqlite"); } catch { throw missing; } }',
        ].join("\n"),
        resolveDir: dirname(own),
      }));
      bundler.onLoad({ filter: /^beside$/, namespace: "native" }, () => ({
        contents: [
          'import { createRequire } from "node:module";',
          "const load = createRequire(import.meta.url);",
          "export default () => {",
          '  let first; for (const kind of ["glibc", "musl"]) {',
          `    try { return load("${prefix}sqlite." + kind + ".node"); } catch (error) { first ??= error; }`,
          "  } throw first; };",
        ].join("\n"),
        resolveDir: root,
      }));
    },
  };
}

function nativeParts(root, folder) {
  const prebuilt = join(root, "node_modules", "@photostructure", "sqlite", "prebuilds", folder);
  return readdirSync(prebuilt)
    .filter((name) => name.endsWith(".node"))
    .map((name) => [`sqlite.${name.split(".").at(-2)}.node`, join(prebuilt, name)]);
}
