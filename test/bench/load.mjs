// Keeps many requests in flight at one campus for a while, as many consumers at once would: tokens and pages.
import { readFileSync } from "node:fs";
import { Agent, request } from "node:http";

/** Runs for `seconds`; counts answers and errors, and looks at the memory of the process in between. */
export async function load(campus, vendor, { inFlight, seconds }) {
  const agent = new Agent({ keepAlive: true, maxSockets: inFlight });
  const { root, tokenUrl, basic, headers } = vendor;
  const asks = [
    { url: `${root}/orgs`, headers },
    { url: `${root}/users?limit=100`, headers },
    { url: `${root}/enrollments?limit=100&offset=500`, headers },
    { url: `${root}/academicSessions`, headers },
    { url: tokenUrl, headers: { authorization: basic }, form: "grant_type=client_credentials" },
  ];
  const counts = { answers: 0, errors: 0 };
  const times = [];
  const memory = [];
  const start = performance.now();
  const watch = setInterval(() => memory.push(residentOf(campus.pid)), 1000);
  const worker = async (number) => {
    for (let turn = number; performance.now() - start < seconds * 1000; turn += 1) {
      const began = performance.now();
      const status = await ask(agent, asks[turn % asks.length]).catch(() => 0);
      times.push(performance.now() - began);
      counts.answers += 1;
      if (status !== 200) counts.errors += 1;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, (_, number) => worker(number)));
  clearInterval(watch);
  agent.destroy();
  times.sort((a, b) => a - b);
  return {
    ...counts,
    perSecond: counts.answers / ((performance.now() - start) / 1000),
    slowestOf100Ms: times[Math.floor(times.length * 0.99)],
    // The first third is for getting warm; what comes after it should stay level.
    before: most(memory.slice(0, Math.ceil(memory.length / 3))),
    after: most(memory.slice(-Math.ceil(memory.length / 3))),
  };
}

function ask(agent, { url, headers, form }) {
  return new Promise((done, fail) => {
    const length = form === undefined ? {} : { "content-type": "application/x-www-form-urlencoded" };
    const sent = request(url, {
      agent,
      method: form === undefined ? "GET" : "POST",
      headers: { ...headers, ...length },
    });
    sent.on("response", (answer) => {
      answer.on("data", () => undefined);
      answer.on("end", () => done(answer.statusCode));
      answer.on("error", fail);
    });
    sent.on("error", fail);
    sent.end(form);
  });
}

function most(values) {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}

/** The memory that a process has now, in MB; Linux alone says it of another process. */
function residentOf(pid) {
  try {
    return Math.round(Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024);
  } catch {
    return undefined;
  }
}
