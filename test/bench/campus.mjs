// Serves a large district from the built command line, and reads from it as a consumer does.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "./measure.mjs";

const CLI = new URL("../../dist/cli/main.js", import.meta.url).pathname;
const DISTRICT = "springfield";

/** Starts a campus with so many schools of so many students; what it answers with, and how to end it. */
export async function openCampus(schools, students) {
  const folder = temporaryFolder("campus");
  const size = ["--schools", String(schools), "--students", String(students)];
  const words = ["serve", "--store", join(folder, "campus.db"), "--port", "0", "--screens", DISTRICT, ...size];
  // In autumn, so that the figures are those of every day on which the benchmark runs.
  const child = spawn(process.execPath, [CLI, ...words, "--now", "2026-10-05T08:00:00Z"], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const origin = await new Promise((done, fail) => {
    let text = "";
    child.stdout.on("data", (chunk) => {
      text += chunk;
      const found = /answers at (\S+)/.exec(text)?.[1];
      if (found !== undefined) done(found);
    });
    child.on("close", (code) => fail(new Error(`serve ended with ${code}`)));
  });
  return { origin, pid: child.pid, peak: () => peakOf(child.pid), close: () => child.kill("SIGTERM") };
}

/** Generates a 1.2 connection by clicking; its first page needs the district's data, which are made for it. */
export async function connect(origin) {
  const made = await fetch(`${origin}/campus/apps/${DISTRICT}`, {
    method: "POST",
    redirect: "manual",
    body: new URLSearchParams({ application: "Otus", kind: "other", version: "1.2" }),
  });
  const start = process.hrtime.bigint();
  const page = await (await fetch(new URL(made.headers.get("location") ?? "", origin))).text();
  const seconds = secondsSince(start);
  const value = (name) => new RegExp(`<dt>${name}</dt><dd><code>([^<]+)</code>`).exec(page)?.[1] ?? "";
  const basic = `Basic ${Buffer.from(`${value("Client ID")}:${value("Client Secret")}`).toString("base64")}`;
  const tokenUrl = value("Token URL").replaceAll("&amp;", "&");
  const token = await fetch(tokenUrl, {
    method: "POST",
    headers: { authorization: basic },
    body: new URLSearchParams({ grant_type: "client_credentials" }),
  });
  const { access_token: bearer } = await token.json();
  const root = `${value("Base URL")}/rostering/v1p2`;
  return { seconds, root, tokenUrl, basic, headers: { authorization: `Bearer ${bearer}` } };
}

/** Reads one page: seconds until all of it is there, how many objects, and how many there are. */
export async function readPage({ root, headers }, path, member) {
  const start = process.hrtime.bigint();
  const answer = await fetch(`${root}/${path}`, { headers });
  const text = await answer.text();
  const seconds = secondsSince(start);
  const objects = JSON.parse(text)[member];
  if (answer.status !== 200 || objects === undefined) throw new Error(`${path} answered ${answer.status}`);
  const total = Number(answer.headers.get("x-total-count"));
  return { seconds, count: objects.length, total, megabytes: text.length / 2 ** 20 };
}

function secondsSince(start) {
  return Number(process.hrtime.bigint() - start) / 1e9;
}

/** The most memory that the process ever had, in MB; Linux alone says it of another process. */
function peakOf(pid) {
  try {
    const kilobytes = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return kilobytes === undefined ? undefined : Math.round(Number(kilobytes) / 1024);
  } catch {
    return undefined;
  }
}
