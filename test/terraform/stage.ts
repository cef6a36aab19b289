import { join } from "node:path";
import type { StoreSettings } from "../../src/config/settings.ts";
import { type CampusSettings, createStore, openWriter } from "../../src/drivers.ts";
import type { Address, DistrictId } from "../../src/model/address.ts";
import { partsOf } from "../../src/model/address.ts";
import type { ConnectionId, LiveConnection, LiveDistrict } from "../../src/model/live.ts";
import { Secret } from "../../src/model/secret.ts";
import { instantOf } from "../../src/model/time.ts";
import { pull } from "../../src/rehearsal/consumer.ts";
import { digestOfToken } from "../../src/server/api/operators.ts";
import type { Fault } from "../../src/server/faults.ts";
import { createCampus } from "../../src/server/index.ts";
import type { CampusSide } from "../../src/stores/campus-side.ts";
import { createProvider } from "../../src/terraform/resources/provider.ts";
import { attach } from "../../src/terraform/serve/debug.ts";
import { openStage, type Stage } from "../cli/stage.ts";
import { PASSWORD, referenceTo } from "../setup/postgres.ts";
import { makeTerraform, SOURCE, type Terraform } from "./run-terraform.ts";

type Change = Parameters<CampusSide["changeByHand"]>[0]["change"];

/** A campus, a clock, and a Terraform whose provider runs in this process. */
export interface TerraformStage {
  readonly stage: Stage;
  readonly terraform: Terraform;
  /** Where the campus answers. */
  readonly origin: string;
  /** What goes wrong at the campus from now on. */
  faults: readonly Fault[];
  /** Requests that the campus's connection-store API got so far, as `GET /api/v1/...`. */
  readonly requests: readonly string[];
  /** Writes main.tf: the provider's block over the campus's store, and this. */
  given(configuration: string, provider?: string): void;
  /** Applies; answers what was printed. */
  apply(...words: readonly string[]): Promise<string>;
  /** Plans with `-detailed-exitcode`; answers the code and what was printed. */
  plan(...words: readonly string[]): Promise<{ readonly code: number | null; readonly text: string }>;
  /** What the store says of a district now. */
  live(district?: string): Promise<LiveDistrict>;
  /** Only active connections of it. */
  active(district?: string): Promise<readonly LiveConnection[]>;
  /** The vendor of a connection pulls once with its values. */
  pull(connection: string | undefined): Promise<void>;
  /** The secret of a connection, to look for it where it must not be. */
  secretOf(connection: string | undefined): Promise<string>;
  /** A person changes a connection in the live system. */
  changeByHand(connection: string | undefined, change: Change): Promise<void>;
  close(): Promise<void>;
}

/** The one switch of these stories. */
export function schoology(version: string, more = ""): string {
  return `resource "oneroster_connection" "schoology" {
  district = "springfield"
  vendor   = "Schoology"
  version  = "${version}"
  kind     = "supported"
  site     = { host = "cloud.example.org", app = "springfield" }
${more}
}
`;
}

/** The same wish as `schoology("1.2", ...)`, for the command line. */
export const SCHOOLOGY_ON_1_2 = `district: springfield
site: { host: cloud.example.org, app: springfield }
store: { kind: sqlite, path: ./campus.db }
vendors:
  Schoology: { version: 1.2, kind: supported, accept: [user-ids 1.1->1.2] }
`;

/** What every configuration begins with. */
const HEAD = `terraform {
  required_providers {
    oneroster = { source = "rosterform/oneroster" }
  }
}
`;

/** What Terraform's text says when its line breaks are taken away. */
export function flat(text: string): string {
  return text.replace(/\s+/g, " ");
}

const TOKEN = "operator-token-canary-0123456789";

/** Where the store of a story is; `url` is that of a PostgreSQL database. */
export interface StageOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly over?: "sqlite" | "http";
  /** A folder with the built provider, in the layout of a mirror: Terraform starts it, and the clock is the real one. */
  readonly mirror?: string;
  /** The campus has pages on which anybody can click. */
  readonly screens?: boolean;
  readonly url?: string;
}

/** The provider's block for each kind of store. */
function blockFor({ over = "sqlite", url, mirror }: StageOptions, origin: string, folder: string): string {
  if (mirror !== undefined)
    return `store = { kind = "sqlite", path = "${folder}/campus.db", key = "file:${folder}/rosterform.key" }`;
  if (over === "http") return `store = { kind = "http", address = "${origin}", token = "env:TOKEN" }`;
  if (url !== undefined) return `store = { kind = "postgres", url = "env:STORE_URL" }`;
  return 'store = { kind = "sqlite", path = "./campus.db" }';
}

/** Sets the stage: an empty campus that runs, and nothing configured yet. */
export async function openTerraformStage(options: StageOptions = {}): Promise<TerraformStage> {
  const stage = await openStage();
  const clock = options.mirror === undefined ? { now: stage.now } : { now: () => instantOf(Date.now()) };
  const keyFile = join(stage.folder, "rosterform.key");
  const settings: StoreSettings & CampusSettings =
    options.url === undefined
      ? { kind: "sqlite", path: join(stage.folder, "campus.db"), keyFile }
      : { kind: "postgres", url: referenceTo(options.url), schema: "rosterform", keyFile };
  await createStore(settings, { clock });
  const campus = await openCampus(settings, clock, options.screens === true);
  const world = {
    env: { TOKEN, ...(options.url === undefined ? {} : { STORE_URL: options.url }), ...options.environment },
    cwd: stage.folder,
    clock,
    login: "dana",
    log: () => undefined,
  };
  const { mirror } = options;
  const attached =
    mirror === undefined ? await attach(async () => createProvider(world), { source: SOURCE }) : undefined;
  const terraform = makeTerraform(attached === undefined ? { mirror: mirror ?? "" } : { reattach: attached.reattach });
  const { store } = campus;
  const live = async (district = "springfield"): Promise<LiveDistrict> => {
    for await (const one of store.read([asDistrict(district)])) return one;
    throw new Error("a store answers every district");
  };
  const credentials = (connection: string | undefined) => store.credentials(connection as ConnectionId);
  return {
    stage,
    terraform,
    origin: campus.origin,
    get faults() {
      return campus.faults;
    },
    set faults(faults) {
      campus.faults = faults;
    },
    requests: campus.requests,
    given: (configuration, provider = blockFor(options, campus.origin, stage.folder)) =>
      terraform.write("main.tf", `${HEAD}provider "oneroster" {\n  ${provider}\n}\n${configuration}`),
    apply: (...words) => terraform.ok("apply", "-auto-approve", ...words),
    async plan(...words) {
      const { code, stdout, stderr } = await terraform.run("plan", "-detailed-exitcode", ...words);
      return { code, text: stdout + stderr };
    },
    live,
    active: async (district) => (await live(district)).connections.filter((one) => one.status.kind === "active"),
    async pull(connection) {
      const version = (await live()).connections.find(({ id }) => id === connection)?.version;
      const pulled = await pull(await credentials(connection), version ?? "1.1");
      if (pulled.kind !== "pulled") throw new Error(`connection ${connection} could not pull`);
    },
    secretOf: async (connection) => (await credentials(connection)).clientSecret.reveal(),
    async changeByHand(connection, change) {
      await store.changeByHand({ connection: connection as ConnectionId, by: "kim", change });
    },
    async close() {
      await attached?.close();
      terraform.remove();
      await campus.close();
      await stage.close();
    },
  };
}

function asDistrict(text: string): DistrictId {
  return text as DistrictId;
}

/** A campus that counts what its connection-store API is asked, and does wrong what it is told to. */
async function openCampus(settings: CampusSettings, clock: { now: Stage["now"] }, hasScreens: boolean) {
  const store = await openWriter(settings, { clock, by: "campus" });
  const requests: string[] = [];
  const opened = { store, requests, faults: [] as readonly Fault[] };
  const campus = createCampus({
    store,
    clock,
    operators: [{ name: "ci", tokens: [digestOfToken(new Secret(TOKEN))], districts: "all", access: "write" }],
    storeAs: (by) => openWriter(settings, { clock, by }),
    ...(hasScreens ? { screens: [asDistrict("springfield")] } : {}),
    faults: () => opened.faults,
    log: {
      write: (line) => {
        const { req } = JSON.parse(line) as { req?: { method: string; path: string } };
        if (req?.path.startsWith("/api/v1") === true) requests.push(`${req.method} ${req.path}`);
      },
    },
  });
  const origin = await campus.listen({ port: 0 });
  return Object.assign(opened, {
    origin,
    close: async () => {
      await campus.close();
      await store.close();
    },
  });
}

/** Words that must be nowhere: the token of the campus and the password of the database. */
export const CANARIES = [TOKEN, PASSWORD];

/** The slot of an address. */
export function slotAt(live: LiveDistrict, address: string) {
  const slot = live.slots.find((one) => one.address === address);
  if (slot === undefined) throw new Error(`nothing at ${address} in ${partsOf(address as Address).district}`);
  return slot;
}
