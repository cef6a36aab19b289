import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../../setup/source.ts";

/** The sample provider as a program. */
export interface BuiltSample {
  /** In the layout of a mirror. */
  readonly mirror: string;
  /** Where the program is. */
  readonly folder: string;
  readonly program: string;
  readonly remove: () => void;
}

/** Builds the sample provider like the real one. */
export function buildSample(...words: readonly string[]): BuiltSample {
  const mirror = mkdtempSync(join(tmpdir(), "rosterform-sample-"));
  const command = ["build.mjs", "provider", "--entry", "test/terraform/sample/main.ts", "--out", mirror, ...words];
  const said = execFileSync(process.execPath, command, { cwd: root, encoding: "utf8" });
  const folder = said.split("\n").find((line) => line.startsWith(mirror)) ?? "";
  const version = folder.split("/").at(-2) ?? "";
  return {
    mirror,
    folder,
    program: join(folder, `terraform-provider-oneroster_v${version}`),
    remove: () => rmSync(mirror, { recursive: true, force: true }),
  };
}
