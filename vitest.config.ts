import { defineConfig } from "vitest/config";

/** Where findings and verdicts are made nothing may be untried; elsewhere a floor keeps the direction. */
const everything = { lines: 100, branches: 100 };

/** `.ci/run` counts tests from this file; people do not need it. */
const report = process.env["ROSTERFORM_TEST_REPORT"];

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/setup/generate.ts"],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    // Much of a test is waiting for processes and servers of its own: one worker for each of two cores, not one fewer.
    maxWorkers: 2,
    // Imports JSON in a way that only bundlers take.
    server: { deps: { inline: ["@actions/workflow-parser"] } },
    reporters: report === undefined ? ["default"] : ["default", ["json", { outputFile: report }]],
    coverage: {
      provider: "v8",
      include: ["src/**/*.ts"],
      exclude: ["src/*/generated/**"],
      reporter: ["text-summary", "html", "json-summary"],
      reportsDirectory: "coverage",
      thresholds: {
        lines: 85,
        "src/plan/**": everything,
        "src/confirm/**": everything,
        "src/model/**": everything,
        "src/diagnostics/**": everything,
      },
    },
  },
});
