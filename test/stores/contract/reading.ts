import { inspect } from "node:util";
import { describe, expect } from "vitest";
import { addressOf, type DistrictId } from "../../../src/model/address.ts";
import { emptyDistrict } from "../../../src/model/live.ts";
import {
  at,
  attest,
  CANVAS,
  districtOf,
  done,
  establish,
  listOf,
  open,
  OTUS,
  probe,
  pull,
  SITE,
  SPRINGFIELD,
  TRAITS,
  type World,
} from "../world.ts";
import { type OpenWorld, story } from "./story.ts";

/** Reading: districts in order, at one moment each; and the journal of every write. */
export function readPromises(openWorld: OpenWorld): void {
  districtPromises(openWorld);
  journalPromises(openWorld);
}

const idOf = (number: number) => `d-${String(number).padStart(3, "0")}` as DistrictId;

async function found(world: World, district: DistrictId) {
  const site = { ...SITE, app: district };
  return await world.campus.createByHand({ district, site, application: "Otus", make: TRAITS, by: "lee" });
}

function districtPromises(openWorld: OpenWorld): void {
  describe("reading", () => {
    story(openWorld, "gives named districts in order, each once, and unknown ones empty", async (world) => {
      await establish(world, OTUS);
      const names = ["zebra", "springfield", "abc", "springfield"] as DistrictId[];
      const read = await listOf(world.writer.read(names));
      expect(read.map(({ district }) => district)).toEqual(["abc", "springfield", "zebra"]);
      expect(read[0]).toEqual(emptyDistrict("abc" as DistrictId, true));
      expect(read[1]).toMatchObject({ site: SITE, slots: [{ address: OTUS }], observesUse: true });
      expect(await listOf(world.writer.read([]))).toEqual([]);
    });

    story(openWorld, "gives all districts in order, however many there are", async (world) => {
      const count = 120;
      for (let number = count; number > 0; number -= 1) await found(world, idOf(number));
      const read = await listOf(world.writer.read("all"));
      expect(read.map(({ district }) => district)).toEqual(
        Array.from({ length: count }, (_, index) => idOf(index + 1)),
      );
      expect(read.every(({ connections }) => connections.length === 1)).toBe(true);
      const named = read.map(({ district }) => district);
      expect(await listOf(world.writer.read(named))).toEqual(read);
    });

    story(openWorld, "gives slots by address and connections in the order of their creation", async (world) => {
      const otus = await establish(world, OTUS);
      const canvas = await establish(world, CANVAS);
      const other = await found(world, SPRINGFIELD);
      const { slots, connections } = await districtOf(world.writer);
      expect(slots.map(({ address }) => address)).toEqual([CANVAS, OTUS]);
      expect(connections.map(({ id }) => id)).toEqual([otus.id, canvas.id, other.id]);
    });

    story(openWorld, "shows a reader the same as a writer, also after opening the store again", async (world) => {
      await establish(world, OTUS);
      done(await open(world.writer, OTUS, { make: { ...TRAITS, schools: ["North"], share: ["demographics"] } }));
      done(await open(world.writer, addressOf(SPRINGFIELD, "Edlink", "north")));
      const read = await listOf(world.writer.read("all"));
      expect(await listOf((await world.reader()).read("all"))).toEqual(read);
      const next = await world.reopen();
      expect(await listOf(next.writer.read("all"))).toEqual(read);
      expect((await next.reader()).can).toEqual(next.writer.can);
    });

    story(openWorld, "shows a reader what a writer writes beside it", async (world) => {
      const reader = await world.reader();
      expect((await districtOf(reader)).revision).toBe(0);
      await establish(world, OTUS);
      expect(await districtOf(reader)).toEqual(await districtOf(world.writer));
    });

    story(openWorld, "ends with the signal's reason when it is aborted", async (world) => {
      for (let number = 1; number <= 3; number += 1) await found(world, idOf(number));
      const stop = new AbortController();
      const seen: DistrictId[] = [];
      const reading = async () => {
        for await (const { district } of world.writer.read("all", stop.signal)) {
          seen.push(district);
          stop.abort(new Error("that is enough"));
        }
      };
      await expect(reading()).rejects.toThrow("that is enough");
      expect(seen).toEqual([idOf(1)]);
      await expect(listOf(world.writer.read([idOf(1)], stop.signal))).rejects.toThrow("that is enough");
    });

    story(openWorld, "can be left early and begun again", async (world) => {
      for (let number = 1; number <= 3; number += 1) await found(world, idOf(number));
      for await (const _ of world.writer.read("all")) break;
      expect(await listOf(world.writer.read("all"))).toHaveLength(3);
      await found(world, idOf(4));
    });

    story(openWorld, "shows a revision that grows with every material write and never with use", async (world) => {
      const revisions: number[] = [];
      const note = async () => revisions.push((await districtOf(world.writer)).revision);
      await note();
      const live = done(await open(world.writer, OTUS));
      await note();
      done(await probe(world, OTUS, live.id));
      await note();
      done(await world.writer.closeCutover(await at(world.writer, OTUS)));
      await note();
      expect(new Set(revisions).size).toBe(revisions.length);
      expect(revisions).toEqual([...revisions].sort((a, b) => a - b));
      const before = await districtOf(world.writer);
      await pull(world, live.id);
      await world.campus.setOrigin("http://127.0.0.1:9999");
      const after = await districtOf(world.writer);
      expect(after.revision).toBe(before.revision);
      expect(after.slots).toEqual(before.slots);
      expect(after.connections).not.toEqual(before.connections);
    });
  });
}

function journalPromises(openWorld: OpenWorld): void {
  describe("the journal", () => {
    story(openWorld, "lists every write with who and when, oldest first, and no secret", async (world) => {
      const { id } = done(await open(world.writer, OTUS));
      world.clock.pass(1000);
      const kim = await world.signedBy("kim");
      done(await kim.beginDelivery({ ...(await at(kim, OTUS)), connection: id, target: "file:a" }));
      done(await kim.recordDelivery({ ...(await at(kim, OTUS)), connection: id, target: "file:a" }));
      done(await probe(world, OTUS, id));
      done(await attest(world, OTUS, id));
      done(await world.writer.closeCutover(await at(world.writer, OTUS)));
      await world.campus.changeByHand({ connection: id, by: "lee", change: { kind: "disable" } });
      await pull(world, id);
      const entries = await listOf((await world.reader()).journal());
      expect(entries.map(({ what, by }) => `${what} by ${by}`)).toEqual([
        "open by dana",
        "begin-delivery by kim",
        "deliver by kim",
        "findings by dana",
        "attestation by kim",
        "close by dana",
        "outside by lee",
      ]);
      expect(
        entries.every((entry) => entry.address === OTUS && entry.connection === id && entry.district === SPRINGFIELD),
      ).toBe(true);
      expect(entries.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5, 6, 7]);
      expect(entries[0]?.at).not.toBe(entries[1]?.at);
      expect(entries[4]?.detail).toMatchObject({ madeBy: "kim", reason: "They told me." });
      const { clientSecret } = await world.writer.credentials(id);
      expect(inspect(entries, { depth: 9 })).not.toContain(clientSecret.reveal());
    });

    story(openWorld, "says nothing of what was not written", async (world) => {
      const { id } = done(await open(world.writer, OTUS));
      await world.writer.closeCutover(await at(world.writer, OTUS));
      await world.writer.open({ ...REPEATED, revision: 99 });
      await pull(world, id);
      done(await world.writer.abandon({ ...(await at(world.writer, OTUS)), hold: false }));
      expect((await listOf(world.writer.journal())).map(({ what }) => what)).toEqual(["open"]);
    });

    story(openWorld, "tells the link of each district's last line, as a whole reading ends with it", async (world) => {
      await establish(world, OTUS);
      await found(world, idOf(1));
      const ends = new Map((await listOf(world.writer.journal())).map(({ district, link }) => [district, link]));
      expect(ends.size).toBe(2);
      expect(await (await world.reader()).journalHeads()).toEqual(ends);
    });

    story(openWorld, "can be asked for one district or one address", async (world) => {
      await establish(world, OTUS);
      await establish(world, CANVAS);
      await found(world, idOf(1));
      const whats = async (filter: Parameters<typeof world.writer.journal>[0]) =>
        (await listOf(world.writer.journal(filter))).map(({ what }) => what);
      expect(await whats({ address: CANVAS })).toEqual(["open", "findings", "close"]);
      expect(await whats({ district: SPRINGFIELD })).toHaveLength(6);
      expect(await whats({ district: idOf(1) })).toEqual(["outside"]);
      expect(await whats({ district: SPRINGFIELD, address: OTUS })).toHaveLength(3);
    });
  });
}

const REPEATED = {
  address: CANVAS,
  site: SITE,
  generation: 1,
  application: "Canvas",
  make: TRAITS,
  requires: { clauses: ["probed"], quietMs: 0 },
} as const;
