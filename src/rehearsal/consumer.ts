import type { Dispatcher } from "undici";
import type { Credentials } from "../model/secret.ts";
import type { OneRosterVersion } from "../model/traits.ts";

/** What a sync of a consumer came to. `status` is the HTTP status that ended it; absent: no answer at all. */
export type Pulled =
  | { readonly kind: "pulled"; readonly users: number }
  | { readonly kind: "failed"; readonly at: "token" | "orgs" | "users" | "enrollments"; readonly status?: number };

/** The line on which a consumer asks, and how long it waits for one answer, in milliseconds. */
export interface Line {
  readonly dispatcher?: Dispatcher;
  readonly patienceMs?: number;
}

/**
 * A OneRoster consumer as simple as they come: it knows the four values and which version it speaks, asks for a token and
 * reads organisations, people and enrollments. It knows nothing of rosterform.
 */
export async function pull(values: Credentials, version: OneRosterVersion, line: Line = {}): Promise<Pulled> {
  const token = await tokenFor(values, line);
  if (token.kind === "failed") return token;
  let users = 0;
  for (const collection of ["orgs", "users", "enrollments"] as const) {
    const count = await countOf(`${rosterRoot(values.baseUrl, version)}/${collection}`, token.token, line);
    if (count.kind === "failed") return { ...count, at: collection };
    // Whoever is shown no organisation has nothing to hang anybody onto.
    if (collection === "orgs" && count.count === 0) return failed("orgs", 200);
    if (collection === "users") users = count.count;
  }
  return { kind: "pulled", users };
}

/** A 1.1 Base URL is the root itself; below a 1.2 one the service and version are appended, where it does not end so. */
function rosterRoot(baseUrl: string, version: OneRosterVersion): string {
  if (version === "1.1") return baseUrl;
  return baseUrl.endsWith("/rostering/v1p2") ? baseUrl : `${baseUrl}/rostering/v1p2`;
}

type Got = { readonly kind: "token"; readonly token: string } | (Pulled & { readonly kind: "failed" });

async function tokenFor({ tokenUrl, clientId, clientSecret }: Credentials, line: Line): Promise<Got> {
  const basic = Buffer.from(`${clientId}:${clientSecret.reveal()}`).toString("base64");
  const answer = await ask(tokenUrl, line, {
    method: "POST",
    headers: { authorization: `Basic ${basic}`, "content-type": "application/x-www-form-urlencoded" },
    body: "grant_type=client_credentials",
  });
  if (answer?.status !== 200) return failed("token", answer?.status);
  const token = tokenIn(answer.text);
  return token === undefined ? failed("token", 200) : { kind: "token", token };
}

function tokenIn(text: string): string | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    const isToken = typeof parsed === "object" && parsed !== null && "access_token" in parsed;
    return isToken && typeof parsed.access_token === "string" ? parsed.access_token : undefined;
  } catch {
    return undefined;
  }
}

async function countOf(url: string, token: string, line: Line) {
  const answer = await ask(`${url}?limit=1`, line, {
    method: "GET",
    headers: { authorization: `Bearer ${token}` },
  });
  if (answer?.status !== 200) return failed("orgs", answer?.status);
  return { kind: "counted", count: Number(answer.total ?? 0) } as const;
}

function failed(at: "token" | "orgs", status: number | undefined): Pulled & { readonly kind: "failed" } {
  return { kind: "failed", at, ...(status === undefined ? {} : { status }) };
}

const PATIENCE_MS = 5000;

/** One request; `undefined` where nothing came back. */
async function ask(
  url: string,
  { dispatcher, patienceMs = PATIENCE_MS }: Line,
  call: { readonly method: "GET" | "POST"; readonly headers: Record<string, string>; readonly body?: string },
): Promise<{ readonly status: number; readonly text: string; readonly total?: string } | undefined> {
  const { request } = await import("undici");
  try {
    const { statusCode, headers, body } = await request(url, {
      method: call.method,
      headers: { ...call.headers, "user-agent": "scripted-vendor/1.0" },
      body: call.body ?? null,
      signal: AbortSignal.timeout(patienceMs),
      ...(dispatcher === undefined ? {} : { dispatcher }),
    });
    const text = await body.text();
    const total = [headers["x-total-count"]].flat()[0];
    return { status: statusCode, text, ...(total === undefined ? {} : { total }) };
  } catch {
    return undefined;
  }
}
