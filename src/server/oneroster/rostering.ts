import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Clock } from "../../model/time.ts";
import type { OneRosterVersion } from "../../model/traits.ts";
import type { Pull } from "../../model/use.ts";
import type { CampusSide } from "../../stores/campus-side.ts";
import type { CampusData } from "../data/campus-data.ts";
import type { Grant, Tokens } from "../tokens.ts";
import { type Access, admit, gradeBookFault, obstacleTo, obstacleToNested } from "./access.ts";
import { COLLECTIONS, type Collection, type Kind } from "./collections.ts";
import type { Entries } from "./entries.ts";
import { type Fault, sendFault, UNKNOWN, warningInfo } from "./errors.ts";
import { NESTED } from "./nested.ts";
import { linksOf, readPage } from "./paging.ts";
import { fieldsOf } from "./query/fields.ts";
import { matches, readFilter } from "./query/filter.ts";
import { readSelection, selected, sorted } from "./query/selection.ts";

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
    for (const path of ["/:collection/:sourcedId/:nested", "/:collection/:sourcedId/:inner/:innerId/:nested"]) {
      app.get(
        path,
        handle((access, request) => readNested(options, access, request)),
      );
    }
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
      readonly rows?: number;
      readonly isDelta?: boolean;
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
      status: answer.kind === "body" ? 200 : answer.fault.status,
      ...(answer.kind === "body" ? seenIn(answer) : {}),
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
  return answerList(options, request, found, found.list(renderingFor(options, access, request)));
}

function readNested(
  options: RootOptions & { readonly version: OneRosterVersion },
  access: Access,
  request: FastifyRequest,
): Answer {
  const { version } = options;
  const nested = NESTED.get(pathOf(request).join("/"));
  if (nested === undefined) return other({ version, serves: "rostering" }, access, request);
  const obstacle = obstacleToNested(version, access);
  if (obstacle !== undefined) return { kind: "fault", fault: obstacle };
  const ids = ["sourcedId", "innerId"].flatMap((name) => param(request, name) ?? []);
  const entries = nested.list(renderingFor(options, access, request), ids);
  return entries === undefined ? { kind: "fault", fault: UNKNOWN } : answerList(options, request, nested.kind, entries);
}

/** One page of what is let through, in the order and with the fields that are asked for. */
function answerList(
  { version, origin }: RootOptions & { readonly version: OneRosterVersion },
  request: FastifyRequest,
  { many, pull }: Kind,
  all: Entries,
): Answer {
  const url = new URL(request.url, origin());
  const query = url.searchParams;
  const known = fieldsOf(many, version);
  const text = query.get("filter");
  const filter = text === null ? undefined : readFilter(text, known);
  if (filter !== undefined && "status" in filter) return { kind: "fault", fault: filter };
  const selection = readSelection(query, known, version);
  if ("status" in selection) return { kind: "fault", fault: selection };
  const page = readPage(query);
  if ("status" in page) return { kind: "fault", fault: page };
  const through: Entries = filter === undefined ? all : all.filter((entry) => matches(entry.render(), filter));
  const inOrder: Entries =
    selection.sort === undefined ? through : sorted(through.slice(0), selection, (entry) => entry.render());
  const objects = inOrder
    .slice(page.offset, page.offset + page.limit)
    .map((entry) => selected(entry.render(), selection));
  const { warnings } = selection;
  return {
    kind: "body",
    body: { [many]: objects, ...(warnings.length === 0 ? {} : { statusInfoSet: warnings.map(warningInfo) }) },
    headers: { "x-total-count": String(through.length), link: linksOf(url, page, through.length) },
    rows: objects.length,
    isDelta: filter?.comparisons.some(({ field }) => field[0] === "dateLastModified") === true,
    ...(pull === undefined ? {} : { pull }),
  };
}

/** What of an answer the traffic log keeps: counts, never rows. */
function seenIn({ pull, rows, isDelta }: Extract<Answer, { kind: "body" }>) {
  return {
    ...(pull === undefined ? {} : { pull }),
    ...(rows === undefined ? {} : { rows }),
    ...(isDelta === undefined ? {} : { isDelta }),
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
  const isGradeBook = serves === "gradebook" || pathOf(request).some((name) => GRADE_BOOK.has(name));
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

/** The names of a path without its ids: `schools`, `classes` of `/schools/{id}/classes`. */
function pathOf(request: FastifyRequest): readonly string[] {
  const named = ["collection", "inner", "nested"].flatMap((name) => param(request, name) ?? []);
  return named.length > 0 ? named : (param(request, "*") ?? "").split("/").filter((_, index) => index % 2 === 0);
}

/** What the traffic log says was asked for: the collection, or the word for a path that is none. */
function whatOf(request: FastifyRequest): string {
  const name = pathOf(request).at(-1) ?? "";
  return COLLECTIONS.has(name) || GRADE_BOOK.has(name) ? name : "unknown";
}

function param(request: FastifyRequest, name: string): string | undefined {
  const params = request.params as Readonly<Record<string, string | undefined>>;
  return params[name];
}
