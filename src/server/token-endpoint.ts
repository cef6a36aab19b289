import type { FastifyInstance, FastifyReply } from "fastify";
import { PROBE_AGENT_PREFIX } from "../confirm/agent.ts";
import { isActive, type LiveConnection } from "../model/live.ts";
import { Secret } from "../model/secret.ts";
import type { Clock } from "../model/time.ts";
import type { CampusSide } from "../stores/campus-side.ts";
import { grantScopes } from "./scopes.ts";
import { createThrottle, type Throttle } from "./throttle.ts";
import type { Tokens } from "./tokens.ts";

/** What the token endpoint stands on. */
export interface TokenEndpointOptions {
  readonly store: CampusSide;
  readonly tokens: Tokens;
  readonly clock: Clock;
}

/** An RFC 6749 refusal (section 5.2). The description is ours and never repeats what was sent. */
interface Refusal {
  readonly error: "invalid_request" | "invalid_client" | "unsupported_grant_type" | "invalid_scope";
  readonly error_description: string;
}

interface Pair {
  readonly clientId: string;
  readonly secret: Secret;
}

const BODY_LIMIT = 16 * 1024;
/** What a Client ID may consist of (RFC 6749, appendix A.1). Nothing else is asked of a store. */
const CLIENT_ID = /^[ -~]{1,200}$/;

/** `POST /campus/oauth2/token`, as liberal as real clients need it to be. behaviour.md says what it promises. */
export async function tokenEndpoint(app: FastifyInstance, options: TokenEndpointOptions): Promise<void> {
  const throttle = createThrottle(options.clock);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser<string>(
    "application/x-www-form-urlencoded",
    { parseAs: "string", bodyLimit: BODY_LIMIT },
    (_request, body, done) => done(null, new URLSearchParams(body)),
  );
  app.setErrorHandler<Error & { statusCode?: number }>((error, request, reply) => {
    const status = error.statusCode ?? 503;
    if (status < 500) return refuse(reply, invalidRequest("The request is no form of the expected size."));
    request.log.error({ err: error }, "the request failed");
    return reply.status(503).send({ error: "temporarily_unavailable" });
  });
  app.post("/", async (request, reply) => {
    const body = request.body instanceof URLSearchParams ? request.body : new URLSearchParams();
    const query = new URL(request.url, "http://campus").searchParams;
    const read = (name: string): string | undefined => body.get(name) ?? query.get(name) ?? undefined;
    const refusal = formRefusal(body, query);
    if (refusal !== undefined) return refuse(reply, refusal);
    return await grantOrRefuse({ ...options, throttle }, reply, {
      appName: query.get("appName") ?? "",
      address: request.ip,
      by: (request.headers["user-agent"] ?? "").startsWith(PROBE_AGENT_PREFIX) ? "probe" : "consumer",
      pairs: readPairs(request.headers.authorization, read).filter(({ clientId }) => CLIENT_ID.test(clientId)),
      scope: read("scope"),
    });
  });
  app.route({
    method: ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"],
    url: "/",
    handler: async (_request, reply) =>
      uncached(reply).status(405).header("allow", "POST").send(invalidRequest("Tokens are asked for with POST.")),
  });
}

function formRefusal(body: URLSearchParams, query: URLSearchParams): Refusal | undefined {
  for (const params of [body, query]) {
    const names = [...params.keys()];
    if (new Set(names).size < names.length) return invalidRequest("A parameter is given twice.");
  }
  if ((query.get("appName") ?? "") === "") return NO_APPLICATION;
  const grantType = body.get("grant_type") ?? query.get("grant_type");
  if (grantType === null) return invalidRequest("grant_type is missing.");
  if (grantType === "client_credentials") return undefined;
  return { error: "unsupported_grant_type", error_description: "Only client_credentials is served." };
}

interface Asking {
  readonly appName: string;
  readonly address: string;
  readonly by: "consumer" | "probe";
  readonly pairs: readonly Pair[];
  readonly scope: string | undefined;
}

async function grantOrRefuse(
  options: TokenEndpointOptions & { readonly throttle: Throttle },
  reply: FastifyReply,
  asking: Asking,
): Promise<FastifyReply> {
  const { tokens, throttle } = options;
  const [first] = asking.pairs;
  if (first === undefined) return refuse(reply, INVALID_CLIENT);
  const attempt = { clientId: first.clientId, address: asking.address };
  const wait = throttle.waitBefore(attempt);
  if (wait !== undefined) return await slowDown(options, reply, asking, wait);
  const known = await authenticate(options.store, asking.pairs);
  const answer = known?.isRight === true ? await decide(options.store, known.connection, asking) : INVALID_CLIENT;
  const late = answer === INVALID_CLIENT ? throttle.countFailure(attempt) : undefined;
  if (late !== undefined) return await slowDown(options, reply, asking, late);
  if (known === undefined) return refuse(reply, INVALID_CLIENT);
  const ok = "names" in answer;
  await note(options, asking, known.connection, ok ? 200 : 400);
  if (!ok) return refuse(reply, answer);
  const { token, expiresInSeconds } = tokens.issue({
    connection: known.connection.id,
    by: asking.by,
    scopes: answer.names,
  });
  return uncached(reply).send({
    access_token: token,
    token_type: "Bearer",
    expires_in: expiresInSeconds,
    scope: answer.text,
  });
}

/**
 * RFC 6749 knows no answer to somebody who is too fast. The status says it (RFC 6585), and the code is the one of its
 * section 4.1.2.1 that tells a client to come back. Trying is use, so it is noted, but not as often as it happens.
 */
async function slowDown(
  options: TokenEndpointOptions & { readonly throttle: Throttle },
  reply: FastifyReply,
  asking: Asking,
  seconds: number,
): Promise<FastifyReply> {
  const [first] = asking.pairs;
  if (first !== undefined && options.throttle.isWorthNoting(first.clientId)) {
    const known = await options.store.authenticate(first.clientId, first.secret);
    if (known !== undefined) await note(options, asking, known.connection, 429);
  }
  return uncached(reply).status(429).header("retry-after", String(seconds)).send(TOO_MANY);
}

async function note(
  { store, clock }: TokenEndpointOptions,
  { by }: Asking,
  { id }: LiveConnection,
  status: number,
): Promise<void> {
  await store.recordTraffic({ connection: id, at: clock.now(), by, what: "token", ok: status === 200, status });
}

async function decide(store: CampusSide, connection: LiveConnection, { appName, scope }: Asking) {
  if (!isActive(connection)) return INVALID_CLIENT;
  const site = await store.siteOf(connection.district);
  if (site?.app !== appName) return NO_APPLICATION;
  return (
    grantScopes(scope, connection) ??
    ({ error: "invalid_scope", error_description: "None of the scopes can be granted." } satisfies Refusal)
  );
}

/** The first reading whose secret is right; else the connection that any of them names. */
async function authenticate(store: CampusSide, pairs: readonly Pair[]) {
  let named: Awaited<ReturnType<CampusSide["authenticate"]>>;
  for (const { clientId, secret } of pairs) {
    const found = await store.authenticate(clientId, secret);
    if (found?.isRight === true) return found;
    named ??= found;
  }
  return named;
}

/** Basic may be form-encoded, as RFC 6749 wants, or plain, as many clients send it; both readings are tried. */
function readPairs(authorization: string | undefined, read: (name: string) => string | undefined): readonly Pair[] {
  const basic = /^Basic +([A-Za-z0-9+/=_-]+)$/i.exec(authorization ?? "")?.[1];
  if (basic === undefined) {
    const [clientId, secret] = [read("client_id"), read("client_secret")];
    return clientId === undefined || secret === undefined ? [] : [{ clientId, secret: new Secret(secret) }];
  }
  const text = Buffer.from(basic, "base64").toString("utf8");
  const colon = text.indexOf(":");
  if (colon < 0) return [];
  const plain = [text.slice(0, colon), text.slice(colon + 1)] as const;
  const decoded = [formDecoded(plain[0]), formDecoded(plain[1])] as const;
  const readings = decoded[0] === plain[0] && decoded[1] === plain[1] ? [plain] : [decoded, plain];
  return readings.map(([clientId, secret]) => ({ clientId, secret: new Secret(secret) }));
}

function formDecoded(text: string): string {
  return new URLSearchParams(`v=${text.replaceAll("&", "%26")}`).get("v") ?? text;
}

function refuse(reply: FastifyReply, refusal: Refusal): FastifyReply {
  return uncached(reply).status(400).send(refusal);
}

function uncached(reply: FastifyReply): FastifyReply {
  return reply.headers({ "cache-control": "no-store", pragma: "no-cache" });
}

function invalidRequest(description: string): Refusal {
  return { error: "invalid_request", error_description: description };
}

const TOO_MANY = {
  error: "temporarily_unavailable",
  error_description: "Too many attempts failed. Try again after the time in Retry-After.",
};
const INVALID_CLIENT: Refusal = {
  error: "invalid_client",
  error_description: "Client ID or secret is wrong, or the connection is disabled.",
};
/** Infinite Campus's own words; clients look for them. */
const NO_APPLICATION: Refusal = invalidRequest("No Campus Application selected");
