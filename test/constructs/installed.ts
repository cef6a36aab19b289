import { execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { filesBelow, root } from "../setup/source.ts";

const CACHE = join(root, "node_modules", ".cache", "rosterform-tests");

export const LIBRARIES = ["cdktn", "cdktf"] as const;
export type Library = (typeof LIBRARIES)[number];

/** A folder in which apps find the package as npm would install it, and everything else where this repository has it. */
export interface Installed {
  readonly folder: string;
  /** Where the package is. */
  readonly packageFolder: string;
  /** A copy of examples/cdk/<library>, or of nothing, to be changed at will. */
  app(name: string, library?: Library): string;
  /** As `npm install cdktf@npm:cdktn` would have it in an app: one library under the other's name, and the package beside it. */
  alias(app: string): void;
  remove(): void;
}

/** Puts the two built folders of constructs where an app would find them. */
export function install(): Installed {
  mkdirSync(CACHE, { recursive: true });
  const folder = mkdtempSync(join(CACHE, "cdk-"));
  const packageFolder = join(folder, "node_modules", "rosterform");
  mkdirSync(packageFolder, { recursive: true });
  cpSync(join(root, "package.json"), join(packageFolder, "package.json"));
  cpSync(built(), join(packageFolder, "dist"), { recursive: true });
  return {
    folder,
    packageFolder,
    app: (name, library) => {
      const made = join(folder, name);
      if (library === undefined) mkdirSync(made, { recursive: true });
      else cpSync(join(root, "examples", "cdk", library), made, { recursive: true });
      return made;
    },
    alias: (app) => {
      cpSync(packageFolder, join(app, "node_modules", "rosterform"), { recursive: true });
      symlinkSync(join(root, "node_modules", "cdktn"), join(app, "node_modules", "cdktf"));
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Both folders, built once for all files of tests, and anew where something is younger. Whoever is first moves them in place. */
function built(): string {
  const inputs = ["src/constructs", "src/config", "src/model", "src/diagnostics", "schemas", ".ci"].flatMap(filesBelow);
  const youngest = Math.max(...inputs.concat("build.mjs").map((path) => statSync(join(root, path)).mtimeMs));
  const shared = join(CACHE, `built-constructs-${Math.floor(youngest)}`);
  if (existsSync(shared)) return shared;
  const own = `${shared}-${process.pid}`;
  run(root, "build.mjs", "constructs", own);
  try {
    renameSync(own, shared);
  } catch {
    rmSync(own, { recursive: true, force: true });
  }
  return shared;
}

/** Runs a program of an app; what it prints, or an error with it. */
export function run(app: string, ...command: readonly string[]): string {
  try {
    return execFileSync(process.execPath, command, { cwd: app, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  } catch (error) {
    const { stdout = "", stderr = "" }: { stdout?: unknown; stderr?: unknown } = Object(error);
    throw new Error(`${command.join(" ")} failed:\n${String(stdout)}${String(stderr)}`);
  }
}

/** The compiler of this repository; `strictly` looks into all declarations too, those of the libraries included. */
export function compile(app: string, strictly?: "strictly"): void {
  const skips = strictly === undefined ? "true" : "false";
  run(app, join(root, "node_modules", "typescript", "bin", "tsc"), "--skipLibCheck", skips);
}

/** The last line of TypeScript that knows the old way of finding modules; the generator of the bindings brings it along. */
export function classicCompiler(): string {
  const { resolve } = createRequire(createRequire(import.meta.url).resolve("jsii/package.json"));
  return resolve("typescript/lib/tsc.js");
}

/** What an app has synthesised, without the version of its library. */
export function configurationOf(app: string): Readonly<Record<string, unknown>> {
  const text = readFileSync(join(app, "cdktf.out", "stacks", "agency", "cdk.tf.json"), "utf8");
  const { "//": _, ...configuration } = JSON.parse(text.replaceAll(app, "APP"));
  return configuration;
}

/** Writes a file of an app. */
export function write(app: string, name: string, text: string): void {
  writeFileSync(join(app, name), text);
}
