import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Makes the validators and types from schemas/ before any test imports them, so a fresh clone needs no build. */
export default function generate(): void {
  execFileSync(process.execPath, ["build.mjs", "generate"], { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
}
