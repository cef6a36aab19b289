import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { invariant } from "../diagnostics/invariant.ts";

/** The path of a file that is published with this package, wherever the running code was built to. */
export function packageFile(file: string): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, "package.json"))) {
    const above = dirname(folder);
    invariant(above !== folder, "the code of this package runs inside it");
    folder = above;
  }
  return join(folder, file);
}
