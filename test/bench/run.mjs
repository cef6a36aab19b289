// Measures what docs/performance.md claims.
//
//   npm run bench                            everything
//   npm run bench -- --only stores           only a part: `processes`, `stores`, `provider`, `campus`, `fleet`
//   npm run bench -- --write                 also puts what was measured into that page, between its marks
//   npm run bench -- --quick                 small sizes, to see that it runs
import { spawnSync } from "node:child_process";
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { connect, openCampus, readPage } from "./campus.mjs";
import { applyAll, makeStore, writeFleet } from "./fleet.mjs";
import { fleets } from "./fleets.mjs";
import { load } from "./load.mjs";
import { isInstalled, measure, measureNode, median, repeat, temporaryFolder } from "./measure.mjs";
import { besideProvider } from "./provider.mjs";
import { threeStores } from "./three-stores.mjs";

const CLI = new URL("../../dist/cli/main.js", import.meta.url).pathname;
const PAGE = new URL("../../docs/performance.md", import.meta.url);
const isQuick = process.argv.includes("--quick");
const RUNS = isQuick ? 1 : 5;

/** What is measured together, and stands together between two marks of the page. */
const PARTS = {
  processes: async () => {
    await startUp();
    await noChangePlan();
    await besideTerraform();
  },
  stores: async () => {
    await threeStores(say, { cli: CLI, runs: RUNS, isQuick });
  },
  provider: async () => {
    await besideProvider(say, { runs: RUNS, isQuick });
  },
  fleet: async () => {
    await fleets(say, { cli: CLI, isQuick });
  },
  campus: async () => {
    await applyInSizes();
    await largeDistrict();
    await manyAtOnce();
  },
};

let lines = [];
function say(line = "") {
  lines.push(line);
  console.log(line);
}

const at = process.argv.indexOf("--only");
const asked = at < 0 ? Object.keys(PARTS) : [process.argv[at + 1]];
for (const name of asked) {
  if (PARTS[name] === undefined)
    throw new Error(`there is no part ${name}; there are ${Object.keys(PARTS).join(", ")}`);
  lines = [];
  const [cpu] = cpus();
  say(
    `Machine: ${cpus().length} x ${cpu?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GB. Node ${process.versions.node}. ${name === "fleet" ? "The least of a few" : `Median of ${RUNS}`} cold processes.`,
  );
  say();
  await PARTS[name]();
  if (process.argv.includes("--write")) write(name);
}

function write(name) {
  const text = readFileSync(PAGE, "utf8");
  const [before, rest] = text.split(`<!-- bench ${name} -->`);
  const after = rest.split(`<!-- /bench ${name} -->`)[1];
  const found = lines.join("\n").trim();
  writeFileSync(PAGE, `${before}<!-- bench ${name} -->\n\n${found}\n\n<!-- /bench ${name} -->${after}`);
}

async function startUp() {
  const empty = temporaryFolder("empty");
  writeFileSync(join(empty, "nothing.mjs"), "");
  const bare = median(await repeat(RUNS, () => measureNode([join(empty, "nothing.mjs")])), (run) => run.seconds);
  const version = median(await repeat(RUNS, () => measureNode([CLI, "version"])), (run) => run.seconds);
  const small = temporaryFolder("small");
  writeFleet(small, 1, 5);
  await applyAll(await makeStore(small));
  const plan = median(await repeat(RUNS, () => measureNode([CLI, "plan", "--chdir", small])), (run) => run.seconds);
  say("### Start-up");
  say();
  say("| process | seconds | x an empty Node process |");
  say("| --- | --- | --- |");
  for (const [name, seconds] of [
    ["an empty script", bare],
    ["`rosterform version`", version],
    ["`rosterform plan`, one district, 5 connections", plan],
  ]) {
    say(`| ${name} | ${seconds.toFixed(3)} | ${(seconds / bare).toFixed(1)} |`);
  }
  say();
}

async function noChangePlan() {
  const [districts, connections] = isQuick ? [20, 50] : [200, 50];
  const folder = temporaryFolder("fleet");
  writeFleet(folder, districts, connections);
  await applyAll(await makeStore(folder));
  const clean = await repeat(RUNS, () => measureNode([CLI, "plan", "--chdir", folder]));
  appendFileSync(join(folder, "districts", "district-0007.yaml"), "  Vendor 99: { version: 1.3, kind: othr }\n");
  const broken = await repeat(RUNS, () => measureNode([CLI, "plan", "--chdir", folder], { mayFail: true }));
  say(
    `### Plan of ${districts} districts x ${connections} connections (${districts * connections} desired, as many live in SQLite)`,
  );
  say();
  say("| | seconds | peak memory |");
  say("| --- | --- | --- |");
  for (const [name, runs] of [
    ["no changes", clean],
    ["two errors in one file, told with line and column", broken],
  ]) {
    say(`| ${name} | ${median(runs, (run) => run.seconds).toFixed(2)} | ${median(runs, (run) => run.megabytes)} MB |`);
  }
  say();
}

async function besideTerraform() {
  say("### A no-change plan beside Terraform's built-in `terraform_data`");
  say();
  if (!isInstalled("terraform")) {
    say("SKIPPED: no `terraform` on this machine.");
    say();
    return;
  }
  const version = spawnSync("terraform", ["version"], { encoding: "utf8" }).stdout.split("\n")[0];
  say(`${version}, in the same run, one after the other.`);
  say();
  say("| addresses | terraform | rosterform | ratio |");
  say("| --- | --- | --- | --- |");
  for (const size of isQuick ? [200] : [1000, 4000]) {
    const theirs = temporaryFolder("terraform");
    const blocks = Array.from(
      { length: size },
      (_, index) =>
        `resource "terraform_data" "c${index}" {\n  input = { version = "1.2", vendor = "Vendor ${index}" }\n}\n`,
    );
    writeFileSync(join(theirs, "main.tf"), blocks.join(""));
    const env = { ...process.env, CHECKPOINT_DISABLE: "1" };
    await measure("terraform", ["init", "-input=false"], { cwd: theirs, env });
    await measure("terraform", ["apply", "-auto-approve", "-input=false"], { cwd: theirs, env });
    const ours = temporaryFolder("ours");
    writeFleet(ours, size / 50, 50);
    await applyAll(await makeStore(ours));
    const pairs = await repeat(isQuick ? 1 : 3, async () => [
      (await measure("terraform", ["plan", "-input=false"], { cwd: theirs, env })).seconds,
      (await measureNode([CLI, "plan", "--chdir", ours])).seconds,
    ]);
    const a = median(pairs, ([one]) => one);
    const b = median(pairs, ([, one]) => one);
    say(
      `| ${size} | ${a.toFixed(2)} s | ${b.toFixed(2)} s | ${median(pairs, ([one, other]) => one / other).toFixed(0)} x |`,
    );
  }
  say();
}

async function applyInSizes() {
  say("### Apply: generates on SQLite (open, deliver, confirm, close; probes answered at once)");
  say();
  say("| generates | seconds | per generate |");
  say("| --- | --- | --- |");
  for (const size of isQuick ? [50, 100] : [250, 500, 1000, 2000]) {
    const runs = await repeat(isQuick ? 1 : 3, async () => {
      const folder = temporaryFolder("apply");
      writeFleet(folder, size / 50, 50);
      const project = await makeStore(folder);
      const start = process.hrtime.bigint();
      const counts = await applyAll(project);
      if (counts.generated !== size) throw new Error(`generated ${counts.generated} of ${size}`);
      return Number(process.hrtime.bigint() - start) / 1e9;
    });
    const seconds = median(runs);
    say(`| ${size} | ${seconds.toFixed(2)} | ${((seconds / size) * 1000).toFixed(2)} ms |`);
  }
  say();
}

async function largeDistrict() {
  const [schools, students] = isQuick ? [4, 500] : [25, 4000];
  const campus = await openCampus(schools, students);
  try {
    const vendor = await connect(campus.origin);
    const pages = await repeat(RUNS, () => readPage(vendor, "users?limit=10000", "users"));
    const enrollments = await repeat(RUNS, () => readPage(vendor, "enrollments?limit=10000", "enrollments"));
    const [{ count, total, megabytes }] = pages;
    say(`### The reference campus: a district of ${schools} schools with ${students} students each`);
    say();
    say("| | |");
    say("| --- | --- |");
    say(`| making its school year when it is first asked for | ${vendor.seconds.toFixed(1)} s |`);
    say(`| users, of whom ${schools * students} are students | ${total} |`);
    say(
      `| a page of ${count} users, ${megabytes.toFixed(1)} MB | ${median(pages, (page) => page.seconds).toFixed(2)} s |`,
    );
    say(`| enrolments | ${enrollments[0].total} |`);
    say(
      `| a page of ${enrollments[0].count} enrolments | ${median(enrollments, (page) => page.seconds).toFixed(2)} s |`,
    );
    say(`| peak memory of the process after ${RUNS * 2} pages | ${campus.peak() ?? "unknown"} MB |`);
    say();
  } finally {
    campus.close();
  }
}

async function manyAtOnce() {
  const [inFlight, seconds] = [200, isQuick ? 5 : 30];
  const campus = await openCampus(4, 500);
  try {
    const vendor = await connect(campus.origin);
    await load(campus, vendor, { inFlight, seconds: seconds / 3 });
    const found = await load(campus, vendor, { inFlight, seconds });
    if (found.errors > 0) throw new Error(`${found.errors} of ${found.answers} requests failed`);
    say(`### The reference campus: ${inFlight} requests in flight for ${seconds} seconds`);
    say();
    say(
      "A district of 4 schools with 500 students each; tokens, and pages of orgs, sessions, users and enrolments (100 each), over one SQLite",
    );
    say("store; each is logged.");
    say();
    say("| | |");
    say("| --- | --- |");
    say(`| answers, all of them 200 | ${found.answers} |`);
    say(`| answers per second | ${Math.round(found.perSecond)} |`);
    say(`| 99 of 100 answers within | ${(found.slowestOf100Ms / 1000).toFixed(2)} s |`);
    say(`| most memory in the first third, and in the last | ${found.before} MB, ${found.after} MB |`);
    say();
  } finally {
    campus.close();
  }
}
