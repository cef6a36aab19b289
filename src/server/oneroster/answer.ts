import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Clock } from "../../model/time.ts";
import type { Wrote } from "../../model/traffic.ts";
import type { Pull } from "../../model/pull.ts";
import type { CampusSide } from "../../stores/campus-side.ts";
import type { CampusData } from "../data/campus-data.ts";
import type { GradeBooks } from "../gradebook/records.ts";
import type { Partners } from "../gradebook/partners.ts";
import type { Grant, Tokens } from "../tokens.ts";
import { type Access, admit } from "./access.ts";
import type { Kind } from "./collections.ts";
import type { Entries } from "./entries.ts";
import { type Fault, sendFault, warningInfo } from "./errors.ts";
import { linksOf, readPage } from "./paging.ts";
import { fieldsOf } from "./query/fields.ts";
import { matches, readFilter } from "./query/filter.ts";
import { readSelection, selected, sorted } from "./query/selection.ts";
import type { Rendering } from "./render.ts";
import { type Root, rootsBeside } from "./roots.ts";

/** What the OneRoster side stands on. */
export interface RootOptions {
  readonly store: CampusSide;
  readonly tokens: Tokens;
  readonly clock: Clock;
  readonly data: CampusData;
  /** What partners wrote. */
  readonly gradeBooks: GradeBooks;
  /** Whose vendor keys open the grade book. */
  readonly partners: Partners;
  /** Where the campus answers. */
  readonly origin: () => string;
}

/** One root with what it stands on. */
export type OpenRoot = RootOptions & Pick<Root, "prefix" | "version">;

/** What is sent, and what the traffic log says of it. */
export type Answer =
  | { readonly kind: "fault"; readonly fault: Fault }
  | {
      readonly kind: "body";
      /** 200 unless said otherwise. */
      readonly status?: number;
      readonly body?: unknown;
      readonly headers?: Readonly<Record<string, string>>;
      readonly pull?: Pull;
      readonly rows?: number;
      readonly isDelta?: boolean;
      readonly wrote?: Wrote;
    };

/** Decides a request that carries a good token. */
export type Decide = (access: Access, request: FastifyRequest) => Answer;

/** The answer of a refusal. */
export function refuse(fault: Fault): Answer {
  return { kind: "fault", fault };
}

/** What a root answers when a request cannot even be read, or its answer not be made. */
export function answerErrors(app: FastifyInstance, version: Root["version"]): void {
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
}

/** A request is admitted, decided, written down as traffic under the name `what`, and only then answered. */
export function answering(root: OpenRoot, what: (request: FastifyRequest) => string, decide: Decide) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const { store, clock, version } = root;
    const admission = await admit(root, request.headers.authorization, param(request, "app"));
    const answer = admission.kind === "admitted" ? decide(admission.access, request) : refuse(admission.fault);
    const grant: Grant | undefined = admission.kind === "admitted" ? admission.access.grant : admission.late;
    if (grant !== undefined) {
      await store.recordTraffic({
        connection: grant.connection,
        at: clock.now(),
        by: grant.by,
        what: what(request),
        ok: answer.kind === "body",
        status: answer.kind === "body" ? (answer.status ?? 200) : answer.fault.status,
        ...(answer.kind === "body" ? seenIn(answer) : {}),
      });
    }
    if (answer.kind === "fault") return sendFault(reply, version, answer.fault);
    return reply
      .status(answer.status ?? 200)
      .headers(answer.headers ?? {})
      .send(answer.body);
  };
}

/** What of an answer the traffic log keeps: counts, never rows. */
function seenIn({ pull, rows, isDelta, wrote }: Extract<Answer, { kind: "body" }>) {
  return {
    ...(pull === undefined ? {} : { pull }),
    ...(rows === undefined ? {} : { rows }),
    ...(isDelta === undefined ? {} : { isDelta }),
    ...(wrote === undefined ? {} : { wrote }),
  };
}

/** One page of what is let through, in the order and with the fields that are asked for. */
export function answerList(
  { version, origin }: OpenRoot,
  request: FastifyRequest,
  { many, pull }: Kind,
  all: Entries,
): Answer {
  const url = new URL(request.url, origin());
  const query = url.searchParams;
  const known = fieldsOf(many, version);
  const text = query.get("filter");
  const filter = text === null ? undefined : readFilter(text, known);
  if (filter !== undefined && "status" in filter) return refuse(filter);
  const selection = readSelection(query, known, version);
  if ("status" in selection) return refuse(selection);
  const page = readPage(query);
  if ("status" in page) return refuse(page);
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

/** How objects are written for a request: what its connection may see, with references below its own roots. */
export function renderingFor(root: OpenRoot, { connection }: Access, request: FastifyRequest): Rendering {
  const roots = rootsBeside(root, root.origin(), param(request, "app"));
  return {
    version: root.version,
    root: roots.rostering,
    roots,
    data: root.data.visibleTo(connection.district, connection.schools),
    servesResources: connection.kind === "supported",
  };
}

/** One part of the path by its name in the route. */
export function param(request: FastifyRequest, name: string): string | undefined {
  const params = request.params as Readonly<Record<string, string | undefined>>;
  return params[name];
}
