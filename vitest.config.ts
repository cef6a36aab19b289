import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** What takes a minute or so is begun first, so that no worker is left alone with it at the end. Their texts are short; by size they would be last. */
const LONG = [
  "/test/stores/http.test.ts",
  "/test/docs.test.ts",
  "/test/stores/by-hand-contract.test.ts",
  "/test/stores/postgres.test.ts",
  "/test/terraform/spawn.test.ts",
  "/test/apply/kill.test.ts",
  "/test/pipelines/gitlab.test.ts",
  "/test/stores/exploration.test.ts",
  "/test/stores/removals.test.ts",
  "/test/stores/kill.test.ts",
];

class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification): boolean => LONG.some((one) => moduleId.endsWith(one));
    const sorted = await super.sort(files);
    return [...sorted.filter(isLong), ...sorted.filter((one) => !isLong(one))];
  }
}

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
    sequence: { sequencer: LongFirst },
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
