import { onTestFinished } from "vitest";
import { createHttpLadder } from "../../src/confirm/http-ladder.ts";
import type { DistrictId } from "../../src/model/address.ts";
import type { Finding } from "../../src/model/evidence.ts";
import type { LiveConnection } from "../../src/model/live.ts";
import { type Credentials, Secret } from "../../src/model/secret.ts";
import type { Instant } from "../../src/model/time.ts";
import type { Traits } from "../../src/model/traits.ts";
import { digestOfToken, type Operator } from "../../src/server/api/operators.ts";
import { type CampusOptions, createCampus } from "../../src/server/campus.ts";
import type { Traffic } from "../../src/stores/campus-side.ts";
import { createMemoryStore, type MemoryStore } from "../../src/stores/memory.ts";

export const OCTOBER = "2026-10-05T08:00:00.000Z" as Instant;
export const SPRINGFIELD = "springfield" as DistrictId;
export const SHELBYVILLE = "shelbyville" as DistrictId;

/** A campus over a memory store, listening on loopback until the test ends. */
export interface Stage {
  readonly origin: string;
  /** Where it listens; the origin, unless a proxy stands before it. */
  readonly local: string;
  readonly store: MemoryStore;
  /** Everything that was logged. */
  readonly logged: string[];
  setNow(now: string): void;
  /** A person generates a connection; 1.2, `other`, all schools, only rostering unless said otherwise. */
  connect(make?: Partial<Traits> & { readonly district?: DistrictId }): Promise<Connected>;
}

export interface Connected {
  readonly connection: LiveConnection;
  readonly credentials: Credentials;
  readonly root: string;
}

export async function openStage(options: Partial<CampusOptions> = {}): Promise<Stage> {
  let now = OCTOBER;
  const clock = { now: () => now };
  const store = createMemoryStore({ clock, by: "campus" });
  const logged: string[] = [];
  const campus = createCampus({
    store,
    clock,
    storeAs: (by) => store.signedBy(by),
    log: { write: (line) => void logged.push(line) },
    ...options,
  });
  onTestFinished(() => campus.close());
  const origin = await campus.listen();
  return {
    origin,
    local: campus.local,
    store,
    logged,
    setNow: (moment) => {
      now = moment as Instant;
    },
    connect: async ({ district = SPRINGFIELD, ...make } = {}) => {
      const connection = await store.createByHand({
        district,
        site: { host: "cloud.example.org", app: `${district}-app`, kind: "production" },
        application: "Otus",
        make: { kind: "other", version: "1.2", schools: "all", share: [], ...make },
        by: "dana",
      });
      const credentials = await store.credentials(connection.id);
      const root = connection.version === "1.1" ? credentials.baseUrl : `${credentials.baseUrl}/rostering/v1p2`;
      return { connection, credentials, root };
    },
  };
}

/** One answer, read whole. */
export interface Got {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The parsed body; `undefined` when it is no JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: what the server sends is looked into by the tests.
  readonly json: any;
}

export async function send(url: string, init: RequestInit = {}): Promise<Got> {
  const answer = await fetch(url, { redirect: "manual", ...init });
  const text = await answer.text();
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  return { status: answer.status, headers: answer.headers, text, json };
}

/** The token call as most vendors make it. */
export function askToken(
  credentials: Credentials,
  more: { readonly scope?: string; readonly agent?: string } = {},
): Promise<Got> {
  const basic = Buffer.from(`${credentials.clientId}:${credentials.clientSecret.reveal()}`).toString("base64");
  const form = new URLSearchParams({
    grant_type: "client_credentials",
    ...(more.scope === undefined ? {} : { scope: more.scope }),
  });
  return send(credentials.tokenUrl, {
    method: "POST",
    headers: { authorization: `Basic ${basic}`, "user-agent": more.agent ?? "vendor/1.0" },
    body: form,
  });
}

/** A vendor with a token: reads a path below a root. */
export async function vendorOf(
  { credentials, root }: Connected,
  more: { readonly scope?: string; readonly agent?: string } = {},
): Promise<(path: string) => Promise<Got>> {
  const { json } = await askToken(credentials, more);
  return (path) =>
    send(path.startsWith("http") ? path : `${root}/${path}`, {
      headers: { authorization: `Bearer ${json.access_token}` },
    });
}

/** Follows `next` until the end, and answers every object. */
export async function readAll(read: (path: string) => Promise<Got>, collection: string, limit = 7) {
  const objects = [];
  let next: string | undefined = `${collection}?limit=${limit}`;
  while (next !== undefined) {
    const page: Got = await read(next);
    objects.push(...page.json[wrapperOf(collection)]);
    next = /<([^>]+)>; rel="next"/.exec(page.headers.get("link") ?? "")?.[1];
  }
  return objects;
}

export function wrapperOf(collection: string): string {
  const wrappers: Record<string, string> = {
    schools: "orgs",
    students: "users",
    teachers: "users",
    terms: "academicSessions",
    gradingPeriods: "academicSessions",
  };
  return wrappers[collection] ?? collection;
}

export async function trafficOf({ store }: Stage, { connection }: Connected): Promise<readonly Traffic[]> {
  const items: Traffic[] = [];
  for await (const item of store.traffic(connection.id)) items.push(item);
  return items;
}

/** The tool's own ladder, climbed over a connection of the campus. */
export async function climb(
  { connection, credentials }: Pick<Connected, "connection" | "credentials">,
  more: { readonly now?: string; readonly readDemographics?: boolean; readonly old?: Connected } = {},
): Promise<readonly Finding[]> {
  const ladder = createHttpLadder({
    deadlineMs: 60_000,
    tolerance: 0.1,
    readDemographics: more.readDemographics ?? true,
  });
  const old = more.old === undefined ? {} : { old: more.old };
  return await ladder.climb({ connection, credentials, now: (more.now ?? OCTOBER) as Instant, ...old });
}

export function withSecret(credentials: Credentials, secret: string): Credentials {
  return { ...credentials, clientSecret: new Secret(secret) };
}

/** An operator, and the header that names them. */
export function operator(
  name: string,
  rights: Pick<Operator, "districts" | "access">,
): Operator & { readonly headers: Record<string, string> } {
  const token = `token-of-${name}-0123456789`;
  return { name, tokens: [digestOfToken(new Secret(token))], ...rights, headers: { authorization: `Bearer ${token}` } };
}
