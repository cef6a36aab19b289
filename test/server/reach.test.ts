import fastify from "fastify";
import { describe, expect, it, onTestFinished } from "vitest";
import { addressOf } from "../../src/model/address.ts";
import { SHAPES } from "../../src/server/api/shapes.ts";
import { storeApi } from "../../src/server/api/store-api.ts";
import type { ConnectionId } from "../../src/model/live.ts";
import type { CampusSide } from "../../src/stores/campus-side.ts";
import { createMemoryStore } from "../../src/stores/memory.ts";
import type { StoreWriter } from "../../src/stores/store.ts";
import { listOf, open, openSqliteWorld } from "../stores/world.ts";
import { type Got, OCTOBER, openStage, operator, send, SHELBYVILLE, SPRINGFIELD } from "./stage.ts";

/**
 * A district can never be reached with another's token: every path of the API, generated from its shapes and routes, asked by
 * operators who have no business there.
 */

const DANA = operator("dana", { districts: [SPRINGFIELD], access: "write" });
const RITA = operator("rita", { districts: [SPRINGFIELD], access: "read" });
const OTTO = operator("otto", { districts: [SHELBYVILLE], access: "read" });
type Who = typeof DANA;

const OWN = addressOf(SPRINGFIELD, "Otus");
const FOREIGN = addressOf(SHELBYVILLE, "Otus");
const NOWHERE = "c-0000-0000" as ConnectionId;

interface Shape {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Shape[];
  readonly oneOf?: readonly Shape[];
  readonly pattern?: string;
  readonly minItems?: number;
  readonly items?: Shape;
  readonly properties?: Readonly<Record<string, unknown>>;
}

/** A body that a shape lets through, with every member that it knows; `named` says what stands under some names. */
function sample(shape: Shape, named: Readonly<Record<string, unknown>>): unknown {
  if (shape.const !== undefined) return shape.const;
  if (shape.enum !== undefined) return shape.enum[0];
  const [first] = shape.anyOf ?? shape.oneOf ?? [];
  if (first !== undefined) return sample(first, named);
  switch (shape.type) {
    case "object":
      return Object.fromEntries(
        Object.entries((shape.properties ?? {}) as Readonly<Record<string, Shape>>).map(([key, member]) => [
          key,
          key in named && member.type === "string" ? named[key] : sample(member, named),
        ]),
      );
    case "array":
      return (shape.minItems ?? 0) > 0 && shape.items !== undefined ? [sample(shape.items, named)] : [];
    case "integer":
      return 1;
    case "boolean":
      return true;
    default:
      if (shape.pattern?.startsWith("^https") === true) return "https://tickets.example.org/1";
      return shape.pattern === undefined ? "some-text" : OCTOBER;
  }
}

const bodyOf = (write: keyof typeof SHAPES, address: string, connection: string, to = address) => {
  const isTied = write === "tie" || write === "open";
  return sample(SHAPES[write], {
    address,
    connection,
    ...(isTied ? { from: connection } : {}),
    to: write === "rename" ? to : connection,
  });
};

const WRITES = Object.keys(SHAPES) as (keyof typeof SHAPES)[];
/** By route: the ways of asking it for something of another district, and whether the answer is an empty list. */
const READS: Readonly<
  Record<string, { readonly paths: (id: ConnectionId) => readonly string[]; readonly isList?: true }>
> = {
  "/": { paths: () => ["/"], isList: true },
  "/districts": { paths: () => ["/districts"], isList: true },
  "/districts?district": {
    paths: () => ["/districts?district=shelbyville", "/districts?district=springfield&district=shelbyville"],
  },
  "/journal": {
    paths: () => ["/journal", `/journal?district=springfield&address=${FOREIGN}`],
    isList: true,
  },
  "/journal?filter": { paths: () => ["/journal?district=shelbyville", `/journal?address=${FOREIGN}`] },
  "/journal-heads": { paths: () => ["/journal-heads"], isList: true },
  "/attempts": { paths: () => ["/attempts"] },
  "/connections/:id/traffic": { paths: (id) => [`/connections/${id}/traffic`] },
  "/connections/:id/credentials": { paths: (id) => [`/connections/${id}/credentials`] },
};

interface Opened {
  readonly store: StoreWriter & CampusSide;
  readonly storeAs: (by: string) => Promise<StoreWriter>;
}

const STORES = {
  memory: async () => {
    const clock = { now: () => OCTOBER };
    const store = createMemoryStore({ clock, by: "campus" });
    return { store, storeAs: async (by: string): Promise<StoreWriter> => store.signedBy(by) };
  },
  "a SQLite file": async () => {
    const world = await openSqliteWorld();
    onTestFinished(() => world.end());
    return { store: { ...world.campus, ...world.writer }, storeAs: (by: string) => world.signedBy(by) };
  },
} satisfies Record<string, () => Promise<Opened>>;

async function stageOver(kind: keyof typeof STORES) {
  const opened: Opened = await STORES[kind]();
  const { store } = opened;
  const stage = await openStage({ ...opened, operators: [DANA, RITA, OTTO] });
  // In Shelbyville there is something to find: a connection in use, and a candidate beside it.
  const site = { host: "cloud.example.org", app: "shelbyville-app", kind: "production" } as const;
  const make = { kind: "other", version: "1.2", schools: "all", share: [] } as const;
  const hand = { site, application: "Otus", make, by: "kim" };
  const foreign = await store.createByHand({ ...hand, district: SHELBYVILLE });
  await store.createByHand({ ...hand, district: SPRINGFIELD, site: { ...site, app: "springfield-app" } });
  await store.adopt({ address: FOREIGN, revision: 0, connection: foreign.id, site, rotate: 0 });
  const candidate = await open(store, FOREIGN, { site, make: { ...make, rotate: 1 } });
  if (candidate.kind !== "done") throw new Error("the stage could not be set");
  const everything = async () =>
    JSON.stringify([
      await listOf(store.read("all")),
      await listOf(store.journal()),
      await listOf(store.traffic(foreign.id)),
    ]);
  const asked = (who: Who, path: string, body?: unknown): Promise<Got> =>
    send(`${stage.origin}/api/v1${path}`, {
      headers: {
        ...who.headers,
        ...(body === undefined ? {} : { "content-type": "application/json", "if-match": '"1"' }),
      },
      ...(body === undefined ? {} : { method: "POST", body: JSON.stringify(body) }),
    });
  const secrets = [foreign, candidate.value].flatMap(({ id, clientId, fingerprint }) => [id, clientId, fingerprint]);
  return { everything, asked, foreign: foreign.id, candidate: candidate.value.id, secrets };
}

describe.each(Object.keys(STORES) as (keyof typeof STORES)[])("over %s, an operator of another district", (kind) => {
  it.each(WRITES)("cannot %s there, and learns nothing", async (write) => {
    const stage = await stageOver(kind);
    const before = await stage.everything();
    for (const id of [stage.foreign, stage.candidate]) {
      const there = await stage.asked(DANA, `/${write}`, bodyOf(write, FOREIGN, id));
      expect([there.status, there.json.error.code]).toEqual([403, "forbidden"]);
      for (const name of [SHELBYVILLE, ...stage.secrets]) expect(there.text).not.toContain(name);
      // From an address of one's own, what is there is as good as nothing: the answers differ in what was asked for alone.
      const mine = await stage.asked(DANA, `/${write}`, bodyOf(write, OWN, id));
      const nothing = await stage.asked(DANA, `/${write}`, bodyOf(write, OWN, NOWHERE));
      expect(mine.status).toBeGreaterThanOrEqual(400);
      expect([mine.status, mine.text.replaceAll(id, NOWHERE)]).toEqual([nothing.status, nothing.text]);
      const reader = await stage.asked(RITA, `/${write}`, bodyOf(write, OWN, id));
      expect([reader.status, reader.json.error.message]).toEqual([403, "The operator may only read."]);
    }
    expect(await stage.everything()).toBe(before);
  });

  it("cannot rename an address into it", async () => {
    const stage = await stageOver(kind);
    const before = await stage.everything();
    const body = bodyOf("rename", OWN, NOWHERE, addressOf(SHELBYVILLE, "Taken"));
    expect((await stage.asked(DANA, "/rename", body)).status).toBe(403);
    expect(await stage.everything()).toBe(before);
  });

  it.each(Object.entries(READS))("finds nothing at %s", async (_, { paths, isList }) => {
    const stage = await stageOver(kind);
    const before = await stage.everything();
    for (const who of [DANA, RITA]) {
      for (const path of paths(stage.foreign)) {
        const answer = await stage.asked(who, path);
        if (isList === true) expect(answer.status).toBe(200);
        else expect([403, 404]).toContain(answer.status);
        for (const name of [SHELBYVILLE, ...stage.secrets]) expect(answer.text).not.toContain(name);
      }
    }
    expect(await stage.everything()).toBe(before);
  });

  it("is kept from reading credentials of its own district with a token that may only read", async () => {
    const stage = await stageOver(kind);
    const answer = await stage.asked(OTTO, `/connections/${stage.foreign}/credentials`);
    expect(answer.status).toBe(403);
    for (const name of stage.secrets) expect(answer.text).not.toContain(name);
    expect((await stage.asked(OTTO, `/connections/${stage.foreign}/traffic`)).status).toBe(200);
  });
});

it("no path of the API is left out above", async () => {
  const app = fastify();
  const routes: string[] = [];
  app.addHook("onRoute", ({ method, url }) => void routes.push(`${String(method)} ${url}`));
  const store = createMemoryStore({ clock: { now: () => OCTOBER }, by: "campus" });
  const clock = { now: () => OCTOBER };
  await app.register(storeApi, { store, clock, operators: async () => [], storeAs: async () => store });
  const tried = [
    ...WRITES.map((write) => `POST /${write}`),
    ...Object.keys(READS).map((path) => `GET ${path.split("?")[0]}`),
  ];
  expect(new Set(routes.filter((route) => !route.startsWith("HEAD ")))).toEqual(new Set(tried));
  await app.close();
});
