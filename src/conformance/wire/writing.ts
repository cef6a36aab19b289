import { aboutOf, at, connectionOf, districtOf, done, nowFor, open, slotOf } from "../acts.ts";
import { expect } from "../expect.ts";
import { area, promise, type Area } from "../promise.ts";
import { jsonOf } from "../over-http/wire.ts";
import { otus, REQUIRES, siteOf, TRAITS } from "../world.ts";
import type { WireWorld } from "./wire-world.ts";

/** What the API promises of writes that a driver hides from whoever stands on the port. */
export const WIRE_WRITES: Area<WireWorld> = area("writing over the wire", [
  promise("answers 428 to a write that names no revision, and writes nothing", [], async (world) => {
    const got = await world.wire.send({ path: "/open", body: opening(world) });
    expect(got.status, "the status").toBe(428);
    await expectUntouched(world);
  }),

  promise("answers 412 to a write on an old revision, and writes nothing", [], async (world) => {
    const got = await world.wire.send({ path: "/open", body: opening(world), revision: 7 });
    expect(got.status, "the status").toBe(412);
    expect(jsonOf(got)).toMatchObject({ kind: "stale", expected: 7, found: 0 });
    await expectUntouched(world);
    const live = done(await open(world.writer, otus(world)));
    const planned = await slotOf(world.writer, otus(world));
    const body = { address: otus(world), connection: live.id, target: "file:a" };
    const first = await world.wire.send({ path: "/begin-delivery", body, revision: planned?.revision ?? 0 });
    expect(first.status, "the status of the first write").toBe(200);
    const second = await world.wire.send({ path: "/close-cutover", body: { address: otus(world) }, revision: 0 });
    expect(second.status, "the status of a write on an old revision").toBe(412);
  }),

  promise("answers 400 to what has not the shape of a command, and writes nothing", [], async (world) => {
    const { requires: _, ...less } = opening(world);
    const bodies = [less, { ...opening(world), generation: "one" }, ["a list"], { ...opening(world), address: "none" }];
    for (const body of bodies) {
      const got = await world.wire.send({ path: "/open", body, revision: 0 });
      expect(got.status, `the status of ${JSON.stringify(body).slice(0, 60)}`).toBe(400);
    }
    const headers = { "if-match": "seven" };
    const got = await world.wire.send({ path: "/open", body: opening(world), headers });
    expect(got.status, "the status of a revision that is none").toBe(400);
    await expectUntouched(world);
  }),

  promise("tells the new revision in the answer and as ETag", [], async (world) => {
    const got = await world.wire.send({ path: "/open", body: opening(world), revision: 0 });
    expect(got.status, "the status").toBe(200);
    const { revision } = await at(world.writer, otus(world));
    expect(jsonOf(got)).toMatchObject({ kind: "done", revision });
    expect(got.header("etag"), "the ETag").toBe(`"${revision}"`);
  }),

  promise("answers a generate that is asked again with the first connection, whatever its key", [], async (world) => {
    const ids: unknown[] = [];
    for (const key of ["one", "one", "two", undefined]) {
      const headers = key === undefined ? {} : { "idempotency-key": key };
      const got = await world.wire.send({ path: "/open", body: opening(world), revision: 0, headers });
      expect(got.status, "the status").toBe(200);
      ids.push(idIn(jsonOf(got)));
    }
    expect(new Set(ids).size, "the number of different connections that were answered").toBe(1);
    expect((await districtOf(world.writer, world.district)).connections, "the connections").toHaveLength(1);
  }),

  promise("does a generate once whose answer was lost", [], async (world) => {
    const sent = { path: "/open", body: opening(world), revision: 0, headers: { "idempotency-key": "lost" } };
    await world.wire.sendAndLose(sent);
    const got = await world.wire.send(sent);
    expect(got.status, "the status of the second time").toBe(200);
    const { connections } = await districtOf(world.writer, world.district);
    expect(connections, "the connections").toHaveLength(1);
    expect(idIn(jsonOf(got)), "the connection that was answered").toBe(connections[0]?.id);
  }),

  promise("tells a statement in the name of the token, whatever name it carries", [], async (world) => {
    const live = done(await open(world.writer, otus(world)));
    const said = { about: aboutOf(live), at: nowFor(world, live), by: "the vendor itself", reason: "It said so." };
    const body = { address: otus(world), statement: { kind: "attested", ...said } };
    const got = await world.wire.send({ path: "/record-statement", body, ...(await at(world.writer, otus(world))) });
    expect(got.status, "the status").toBe(200);
    expect((await connectionOf(world, live.id)).evidence).toMatchObject([{ kind: "attested", by: world.me }]);
  }),
]);

/** The first generation of an address, as its body is sent. */
function opening(world: WireWorld) {
  return {
    address: otus(world),
    site: siteOf(world.district),
    generation: 1,
    application: "Otus",
    make: TRAITS,
    requires: REQUIRES,
  };
}

async function expectUntouched({ writer, district }: WireWorld): Promise<void> {
  expect(await districtOf(writer, district), "the district").toMatchObject({ revision: 0, connections: [], slots: [] });
}

/** The id of the connection in the answer to a generate. */
function idIn(answer: unknown): unknown {
  const value: unknown = Reflect.get(Object(answer), "value");
  return Reflect.get(Object(value), "id");
}
