import { execFileSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { filesBelow, root } from "./source.ts";

/** Builds dist/ unless it is younger than everything that it is made from. */
export function buildUnlessFresh(): void {
  const built = join(root, "dist", "cli", "main.js");
  const inputs = [...filesBelow("src"), ...filesBelow("schemas"), "build.mjs", "package.json"];
  const youngest = Math.max(...inputs.map((path) => statSync(join(root, path)).mtimeMs));
  if (existsSync(built) && statSync(built).mtimeMs >= youngest) return;
  execFileSync(process.execPath, ["build.mjs", "build"], { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
}
