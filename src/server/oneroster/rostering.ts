import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Clock } from "../../model/time.ts";
import type { OneRosterVersion } from "../../model/traits.ts";
import type { Pull } from "../../model/use.ts";
import type { CampusSide } from "../../stores/campus-side.ts";
import type { CampusData } from "../data/campus-data.ts";
import type { Grant, Tokens } from "../tokens.ts";
import { type Access, admit, gradeBookFault, obstacleTo } from "./access.ts";
import { COLLECTIONS, type Collection } from "./collections.ts";
import { badRequest, type Fault, sendFault, UNKNOWN } from "./errors.ts";
import { linksOf, readPage } from "./paging.ts";

/** What the OneRoster side stands on. */
export interface RootOptions {
  readonly store: CampusSide;
  readonly tokens: Tokens;
  readonly clock: Clock;
  readonly data: CampusData;
  /** Where the campus answers. */
  readonly origin: () => string;
}

/** The roots below which OneRoster is served: with the site's app inside, and the short shape without it. */
export const ROOTS: readonly {
  readonly prefix: string;
  readonly version: OneRosterVersion;
  readonly serves: "rostering" | "gradebook";
}[] = [
  { prefix: "/campus/api/oneroster/v1p1/:app/ims/oneroster/v1p1", version: "1.1", serves: "rostering" },
  { prefix: "/campus/api/ims/oneroster/v1p1", version: "1.1", serves: "rostering" },
  { prefix: "/campus/api/oneroster/v1p2/:app/ims/oneroster/rostering/v1p2", version: "1.2", serves: "rostering" },
  { prefix: "/campus/api/ims/oneroster/rostering/v1p2", version: "1.2", serves: "rostering" },
  { prefix: "/campus/api/oneroster/v1p2/:app/ims/oneroster/gradebook/v1p2", version: "1.2", serves: "gradebook" },
  { prefix: "/campus/api/ims/oneroster/gradebook/v1p2", version: "1.2", serves: "gradebook" },
];

/** 1.1 has the grade book's collections beside the others. */
const GRADE_BOOK = new Set(["categories", "lineItems", "results"]);

/** One root of OneRoster. Every request is admitted, decided, written down as traffic, and only then answered. */
export async function oneRosterRoot(
  app: FastifyInstance,
  options: RootOptions & { readonly version: OneRosterVersion; readonly serves: "rostering" | "gradebook" },
): Promise<void> {
  const { version, serves } = options;
  app.setErrorHandler<Error & { statusCode?: number }>((error, request, reply) => {
    const status = error.statusCode ?? 503;
    if (status < 500)
      return sendFault(reply, version, { status, minor: "invaliddata", description: "The request cannot be read." });
    request.log.error({ err: error }, "the request failed");
    return sendFault(reply, version, {
      status: 503,
      minor: "server_busy",
      description: "The site cannot answer at the moment.",
    });
  });
  const handle =
    (answer: (access: Access, request: FastifyRequest) => Answer) => (request: FastifyRequest, reply: FastifyReply) =>
      answerRequest(options, request, reply, answer);
  if (serves === "rostering") {
    app.get(
      "/:collection",
      handle((access, request) => readCollection(options, access, request)),
    );
    app.get(
      "/:collection/:sourcedId",
      handle((access, request) => readObject(options, access, request)),
    );
  }
  app.all(
    "/*",
    handle((access, request) => other(options, access, request)),
  );
}

/** What is sent, and whether it counts as a pull. */
type Answer =
  | { readonly kind: "fault"; readonly fault: Fault }
  | {
      readonly kind: "body";
      readonly body: unknown;
      readonly headers?: Readonly<Record<string, string>>;
      readonly pull?: Pull;
    };

async function answerRequest(
  options: RootOptions & { readonly version: OneRosterVersion },
  request: FastifyRequest,
  reply: FastifyReply,
  answerFor: (access: Access, request: FastifyRequest) => Answer,
): Promise<FastifyReply> {
  const { store, clock, version } = options;
  const admission = await admit(options, request.headers.authorization, param(request, "app"));
  const answer: Answer =
    admission.kind === "admitted" ? answerFor(admission.access, request) : { kind: "fault", fault: admission.fault };
  const grant: Grant | undefined = admission.kind === "admitted" ? admission.access.grant : admission.late;
  if (grant !== undefined) {
    await store.recordTraffic({
      connection: grant.connection,
      at: clock.now(),
      by: grant.by,
      what: whatOf(request),
      ok: answer.kind === "body",
      ...(answer.kind === "body" && answer.pull !== undefined ? { pull: answer.pull } : {}),
    });
  }
  if (answer.kind === "fault") return sendFault(reply, version, answer.fault);
  return reply.headers(answer.headers ?? {}).send(answer.body);
}

function readCollection(
  options: RootOptions & { readonly version: OneRosterVersion },
  access: Access,
  request: FastifyRequest,
): Answer {
  const found = openCollection(options.version, access, request);
  if ("status" in found) return { kind: "fault", fault: found };
  const url = new URL(request.url, options.origin());
  if (url.searchParams.has("filter")) {
    return { kind: "fault", fault: badRequest("invalid_filter_field", "This campus does not serve filters yet.") };
  }
  const page = readPage(url.searchParams);
  if ("status" in page) return { kind: "fault", fault: page };
  const entries = found.list(renderingFor(options, access, request));
  const objects = entries.slice(page.offset, page.offset + page.limit).map((entry) => entry.render());
  return {
    kind: "body",
    body: { [found.many]: objects },
    headers: { "x-total-count": String(entries.length), link: linksOf(url, page, entries.length) },
    ...(found.pull === undefined ? {} : { pull: found.pull }),
  };
}

function readObject(
  options: RootOptions & { readonly version: OneRosterVersion },
  access: Access,
  request: FastifyRequest,
): Answer {
  const found = openCollection(options.version, access, request);
  if ("status" in found) return { kind: "fault", fault: found };
  const id = param(request, "sourcedId");
  const entry = found.list(renderingFor(options, access, request)).find((candidate) => candidate.id === id);
  return entry === undefined
    ? { kind: "fault", fault: UNKNOWN }
    : { kind: "body", body: { [found.one]: entry.render() } };
}

function openCollection(version: OneRosterVersion, access: Access, request: FastifyRequest): Collection | Fault {
  const name = param(request, "collection") ?? "";
  const collection = COLLECTIONS.get(name);
  if (access.connection.version === version && GRADE_BOOK.has(name)) return gradeBookFault(access);
  return collection === undefined ? UNKNOWN : (obstacleTo(name, version, access) ?? collection);
}

/** Every other path and method below a root. */
function other(
  { version, serves }: { readonly version: OneRosterVersion; readonly serves: "rostering" | "gradebook" },
  access: Access,
  request: FastifyRequest,
): Answer {
  const first = (param(request, "*") ?? "").split("/")[0] ?? "";
  const isGradeBook = serves === "gradebook" || GRADE_BOOK.has(first);
  return {
    kind: "fault",
    fault: isGradeBook && access.connection.version === version ? gradeBookFault(access) : UNKNOWN,
  };
}

function renderingFor(
  options: RootOptions & { readonly version: OneRosterVersion },
  { connection }: Access,
  request: FastifyRequest,
) {
  const app = param(request, "app");
  const prefix =
    request.routeOptions.url?.replace(/\/:collection.*$/, "").replace(":app", encodeURIComponent(app ?? "")) ?? "";
  return {
    version: options.version,
    root: options.origin() + prefix,
    data: options.data.visibleTo(connection.district, connection.schools),
  };
}

/** What the traffic log says was asked for: the collection, or the word for a path that is none. */
function whatOf(request: FastifyRequest): string {
  const name = param(request, "collection") ?? (param(request, "*") ?? "").split("/")[0] ?? "";
  return COLLECTIONS.has(name) || GRADE_BOOK.has(name) ? name : "unknown";
}

function param(request: FastifyRequest, name: string): string | undefined {
  const params = request.params as Readonly<Record<string, string | undefined>>;
  return params[name];
}
