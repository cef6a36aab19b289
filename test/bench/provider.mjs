// The provider beside what it is compared with: bare Node for its start, Terraform's own terraform_data for plans.
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { openReader } from "../../dist/drivers.js";
import { instantOf } from "../../dist/model/time.js";
import { applyAll, makeStore, writeFleet } from "./fleet.mjs";
import { isInstalled, measure, median, repeat, temporaryFolder } from "./measure.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const COOKIE = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";
/** Connections of each district: a plan reads the store once for each district. */
const EACH = 50;
/** Beyond so many addresses, Terraform takes minutes for one plan with `for_each`. */
const MOST_OFTEN = 2000;
const clock = { now: () => instantOf(Date.now()) };

/** Measures the provider and says so. */
export async function besideProvider(say, { runs, isQuick, sizes = isQuick ? [100] : [1000, 5000] }) {
  if (!isInstalled("terraform")) {
    say("SKIPPED: no `terraform` on this machine.");
    return;
  }
  const mirror = temporaryFolder("provider");
  execFileSync(process.execPath, [join(ROOT, "build.mjs"), "provider", "--out", mirror], {
    cwd: ROOT,
    stdio: "ignore",
  });
  await start(say, mirror, isQuick ? 3 : 25);
  await plans(say, mirror, sizes, isQuick ? 1 : Math.min(runs, 3));
}

async function start(say, mirror, times) {
  const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  const platform = `${process.platform}_${process.arch === "x64" ? "amd64" : process.arch}`;
  const folder = join(mirror, "registry.terraform.io", "rosterform", "oneroster", version, platform);
  const program = join(folder, `terraform-provider-oneroster_v${version}`);
  const line = join(temporaryFolder("line"), "line.cjs");
  writeFileSync(line, 'require("node:fs").writeSync(1, "a line\\n");');
  const env = {
    ...process.env,
    TF_PLUGIN_MAGIC_COOKIE: COOKIE,
    PLUGIN_PROTOCOL_VERSIONS: "5,6",
    PLUGIN_CLIENT_CERT: clientCertificate(),
  };
  const pairs = await repeat(times, async () => [
    await untilLine(process.execPath, [line], process.env),
    await untilLine(process.execPath, [program], env),
  ]);
  say("### Start of the provider: from the launch to its line");
  say();
  say(`Median of ${times}, in turns, with a certificate of the client as Terraform hands it over.`);
  say();
  say("| process | seconds | x a script that prints a line |");
  say("| --- | --- | --- |");
  const bare = median(pairs, ([one]) => one);
  say(`| a script that prints a line | ${bare.toFixed(3)} | 1.0 |`);
  const ratio = median(pairs, ([one, other]) => other / one);
  say(
    `| the provider, until its handshake | ${median(pairs, ([, other]) => other).toFixed(3)} | ${ratio.toFixed(1)} |`,
  );
  say();
}

/** Any certificate will do: the handshake comes before anybody connects. */
function clientCertificate() {
  const folder = temporaryFolder("certificate");
  const [key, certificate] = [join(folder, "key.pem"), join(folder, "certificate.pem")];
  const words = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:secp521r1", "-nodes", "-days", "2"];
  const { status } = spawnSync("openssl", [...words, "-subj", "/CN=localhost", "-keyout", key, "-out", certificate]);
  if (status !== 0) throw new Error("the benchmark of the provider needs openssl, for a client's certificate");
  return readFileSync(certificate, "utf8");
}

function untilLine(command, words, env) {
  return new Promise((done, fail) => {
    const start = process.hrtime.bigint();
    const child = spawn(command, words, { env, stdio: ["ignore", "pipe", "ignore"] });
    child.once("error", fail);
    child.stdout.once("data", () => {
      const seconds = Number(process.hrtime.bigint() - start) / 1e9;
      child.once("close", () => done(seconds));
      child.kill("SIGKILL");
    });
  });
}

async function plans(say, mirror, sizes, times) {
  const version = spawnSync("terraform", ["version"], { encoding: "utf8" }).stdout.split("\n")[0];
  say("### A no-change plan of the provider beside `terraform_data`");
  say();
  say(
    `${version}, as many addresses, in districts of ${EACH}; state and store on disk; in turns, median of ${times}, one turn`,
  );
  say(
    `beyond ${MOST_OFTEN} addresses. Written as one block with \`count\`, as one with \`for_each\` over a file, as the module in`,
  );
  say(
    "examples/terraform does, or as a block for each address. With `for_each` and more addresses than that, Terraform takes",
  );
  say("minutes for a plan of either; that is not measured.");
  say();
  say(
    "An echo gives back what it is sent, and is not launched, but attached: what Terraform itself needs for the attributes of",
  );
  say("our resource, and for the seven alone that the configuration sets.");
  say();
  const columns = ["the provider", "an echo", "an echo of seven attributes"];
  say(`| addresses | written as | terraform_data | ${columns.map((name) => `${name} | ratio`).join(" | ")} |`);
  say(`| --- | --- | --- | ${columns.map(() => "--- | ---").join(" | ")} |`);
  const echoes = [await startEcho(), await startEcho(SET)];
  for (const size of sizes) {
    for (const [name, shape] of Object.entries(SHAPES)) {
      if (shape.isSlow && size > MOST_OFTEN) continue;
      const ours = temporaryFolder("ours");
      writeFleet(ours, size / EACH, EACH);
      const project = await makeStore(ours);
      await applyAll(project);
      const all = wished(project);
      const found = await foundIn(project);
      const theirs = await prepared(temporaryFolder("theirs"), mirror, { ...shape, text: shape.plain }, all, plainly);
      const mine = await prepared(ours, mirror, { ...shape, text: shape.connections }, all, (first, address, wish) => ({
        ...first,
        ...wish,
        ...found.get(address),
      }));
      const attached = echoes.map(({ reattach }) => ({
        ...mine,
        env: { ...mine.env, TF_REATTACH_PROVIDERS: reattach },
      }));
      const sides = [theirs, mine, ...attached];
      const turns = await repeat(size > MOST_OFTEN ? 1 : times, () => repeat(sides.length, (at) => plan(sides[at])));
      const cells = columns.flatMap((_, at) => [
        `${median(turns, (one) => one[at + 1]).toFixed(2)} s`,
        `${median(turns, (one) => one[at + 1] / one[0]).toFixed(2)} x`,
      ]);
      say(`| ${size} | ${name} | ${median(turns, ([one]) => one).toFixed(2)} s | ${cells.join(" | ")} |`);
    }
  }
  for (const echo of echoes) echo.end();
  say();
}

/** What the provider finds at each address, as it stands in a state. */
async function foundIn({ settings, desired }) {
  const { foundAt, standingAt } = await bundled("src/terraform/translate/state.ts");
  const reader = await openReader(settings.store, { clock });
  const found = new Map();
  try {
    for await (const live of reader.read(desired.districts.map(({ district }) => district))) {
      for (const { address } of live.slots) {
        found.set(address, { address, ...foundAt(standingAt(live, address), clock.now()) });
      }
    }
  } finally {
    await reader.close();
  }
  return found;
}

/** What the configurations of this benchmark set. */
const SET = ["district", "vendor", "site", "version", "kind", "schools", "share"];

/**
 * Serves our schema, or these attributes of it, in a process of its own and finds nothing out: every state is as it was, every
 * plan is the state.
 */
async function startEcho(names = []) {
  const file = join(temporaryFolder("echo"), "echo.mjs");
  await build({
    stdin: { contents: ECHO, resolveDir: ROOT, loader: "ts" },
    bundle: true,
    outfile: file,
    format: "esm",
    platform: "node",
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
  });
  const child = spawn(process.execPath, [file, ...names], { stdio: ["ignore", "pipe", "inherit"] });
  const reattach = await new Promise((done) => child.stdout.once("data", (line) => done(String(line).trim())));
  return { reattach, end: () => child.kill() };
}

const ECHO = `
import { attach } from "./src/terraform/serve/debug.ts";
import { CONNECTION_SCHEMA } from "./src/terraform/resources/connection-schema.ts";
import { PROVIDER_SCHEMA } from "./src/terraform/resources/provider-schema.ts";
import { valueFromJson } from "./src/terraform/wire/json.ts";
import { typeOf } from "./src/terraform/wire/type.ts";
const names = process.argv.slice(2);
const some = Object.entries(CONNECTION_SCHEMA.attributes).filter(([name]) => names.length === 0 || names.includes(name));
const schema = { ...CONNECTION_SCHEMA, attributes: Object.fromEntries(some) };
const type = typeOf(schema);
const told = { notices: [] };
const resource = {
  schema,
  validate: async () => [],
  upgrade: async (_, stored) => ({ ...told, state: valueFromJson(stored, type) }),
  read: async ({ state, private: kept }) => ({ ...told, state, private: kept }),
  plan: async ({ prior, private: kept }) => ({ ...told, planned: prior, private: kept }),
};
const { reattach } = await attach(async () => ({
  schema: PROVIDER_SCHEMA,
  resources: { oneroster_connection: resource },
  dataSources: {},
  ephemerals: {},
  functions: {},
  validate: async () => [],
  configure: async () => [],
  stop: () => {},
  close: async () => {},
}));
process.stdout.write(reattach + "\\n");
`;

/** A module of the provider, which no published file holds by itself. */
async function bundled(entry) {
  const options = { entryPoints: [join(ROOT, entry)], bundle: true, write: false, format: "esm", platform: "node" };
  const { outputFiles } = await build(options);
  return import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`);
}

/** A `terraform_data` with another input. */
function plainly(first, address, wish) {
  const { version, vendor } = wish;
  const value = { value: { version, vendor }, type: first.input.type };
  return { ...first, id: address, input: value, output: value };
}

/** What the documents want, by address, as both configurations read it. */
function wished({ desired }) {
  const all = desired.districts.flatMap(({ site, connections }) =>
    connections.map(({ address, district, vendor, version, kind, schools, share }) => [
      address,
      {
        ...{ district, vendor, version, kind, site: { host: site.host, app: site.app, kind: null } },
        schools: schools === "all" ? null : schools,
        share: share.length === 0 ? null : share,
      },
    ]),
  );
  return Object.fromEntries(all);
}

/**
 * A folder whose state holds all of them. Only the first is applied, and the others are put beside it: Terraform writes the
 * whole state anew after each resource, which takes it minutes for a thousand.
 */
async function prepared(folder, mirror, { text, inState }, all, attributesOf) {
  const env = { ...process.env, CHECKPOINT_DISABLE: "1", TF_CLI_CONFIG_FILE: join(folder, "terraform.rc") };
  const mirrored = `provider_installation {\n  filesystem_mirror { path = ${JSON.stringify(mirror)} }\n}\n`;
  writeFileSync(join(folder, "terraform.rc"), mirrored);
  const [one] = Object.entries(all);
  const write = (some) => {
    writeFileSync(join(folder, "main.tf"), text(some));
    writeFileSync(join(folder, "all.json"), JSON.stringify(some));
  };
  write(Object.fromEntries([one]));
  await measure("terraform", ["init", "-input=false"], { cwd: folder, env });
  await measure("terraform", ["apply", "-auto-approve", "-input=false"], { cwd: folder, env });
  write(all);
  const file = join(folder, "terraform.tfstate");
  const state = JSON.parse(readFileSync(file, "utf8"));
  const [resource] = state.resources;
  const [first] = resource.instances;
  const instances = Object.entries(all).map(([address, wish]) => ({
    ...first,
    index_key: address,
    attributes: attributesOf(first.attributes, address, wish),
  }));
  state.resources = inState(resource, instances);
  writeFileSync(file, JSON.stringify(state));
  return { folder, env };
}

/** Fails where anything would change. */
async function plan({ folder, env }) {
  const words = ["plan", "-input=false", "-detailed-exitcode"];
  return (await measure("terraform", words, { cwd: folder, env })).seconds;
}

/** A block for each address. */
function plain(all) {
  const blocks = Object.values(all).map(
    ({ version, vendor }, index) =>
      `resource "terraform_data" "c${index}" {\n  input = { version = "${version}", vendor = "${vendor}" }\n}\n`,
  );
  return blocks.join("");
}

function connections(all) {
  const blocks = Object.values(all).map(({ district, vendor, version, kind, site, schools, share }, index) => {
    const sets = Object.entries({ schools, share }).filter(([, set]) => set !== null);
    return `resource "oneroster_connection" "c${index}" {
  district = "${district}"
  vendor   = "${vendor}"
  site     = { host = "${site.host}", app = "${site.app}" }
  version  = "${version}"
  kind     = "${kind}"
${sets.map(([name, set]) => `  ${name} = ${JSON.stringify(set)}\n`).join("")}}
`;
  });
  return `${HEAD}${blocks.join("")}`;
}

/** One block for all: Terraform itself evaluates the whole `for_each` anew for each of them. */
const EACH_OF_FILE = `locals {
  all = jsondecode(file("all.json"))
}
`;

const PLAIN_OF_FILE = `${EACH_OF_FILE}resource "terraform_data" "c" {
  for_each = local.all
  input    = { version = each.value.version, vendor = each.value.vendor }
}
`;

const HEAD = `terraform {
  required_providers {
    oneroster = { source = "rosterform/oneroster" }
  }
}
provider "oneroster" {
  project = "rosterform.yaml"
}
`;

const CONNECTIONS_OF_FILE = `${HEAD}${EACH_OF_FILE}resource "oneroster_connection" "c" {
  for_each = local.all
  district = each.value.district
  vendor   = each.value.vendor
  site     = { host = each.value.site.host, app = each.value.site.app }
  version  = each.value.version
  kind     = each.value.kind
  schools  = each.value.schools
  share    = each.value.share
}
`;

/** One block with `count`, where nothing is looked up: what stands in it follows from the number, as in the fleet's documents. */
const NUMBER = `count.index % ${EACH}`;
const VENDOR = `format("Vendor %02d", ${NUMBER} + 1)`;
const VERSION = `${NUMBER} % 3 == 0 || ${NUMBER} % 2 == 1 ? "1.2" : "1.1"`;
const DISTRICT = `format("district-%04d", floor(count.index / ${EACH}) + 1)`;

const plainByNumber = (all) => `resource "terraform_data" "c" {
  count = ${Object.keys(all).length}
  input = { version = ${VERSION}, vendor = ${VENDOR} }
}
`;

const connectionsByNumber = (all) => `${HEAD}resource "oneroster_connection" "c" {
  count    = ${Object.keys(all).length}
  district = ${DISTRICT}
  vendor   = ${VENDOR}
  site     = { host = "cloud.example.org", app = ${DISTRICT} }
  version  = ${VERSION}
  kind     = ${NUMBER} % 3 == 0 ? "other" : "supported"
  schools  = ${NUMBER} % 3 == 0 ? ["Lincoln", "North High"] : null
  share    = ${NUMBER} % 3 == 0 ? null : ["demographics"]
}
`;

/** How people write many resources, and how a state holds them. */
const SHAPES = {
  "`count`": {
    isSlow: false,
    plain: plainByNumber,
    connections: connectionsByNumber,
    inState: (resource, instances) => [
      { ...resource, each: "list", instances: instances.map((one, index) => ({ ...one, index_key: index })) },
    ],
  },
  "`for_each`": {
    isSlow: true,
    plain: () => PLAIN_OF_FILE,
    connections: () => CONNECTIONS_OF_FILE,
    inState: (resource, instances) => [{ ...resource, each: "map", instances }],
  },
  blocks: {
    isSlow: false,
    plain,
    connections,
    inState: (resource, instances) =>
      instances.map((instance, index) => ({
        ...resource,
        name: `c${index}`,
        instances: [{ ...instance, index_key: undefined }],
      })),
  },
};
