import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { loadProject } from "../../src/config/load-project.ts";
import { describeDiagnostics } from "../../src/views/diagnostics-text.ts";
import { PLAIN } from "../../src/views/style.ts";

test("everything that is wrong with a repository is said at once, in the order of the files", async () => {
  const result = await loadProject({ path: fileURLToPath(new URL("broken", import.meta.url)), env: {} });
  if (result.kind === "loaded") throw new Error("it should be broken");
  const text = describeDiagnostics(result.diagnostics, { locate: () => undefined, style: PLAIN });
  expect(text).not.toContain("c3VwZXI");
  await expect(text).toMatchFileSnapshot("broken.golden.txt");
});
