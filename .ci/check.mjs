// `npm run check`: every part runs, whatever the others say, and the end names those that failed.
//
//   node .ci/check.mjs            all parts
//   node .ci/check.mjs lint types only these
//
// ROSTERFORM_CHECK_REPORT=FILE also writes `{ "<part>": true | false }` there, for .ci/run.

import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/**
 * What `npm test` runs and coverage gains nothing by: long walks through code that other tests reach as well, and tests of
 * other processes, which are not measured.
 */
const WALKS = [
  "test/stores/exploration.test.ts",
  "test/stores/removals.test.ts",
  "test/torture/**",
  "test/conformance/breakages.test.ts",
  "test/apply/kill.test.ts",
  "test/stores/kill.test.ts",
  "test/stores/bad-lines.test.ts",
  "test/cli/process.test.ts",
  "test/cli/pty.test.ts",
  "test/cli/shown-once.test.ts",
  "test/terraform/launch.test.ts",
  "test/terraform/spawn.test.ts",
  "test/library/packed.test.ts",
  "test/library/surface.test.ts",
  "test/runbook-page.test.ts",
  "test/by-hand-page.test.ts",
  "test/review-page.test.ts",
  "test/constructs/page.test.ts",
  "test/constructs/published.test.ts",
  "test/constructs/terraform.test.ts",
];

const parts = {
  generate: "node build.mjs generate",
  format: "biome format .",
  lint: "oxlint --type-aware",
  types: "tsc -p tsconfig.json",
  unused: "knip",
  api: "node .ci/api.mjs",
  // .ci/run measures it together with the tests, and fails there below the thresholds of vitest.config.ts.
  coverage:
    process.env.ROSTERFORM_COVERAGE === "measured"
      ? "echo measured with the tests: && test -s coverage/coverage-summary.json && grep -o '\"total\":.\\{0,60\\}' coverage/coverage-summary.json | head -1"
      : `vitest run --coverage ${WALKS.map((walk) => `--exclude '${walk}'`).join(" ")}`,
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in parts));
if (unknown.length > 0) {
  console.error(`no such part: ${unknown.join(", ")}; there are ${Object.keys(parts).join(", ")}`);
  process.exit(1);
}

// The tests that the coverage part repeats are counted once, by `npm test`.
const { ROSTERFORM_CHECK_REPORT: report, ROSTERFORM_TEST_REPORT: _, ...rest } = process.env;
const env = { ...rest, PATH: [join(root, "node_modules", ".bin"), process.env.PATH ?? ""].join(delimiter) };

const results = {};
for (const name of asked.length > 0 ? asked : Object.keys(parts)) {
  console.log(`\n== ${name}: ${parts[name]}`);
  const started = Date.now();
  const { status } = spawnSync(parts[name], { cwd: root, env, shell: true, stdio: ["ignore", "inherit", "inherit"] });
  results[name] = status === 0;
  console.log(`== ${name}: ${status === 0 ? "ok" : "FAILED"} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
}

if (report !== undefined) writeFileSync(report, `${JSON.stringify(results)}\n`);
const failed = Object.keys(results).filter((name) => !results[name]);
console.log(failed.length === 0 ? "\ncheck: all parts ok" : `\ncheck: FAILED: ${failed.join(", ")}`);
process.exit(failed.length === 0 ? 0 : 1);
