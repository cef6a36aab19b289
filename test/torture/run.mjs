// `npm run torture`: bundles the torture and the processes that it tortures, as plain Node runs neither, and starts it.
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
// Inside node_modules, so that packages are found from there.
const folder = join(here, "..", "..", "node_modules", ".cache", "rosterform-tests", `torture-${process.pid}`);
mkdirSync(folder, { recursive: true });
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1));
await build({
  entryPoints: ["main", "lane-process", "applier"].map((name) => join(here, `${name}.ts`)),
  outdir: folder,
  outExtension: { ".js": ".mjs" },
  bundle: true,
  platform: "node",
  target: "node20",
  format: "esm",
  packages: "external",
  logLevel: "warning",
});
const { main } = await import(pathToFileURL(join(folder, "main.mjs")).href);
const page = join(here, "..", "..", "docs", "reliability.md");
const places = { lane: join(folder, "lane-process.mjs"), applier: join(folder, "applier.mjs"), page };
process.exit(await main(process.argv.slice(2), places));
