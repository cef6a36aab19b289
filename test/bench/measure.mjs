// Runs a command as a whole process and tells how long it took and how much memory it had at most.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

// Each folder removes itself when the process ends.
process.setMaxListeners(100);

/** A folder that is removed at the end of the process. */
export function temporaryFolder(name) {
  const folder = mkdtempSync(join(tmpdir(), `rosterform-bench-${name}-`));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Runs `node` with these arguments: seconds, processor seconds, exit code and the process's own peak memory in MB. */
export async function measureNode(args, options = {}) {
  const folder = temporaryFolder("rss");
  const report = join(folder, "rss");
  const hook = join(folder, "hook.mjs");
  writeFileSync(
    hook,
    `import { writeFileSync } from "node:fs";
import { isMainThread } from "node:worker_threads";
if (isMainThread) process.on("exit", () => writeFileSync(${JSON.stringify(report)}, JSON.stringify(process.resourceUsage())));\n`,
  );
  const { seconds, code } = await measure(process.execPath, ["--import", hook, ...args], options);
  const { maxRSS, userCPUTime, systemCPUTime } = JSON.parse(readFileSync(report, "utf8"));
  return { seconds, code, megabytes: Math.round(maxRSS / 1024), cpuSeconds: (userCPUTime + systemCPUTime) / 1e6 };
}

/** Runs a command to its end, output thrown away. */
export function measure(command, args, options = {}) {
  return new Promise((done, fail) => {
    const start = process.hrtime.bigint();
    const child = spawn(command, args, { stdio: ["ignore", "ignore", "pipe"], ...options });
    let trouble = "";
    child.stderr.on("data", (chunk) => {
      trouble += chunk;
    });
    child.on("error", fail);
    child.on("close", (code) => {
      const seconds = Number(process.hrtime.bigint() - start) / 1e9;
      if (code !== 0 && options.mayFail !== true)
        fail(new Error(`${command} ${args.join(" ")} ended with ${code}\n${trouble}`));
      else done({ seconds, code });
    });
  });
}

/** The middle of several runs, by a number that `pick` takes from each. */
export function median(runs, pick = (run) => run) {
  const sorted = runs.map(pick).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

/** Repeats an asynchronous run. */
export async function repeat(times, run) {
  const runs = [];
  for (let index = 0; index < times; index += 1) runs.push(await run(index));
  return runs;
}

/** Whether a command is on the path. */
export function isInstalled(command) {
  return spawnSync(command, ["version"], { stdio: "ignore" }).status === 0;
}
