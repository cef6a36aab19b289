import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { OutsideError } from "../../diagnostics/outside-error.ts";
import type { DistrictId } from "../../model/address.ts";
import type { ConnectionId, LiveConnection } from "../../model/live.ts";
import type { Site } from "../../model/site.ts";
import { DATA_SETS, KINDS, type Traits, VERSIONS } from "../../model/traits.ts";
import type { CampusSide } from "../../stores/campus-side.ts";
import type { StoreWriter } from "../../stores/store.ts";
import type { CampusData } from "../data/campus-data.ts";
import { applicationsPage, connectionPage, sitesPage, troublePage } from "./pages.ts";

/** What the pages stand on. */
export interface ScreensOptions {
  readonly store: StoreWriter & CampusSide;
  readonly data: CampusData;
  /** Districts whose pages are there before they have a connection; the application name of each is its identifier. */
  readonly sites: readonly DistrictId[];
  readonly origin: () => string;
}

/** Who did what is done on these pages, as far as the store learns. */
const HAND = "a person at the campus";
const FORM_LIMIT = 16 * 1024;

/**
 * Pages on which a person plays the hands of a district: generate, edit, copy, disable. There is no login, so they are for
 * a campus that only this machine can reach, and they answer no request that another page sends.
 */
export async function screens(app: FastifyInstance, options: ScreensOptions): Promise<void> {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser<string>(
    "application/x-www-form-urlencoded",
    { parseAs: "string", bodyLimit: FORM_LIMIT },
    (_request, body, done) => done(null, new URLSearchParams(body)),
  );
  app.addHook("onRequest", async (request, reply) => {
    if (!isOwn(request, options.origin()))
      return await show(reply.status(403), troublePage("Open this page at the campus's own address."));
  });
  app.setErrorHandler<Error & { statusCode?: number }>((error, request, reply) => {
    const status = error.statusCode ?? (error instanceof OutsideError ? 409 : 503);
    if (status >= 500) request.log.error({ err: error }, "a page failed");
    return show(
      reply.status(status),
      troublePage(status < 500 ? error.message : "The campus cannot do this at the moment."),
    );
  });
  app.get("/", async (_request, reply) => show(reply, sitesPage(await districtsOf(options))));
  app.get<{ Params: AtDistrict }>("/:district", async ({ params }, reply) =>
    show(reply, applicationsPage(params.district, await connectionsOf(options, params.district))),
  );
  app.post<{ Params: AtDistrict }>("/:district", async ({ params, body }, reply) => {
    const { district } = params;
    const form = formOf(body);
    const application = form.get("application")?.trim() ?? "";
    const kind = KINDS.find((one) => one === form.get("kind"));
    const version = VERSIONS.find((one) => one === form.get("version"));
    if (application === "" || kind === undefined || version === undefined) throw new Unreadable();
    const make: Traits = { kind, version, schools: "all", share: [] };
    const site = await siteOf(options, district);
    const made = await options.store.createByHand({ district, site, application, make, by: HAND });
    return await reply.redirect(`/campus/apps/${district}/${made.id}`, 303);
  });
  connectionRoutes(app, options);
}

interface AtDistrict {
  readonly district: DistrictId;
}

interface AtConnection extends AtDistrict {
  readonly connection: ConnectionId;
}

function connectionRoutes(app: FastifyInstance, options: ScreensOptions): void {
  const { store, data } = options;
  app.get<{ Params: AtConnection }>("/:district/:connection", async ({ params }, reply) => {
    const connection = await connectionAt(store, params);
    const schools = data.visibleTo(params.district, "all").schools.map((school) => school.name);
    const credentials = await store.credentials(connection.id);
    return show(reply, connectionPage({ district: params.district, connection, credentials, schools }));
  });
  app.post<{ Params: AtConnection }>("/:district/:connection/edit", async ({ params, body }, reply) => {
    const form = formOf(body);
    const schools = form.has("all") ? "all" : form.getAll("school");
    const share = DATA_SETS.filter((set) => form.getAll("share").includes(set));
    return await change(store, reply, params, { kind: "edit", schools, share });
  });
  for (const kind of ["disable", "enable"] as const) {
    app.post<{ Params: AtConnection }>(`/:district/:connection/${kind}`, ({ params }, reply) =>
      change(store, reply, params, { kind }),
    );
  }
}

async function change(
  store: CampusSide,
  reply: FastifyReply,
  at: AtConnection,
  what: Parameters<CampusSide["changeByHand"]>[0]["change"],
): Promise<FastifyReply> {
  const { id } = await connectionAt(store, at);
  await store.changeByHand({ connection: id, by: HAND, change: what });
  return await reply.redirect(`/campus/apps/${at.district}/${id}`, 303);
}

/** A page that is not there, or a form that this page never sent. */
class Unreadable extends Error {
  readonly statusCode: number;

  constructor(statusCode = 400, message = "The form cannot be read. Go back and fill in every field.") {
    super(message);
    this.statusCode = statusCode;
  }
}

async function connectionAt(store: CampusSide, { district, connection }: AtConnection): Promise<LiveConnection> {
  const found = await store.connection(connection);
  if (found?.district !== district) throw new Unreadable(404, "There is no such connection.");
  return found;
}

async function districtsOf({ store, sites }: ScreensOptions): Promise<readonly DistrictId[]> {
  const known = new Set(sites);
  for await (const { district } of store.read("all")) known.add(district);
  return [...known].sort();
}

async function connectionsOf(options: ScreensOptions, district: DistrictId): Promise<readonly LiveConnection[]> {
  if (!(await districtsOf(options)).includes(district)) throw new Unreadable(404, "There is no such site.");
  for await (const { connections } of options.store.read([district])) return connections;
  return [];
}

/** A district that was named to the pages and has nothing yet is a site of this campus, for rehearsals only. */
async function siteOf({ store, sites, origin }: ScreensOptions, district: DistrictId): Promise<Site> {
  const known = await store.siteOf(district);
  if (known !== undefined) return known;
  if (!sites.includes(district)) throw new Unreadable(404, "There is no such site.");
  return { host: new URL(origin()).host, app: district, kind: "sandbox" };
}

function formOf(body: unknown): URLSearchParams {
  return body instanceof URLSearchParams ? body : new URLSearchParams();
}

/** Another site cannot make this browser click here: the host must be ours, and a form must come from our own page. */
function isOwn(request: FastifyRequest, origin: string): boolean {
  const from = request.headers.origin;
  return request.headers.host === new URL(origin).host && (from === undefined || from === origin);
}

function show(reply: FastifyReply, text: string): FastifyReply {
  return reply
    .header("content-type", "text/html; charset=utf-8")
    .header("cache-control", "no-store")
    .header(
      "content-security-policy",
      "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'",
    )
    .header("referrer-policy", "same-origin")
    .send(text);
}
