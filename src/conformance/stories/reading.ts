import { inspect } from "node:util";
import { type Address, addressOf, type DistrictId } from "../../model/address.ts";
import type { JournalEntry } from "../../model/journal.ts";
import type { LiveConnection, LiveDistrict } from "../../model/live.ts";
import type { StoreReader } from "../../stores/store.ts";
import { at, attest, districtOf, done, establish, listOf, open, probe, pull } from "../acts.ts";
import { expect } from "../expect.ts";
import { area, promise, type Area } from "../promise.ts";
import { canvas, districtNumber, otus, siteOf, TRAITS, type World } from "../world.ts";

/** Reading: districts in order, at one moment each; and the journal of every write. */
export const READING: readonly Area[] = [
  area("reading", [
    promise("gives named districts in order, each once, and unknown ones empty", [], async (world) => {
      const { district, writer } = world;
      await establish(world, otus(world));
      const [before, after] = [districtNumber(world, 1), districtNumber(world, 2)];
      await begun(world, 1);
      const read = await listOf(writer.read([after, district, before, district]));
      expect(names(read), "the order of the districts").toEqual([district, before, after]);
      expect(read[0]).toMatchObject({ site: siteOf(district), slots: [{ address: otus(world) }] });
      const { observesUse } = writer.can;
      expect(read[2], "an unknown district").toMatchObject({ district: after, revision: 0, observesUse });
      expect(read[2], "an unknown district").toMatchObject({ slots: [], connections: [] });
      expect(read[2], "an unknown district").not.toHaveProperty("site");
      expect(await listOf(writer.read([]))).toEqual([]);
    }),

    promise("gives all districts in order, however many there are", [], async (world) => {
      for (let number = world.many; number > 0; number -= 1) await begun(world, number);
      const read = await ours(world);
      const all = Array.from({ length: world.many }, (_, index) => districtNumber(world, index + 1));
      expect(names(read), "the order of the districts").toEqual(all);
      for (const { connections } of read) expect(connections, "the connections of each").toHaveLength(1);
      expect(await listOf(world.writer.read(names(read)))).toEqual(read);
    }),

    promise("gives slots by address and connections in the order of their creation", [], async (world) => {
      const first = await establish(world, otus(world));
      const second = await establish(world, canvas(world));
      const third = done(await open(world.writer, addressOf(world.district, "Aeries")));
      const { slots, connections } = await districtOf(world.writer, world.district);
      const order = [addressOf(world.district, "Aeries"), canvas(world), otus(world)];
      expect(slots.map(({ address }) => address)).toEqual(order);
      expect(connections.map(({ id }) => id)).toEqual([first.id, second.id, third.id]);
    }),

    promise("shows a reader the same as a writer, also after opening the store again", [], async (world) => {
      await establish(world, otus(world));
      done(await open(world.writer, otus(world), { make: { ...TRAITS, schools: ["North"], share: ["demographics"] } }));
      done(await open(world.writer, addressOf(world.district, "Edlink", "north")));
      const read = await ours(world);
      expect(await ours(world, await world.reader())).toEqual(read);
      const next = await world.reopen();
      expect(await ours(world, next.writer)).toEqual(read);
      expect((await next.reader()).can).toEqual(next.writer.can);
    }),

    promise("shows a reader what a writer writes beside it", [], async (world) => {
      const reader = await world.reader();
      expect((await districtOf(reader, world.district)).revision).toBe(0);
      await establish(world, otus(world));
      expect(await districtOf(reader, world.district)).toEqual(await districtOf(world.writer, world.district));
    }),

    promise("ends with the signal's reason when it is aborted", [], async (world) => {
      for (let number = 1; number <= 3; number += 1) await begun(world, number);
      const stop = new AbortController();
      const seen: DistrictId[] = [];
      const reading = async () => {
        for await (const { district } of world.writer.read("all", stop.signal)) {
          seen.push(district);
          stop.abort(new Error("that is enough"));
        }
      };
      expect(await reasonOf(reading()), "why reading ended").toBe("that is enough");
      expect(seen).toHaveLength(1);
      const again = listOf(world.writer.read([districtNumber(world, 1)], stop.signal));
      expect(await reasonOf(again), "why reading ended").toBe("that is enough");
    }),

    promise("can be left early and begun again", [], async (world) => {
      for (let number = 1; number <= 3; number += 1) await begun(world, number);
      for await (const _ of world.writer.read("all")) break;
      expect(await ours(world)).toHaveLength(3);
      await begun(world, 4);
    }),

    promise("shows a revision that grows with every material write and never with use", ["use"], async (world) => {
      const revisions: number[] = [];
      const note = async () => revisions.push((await districtOf(world.writer, world.district)).revision);
      await note();
      const live = done(await open(world.writer, otus(world)));
      await note();
      done(await probe(world, otus(world), live.id));
      await note();
      done(await world.writer.closeCutover(await at(world.writer, otus(world))));
      await note();
      expect(new Set(revisions).size, "how many revisions were different").toBe(revisions.length);
      expect(revisions).toEqual([...revisions].sort((a, b) => a - b));
      const before = await districtOf(world.writer, world.district);
      await pull(world, live.id);
      const after = await districtOf(world.writer, world.district);
      expect(after.revision).toBe(before.revision);
      expect(after.slots).toEqual(before.slots);
      expect(after.connections).not.toEqual(before.connections);
    }),
  ]),

  area("the journal", [
    promise(
      "lists every write with who and when, oldest first, and no secret",
      ["hands", "use", "clock", "another"],
      async (world) => {
        const { id } = done(await open(world.writer, otus(world)));
        await world.clock.pass(1000);
        const { me, witness } = world;
        const other = await world.signedBy(witness);
        done(await other.beginDelivery({ ...(await at(other, otus(world))), connection: id, target: "file:a" }));
        done(await other.recordDelivery({ ...(await at(other, otus(world))), connection: id, target: "file:a" }));
        done(await probe(world, otus(world), id));
        done(await attest(world, otus(world), id));
        done(await world.writer.closeCutover(await at(world.writer, otus(world))));
        await world.campus.changeByHand({ connection: id, by: "lee", change: { kind: "disable" } });
        await pull(world, id);
        const entries = await journalOf(world, await world.reader());
        expect(entries.map(({ what, by }) => `${what} by ${by}`)).toEqual([
          `open by ${me}`,
          `begin-delivery by ${witness}`,
          `deliver by ${witness}`,
          `findings by ${me}`,
          `attestation by ${witness}`,
          `close by ${me}`,
          "outside by lee",
        ]);
        for (const entry of entries) {
          expect(entry).toMatchObject({ address: otus(world), connection: id, district: world.district });
        }
        const sequences = entries.map(({ sequence }) => sequence);
        expect(sequences, "the numbers of the lines").toEqual([...new Set(sequences)].sort((a, b) => a - b));
        expect(entries[0]?.at).not.toBe(entries[1]?.at);
        expect(entries[4]?.detail).toMatchObject({ madeBy: witness, reason: "They told me." });
        const { clientSecret } = await world.writer.credentials(id);
        expect(inspect(entries, { depth: 9 }), "the journal").not.toContain(clientSecret.reveal());
      },
    ),

    promise("says nothing of what was not written", ["use"], async (world) => {
      const { id } = done(await open(world.writer, otus(world)));
      await world.writer.closeCutover(await at(world.writer, otus(world)));
      const never = { generation: 1, revision: 99, application: "Canvas" };
      await open(world.writer, canvas(world), never);
      await pull(world, id);
      done(await world.writer.abandon({ ...(await at(world.writer, otus(world))), hold: false }));
      expect((await journalOf(world)).map(({ what }) => what)).toEqual(["open"]);
    }),

    promise("tells the link of each district's last line, as a whole reading ends with it", [], async (world) => {
      await establish(world, otus(world));
      await begun(world, 1);
      const lines = [...(await journalOf(world)), ...(await journalOf(world, world.writer, districtNumber(world, 1)))];
      const ends = new Map(lines.map(({ district, link }) => [district, link]));
      expect(ends.size, "the number of districts with a line").toBe(2);
      const heads = await (await world.reader()).journalHeads();
      for (const [district, link] of ends) expect(heads.get(district), `the head of ${district}`).toBe(link);
    }),

    promise("can be asked for one district or one address", [], async (world) => {
      await establish(world, otus(world));
      await establish(world, canvas(world));
      await begun(world, 1);
      const whats = async (filter: { readonly district?: DistrictId; readonly address?: Address }) =>
        (await listOf(world.writer.journal(filter))).map(({ what }) => what);
      expect(await whats({ address: canvas(world) })).toEqual(["open", "findings", "close"]);
      expect(await whats({ district: world.district })).toHaveLength(6);
      expect(await whats({ district: districtNumber(world, 1) })).toEqual(["open"]);
      expect(await whats({ district: world.district, address: otus(world) })).toHaveLength(3);
    }),
  ]),
];

/** A further district, with a candidate in it. */
async function begun({ writer, district }: World, number: number): Promise<LiveConnection> {
  return done(await open(writer, otus({ district: districtNumber({ district }, number) })));
}

/** Of everything that the store holds, what belongs to this story. */
async function ours(world: World, store: Pick<StoreReader, "read"> = world.writer): Promise<LiveDistrict[]> {
  const isOurs = ({ district }: LiveDistrict) => `${district}-`.startsWith(`${world.district}-`);
  return (await listOf(store.read("all"))).filter(isOurs);
}

function names(read: readonly LiveDistrict[]): DistrictId[] {
  return read.map(({ district }) => district);
}

async function journalOf(
  world: World,
  store: Pick<StoreReader, "journal"> = world.writer,
  district = world.district,
): Promise<JournalEntry[]> {
  return await listOf(store.journal({ district }));
}

async function reasonOf(reading: Promise<unknown>): Promise<string> {
  return await reading.then(
    () => "nothing ended it",
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
}
