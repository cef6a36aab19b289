import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Credentials, Secret } from "../../src/model/secret.ts";
import { createByHandStore, openByHandReader, openByHandWriter } from "../../src/stores/by-hand.ts";
import type { CampusSide } from "../../src/stores/campus-side.ts";
import type { HandReport, Hands, HandWork } from "../../src/stores/hands.ts";
import type { PostgresPlace } from "../../src/stores/postgres.ts";
import type { FoundByHand, Registry } from "../../src/stores/registry.ts";
import type { StoreReader, StoreWriter } from "../../src/stores/store.ts";
import {
  createCountingMint,
  createTestClock,
  NAMES,
  SITE,
  SPRINGFIELD,
  type TestClock,
  type TestStore,
  TRAITS,
  type World,
  worksAt,
} from "./world.ts";

/** Hands that a test tells what to answer; by default they click at once. */
export interface TestHands extends Hands {
  readonly asked: HandWork[];
  answer: (work: HandWork) => Promise<HandReport> | HandReport;
}

/** A world in a registry that people keep, with the hands of one person for all of its writers. */
export interface ByHandWorld extends World {
  readonly path: string;
  readonly keyFile: string;
  readonly hands: TestHands;
  readonly registry: StoreWriter & Registry;
  /** A writer with hands of its own, as another person's process would open it. */
  openedBy(by: string, hands?: Hands): Promise<StoreWriter & Registry>;
  reopen(): Promise<ByHandWorld>;
}

/** The four values as a person would copy them; each call is another connection. */
export function createPastes(): () => Credentials {
  let count = 0;
  return () => {
    count += 1;
    const number = String(count).padStart(4, "0");
    return {
      clientId: `pasted-${number}`,
      clientSecret: new Secret(`canary-pasted-${number}-do-not-print`),
      tokenUrl: `https://springfield.example.org/token?appName=${number}`,
      baseUrl: `https://springfield.example.org/api/${number}`,
    };
  };
}

export function createHands(paste: () => Credentials = createPastes()): TestHands {
  const hands: TestHands = {
    asked: [],
    answer: ({ kind }) => (kind === "generate" ? { kind: "generated", credentials: paste() } : { kind: "clicked" }),
    carryOut: async (work) => {
      hands.asked.push(work);
      return await hands.answer(work);
    },
  };
  return hands;
}

/** A world in a file of its own, or in a schema of a database. */
export async function openByHandWorld(
  clock: TestClock = createTestClock(),
  database?: PostgresPlace,
): Promise<ByHandWorld> {
  const folder = mkdtempSync(join(tmpdir(), "rosterform-by-hand-"));
  const [path, keyFile] = [join(folder, "registry.db"), join(folder, "rosterform.key")];
  const place = database ?? { path };
  await createByHandStore({ ...place, keyFile });
  const paste = createPastes();
  const hands = createHands(paste);
  const mint = createCountingMint();
  const opened: StoreReader[] = [];
  const keep = <T extends StoreReader>(store: T): T => {
    opened.push(store);
    return store;
  };
  const openedBy = async (by: string, own: Hands = hands) =>
    keep(await openByHandWriter({ ...place, keyFile, clock, by, hands: own, mint }));
  const closeAll = async () => {
    for (const store of opened.splice(0)) await store.close();
  };
  const worldWith = (registry: StoreWriter & Registry): ByHandWorld => ({
    ...NAMES,
    works: worksAt(campusOf(registry, paste)),
    path,
    keyFile,
    clock,
    hands,
    registry,
    writer: registry,
    campus: campusOf(registry, paste),
    openedBy,
    signedBy: async (by) => {
      const own = await openedBy(by);
      return { ...campusOf(own, paste), ...own } satisfies TestStore;
    },
    reader: async () => keep(await openByHandReader({ ...place, clock })),
    reopen: async () => {
      await closeAll();
      return worldWith(await openedBy("dana"));
    },
    end: async () => {
      await closeAll();
      rmSync(folder, { recursive: true, force: true });
    },
  });
  return worldWith(await openedBy("dana"));
}

/** What a person sees at Campus and tells the registry. */
function campusOf(registry: StoreWriter & Registry, paste: () => Credentials): CampusSide {
  const unseen = (): never => {
    throw new Error("nobody sees this in a registry");
  };
  return {
    authenticate: async () => unseen(),
    siteOf: async (district) => {
      for await (const live of registry.read([district])) return live.site;
      return undefined;
    },
    connection: async (id) => {
      for await (const live of registry.read("all")) {
        const found = live.connections.find((one) => one.id === id);
        if (found !== undefined) return found;
      }
      return undefined;
    },
    // The consumer works all the same; the registry does not notice.
    recordTraffic: async () => {},
    traffic: unseen,
    attempts: unseen,
    countAttempts: async () => unseen(),
    createByHand: (command) => registry.reportFound({ ...command, ...paste(), status: "active" }),
    changeByHand: (command) => registry.changeByHand(command),
    setOrigin: async () => unseen(),
  };
}

/** A connection as Kim saw it in Campus. */
export const found = (more: Partial<FoundByHand> = {}): FoundByHand => ({
  district: SPRINGFIELD,
  site: SITE,
  application: "Otus",
  make: TRAITS,
  status: "active",
  clientId: "seen-1",
  clientSecret: new Secret("canary-seen-1-do-not-print"),
  tokenUrl: "https://springfield.example.org/t",
  baseUrl: "https://springfield.example.org/b",
  by: "kim",
  ...more,
});
