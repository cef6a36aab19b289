import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../setup/source.ts";

/** A provider as a program. */
export interface BuiltProvider {
  /** In the layout of a mirror. */
  readonly mirror: string;
  /** Where the program is for this machine. */
  readonly folder: string;
  readonly program: string;
  readonly version: string;
  readonly remove: () => void;
}

/** Builds the sample provider like the real one. */
export function buildSample(...words: readonly string[]): BuiltProvider {
  return buildProvider({ words: ["--entry", "test/terraform/sample/main.ts", ...words] });
}

/** Builds the real provider. `words` are further arguments of the build. */
export function buildProvider({
  words = [],
  environment = {},
}: {
  readonly words?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}): BuiltProvider {
  const mirror = mkdtempSync(join(tmpdir(), "rosterform-provider-"));
  const said = execFileSync(process.execPath, ["build.mjs", "provider", "--out", mirror, ...words], {
    cwd: root,
    encoding: "utf8",
    env: { ...process.env, ROSTERFORM_SIGN: "", ...environment },
  });
  const here = `${process.platform}_${process.arch === "x64" ? "amd64" : process.arch}`;
  const folder = said.split("\n").find((line) => line.startsWith(mirror) && line.endsWith(here)) ?? "";
  const version = folder.split("/").at(-2) ?? "";
  const program = join(folder, `terraform-provider-oneroster_v${version}`);
  return { mirror, folder, program, version, remove: () => rmSync(mirror, { recursive: true, force: true }) };
}
