import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../setup/source.ts";

/** A folder in which a program finds the package as npm packs it. */
export interface Installed {
  readonly folder: string;
  remove(): void;
}

/** Packs what is built, with npm's own idea of what belongs to it, and unpacks it where a program would find it. */
export function install(): Installed {
  const folder = mkdtempSync(join(tmpdir(), "rosterform-packed-"));
  const npm = ["pack", "--ignore-scripts", "--silent", "--pack-destination", folder];
  const tarball = execFileSync("npm", npm, { cwd: root, encoding: "utf8" }).trim();
  const place = join(folder, "node_modules", "rosterform");
  mkdirSync(place, { recursive: true });
  execFileSync("tar", ["-xzf", join(folder, tarball), "-C", place, "--strip-components=1"]);
  rmSync(join(folder, tarball));
  // Its dependencies are where this repository has them.
  symlinkSync(join(root, "node_modules"), join(place, "node_modules"));
  symlinkSync(join(root, "node_modules", "@types"), join(folder, "node_modules", "@types"));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
