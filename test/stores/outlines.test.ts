import { describe, expect, it } from "vitest";
import type { DistrictId } from "../../src/model/address.ts";
import { type LiveOutline, outlineOf } from "../../src/model/live.ts";
import { hasPostgres, openPostgres } from "../setup/postgres.ts";
import { openPostgresWorld } from "./postgres-world.ts";
import { CANVAS, done, listOf, open, openSqliteWorld, OTUS, SITE, SPRINGFIELD, TRAITS, type World } from "./world.ts";

const UNHEARD = "unheard-of" as DistrictId;

const sorted = (outlines: readonly LiveOutline[]): readonly LiveOutline[] =>
  outlines.map((one) => ({
    ...one,
    slots: one.slots.toSorted((a, b) => (a.address < b.address ? -1 : 1)),
    connections: one.connections.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
  }));

/** That outlines say of a district with something in every state what reading it whole says. */
async function expectSame(world: World): Promise<void> {
  const make = { district: SPRINGFIELD, site: SITE, make: TRAITS, by: "lee" } as const;
  const before = await world.campus.createByHand({ ...make, application: "Gone" });
  await world.campus.createByHand({
    ...make,
    application: "There",
    make: { ...TRAITS, schools: ["North"], share: ["demographics"] },
  });
  await world.campus.changeByHand({ connection: before.id, by: "lee", change: { kind: "disable" } });
  done(await open(world.writer, OTUS));
  done(await open(world.writer, CANVAS));
  const reader = await world.reader();
  for (const districts of [[SPRINGFIELD, UNHEARD], [UNHEARD], []]) {
    const whole = await listOf(reader.read(districts));
    const outlines = reader.outlines === undefined ? [] : await listOf(reader.outlines(districts));
    expect(sorted(outlines)).toEqual(sorted(whole.map(outlineOf)));
  }
  await world.end();
}

describe("outlines say what reading the districts whole says", () => {
  it("of SQLite", async () => expectSame(await openSqliteWorld()));

  it.skipIf(!hasPostgres())("of PostgreSQL", async () => expectSame(await openPostgresWorld(await openPostgres())));
});
