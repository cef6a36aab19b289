import { at, done, establish, open, probe } from "../acts.ts";
import { aNumber, expect } from "../expect.ts";
import { area, promise, type Area } from "../promise.ts";
import { jsonOf, linesOf } from "../over-http/wire.ts";
import { otus, TRAITS } from "../world.ts";
import type { WireWorld } from "./wire-world.ts";

/** What the API promises of lists and of secrets. */
export const WIRE_READS: Area<WireWorld> = area("reading over the wire", [
  promise("ends every list with a line that counts it", [], async (world) => {
    await establish(world, otus(world));
    const query = `?district=${world.district}`;
    for (const [path, kind, length] of [
      [`/districts${query}`, "district", 1],
      [`/journal${query}`, "entry", 3],
    ] as const) {
      const got = await world.wire.send({ path });
      expect(got.status, `the status of ${path}`).toBe(200);
      const lines = linesOf(got);
      expect(lines.at(-1), `the last line of ${path}`).toMatchObject({ kind: "end", count: length });
      expect(lines, `the lines of ${path}`).toHaveLength(length + 1);
      for (const line of lines.slice(0, -1)) expect(line, `a line of ${path}`).toMatchObject({ kind });
    }
  }),

  promise("says whose token it is and what the store can do", [], async (world) => {
    const got = await world.wire.send({ path: "" });
    expect(got.status, "the status").toBe(200);
    expect(jsonOf(got)).toMatchObject({ operator: { name: world.me, access: "write" }, can: world.writer.can });
  }),

  promise("shows a secret under credentials only, and says that it must not be kept", [], async (world) => {
    const answers: string[] = [];
    const note = async (path: string, sent: object = {}) =>
      answers.push((await world.wire.send({ path, ...sent })).text);
    const live = await establish(world, otus(world));
    const next = done(await open(world.writer, otus(world), { make: { ...TRAITS, version: "1.2" } }));
    const { address, revision } = await at(world.writer, otus(world));
    await note("/begin-delivery", { body: { address, connection: next.id, target: "file:a" }, revision });
    done(await probe(world, address, next.id));
    for (const { id } of [live, next]) await note(`/connections/${id}/traffic`);
    for (const path of ["/districts", "/journal"]) await note(`${path}?district=${world.district}`);
    await note("/journal-heads");
    await note("");
    for (const { id } of [live, next]) {
      const got = await world.wire.send({ path: `/connections/${id}/credentials` });
      expect(got.status, "the status of credentials").toBe(200);
      expect(got.header("cache-control") ?? "", "Cache-Control of credentials").toMatch(/no-store/);
      const { clientSecret } = await world.writer.credentials(id);
      const secret = clientSecret.reveal();
      expect(secret.length, "the length of a secret").toBeGreaterThan(15);
      for (const answer of answers) expect(answer, "an answer that is not about credentials").not.toContain(secret);
    }
  }),

  promise("answers 404 for a connection that is nowhere, and for a path that is none", [], async ({ wire }) => {
    for (const path of ["/connections/c-none/credentials", "/connections/c-none/traffic", "/no-such-path"]) {
      const got = await wire.send({ path });
      expect(got.status, `the status of ${path}`).toBe(404);
      expect(jsonOf(got)).toMatchObject({ error: {} });
    }
  }),

  promise("answers a write with the revision that a list then tells", [], async (world) => {
    const live = done(await open(world.writer, otus(world)));
    const written = await probe(world, otus(world), live.id);
    expect(written).toMatchObject({ kind: "done", revision: aNumber });
    const { revision } = await at(world.writer, otus(world));
    expect(written.kind === "done" && written.revision, "the revision of the write").toBe(revision);
  }),
]);
