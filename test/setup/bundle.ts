import { mkdirSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { root } from "./source.ts";

/** A test's script as plain JavaScript, for a child process that can really be killed. */
export interface Bundle {
  readonly path: string;
  remove(): void;
}

/** Bundles a TypeScript file so that plain Node runs it: `new URL("./child.ts", import.meta.url)`. */
export async function bundleForChild(entry: URL): Promise<Bundle> {
  // Inside node_modules, so that packages are found from there.
  const folder = join(root, "node_modules", ".cache", "rosterform-tests");
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${basename(entry.pathname, ".ts")}-${process.pid}.mjs`);
  await build({
    entryPoints: [fileURLToPath(entry)],
    outfile: path,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "esm",
    // Packages are found from there by Node itself; those written in CommonJS could not be bundled into a module.
    packages: "external",
    logLevel: "warning",
  });
  return { path, remove: () => rmSync(path, { force: true }) };
}
