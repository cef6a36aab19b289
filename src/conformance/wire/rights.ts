import { at, connectionOf, districtOf, establish } from "../acts.ts";
import { expect, Some } from "../expect.ts";
import { area, promise, type Area } from "../promise.ts";
import { type Got, jsonOf } from "../over-http/wire.ts";
import { otus } from "../world.ts";
import type { WireWorld } from "./wire-world.ts";

/** Who is told to slow down was not let in either. */
const turnedAway = new Some("401 or 429", (seen) => seen === 401 || seen === 429);

/** Who may do what: tokens, access and districts. */
export const WIRE_RIGHTS: Area<WireWorld> = area("who asks", [
  promise("is not let in without a token, nor with one that is nobody's", [], async (world) => {
    const body = { address: otus(world) };
    for (const as of ["nobody", "stranger"] as const) {
      for (const sent of [{ path: "/districts" }, { path: "/close-cutover", body, revision: 0 }]) {
        const got = await world.wire.send({ ...sent, as });
        expect(got.status, `the status of ${sent.path}`).toMatchObject(turnedAway);
        expect(jsonOf(got)).toMatchObject({ error: {} });
      }
    }
  }),

  promise("may not write, nor see credentials, with a token that may only read", ["reader"], async (world) => {
    const live = await establish(world, otus(world));
    const before = await districtOf(world.writer, world.district);
    const { address, revision } = await at(world.writer, otus(world));
    const seen = await world.wire.send({ path: `/districts?district=${world.district}`, as: "reader" });
    expect(seen.status, "the status of reading").toBe(200);
    const changes = { schools: ["North"], share: [] };
    const body = { address, connection: live.id, changes };
    const written = await world.wire.send({ path: "/update", body, revision, as: "reader" });
    expect(written.status, "the status of a write").toBe(403);
    const secret = await world.wire.send({ path: `/connections/${live.id}/credentials`, as: "reader" });
    expect(secret.status, "the status of credentials").toBe(403);
    expect(await districtOf(world.writer, world.district), "the district").toEqual(before);
  }),

  promise("learns nothing of a district out of reach, not even whether it exists", ["outsider"], async (world) => {
    await establish(world, otus(world));
    const unknown = `${world.district}-none`;
    for (const path of ["/districts", "/journal"]) {
      const ask = (district: string) => world.wire.send({ path: `${path}?district=${district}`, as: "outsider" });
      const [there, nowhere] = [await ask(world.district), await ask(unknown)];
      expect(there.status, `the status of ${path}`).toBe(403);
      expectAlike(there, nowhere, path);
      const list = await world.wire.send({ path, as: "outsider" });
      expect(list.text, `what ${path} lists`).not.toContain(world.district);
    }
    const heads = await world.wire.send({ path: "/journal-heads", as: "outsider" });
    expect(heads.text, "the heads of journals").not.toContain(world.district);
  }),

  promise("learns nothing of a connection out of reach, not even whether it exists", ["outsider"], async (world) => {
    const live = await establish(world, otus(world));
    for (const what of ["credentials", "traffic"]) {
      const ask = (id: string) => world.wire.send({ path: `/connections/${id}/${what}`, as: "outsider" });
      const there = await ask(live.id);
      expect(there.status, `the status of ${what}`).toMatchObject(new Some("403 or 404", isRefusal));
      expectAlike(there, await ask("c-none"), what);
    }
  }),

  promise("writes nothing to a district out of reach", ["outsider"], async (world) => {
    const live = await establish(world, otus(world));
    const before = await districtOf(world.writer, world.district);
    const { address, revision } = await at(world.writer, otus(world));
    const grounds = { kind: "accepted-cut-off" };
    const body = { address, connection: live.id, grounds };
    const got = await world.wire.send({ path: "/disable", body, revision, as: "outsider" });
    expect(got.status, "the status").toBe(403);
    expect((await connectionOf(world, live.id)).status).toMatchObject({ kind: "active" });
    expect(await districtOf(world.writer, world.district), "the district").toEqual(before);
  }),
]);

function isRefusal(status: unknown): boolean {
  return status === 403 || status === 404;
}

/** Two answers between which nobody can tell. */
function expectAlike(one: Got, other: Got, what: string): void {
  expect(one.status, `the status of ${what}, beside that of what is nowhere`).toBe(other.status);
  expect(jsonOf(one), `the answer to ${what}, beside that of what is nowhere`).toEqual(jsonOf(other));
}
