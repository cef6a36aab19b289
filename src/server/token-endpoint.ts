import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { PROBE_AGENT_PREFIX } from "../confirm/agent.ts";
import { isActive, type LiveConnection } from "../model/live.ts";
import { Secret } from "../model/secret.ts";
import type { Clock } from "../model/time.ts";
import type { CampusSide } from "../stores/campus-side.ts";
import { grantScopes } from "./scopes.ts";
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

/** `POST /campus/oauth2/token`, as liberal as real clients need it to be. behaviour.md says what it promises. */
export async function tokenEndpoint(app: FastifyInstance, options: TokenEndpointOptions): Promise<void> {
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
    return await grantOrRefuse(options, request, reply, { appName: query.get("appName") ?? "", read });
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

async function grantOrRefuse(
  { store, tokens, clock }: TokenEndpointOptions,
  request: FastifyRequest,
  reply: FastifyReply,
  { appName, read }: { readonly appName: string; readonly read: (name: string) => string | undefined },
): Promise<FastifyReply> {
  const by = (request.headers["user-agent"] ?? "").startsWith(PROBE_AGENT_PREFIX) ? "probe" : "consumer";
  const pairs = readPairs(request.headers.authorization, read);
  if (pairs.length === 0) return refuse(reply, INVALID_CLIENT);
  const known = await authenticate(store, pairs);
  if (known === undefined) return refuse(reply, INVALID_CLIENT);
  const { connection } = known;
  const answer = known.isRight ? await decide(store, connection, appName, read("scope")) : INVALID_CLIENT;
  const ok = "names" in answer;
  await store.recordTraffic({ connection: connection.id, at: clock.now(), by, what: "token", ok });
  if (!ok) return refuse(reply, answer);
  const { token, expiresInSeconds } = tokens.issue({ connection: connection.id, by, scopes: answer.names });
  return uncached(reply).send({
    access_token: token,
    token_type: "Bearer",
    expires_in: expiresInSeconds,
    scope: answer.text,
  });
}

async function decide(store: CampusSide, connection: LiveConnection, appName: string, wish: string | undefined) {
  if (!isActive(connection)) return INVALID_CLIENT;
  const site = await store.siteOf(connection.district);
  if (site?.app !== appName) return NO_APPLICATION;
  return (
    grantScopes(wish, connection) ??
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

const INVALID_CLIENT: Refusal = {
  error: "invalid_client",
  error_description: "Client ID or secret is wrong, or the connection is disabled.",
};
/** Infinite Campus's own words; clients look for them. */
const NO_APPLICATION: Refusal = invalidRequest("No Campus Application selected");
