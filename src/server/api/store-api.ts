import { Readable } from "node:stream";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { type DistrictId, DISTRICT_PATTERN, parseAddress, partsOf } from "../../model/address.ts";
import type { ConnectionId, LiveConnection } from "../../model/live.ts";
import { type Clock, type Instant, parseInstant } from "../../model/time.ts";
import type { CampusSide } from "../../stores/campus-side.ts";
import type { StoreReader, StoreWriter } from "../../stores/store.ts";
import { createThrottle } from "../throttle.ts";
import { ApiTrouble, revisionFrom, sendWritten, troubleOf } from "./answers.ts";
import { createAttemptLog, Refused, requireReach, requireWrite } from "./attempt-log.ts";
import type { OperatorsSource } from "./operators-source.ts";
import { mayReach, type Operator, operatorWith } from "./operators.ts";
import { type Rehearsal, rehearsalApi } from "./rehearsal.ts";
import { SHAPES } from "./shapes.ts";
import { WRITES, type Writing } from "./writes.ts";

/** What the connection-store API stands on. */
export interface StoreApiOptions {
  readonly store: StoreReader & CampusSide;
  /** The store, opened in an operator's name. */
  readonly storeAs: (name: string) => Promise<StoreWriter>;
  readonly operators: OperatorsSource;
  readonly clock: Clock;
  /** The optional part that plays people, consumers and time; only where it is given. */
  readonly rehearsal?: Rehearsal | undefined;
}

/** Nothing else is asked of a store as a connection's id. */
const CONNECTION_ID = /^[ -~]{1,200}$/;
const BODY_LIMIT = 256 * 1024;

/** The port of the store over HTTP. behaviour.md lists the paths and what they answer. */
export async function storeApi(app: FastifyInstance, options: StoreApiOptions): Promise<void> {
  const { store, clock } = options;
  // Settled once for each request, so that operators who change meanwhile do not change who asked.
  const askers = new WeakMap<FastifyRequest, Operator>();
  const operatorOf = (request: FastifyRequest): Operator => {
    const operator = askers.get(request);
    if (operator === undefined) throw unauthorized(request);
    return operator;
  };
  const throttle = createThrottle(clock);
  const attempts = createAttemptLog({ store, clock, log: app.log });
  app.addHook("onClose", () => attempts.flush());
  const note = (request: FastifyRequest, { reason, district }: Pick<Refused, "reason" | "district">): void => {
    const operator = askers.get(request)?.name;
    const more = { ...(operator === undefined ? {} : { operator }), ...(district === undefined ? {} : { district }) };
    attempts.note({ reason, address: request.ip, ...more });
  };
  /** Whoever keeps failing is told to wait; whoever has a token is never kept waiting by others at the same address. */
  const slowDown = (request: FastifyRequest): void => {
    const attempt = { clientId: "an operator", address: request.ip };
    const seconds = throttle.waitBefore(attempt) ?? throttle.countFailure(attempt);
    if (seconds === undefined) return;
    const message = "Too many requests without a token that is known; wait, then try again.";
    throw new Refused(new ApiTrouble(429, "too-many-attempts", message, seconds), "too-many");
  };
  app.setErrorHandler((error, request, reply) => {
    const trouble = troubleOf(error);
    if (trouble instanceof Refused) note(request, trouble);
    if (trouble.status >= 500) request.log.error({ err: error }, "the request failed");
    if (trouble.retryAfter !== undefined) reply.header("retry-after", String(trouble.retryAfter));
    if (trouble.status === 401) reply.header("www-authenticate", 'Bearer realm="connection store"');
    return reply.status(trouble.status).send({ error: { code: trouble.code, message: trouble.message } });
  });
  // Who asks is settled before a body is read or a path is looked at.
  app.addHook("onRequest", async (request) => {
    const operator = operatorWith(await options.operators(), request.headers.authorization);
    if (operator === undefined) {
      slowDown(request);
      throw unauthorized(request);
    }
    askers.set(request, operator);
    if (request.method === "POST") requireWrite(operator);
  });
  app.setNotFoundHandler(() => {
    throw new ApiTrouble(404, "not-found", "There is no such path in the connection-store API.");
  });
  app.get("/", async (request) => {
    const { name, access, districts } = operatorOf(request);
    return { operator: { name, access, districts }, can: store.can };
  });
  reads(app, options, operatorOf);
  const { rehearsal } = options;
  if (rehearsal !== undefined) rehearsalApi(app, { store, clock, rehearsal }, operatorOf);
  for (const [write, body] of Object.entries(SHAPES)) {
    const run = WRITES[write as keyof typeof SHAPES] as (
      writing: Writing,
      command: unknown,
    ) => ReturnType<typeof WRITES.release>;
    app.post(`/${write}`, { schema: { body }, bodyLimit: BODY_LIMIT }, async (request, reply) => {
      const operator = operatorOf(request);
      const revision = revisionFrom(request.headers["if-match"]);
      const writer = await options.storeAs(operator.name);
      const connection = async (id: ConnectionId) => {
        const found = await store.connection(id);
        if (found === undefined || mayReach(operator, found.district)) return found;
        note(request, { reason: "other-district", district: found.district });
        return undefined;
      };
      const writing = { store: writer, operator, now: clock.now(), connection };
      return sendWritten(reply, await run(writing, { ...(request.body as object), revision }));
    });
  }
}

function reads(
  app: FastifyInstance,
  { store, storeAs }: StoreApiOptions,
  operatorOf: (request: FastifyRequest) => Operator,
): void {
  app.get("/districts", async (request, reply) => {
    const operator = operatorOf(request);
    const named = queryOf(request).getAll("district").map(districtFrom);
    for (const district of named) requireReach(operator, district);
    const districts = named.length === 0 ? operator.districts : named;
    return await reply.type("application/x-ndjson").send(lines("district", store.read(districts)));
  });
  app.get("/journal", async (request, reply) => {
    const operator = operatorOf(request);
    const filter = journalFilter(queryOf(request));
    const district = filter.district ?? (filter.address === undefined ? undefined : partsOf(filter.address).district);
    if (district !== undefined) requireReach(operator, district);
    const entries = only(store.journal(filter), (entry) => mayReach(operator, entry.district));
    return await reply.type("application/x-ndjson").send(lines("entry", entries));
  });
  app.get("/journal-heads", async (request) => {
    const operator = operatorOf(request);
    const heads = [...(await store.journalHeads())].filter(([district]) => mayReach(operator, district));
    return { heads: Object.fromEntries(heads) };
  });
  app.get("/attempts", async (request, reply) => {
    const operator = operatorOf(request);
    if (operator.districts !== "all")
      throw new Refused(
        new ApiTrouble(403, "forbidden", "Only who may see every district sees this."),
        "other-district",
      );
    return await reply.type("application/x-ndjson").send(lines("attempt", store.attempts()));
  });
  app.get<{ Params: { id: string } }>("/connections/:id/traffic", async (request, reply) => {
    const operator = operatorOf(request);
    const connection = await connectionOf(store, request.params.id, operator);
    const requests = store.traffic(connection.id, sinceFrom(queryOf(request)));
    return await reply.type("application/x-ndjson").send(lines("request", requests));
  });
  app.get<{ Params: { id: string } }>("/connections/:id/credentials", async (request, reply) => {
    const operator = operatorOf(request);
    requireWrite(operator);
    const { id } = request.params;
    if (!isConnectionId(id)) throw noSuchConnection();
    // The store itself says where there is no such connection; it is looked up only to be held against the operator's districts.
    if (operator.districts !== "all") await connectionOf(store, id, operator);
    const writer = await storeAs(operator.name);
    const { clientId, clientSecret, tokenUrl, baseUrl } = await writer.credentials(id);
    reply.header("cache-control", "no-store");
    return { clientId, clientSecret: clientSecret.reveal(), tokenUrl, baseUrl };
  });
}

/** The connection of a path. An operator does not learn which connections other districts have. */
async function connectionOf(store: CampusSide, id: string, operator: Operator): Promise<LiveConnection> {
  const connection = isConnectionId(id) ? await store.connection(id) : undefined;
  if (connection === undefined) throw noSuchConnection();
  if (mayReach(operator, connection.district)) return connection;
  throw new Refused(noSuchConnection(), "other-district", connection.district);
}

function isConnectionId(text: string): text is ConnectionId {
  return CONNECTION_ID.test(text);
}

function noSuchConnection(): ApiTrouble {
  return new ApiTrouble(404, "not-found", "There is no such connection.");
}

function unauthorized({ headers }: FastifyRequest): Refused {
  const trouble = new ApiTrouble(401, "unauthorized", "The request needs the token of an operator.");
  return new Refused(trouble, headers.authorization === undefined ? "no-token" : "unknown-token");
}

function sinceFrom(query: URLSearchParams): Instant | undefined {
  const text = query.get("since");
  const since = text === null ? undefined : parseInstant(text);
  if (text !== null && since === undefined) throw new ApiTrouble(400, "bad-request", "since is no day and no moment.");
  return since;
}

function journalFilter(query: URLSearchParams): NonNullable<Parameters<StoreReader["journal"]>[0]> {
  const [district, text] = [query.get("district"), query.get("address")];
  const address = text === null ? undefined : parseAddress(text);
  if (text !== null && address === undefined) throw new ApiTrouble(400, "bad-request", "address is no address.");
  return {
    ...(district === null ? {} : { district: districtFrom(district) }),
    ...(address === undefined ? {} : { address }),
  };
}

function districtFrom(text: string): DistrictId {
  if (!DISTRICT_PATTERN.test(text)) throw new ApiTrouble(400, "bad-request", "district is no district's identifier.");
  return text as DistrictId;
}

function queryOf(request: FastifyRequest): URLSearchParams {
  return new URL(request.url, "http://campus").searchParams;
}

async function* only<T>(items: AsyncIterable<T>, isWanted: (item: T) => boolean): AsyncGenerator<T> {
  for await (const item of items) if (isWanted(item)) yield item;
}

/** One JSON object a line, and one at the end: without it a reader knows that the list was cut off. */
function lines(kind: "district" | "entry" | "request" | "attempt", values: AsyncIterable<unknown>): Readable {
  async function* written(): AsyncGenerator<string> {
    let count = 0;
    for await (const value of values) {
      count += 1;
      yield `${JSON.stringify({ kind, value })}\n`;
    }
    yield `${JSON.stringify({ kind: "end", count })}\n`;
  }
  return Readable.from(written());
}
