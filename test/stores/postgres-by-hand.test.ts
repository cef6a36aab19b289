import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { addressOf, type DistrictId } from "../../src/model/address.ts";
import { Secret } from "../../src/model/secret.ts";
import type { Day } from "../../src/model/time.ts";
import { createByHandStore, openByHandReader, openByHandWriter } from "../../src/stores/by-hand.ts";
import type { Hands } from "../../src/stores/hands.ts";
import { openPostgresReader } from "../../src/stores/postgres.ts";
import type { FoundByHand } from "../../src/stores/registry.ts";
import { hasPostgres, openPostgres, type TestServer } from "../setup/postgres.ts";
import { troubleWith } from "./postgres-desk.ts";
import { openPostgresWorld, type PostgresWorld } from "./postgres-world.ts";
import { districtOf, done, open, OTUS, SITE, SPRINGFIELD, TRAITS } from "./world.ts";

describe.skipIf(!hasPostgres())("a registry in PostgreSQL", () => {
  let server: TestServer;
  let world: PostgresWorld;
  beforeAll(async () => {
    server = await openPostgres();
  });
  afterAll(() => server.end());
  beforeEach(async () => {
    world = await openPostgresWorld(server);
    await server.run(`drop schema ${world.schema} cascade`);
    await createByHandStore({ ...world.place, keyFile: world.keyFile });
  });
  afterEach(() => world.end());

  const writer = (hands?: Hands) =>
    openByHandWriter({
      ...world.place,
      keyFile: world.keyFile,
      clock: world.clock,
      by: "dana",
      ...(hands === undefined ? {} : { hands }),
    });
  const found = (district: DistrictId, more: Partial<FoundByHand> = {}): FoundByHand => ({
    district,
    site: SITE,
    application: "Otus",
    make: TRAITS,
    status: "active",
    clientId: "client-seen",
    tokenUrl: "https://springfield.example.org/token",
    baseUrl: "https://springfield.example.org/v1p1",
    by: "robin",
    ...more,
  });

  it("is no live system's own, and opened as one it is told so", async () => {
    expect(await troubleWith(openPostgresReader(world.place))).toBe("stores/other-kind");
    const live = await openPostgresWorld(server);
    expect(await troubleWith(openByHandReader(live.place))).toBe("stores/other-kind");
    await live.end();
  });

  it("keeps what people saw and signed, and says who said it", async () => {
    const store = await writer();
    const secret = new Secret("canary-secret-seen-do-not-print");
    const { id } = await store.reportFound(found(SPRINGFIELD, { clientSecret: secret }));
    await store.signInventory({ district: SPRINGFIELD, site: SITE, by: "robin", asOf: "2027-06-01" as Day });
    await store.close();
    const reader = await openByHandReader(world.place);
    expect(reader.can).toEqual({ observesUse: false, enables: false, byHand: true });
    expect(await districtOf(reader)).toMatchObject({
      connections: [{ id, clientId: "client-seen", provenance: "found", reported: { by: "robin" } }],
      kept: { inventory: { kind: "signed", by: "robin" }, asked: [] },
    });
    await reader.close();
    const tables = await server.run(`select * from ${world.schema}.secrets`);
    expect(JSON.stringify(tables)).not.toContain("canary");
  });

  it("remembers what it asked for, until somebody reports it", async () => {
    const patient = await writer();
    expect((await open(patient, OTUS)).kind).toBe("asked");
    expect((await districtOf(patient)).kept?.asked).toMatchObject([{ address: OTUS }]);
    await patient.close();
    const credentials = {
      clientId: "client-pasted",
      clientSecret: new Secret("canary-secret-pasted-do-not-print"),
      tokenUrl: "https://springfield.example.org/token",
      baseUrl: "https://springfield.example.org/v1p1",
    };
    const store = await writer({ carryOut: async () => ({ kind: "generated", credentials }) });
    expect(done(await open(store, OTUS))).toMatchObject({ clientId: "client-pasted", reported: { by: "dana" } });
    expect((await districtOf(store)).kept?.asked).toEqual([]);
    await store.close();
  });

  it("takes a Client ID for one connection's in all districts, also when two people report it at once", async () => {
    const districts = [SPRINGFIELD, "shelbyville" as DistrictId];
    const stores = await Promise.all([writer(), writer()]);
    const reports = await Promise.allSettled(
      stores.map((store, number) => store.reportFound(found(districts[number] ?? SPRINGFIELD))),
    );
    expect(reports.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    for (const report of reports) {
      if (report.status === "rejected") expect(report.reason).toMatchObject({ code: "stores/refused" });
    }
    for (const store of stores) await store.close();
  });

  it("lets two people click at different addresses at the same time", async () => {
    const clicked = (number: number): Hands => ({
      carryOut: async () => ({
        kind: "generated",
        credentials: {
          clientId: `client-${number}`,
          clientSecret: new Secret(`secret-${number}`),
          tokenUrl: "https://springfield.example.org/token",
          baseUrl: "https://springfield.example.org/v1p1",
        },
      }),
    });
    const stores = await Promise.all([writer(clicked(1)), writer(clicked(2))]);
    const written = await Promise.all(
      stores.map((store, number) => open(store, addressOf(SPRINGFIELD, `Vendor ${number}`))),
    );
    expect(written.map((one) => done(one).clientId)).toEqual(["client-1", "client-2"]);
    for (const store of stores) await store.close();
  });

  it("keeps both clicks when two people were asked for the same one at the same moment, and one of them counts", async () => {
    const bothAsked = createGate(2);
    const clicking = (number: number): Hands => ({
      carryOut: async () => {
        await bothAsked();
        const urls = {
          tokenUrl: "https://springfield.example.org/token",
          baseUrl: "https://springfield.example.org/v1",
        };
        const credentials = { clientId: `client-${number}`, clientSecret: new Secret(`secret-${number}`), ...urls };
        return { kind: "generated", credentials };
      },
    });
    const stores = await Promise.all([writer(clicking(1)), writer(clicking(2))]);
    const written = await Promise.all(stores.map((store) => open(store, OTUS)));
    expect(written.some(({ kind }) => kind === "done")).toBe(true);
    const { connections, slots } = await districtOf(stores[0] ?? (await writer()));
    expect(connections.map(({ clientId }) => clientId).toSorted()).toEqual(["client-1", "client-2"]);
    expect(connections.map(({ provenance }) => provenance).toSorted()).toEqual(["found", "generated"]);
    expect(connections.find(({ provenance }) => provenance === "generated")?.id).toBe(slots[0]?.cutover?.to);
    for (const store of stores) await store.close();
  });
});

/** Lets nobody through before so many have come. */
function createGate(places: number): () => Promise<void> {
  const waiting: (() => void)[] = [];
  return () =>
    new Promise((resolve) => {
      waiting.push(resolve);
      if (waiting.length === places) for (const go of waiting) go();
    });
}
