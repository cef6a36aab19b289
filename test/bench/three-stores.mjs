// What a store costs beside the others: plans of many live connections, and generates, on SQLite, PostgreSQL and over HTTP.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { applyAll, load, makeStore, writeFleet } from "./fleet.mjs";
import { median, temporaryFolder } from "./measure.mjs";
import { openCampusStore, openPostgresServer, plansInTurn, sqliteStore } from "./stores.mjs";

const IN_A_DISTRICT = 50;
/** Linux counts processor time of another process in hundredths of a second. */
const TICKS = 100;

/** PostgreSQL flushes every write of its own; what it takes for more is known from the first sizes. */
const MOST_ON_POSTGRES = 2000;

/** Measures the three stores in turn, so that all of them meet the same machine. */
export async function threeStores(say, { cli, runs, isQuick }) {
  const sizes = isQuick ? [50, 100] : [1000, 2000, 5000, 10_000];
  const [sqlite, postgres, http] = [sqliteStore(), await openPostgresServer(), await openCampusStore(cli)];
  try {
    const places = [
      { name: "SQLite, a file", store: sqlite.store },
      ...(postgres === undefined
        ? []
        : [
            {
              name: "PostgreSQL, on this machine",
              store: postgres.store("generates", `file:${join(temporaryFolder("key"), "rosterform.key")}`),
              most: MOST_ON_POSTGRES,
            },
          ]),
      { name: "a campus on SQLite, over HTTP", store: http.store, campus: http.pid },
    ];
    // A store is made once, and whoever measures has run before: what is compiled at first is no cost of a generate.
    for (const place of places) await generate(place, { size: isQuick ? 50 : 500, prefix: "first", isFirst: true });
    const rows = [];
    for (const size of sizes) {
      const found = [];
      for (const place of places) {
        found.push(size > (place.most ?? size) ? undefined : await generate(place, { size, prefix: `fleet-${size}` }));
      }
      rows.push({ size, found });
    }
    sayGenerates(say, places, rows);
    const folders = rows.at(-1).found.map((one) => one?.folder ?? moved(cli, rows.at(-1), sqlite, postgres));
    sayPlans(say, places, sizes.at(-1), await plansInTurn(cli, folders, runs));
    if (postgres === undefined) say("\nSKIPPED: no PostgreSQL server can be started on this machine.\n");
  } finally {
    http.close();
    await postgres?.close();
  }
}

/** Everything that SQLite holds, moved to PostgreSQL; the folder of a project that says so. */
function moved(cli, { size, found }, { key }, postgres) {
  const folder = temporaryFolder("moved");
  const options = { store: postgres.store("plans", key), prefix: `fleet-${size}` };
  writeFleet(folder, size / IN_A_DISTRICT, IN_A_DISTRICT, options);
  const dump = join(folder, "store.ndjson");
  const run = (...words) => execFileSync(process.execPath, [cli, ...words], { stdio: ["ignore", "ignore", "inherit"] });
  run("store", "create", "--chdir", folder);
  run("dump", "--store", dump, "--chdir", found[0].folder);
  run("load", "--store", dump, "--chdir", folder);
  return folder;
}

/** Generates a fleet in a store: how long it took, and how much processor time here and in the campus. */
async function generate(place, { size, prefix, isFirst = false }) {
  const folder = temporaryFolder("three");
  writeFleet(folder, size / IN_A_DISTRICT, IN_A_DISTRICT, { store: place.store, prefix });
  const project = isFirst && place.campus === undefined ? await makeStore(folder) : await load(folder);
  const [usage, ofCampus, start] = [process.cpuUsage(), processorOf(place.campus), performance.now()];
  const { generated } = await applyAll(project);
  if (generated !== size) throw new Error(`generated ${generated} of ${size} on ${place.name}`);
  const ms = performance.now() - start;
  const { user, system } = process.cpuUsage(usage);
  const client = (user + system) / 1000 / size;
  const campus = (processorOf(place.campus) - ofCampus) / size;
  return { folder, perSecond: (size / ms) * 1000, each: ms / size, client, campus };
}

/** Processor time that a process has used so far, in milliseconds; Linux alone says it of another one. */
function processorOf(pid) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
    return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS;
  } catch {
    return Number.NaN;
  }
}

function sayGenerates(say, places, rows) {
  say("### Generates on three stores");
  say();
  say(
    "All writes of a generate (open, begin and end of the delivery, findings, close), ten addresses at once; probes are answered",
  );
  say(
    "at once and credentials go nowhere, so that only the store is measured. One after the other in the same stores, which grow.",
  );
  say();
  say(
    `| generates | ${places.map(({ name }) => name).join(" | ")} | processor time a generate over HTTP: client, campus |`,
  );
  say(`| --- |${places.map(() => " --- |").join("")} --- |`);
  for (const { size, found } of rows) {
    const cells = found.map((one) =>
      one === undefined ? "" : `${Math.round(one.perSecond)} (${one.each.toFixed(2)} ms)`,
    );
    const { client, campus } = found.at(-1);
    say(`| ${size} | ${cells.join(" | ")} | ${client.toFixed(2)} ms, ${campus.toFixed(2)} ms |`);
  }
  const ratios = places.map((_, index) => {
    const each = rows.map(({ found }) => found[index]?.each).filter((one) => one !== undefined);
    return `${(each.at(-1) / each[0]).toFixed(2)} x`;
  });
  say(`| one of the most beside one of the fewest | ${ratios.join(" | ")} | |`);
  say();
}

function sayPlans(say, places, size, runs) {
  const seconds = runs.map((one) => median(one, (run) => run.seconds));
  say(`### Plan of ${size} live connections on three stores`);
  say();
  say("Cold processes, one store after the other, in turn.");
  say();
  say("| store | no changes | x SQLite | peak memory |");
  say("| --- | --- | --- | --- |");
  for (const [index, { name }] of places.entries()) {
    const memory = median(runs[index], (run) => run.megabytes);
    const ratio = median(runs[index].map((run, round) => run.seconds / runs[0][round].seconds));
    say(`| ${name} | ${seconds[index].toFixed(2)} s | ${ratio.toFixed(2)} | ${memory} MB |`);
  }
  say();
}
