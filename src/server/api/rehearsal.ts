import type { FastifyInstance, FastifyRequest } from "fastify";
import { OutsideError } from "../../diagnostics/outside-error.ts";
import type { DistrictId } from "../../model/address.ts";
import type { ConnectionId } from "../../model/live.ts";
import { type Clock, type Instant, shift } from "../../model/time.ts";
import type { CampusSide, Traffic } from "../../stores/campus-side.ts";
import type { StoreReader, Written } from "../../stores/store.ts";
import { sendWritten } from "./answers.ts";
import { requireReach } from "./attempt-log.ts";
import type { Operator } from "./operators.ts";
import { REHEARSAL_SHAPES } from "./shapes.ts";

/** What a campus offers that only rehearses: its clock can be moved on, for everybody at once. */
export interface Rehearsal {
  /** Moves the campus's clock on by so many milliseconds. */
  pass(ms: number): void;
}

/** What the rehearsal part of the API stands on. */
export interface RehearsalOptions {
  readonly store: StoreReader & CampusSide;
  readonly clock: Clock;
  readonly rehearsal: Rehearsal;
}

type OperatorOf = (request: FastifyRequest) => Operator;

/**
 * The optional part of the API that plays a person's hand, a consumer and time, so that a store can be tried from outside. It
 * makes evidence out of nothing, so it refuses every district of production, and the whole store where one of them is.
 */
export function rehearsalApi(app: FastifyInstance, options: RehearsalOptions, operatorOf: OperatorOf): void {
  const { store, clock, rehearsal } = options;
  app.addHook("preHandler", async (request, reply) => {
    if (namesProduction(request.body)) return sendWritten(reply, TAKES_NO_PRODUCTION);
  });
  app.get("/rehearsal", async () => ({ now: clock.now() }));
  app.post<{ Body: { ms: number } }>("/rehearsal/pass", shaped("pass"), async (request, reply) => {
    const production = await productionIn(store);
    if (production !== undefined) return sendWritten(reply, notInProduction(production));
    rehearsal.pass(request.body.ms);
    return { now: clock.now() };
  });
  app.post<{ Body: Traffic }>("/rehearsal/traffic", shaped("traffic"), async (request, reply) => {
    return sendWritten(
      reply,
      await onConnection(options, request.body.connection, operatorOf(request), () =>
        store.recordTraffic(request.body),
      ),
    );
  });
  app.post<{ Body: Parameters<CampusSide["createByHand"]>[0] }>(
    "/rehearsal/create",
    shaped("create"),
    async (request, reply) => {
      const { district } = request.body;
      requireReach(operatorOf(request), district);
      if ((await store.siteOf(district))?.kind === "production") return sendWritten(reply, notInProduction(district));
      return sendWritten(reply, await written(() => store.createByHand(request.body)));
    },
  );
  app.post<{ Body: Parameters<CampusSide["changeByHand"]>[0] }>(
    "/rehearsal/change",
    shaped("change"),
    async (request, reply) => {
      return sendWritten(
        reply,
        await onConnection(options, request.body.connection, operatorOf(request), () =>
          store.changeByHand(request.body),
        ),
      );
    },
  );
}

/** Whether a command names a site of production, which a campus that rehearses takes from nobody. */
function namesProduction(body: unknown): boolean {
  const site: unknown = typeof body === "object" && body !== null ? Reflect.get(body, "site") : undefined;
  return typeof site === "object" && site !== null && Reflect.get(site, "kind") === "production";
}

/** What a write comes to that would put a district of production into a store that rehearses. */
const TAKES_NO_PRODUCTION: Written<never> = {
  kind: "refused",
  why: "this campus rehearses, and takes no site of production",
};

/** Throws `server/production-store` where a campus would rehearse on a store with a district of production. */
export async function requireSandboxes(store: StoreReader): Promise<void> {
  const district = await productionIn(store);
  if (district === undefined) return;
  throw new OutsideError("server/production-store", `The store holds ${district}, which is a site of production.`, {
    fix: "Rehearse on a store of its own: `rosterform serve --rehearsal --store rehearsal.db`.",
  });
}

async function productionIn(store: StoreReader): Promise<DistrictId | undefined> {
  for await (const { district, site } of store.read("all")) if (site?.kind === "production") return district;
  return undefined;
}

/** What is done to a connection of the operator's, which then is no connection of production. */
async function onConnection<T>(
  { store }: RehearsalOptions,
  id: ConnectionId,
  operator: Operator,
  run: () => Promise<T>,
): Promise<Written<T>> {
  const connection = await store.connection(id);
  if (connection === undefined) return await written(run);
  requireReach(operator, connection.district);
  const site = await store.siteOf(connection.district);
  return site?.kind === "production" ? notInProduction(connection.district) : await written(run);
}

/** A hand's refusal is a value here, like every other outcome. */
async function written<T>(run: () => Promise<T>): Promise<Written<T>> {
  try {
    return { kind: "done", value: await run(), revision: 0 };
  } catch (error) {
    if (error instanceof OutsideError && error.code === "stores/refused")
      return { kind: "refused", why: error.message };
    throw error;
  }
}

function notInProduction(district: DistrictId): Written<never> {
  return { kind: "refused", why: `${district} is a site of production, and nothing is rehearsed there` };
}

function shaped(name: keyof typeof REHEARSAL_SHAPES) {
  return { schema: { body: REHEARSAL_SHAPES[name] } };
}

/** A clock that runs as the given one does and can be moved on. */
export function passingClock(clock: Clock): Clock & Rehearsal {
  let aheadMs = 0;
  return {
    now: (): Instant => shift(clock.now(), aheadMs),
    pass: (ms) => {
      aheadMs += ms;
    },
  };
}
