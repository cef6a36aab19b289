import fastify, { type FastifyInstance } from "fastify";
import { invariant } from "../diagnostics/invariant.ts";
import { OutsideError } from "../diagnostics/outside-error.ts";
import type { DistrictId } from "../model/address.ts";
import type { Clock } from "../model/time.ts";
import type { CampusSide } from "../stores/campus-side.ts";
import type { StoreWriter } from "../stores/store.ts";
import type { Operator } from "./api/operators.ts";
import type { OperatorsSource } from "./api/operators-source.ts";
import { type Rehearsal, requireSandboxes } from "./api/rehearsal.ts";
import { storeApi } from "./api/store-api.ts";
import { createCampusData } from "./data/campus-data.ts";
import type { DistrictData } from "./data/district-data.ts";
import { type Fault, injectFaults } from "./faults.ts";
import { type LogTarget, loggerTo } from "./log.ts";
import type { Partners } from "./gradebook/partners.ts";
import { createGradeBooks, type GradeBooks } from "./gradebook/records.ts";
import { oneRosterRoot } from "./oneroster/root.ts";
import { ROOTS } from "./oneroster/roots.ts";
import { screens } from "./screens/screens.ts";
import { tokenEndpoint } from "./token-endpoint.ts";
import { createTokens, type TokenRules } from "./tokens.ts";
import { answerBroken, answerUnreadable, serverLimits, type ServerTimes } from "./unreadable.ts";

/** What a campus is made of. */
export interface CampusOptions {
  /** The store whose connections it serves. It stays the caller's to close. */
  readonly store: StoreWriter & CampusSide;
  readonly clock: Clock;
  /** Who may speak to the connection-store API, or who may at this moment, asked at every request; nobody by default. */
  readonly operators?: readonly Operator[] | OperatorsSource;
  /** Opens the same store in an operator's name; asked once for each, and closed with the campus. Needed with operators. */
  readonly storeAs?: (name: string) => StoreWriter | Promise<StoreWriter>;
  /** The vendor keys that open the grade book; none by default, and then nobody reads or writes one. */
  readonly partners?: Partners;
  /** Where partners' writes are kept; in memory, and empty, by default. */
  readonly gradeBooks?: GradeBooks;
  readonly data?: {
    /** Students in each school of a district; default 60. */
    readonly studentsPerSchool?: number;
    /** Schools of each district; default: the four that behaviour.md names. */
    readonly schools?: number;
    /** Another text gives other people. */
    readonly seed?: string;
    /** Data that takes the place of the sample data of a district. */
    readonly exportOf?: (district: DistrictId) => DistrictData | undefined;
  };
  /**
   * Pages at `/campus/apps` on which people click, for the districts named here and those the store knows. They have no
   * login, so a campus with `publicOrigin` has none.
   */
  readonly screens?: readonly DistrictId[];
  /** Where the campus answers for others, `https://...`, when a proxy with TLS stands before it. */
  readonly publicOrigin?: string;
  readonly tokens?: TokenRules;
  /** How long a client may take; the defaults are for networks, a test takes shorter ones. */
  readonly times?: ServerTimes;
  /** Where the log goes, one JSON object a line, without queries, headers or bodies. Nowhere by default. */
  readonly log?: LogTarget;
  /**
   * Offers the rehearsal part of the connection-store API, in which people, consumers and time are played. Such a campus refuses
   * production: it does not listen on a store with a district of it, and takes none.
   */
  readonly rehearsal?: Rehearsal;
  /** What goes wrong at this moment, for rehearsals and tests; asked at every request. Nothing by default. */
  readonly faults?: () => readonly Fault[];
}

/** The reference campus: a token endpoint, OneRoster services and the connection-store API over one store. */
export interface Campus {
  /**
   * Starts to answer and records the origin in the store. Throws `OutsideError` `server/address-in-use`,
   * `server/cannot-listen`, `server/not-loopback` or `server/production-store`.
   */
  listen(where?: { readonly host?: string; readonly port?: number }): Promise<string>;
  /** Where it answers; a bug to ask before it listens. */
  readonly origin: string;
  /** Where it listens on this machine: the origin, unless a proxy stands before it. */
  readonly local: string;
  /** Stops answering. Tokens end with it. */
  close(): Promise<void>;
}

const DEFAULT_STUDENTS = 60;
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1)$/;

/** Makes a campus that does not listen yet. */
export function createCampus(options: CampusOptions): Campus {
  let origin: string | undefined;
  const originOf = (): string => {
    invariant(origin !== undefined, "a campus has no origin before it listens");
    return origin;
  };
  const writers = writersOf(options);
  const app = build(options, originOf, writers.as);
  return {
    listen: async ({ host = "127.0.0.1", port = 0 } = {}) => {
      if (options.publicOrigin === undefined && !LOOPBACK.test(host)) throw notLoopback(host);
      if (options.rehearsal !== undefined) await requireSandboxes(options.store);
      await app.listen({ host, port }).catch((error: unknown) => {
        throw cannotListen(error, host, port);
      });
      origin = options.publicOrigin ?? localOrigin(app, host);
      try {
        await options.store.setOrigin(origin);
      } catch (error) {
        await app.close();
        throw error;
      }
      return origin;
    },
    get origin() {
      return originOf();
    },
    get local() {
      return localOrigin(app, "127.0.0.1");
    },
    close: async () => {
      await app.close();
      await writers.close();
    },
  };
}

function build(
  options: CampusOptions,
  origin: () => string,
  storeAs: (name: string) => Promise<StoreWriter>,
): FastifyInstance {
  const { store, clock, operators = [] } = options;
  const app = fastify({
    ...loggerTo(options.log),
    ...serverLimits(options.times),
    // Behind a proxy, the last address of X-Forwarded-For is the one that the proxy itself saw.
    trustProxy: (_address, hop) => options.publicOrigin !== undefined && hop === 0,
    exposeHeadRoutes: false,
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: false, strictTypes: false } },
    // A URL that cannot even be decoded reaches no route and none of their error handlers.
    frameworkErrors: (_error, request, reply) => answerUnreadable(request, reply),
    clientErrorHandler: answerBroken,
  });
  if (options.faults !== undefined) injectFaults(app, options.faults);
  const tokens = createTokens(clock, options.tokens);
  const data = createCampusData({ clock, studentsPerSchool: DEFAULT_STUDENTS, ...options.data });
  app.setNotFoundHandler((_request, reply) =>
    reply.status(404).send({ error: { code: "not-found", message: "The campus serves nothing here." } }),
  );
  app.register(tokenEndpoint, { prefix: "/campus/oauth2/token", store, tokens, clock });
  const { gradeBooks = createGradeBooks() } = options;
  for (const root of ROOTS) {
    const stands = { store, tokens, clock, data, gradeBooks, partners: options.partners ?? [], origin };
    app.register(oneRosterRoot, { ...root, ...stands });
  }
  if (options.screens !== undefined) {
    invariant(options.publicOrigin === undefined, "pages without a login are for this machine only");
    app.register(screens, { prefix: "/campus/apps", store, data, sites: options.screens, origin });
  }
  app.register(storeApi, {
    prefix: "/api/v1",
    store,
    storeAs,
    operators: sourceOf(operators),
    clock,
    rehearsal: options.rehearsal,
  });
  return app;
}

function sourceOf(operators: readonly Operator[] | OperatorsSource): OperatorsSource {
  return typeof operators === "function" ? operators : async () => operators;
}

/** One writer for each operator, opened when it is first needed and closed with the campus. */
function writersOf({ operators = [], storeAs }: CampusOptions): {
  readonly as: (name: string) => Promise<StoreWriter>;
  readonly close: () => Promise<void>;
} {
  invariant(
    (typeof operators !== "function" && operators.length === 0) || storeAs !== undefined,
    "operators need storeAs, so that their writes bear their names",
  );
  const opened = new Map<string, Promise<StoreWriter>>();
  return {
    as: async (name) => {
      invariant(storeAs !== undefined, "no operator, no writer");
      const known = opened.get(name);
      if (known !== undefined) return await known;
      const opening = Promise.resolve(storeAs(name));
      opened.set(name, opening);
      // A store that could not be opened once may be open to the next request.
      opening.catch(() => opened.delete(name));
      return await opening;
    },
    close: async () => {
      for (const opening of await Promise.allSettled(opened.values())) {
        if (opening.status === "fulfilled") await opening.value.close();
      }
    },
  };
}

function localOrigin(app: FastifyInstance, host: string): string {
  const address = app.server.address();
  invariant(address !== null && typeof address === "object", "a server that listens has a port");
  return `http://${host.includes(":") ? `[${host}]` : host}:${address.port}`;
}

function notLoopback(host: string): OutsideError {
  return new OutsideError(
    "server/not-loopback",
    `The campus speaks plain HTTP, and ${host} can be reached from other machines.`,
    {
      fix: "Listen on 127.0.0.1, or put a proxy with TLS before it and give its https origin.",
    },
  );
}

function cannotListen(error: unknown, host: string, port: number): OutsideError {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (code === "EADDRINUSE") {
    return new OutsideError("server/address-in-use", `Port ${port} of ${host} is taken by another program.`, {
      fix: "Choose another port, or 0 for a free one.",
      cause: error,
    });
  }
  return new OutsideError(
    "server/cannot-listen",
    `The campus cannot listen on port ${port} of ${host}${code === "" ? "" : ` (${code})`}.`,
    {
      fix: "Choose an address of this machine and a port that you may open.",
      cause: error,
    },
  );
}
