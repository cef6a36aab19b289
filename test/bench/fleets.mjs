// A fleet of 13,000 districts with 50 connections each, all of which live already: what a pipeline waits for.
import { execFileSync } from "node:child_process";
import { appendFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { writeLargeFleet } from "./large-fleet.mjs";
import { measureNode, repeat, temporaryFolder } from "./measure.mjs";
import { sharesIn } from "./profile.mjs";

/** Measures into the page. The least of the runs counts: whatever else the machine does only ever adds. */
export async function fleets(say, { cli, isQuick }) {
  const [districts, connections, runs] = isQuick ? [500, 20, 1] : [13_000, 50, 2];
  const folder = temporaryFolder("fleet");
  const cache = temporaryFolder("cache");
  await writeLargeFleet(folder, districts, connections);
  commitAll(folder);
  const env = { ...process.env, ROSTERFORM_CACHE: cache };
  const run = (...words) => measureNode([cli, ...words, "--chdir", folder], { env });
  const forget = () => rmSync(cache, { recursive: true, force: true });
  const rows = [];
  const measured = async (name, prepare, ...words) => {
    const all = await repeat(runs, async () => {
      prepare();
      return await run(...words);
    });
    rows.push([name, least(all, "seconds"), least(all, "cpuSeconds"), least(all, "megabytes")]);
  };
  // What the machine gives just now, beside all others: the same command takes 0.1 s where nobody else works.
  const small = await repeat(runs, () => measureNode([cli, "version"], { env }));
  rows.push([
    "`version`, for comparison",
    least(small, "seconds"),
    least(small, "cpuSeconds"),
    least(small, "megabytes"),
  ]);
  await measured("`validate`, nothing remembered", forget, "validate");
  await measuredAfter(rows, { runs, run, forget });
  await measured("`plan`, nothing remembered", forget, "plan");
  await measured("`plan --no-cache`", () => {}, "plan", "--no-cache");
  await measured("`plan` again, nothing changed", () => {}, "plan");
  await measured("`validate` again, nothing changed", () => {}, "validate");
  for (let n = 1; n <= 10; n += 1) change(folder, n);
  await measured("`plan --since HEAD`, ten districts changed", () => {}, "plan", "--since", "HEAD");
  await measured("`plan`, the same ten changed", () => {}, "plan");
  await measured("`plan --shard 1/8`", () => {}, "plan", "--shard", "1/8");
  say(
    `### A fleet of ${districts} districts x ${connections} connections (${districts * connections} desired, as many live in SQLite)`,
  );
  say();
  say("The least of two runs each. Processor time is of all threads together.");
  say();
  say("| | seconds | processor seconds | peak memory |");
  say("| --- | --- | --- | --- |");
  for (const [name, seconds, cpu, megabytes] of rows) {
    say(`| ${name} | ${seconds.toFixed(2)} | ${cpu.toFixed(2)} | ${megabytes} MB |`);
  }
  say();
  await shares(say, { cli, folder, env });
}

/** The usual pipeline: `validate` leaves what it found out about the documents, and `plan` goes on from there. */
async function measuredAfter(rows, { runs, run, forget }) {
  const all = await repeat(runs, async () => {
    forget();
    const first = await run("validate");
    const second = await run("plan");
    return {
      second,
      seconds: first.seconds + second.seconds,
      cpuSeconds: first.cpuSeconds + second.cpuSeconds,
      megabytes: Math.max(first.megabytes, second.megabytes),
    };
  });
  const plans = all.map(({ second }) => second);
  for (const [name, of] of [
    ["`plan` after that `validate`", plans],
    ["**`validate` and `plan` together, nothing remembered**", all],
  ]) {
    rows.push([name, least(of, "seconds"), least(of, "cpuSeconds"), least(of, "megabytes")]);
  }
}

async function shares(say, { cli, folder, env }) {
  say("Where the processor time of a cold `validate` and of a cold `plan` goes, from their profiles:");
  say();
  say("| | validate | plan |");
  say("| --- | --- | --- |");
  const found = [];
  for (const command of ["validate", "plan"]) {
    const profiles = temporaryFolder("profiles");
    const words = [cli, command, "--no-cache", "--chdir", folder];
    await measureNode(["--cpu-prof", `--cpu-prof-dir=${profiles}`, ...words], { env });
    found.push(new Map(sharesIn(profiles)));
  }
  const [validate, plan] = found;
  const total = (shares) => [...shares.values()].reduce((sum, one) => sum + one, 0);
  const percent = (shares, kind) => `${Math.round((100 * (shares.get(kind) ?? 0)) / total(shares))} %`;
  for (const kind of new Set([...plan.keys(), ...validate.keys()])) {
    say(`| ${kind} | ${percent(validate, kind)} | ${percent(plan, kind)} |`);
  }
  say();
}

function least(all, key) {
  return Math.min(...all.map((one) => one[key]));
}

function change(folder, n) {
  const file = join(folder, "districts", `district-${String(n * 7).padStart(4, "0")}.yaml`);
  writeFileSync(
    file,
    readFileSync(file, "utf8")
      .replace('version: "1.1"', 'version: "1.2"')
      .replace("version: 1.1", "version: 1.2, accept: [user-ids 1.1->1.2]"),
  );
  appendFileSync(file, "  Vendor 99: { version: 1.2, kind: other }\n");
}

function commitAll(folder) {
  const git = (...words) =>
    execFileSync("git", ["-C", folder, "-c", "user.name=bench", "-c", "user.email=bench@example.org", ...words], {
      stdio: "ignore",
    });
  git("init", "--quiet");
  git("add", "rosterform.yaml", "districts");
  git("commit", "--quiet", "--message", "fleet");
}
