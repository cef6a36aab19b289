import { afterEach, beforeEach, expect, it } from "vitest";
import type { Probed } from "../../src/model/evidence.ts";
import type { LiveConnection } from "../../src/model/live.ts";
import { DAY_MS, shift } from "../../src/model/time.ts";
import { openHttpWorld, type HttpWorld } from "./http-world.ts";
import { at, connectionOf, done, establish, open, openMemoryWorld, OTUS, probed, pull, TRAITS } from "./world.ts";

/** A client that says whatever helps it. Its token may write, so nothing but the server stands between it and the vendor. */
let world: HttpWorld;
let old: LiveConnection;
let next: LiveConnection;
beforeEach(async () => {
  world = await openHttpWorld(await openMemoryWorld());
  old = await establish(world, OTUS);
  await pull(world, old.id);
  const requires = { clauses: ["probed"], quietMs: 0 } as const;
  next = done(await open(world.writer, OTUS, { make: { ...TRAITS, version: "1.2" }, requires }));
});
afterEach(() => world.end());

const here = () => at(world.writer, OTUS);
const about = () => ({ connection: next.id, fingerprint: next.fingerprint, epoch: next.epoch });

/** It closes whenever it can, and the vendor's connection is still there. */
async function gainsNothing() {
  const closed = await world.writer.closeCutover(await here());
  expect(closed).toMatchObject({ kind: "done", value: { kind: "waiting" } });
  expect((await connectionOf(world, old.id)).status).toEqual({ kind: "active" });
}

it("findings that nobody made say nothing about the consumer, and a requirement that asks for less is not enough", async () => {
  done(await world.writer.recordFindings({ ...(await here()), probed: probed(next, world.clock.now()) }));
  await gainsNothing();
});

it("findings about another epoch, or from tomorrow, are worth nothing more", async () => {
  const later = shift(world.clock.now(), DAY_MS);
  const kept = await world.writer.recordFindings({ ...(await here()), probed: probed(next, later) });
  expect(done(kept).evidence).toMatchObject([{ by: "dana", at: world.clock.now() }]);
  const old_ = await world.writer.recordFindings({
    ...(await here()),
    probed: probed(next, later, "confirmed", { epoch: 9 }),
  });
  expect(old_.kind).toBe("refused");
  await gainsNothing();
});

it("use cannot be claimed: what is called a finding is a finding, and there is no way to say more", async () => {
  const item = { ...probed(next, world.clock.now()), kind: "used" } as unknown as Probed;
  await expect(world.writer.recordFindings({ ...(await here()), probed: item })).rejects.toMatchObject({
    code: "stores/bad-answer",
  });
  await gainsNothing();
});

it("our own probe of the new connection is no consumer, however often it pulls", async () => {
  done(await world.writer.recordFindings({ ...(await here()), probed: probed(next, world.clock.now()) }));
  await pull(world, next.id, "probe");
  world.clock.pass(30 * DAY_MS);
  done(await world.writer.recordFindings({ ...(await here()), probed: probed(next, world.clock.now()) }));
  await gainsNothing();
});

it("a statement in somebody else's name is in the token's, and stands in the journal as that", async () => {
  const statement = {
    kind: "attested",
    about: about(),
    at: world.clock.now(),
    by: "the vendor",
    reason: "Moved.",
  } as const;
  const live = done(await world.writer.recordStatement({ ...(await here()), statement }));
  expect(live.evidence).toMatchObject([{ kind: "attested", by: "dana", identity: { kind: "operator", name: "dana" } }]);
  const lines = [];
  for await (const entry of world.writer.journal({ address: OTUS })) lines.push(entry);
  expect(lines.at(-1)).toMatchObject({ what: "attestation", by: "dana", detail: { madeBy: "dana" } });
});

it("what the ladder refuted is not waived away", async () => {
  const refuted = { rung: "schools", verdict: "refuted", code: "missing-schools", says: "Two are missing." } as const;
  const climb = { ...probed(next, world.clock.now()), findings: [refuted] };
  done(await world.writer.recordFindings({ ...(await here()), probed: climb }));
  const waiver = {
    kind: "waived",
    rung: "schools",
    about: about(),
    at: world.clock.now(),
    by: "dana",
    reason: "Fine.",
  } as const;
  expect((await world.writer.recordStatement({ ...(await here()), statement: waiver })).kind).toBe("refused");
  await gainsNothing();
});

it("a connection that is part of a cut-over, or in use, is not disabled by asking for it", async () => {
  const grounds = { kind: "unused", quietMs: 0 } as const;
  expect((await world.writer.disable({ ...(await here()), connection: old.id, grounds })).kind).not.toBe("done");
  done(await world.writer.abandon({ ...(await here()), hold: false }));
  const asked = await world.writer.disable({
    ...(await here()),
    connection: old.id,
    grounds: { kind: "unused", quietMs: 1 },
  });
  expect(asked.kind === "done" ? asked.value : asked).toMatchObject({ kind: "in-use" });
  expect((await connectionOf(world, old.id)).status).toEqual({ kind: "active" });
});
