import { createHash } from "node:crypto";
import { OutsideError } from "../diagnostics/outside-error.ts";
import type { Attempt } from "../model/attempt.ts";
import type { DistrictId } from "../model/address.ts";
import { type ConnectionId, type LiveDistrict } from "../model/live.ts";
import { type Credentials, Secret } from "../model/secret.ts";
import type { Traffic } from "../model/traffic.ts";
import { sortedUnique } from "../model/traits.ts";
import type { AttemptReader, TrafficReader } from "./campus-side.ts";
import { listed, objectOf } from "./http/lists.ts";
import { type HttpPlace, type Line, openLine } from "./http/line.ts";
import * as trouble from "./http/trouble.ts";
import type { At, Capabilities, JournalEntry, OpenCommand, StoreReader, StoreWriter, Written } from "./store.ts";

export type { HttpPlace } from "./http/line.ts";
export { readHttpPlace } from "./http/place.ts";

/**
 * A store behind the connection-store API (schemas/connection-store.openapi.json): a campus of another machine, or any
 * system that speaks it. The server judges and signs in the name of the token's operator; this only asks.
 */

/** Opens a store on a server for reading. Throws `OutsideError` where it is not reached or does not know the token. */
export async function openHttpReader(place: HttpPlace): Promise<StoreReader & TrafficReader & AttemptReader> {
  const { line, can } = await opened(place);
  return readerOf(line, can);
}

/** Opens a store on a server for writing; throws `stores/no-rights` where the token may only read. */
export async function openHttpWriter(place: HttpPlace): Promise<StoreWriter & TrafficReader> {
  const { line, can, access } = await opened(place);
  if (access !== "write") {
    await line.close();
    throw trouble.forbidden(line.site, "write");
  }
  return { ...readerOf(line, can), ...writesTo(line), credentials: (id) => credentialsOf(line, id) };
}

async function opened(
  place: HttpPlace,
): Promise<{ readonly line: Line; readonly can: Capabilities; readonly access: unknown }> {
  const line = openLine(place);
  try {
    const { status, body } = await line.ask({ path: "", repeatable: true });
    const { can, operator } = await objectOf(line, body);
    if (status !== 200 || !isCapabilities(can)) throw trouble.badAnswer(line.site, "it does not say what it can do");
    return { line, can, access: (operator as { readonly access?: unknown } | undefined)?.access };
  } catch (error) {
    await line.close();
    throw error;
  }
}

function isCapabilities(value: unknown): value is Capabilities {
  const names = ["observesUse", "enables", "byHand"] as const;
  return (
    typeof value === "object" && value !== null && names.every((name) => typeof Reflect.get(value, name) === "boolean")
  );
}

function readerOf(line: Line, can: Capabilities): StoreReader & TrafficReader & AttemptReader {
  return {
    can,
    read: (districts, signal) => readDistricts(line, districts, signal),
    journal: ({ district, address } = {}) => {
      const query = new URLSearchParams({
        ...(district === undefined ? {} : { district }),
        ...(address === undefined ? {} : { address }),
      });
      return listed<JournalEntry>(line, `/journal?${query.toString()}`, "entry");
    },
    journalHeads: async () => {
      const { body } = await line.ask({ path: "/journal-heads", repeatable: true });
      const { heads } = await objectOf(line, body);
      if (typeof heads !== "object" || heads === null)
        throw trouble.badAnswer(line.site, "it tells no heads of its journal");
      return new Map(Object.entries(heads) as [DistrictId, string][]);
    },
    attempts: () => listed<Attempt>(line, "/attempts", "attempt"),
    traffic: (connection, since) => {
      const query = since === undefined ? "" : `?${new URLSearchParams({ since }).toString()}`;
      // Of a connection that is unknown there is no traffic.
      return listed<Traffic>(line, `/connections/${encodeURIComponent(connection)}/traffic${query}`, "request", {
        emptyOn404: true,
      });
    },
    close: () => line.close(),
  };
}

/** Names of districts for one request, so that its address stays shorter than every server takes. */
const NAMES_LENGTH = 4000;

async function* readDistricts(
  line: Line,
  districts: readonly DistrictId[] | "all",
  signal: AbortSignal | undefined,
): AsyncGenerator<LiveDistrict> {
  signal?.throwIfAborted();
  const queries = districts === "all" ? [""] : queriesOf(sortedUnique(districts));
  for (const query of queries) {
    for await (const live of listed<LiveDistrict>(line, `/districts${query}`, "district", { signal })) {
      if (!isDistrict(live)) throw trouble.badAnswer(line.site, "it sends something that is no district");
      yield live;
    }
  }
}

function queriesOf(ids: readonly DistrictId[]): readonly string[] {
  const queries: string[] = [];
  for (const id of ids) {
    const last = queries.at(-1);
    const part = `district=${encodeURIComponent(id)}`;
    if (last === undefined || last.length + part.length > NAMES_LENGTH) queries.push(`?${part}`);
    else queries[queries.length - 1] = `${last}&${part}`;
  }
  return queries;
}

function isDistrict(value: unknown): value is LiveDistrict {
  if (typeof value !== "object" || value === null) return false;
  const { district, revision, slots, connections } = value as Readonly<Record<string, unknown>>;
  return (
    typeof district === "string" && Number.isInteger(revision) && Array.isArray(slots) && Array.isArray(connections)
  );
}

async function credentialsOf(line: Line, id: ConnectionId): Promise<Credentials> {
  const { status, body } = await line.ask({
    path: `/connections/${encodeURIComponent(id)}/credentials`,
    repeatable: true,
  });
  const { clientId, clientSecret, tokenUrl, baseUrl } = await objectOf(line, body);
  if (status === 404) throw noSuchConnection(id);
  for (const value of [clientId, clientSecret, tokenUrl, baseUrl]) {
    if (typeof value !== "string") throw trouble.badAnswer(line.site, "it does not send four values");
  }
  const [id_, secret, token, base] = [clientId, clientSecret, tokenUrl, baseUrl].map(String);
  return { clientId: id_ ?? "", clientSecret: new Secret(secret ?? ""), tokenUrl: token ?? "", baseUrl: base ?? "" };
}

function noSuchConnection(id: ConnectionId): OutsideError {
  return new OutsideError("stores/no-such-connection", `the store holds no connection ${id}`, {
    fix: "Run `rosterform status` to see the connections of the store.",
  });
}

type Writes = Omit<StoreWriter, keyof StoreReader | "credentials">;

/** The writes of the port by their names in the API. */
const PATHS: { readonly [Write in keyof Writes]: string } = {
  open: "open",
  tie: "tie",
  restore: "restore",
  beginDelivery: "begin-delivery",
  recordDelivery: "record-delivery",
  recordReceipt: "record-receipt",
  recordFindings: "record-findings",
  recordStatement: "record-statement",
  update: "update",
  adopt: "adopt",
  rename: "rename",
  release: "release",
  closeCutover: "close-cutover",
  abandon: "abandon",
  disable: "disable",
};

function writesTo(line: Line): Writes {
  const writes = Object.entries(PATHS).map(([name, path]) => [name, (at: At) => write(line, path, at)] as const);
  return Object.fromEntries(writes) as unknown as Writes;
}

const KINDS: Readonly<Record<number, Written<unknown>["kind"]>> = {
  200: "done",
  202: "asked",
  409: "refused",
  412: "stale",
};

async function write(line: Line, path: string, { revision, ...command }: At): Promise<Written<unknown>> {
  const isOpen = path === "open";
  const headers = {
    "if-match": `"${revision}"`,
    ...(isOpen ? { "idempotency-key": keyOf(command as OpenCommand) } : {}),
  };
  // The same generation is never minted twice, so a lost answer to `open` is asked for again.
  const { status, body } = await line.ask({ path: `/${path}`, body: command, headers, repeatable: isOpen });
  const written = await objectOf(line, body);
  if (status === 404) throw trouble.badAnswer(line.site, `it has no path /api/v1/${path}`);
  if (written["kind"] !== KINDS[status])
    throw trouble.badAnswer(line.site, `its answer ${status} to ${path} says something else`);
  if (written["kind"] === "done" && !Number.isInteger(written["revision"]))
    throw trouble.badAnswer(line.site, "a write has no revision");
  return (written["kind"] === "done" ? { value: undefined, ...written } : written) as unknown as Written<unknown>;
}

/** The same address and generation are the same request, whoever sends it and however often. */
function keyOf({ address, generation }: Pick<OpenCommand, "address" | "generation">): string {
  return createHash("sha256").update(`${address}\n${generation}`).digest("base64url");
}
