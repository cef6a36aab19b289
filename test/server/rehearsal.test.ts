import { beforeEach, describe, expect, it } from "vitest";
import { passingClock } from "../../src/server/api/rehearsal.ts";
import { createCampus } from "../../src/server/campus.ts";
import { createMemoryStore } from "../../src/stores/memory.ts";
import { OCTOBER, openStage, operator, send, SHELBYVILLE, SPRINGFIELD, type Stage } from "./stage.ts";

const DANA = operator("dana", { districts: [SPRINGFIELD], access: "write" });
const RITA = operator("rita", { districts: "all", access: "read" });

const SITE = { host: "cloud.example.org", app: "springfield-app", kind: "sandbox" };
const MAKE = { kind: "other", version: "1.2", schools: "all", share: [] };
const CREATE = { district: SPRINGFIELD, site: SITE, application: "Otus", make: MAKE, by: "lee" };

let stage: Stage;
let clock: ReturnType<typeof passingClock>;
beforeEach(async () => {
  clock = passingClock({ now: () => OCTOBER });
  const store = createMemoryStore({ clock, by: "campus" });
  const storeAs = (by: string) => store.signedBy(by);
  stage = { ...(await openStage({ operators: [DANA, RITA], store, storeAs, clock, rehearsal: clock })), store };
});

const play = async (path: string, body: unknown, who = DANA) => {
  const headers = { ...who.headers, "content-type": "application/json" };
  const { status, text } = await send(`${stage.origin}/api/v1/rehearsal/${path}`, {
    method: "POST",
    headers,
    body: JSON.stringify(body),
  });
  return { status, body: JSON.parse(text) };
};

describe("a campus that rehearses", () => {
  it("plays a person, a consumer and time", async () => {
    const made = await play("create", CREATE);
    expect(made).toMatchObject({ status: 200, body: { kind: "done", value: { provenance: "found" } } });
    const connection = made.body.value.id;
    const line = { connection, at: OCTOBER, by: "consumer", what: "token", ok: true };
    expect((await play("traffic", line)).status).toBe(200);
    expect(await stage.store.connection(connection)).toMatchObject({ use: { last: OCTOBER } });
    expect((await play("pass", { ms: 60_000 })).body).toEqual({ now: "2026-10-05T08:01:00.000Z" });
    const change = { connection, by: "lee", change: { kind: "disable" } };
    const changed = await play("change", change);
    expect(changed.body.value.status).toMatchObject({ kind: "disabled", by: "lee", at: "2026-10-05T08:01:00.000Z" });
  });

  it("asks for a token that may write, for districts within reach, and for the right shape", async () => {
    expect((await play("create", CREATE, RITA)).status).toBe(403);
    expect((await play("create", { ...CREATE, district: SHELBYVILLE })).status).toBe(403);
    expect((await play("create", { ...CREATE, more: 1 })).status).toBe(400);
    expect((await play("pass", { ms: -1 })).status).toBe(400);
    const nobody = { connection: "c-none", by: "lee", change: { kind: "disable" } };
    expect((await play("change", nobody)).status).toBe(404);
    const site = { ...SITE, app: "other-app" };
    expect((await play("create", CREATE)).status).toBe(200);
    expect(await play("create", { ...CREATE, site })).toMatchObject({ status: 409, body: { kind: "refused" } });
  });

  it("takes no site of production, neither from a hand nor from a write", async () => {
    const site = { ...SITE, kind: "production" };
    expect(await play("create", { ...CREATE, site })).toMatchObject({ status: 409, body: { kind: "refused" } });
    const command = {
      address: `${SPRINGFIELD}/Otus`,
      site,
      generation: 1,
      application: "Otus",
      make: { ...MAKE, rotate: 0 },
      requires: { clauses: ["probed"], quietMs: 0 },
    };
    const got = await send(`${stage.origin}/api/v1/open`, {
      method: "POST",
      headers: { ...DANA.headers, "content-type": "application/json", "if-match": '"0"' },
      body: JSON.stringify(command),
    });
    expect(got.status).toBe(409);
  });

  it("plays nothing where a site of production came in by another way, and moves no clock beside it", async () => {
    const site = { ...SITE, kind: "production" } as const;
    const { id } = await stage.store.createByHand({ ...CREATE, site, make: { ...MAKE } as never });
    const plays = [
      play("pass", { ms: 60_000 }),
      play("traffic", { connection: id, at: OCTOBER, by: "consumer", what: "token", ok: true }),
      play("change", { connection: id, by: "lee", change: { kind: "disable" } }),
      play("create", CREATE),
    ];
    for (const { status, body } of await Promise.all(plays)) {
      expect([status, body.kind]).toEqual([409, "refused"]);
      expect(body.why).toContain("springfield is a site of production");
    }
    expect(clock.now()).toBe(OCTOBER);
    const before = await stage.store.connection(id);
    expect(before?.status).toEqual({ kind: "active" });
  });

  it("does not even listen on a store with a site of production", async () => {
    const store = createMemoryStore({ clock, by: "campus" });
    await store.createByHand({ ...CREATE, site: { ...SITE, kind: "production" }, make: { ...MAKE } as never });
    const campus = createCampus({ store, clock, rehearsal: clock });
    await expect(campus.listen()).rejects.toMatchObject({ code: "server/production-store" });
  });
});

it("a campus that does not rehearse has no such paths", async () => {
  const plain = await openStage({ operators: [DANA] });
  for (const path of ["", "/pass", "/create"]) {
    const got = await send(`${plain.origin}/api/v1/rehearsal${path}`, { headers: DANA.headers });
    expect(got.status).toBe(404);
  }
});
