import { join } from "node:path";
import { openWriter } from "../../src/drivers.ts";
import type { Address, DistrictId } from "../../src/model/address.ts";
import { partsOf } from "../../src/model/address.ts";
import type { ConnectionId, LiveConnection, LiveDistrict } from "../../src/model/live.ts";
import type { CampusSide } from "../../src/stores/campus-side.ts";
import { pull } from "../../src/rehearsal/consumer.ts";
import { createProvider } from "../../src/terraform/resources/provider.ts";
import { attach } from "../../src/terraform/serve/debug.ts";
import { openStage, type Stage } from "../cli/stage.ts";
import { makeTerraform, SOURCE, type Terraform } from "./run-terraform.ts";

type Change = Parameters<CampusSide["changeByHand"]>[0]["change"];

/** A campus, a clock, and a Terraform whose provider runs in this process. */
export interface TerraformStage {
  readonly stage: Stage;
  readonly terraform: Terraform;
  /** Writes main.tf: the provider's block over the campus's store, and this. */
  given(configuration: string, provider?: string): void;
  /** Applies; answers what was printed, without the progress of Terraform itself. */
  apply(...words: readonly string[]): Promise<string>;
  /** Plans with `-detailed-exitcode`; answers the code and what was printed. */
  plan(...words: readonly string[]): Promise<{ readonly code: number | null; readonly text: string }>;
  /** What the store says of a district now. */
  live(district?: string): Promise<LiveDistrict>;
  /** The vendor of a connection pulls once with its values. */
  pull(connection: string): Promise<void>;
  /** A person changes a connection in the live system. */
  changeByHand(connection: string, change: Change): Promise<void>;
  /** Only active ones, by id. */
  active(district?: string): Promise<readonly LiveConnection[]>;
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

export const HEAD = `terraform {
  required_providers {
    oneroster = { source = "rosterform/oneroster" }
  }
}
`;

/** Sets the stage: an empty campus that runs, and nothing configured yet. */
export async function openTerraformStage(environment: Readonly<Record<string, string>> = {}): Promise<TerraformStage> {
  const stage = await openStage();
  const store = {
    kind: "sqlite",
    path: join(stage.folder, "campus.db"),
    keyFile: join(stage.folder, "rosterform.key"),
  } as const;
  const { createStore } = await import("../../src/drivers.ts");
  await createStore(store, { clock: { now: stage.now } });
  await stage.openCampus();
  const world = {
    env: environment,
    cwd: stage.folder,
    clock: { now: stage.now },
    login: "dana",
    log: () => undefined,
  };
  const attached = await attach(async () => createProvider(world), { source: SOURCE });
  const terraform = makeTerraform({ reattach: attached.reattach });
  const live = async (district = "springfield"): Promise<LiveDistrict> => {
    const writer = await openWriter(store, { clock: { now: stage.now }, by: "test" });
    try {
      for await (const one of writer.read([district as DistrictId])) return one;
    } finally {
      await writer.close();
    }
    throw new Error("a store answers every district");
  };
  return {
    stage,
    terraform,
    given: (configuration, provider = 'store = { kind = "sqlite", path = "./campus.db" }') =>
      terraform.write("main.tf", `${HEAD}provider "oneroster" {\n  ${provider}\n}\n${configuration}`),
    apply: (...words) => terraform.ok("apply", "-auto-approve", ...words),
    async plan(...words) {
      const { code, stdout, stderr } = await terraform.run("plan", "-detailed-exitcode", ...words);
      return { code, text: stdout + stderr };
    },
    live,
    active: async (district) => (await live(district)).connections.filter((one) => one.status.kind === "active"),
    async pull(connection) {
      const writer = await openWriter(store, { clock: { now: stage.now }, by: "test" });
      try {
        const [one] = (await live()).connections.filter(({ id }) => id === connection);
        if (one === undefined) throw new Error(`there is no connection ${connection}`);
        const pulled = await pull(await writer.credentials(one.id), one.version);
        if (pulled.kind !== "pulled") throw new Error(`connection ${connection} could not pull`);
      } finally {
        await writer.close();
      }
    },
    async changeByHand(connection, change) {
      const writer = await openWriter(store, { clock: { now: stage.now }, by: "campus" });
      try {
        await writer.changeByHand({ connection: connection as ConnectionId, by: "kim", change });
      } finally {
        await writer.close();
      }
    },
    async close() {
      await attached.close();
      terraform.remove();
      await stage.close();
    },
  };
}

/** The slot of an address. */
export function slotAt(live: LiveDistrict, address: string) {
  const slot = live.slots.find((one) => one.address === address);
  if (slot === undefined) throw new Error(`nothing at ${address} in ${partsOf(address as Address).district}`);
  return slot;
}
