import { type Address, addressOf } from "../../src/model/address.ts";
import type { Desired } from "../../src/model/desired.ts";
import type { ConnectionId, LiveConnection } from "../../src/model/live.ts";
import { SITE, slotOf, SPRINGFIELD } from "../stores/world.ts";
import { documents, line } from "./documents.ts";
import { applyNow, settle, type Stage, type Vendors, vendorsWork } from "./harness.ts";

/** A document about to be applied to a world that was brought to a certain point. */
export interface Final {
  readonly desired: Desired;
  readonly vendors: Vendors;
}

export interface Scenario {
  readonly name: string;
  /** Brings the world to the point before the run that is going to be stopped. */
  prepare(stage: Stage): Promise<Final>;
}

const at = (vendor: string): Address => addressOf(SPRINGFIELD, vendor);
const OTUS = at("Otus");
const FOLLOWS: Vendors = new Map([[OTUS, "follows"]]);

/** One connection, in use by its vendor. */
async function established(stage: Stage): Promise<void> {
  await settle(stage, documents([line(OTUS)]), FOLLOWS);
}

/** The kinds of change there are, each as a small world. */
export const SCENARIOS: readonly Scenario[] = [
  {
    name: "generate",
    prepare: async () => ({ desired: documents([line(OTUS)]), vendors: FOLLOWS }),
  },
  {
    name: "switch",
    prepare: async (stage) => {
      await established(stage);
      return { desired: documents([line(OTUS, { version: "1.2" })]), vendors: FOLLOWS };
    },
  },
  {
    name: "update",
    prepare: async (stage) => {
      await established(stage);
      return { desired: documents([line(OTUS, { schools: ["Lincoln"] })]), vendors: FOLLOWS };
    },
  },
  {
    name: "disable",
    prepare: async (stage) => {
      await established(stage);
      await vendorsWork(stage, new Map());
      return { desired: documents([line(OTUS, { state: "disabled" })]), vendors: new Map() };
    },
  },
  {
    name: "adopt",
    prepare: async (stage) => {
      const found = await foundByHand(stage);
      return {
        desired: documents([line(OTUS, { adopt: found.clientId, schools: ["Lincoln"] })]),
        vendors: new Map([[OTUS, found.id]]),
      };
    },
  },
  {
    name: "rename",
    prepare: async (stage) => {
      await established(stage);
      const renamed = at("Otus Learning");
      return {
        desired: documents([line(renamed, { was: OTUS, version: "1.2" })]),
        vendors: new Map([[renamed, "follows"]]),
      };
    },
  },
  {
    name: "replaces",
    prepare: async (stage) => {
      await established(stage);
      const successor = at("Bluebird Reading");
      return {
        desired: documents([line(OTUS, { state: "disabled" }), line(successor, { replaces: OTUS, kind: "supported" })]),
        vendors: new Map([[successor, "follows"]]),
      };
    },
  },
  {
    name: "give up before the vendor moved",
    prepare: async (stage) => {
      await established(stage);
      const survivor = used(stage, OTUS);
      await applyNow(stage, documents([line(OTUS, { version: "1.2" })]));
      return { desired: documents([line(OTUS)]), vendors: new Map([[OTUS, survivor]]) };
    },
  },
  {
    name: "abandon, then switch",
    prepare: async (stage) => {
      await established(stage);
      const staysWith = used(stage, OTUS);
      await applyNow(stage, documents([line(OTUS, { version: "1.2" })]));
      const ignores = await candidateAt(stage, OTUS);
      const vendors: Vendors = new Map([[OTUS, { ignores, staysWith }]]);
      await vendorsWork(stage, vendors);
      return { desired: documents([line(OTUS, { version: "1.2", kind: "supported" })]), vendors };
    },
  },
  {
    name: "switch back after the vendor moved",
    prepare: async (stage) => {
      await established(stage);
      const survivor = used(stage, OTUS);
      await applyNow(stage, documents([line(OTUS, { version: "1.2" })]));
      await vendorsWork(stage, FOLLOWS);
      return { desired: documents([line(OTUS)]), vendors: new Map([[OTUS, survivor]]) };
    },
  },
];

function used({ inUse }: Stage, address: Address): ConnectionId {
  const id = inUse.get(address);
  if (id === undefined) throw new Error(`the vendor of ${address} uses nothing`);
  return id;
}

async function candidateAt({ world }: Stage, address: Address): Promise<ConnectionId> {
  const to = (await slotOf(world.writer, address))?.cutover?.to;
  if (to === undefined) throw new Error(`no cut-over is open at ${address}`);
  return to;
}

async function foundByHand({ world }: Stage): Promise<LiveConnection> {
  return await world.campus.createByHand({
    district: SPRINGFIELD,
    site: SITE,
    application: "Otus",
    make: { kind: "other", version: "1.1", schools: "all", share: [] },
    by: "kim",
  });
}
