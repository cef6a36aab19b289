import type { Credentials } from "../model/secret.ts";
import type { OneRosterVersion } from "../model/traits.ts";
import type { Answer, Ask, Reply } from "./ask.ts";
import { hasMembers, readJson, textOf } from "./json.ts";
import { inconclusive, refuted, type Seen, seen, type Sight, trouble } from "./sight.ts";
import { busySight, redirectSight, silenceSight } from "./troubles.ts";
import { readUrl } from "./urls.ts";

/** What is needed to ask for a token. */
export interface TokenQuestion {
  readonly credentials: Credentials;
  readonly version: OneRosterVersion;
  readonly readDemographics: boolean;
}

/**
 * Asks the Token URL for a bearer token (RFC 6749, section 4.4): Basic first, as the specification wants, and once more
 * with the credentials in the body where the refusal may be about the style. The secret goes to the Token URL only.
 */
export async function fetchToken(ask: Ask, question: TokenQuestion): Promise<Seen<string>> {
  const url = readUrl("Token URL", question.credentials.tokenUrl);
  if (url.kind === "trouble") return url;
  const first = await askForToken(ask, url.value, question, "basic");
  const answer = mayBeStyle(first) ? await askForToken(ask, url.value, question, "body") : first;
  return readToken(answer);
}

function askForToken(ask: Ask, url: URL, question: TokenQuestion, style: "basic" | "body"): Promise<Answer> {
  const { clientId, clientSecret } = question.credentials;
  const form = new URLSearchParams({ grant_type: "client_credentials", scope: scopesOf(question) });
  const headers: Record<string, string> = { "content-type": "application/x-www-form-urlencoded" };
  if (style === "basic") {
    // RFC 6749, section 2.3.1: both parts are form-encoded before they are joined.
    const pair = [clientId, clientSecret.reveal()].map((part) => new URLSearchParams({ "": part }).toString().slice(1));
    headers["authorization"] = `Basic ${Buffer.from(pair.join(":")).toString("base64")}`;
  } else {
    form.set("client_id", clientId);
    form.set("client_secret", clientSecret.reveal());
  }
  return ask({ method: "POST", url, headers, body: form.toString() });
}

/** The least that the ladder reads with; demographics only where somebody opted in. */
function scopesOf({ version, readDemographics }: TokenQuestion): string {
  const prefix = `https://purl.imsglobal.org/spec/or/${version === "1.1" ? "v1p1" : "v1p2"}/scope/`;
  const names = [
    "roster-core.readonly",
    "roster.readonly",
    ...(readDemographics ? ["roster-demographics.readonly"] : []),
  ];
  return names.map((name) => prefix + name).join(" ");
}

/** Servers that want the credentials elsewhere say `invalid_client`, `invalid_request` or nothing that can be read. */
function mayBeStyle(answer: Answer): boolean {
  if (answer.kind === "silence" || (answer.status !== 400 && answer.status !== 401)) return false;
  const code = textOf(readJson(answer.text), "error");
  return !isNoApplication(answer) && (code === undefined || code === "invalid_client" || code === "invalid_request");
}

function readToken(answer: Answer): Seen<string> {
  if (answer.kind === "silence") return trouble(silenceSight(answer, "The Token URL"));
  const known = busySight(answer, "The Token URL") ?? redirectSight(answer, "The Token URL");
  if (known !== undefined) return trouble(known);
  if (isNoApplication(answer)) {
    return trouble(
      refuted(
        "no-application",
        "The site says that no Campus application is selected: appName is missing from the Token URL or wrong. Use the Token URL exactly as the site shows it.",
      ),
    );
  }
  return answer.status === 200 ? grantedToken(answer) : trouble(refusalSight(answer));
}

function grantedToken(reply: Reply): Seen<string> {
  const body = readJson(reply.text);
  if (!hasMembers(body)) return trouble(notAnEndpoint("a page instead of a token"));
  const token = textOf(body, "access_token");
  if (token === undefined || !/^[\x21-\x7e]+$/.test(token)) return trouble(notAnEndpoint("200 without a token"));
  return seen(token);
}

/** Only RFC 6749 codes are looked at; what else a body says is neither read nor repeated. */
function refusalSight(reply: Reply): Sight {
  switch (textOf(readJson(reply.text), "error")) {
    case "invalid_client":
      return refuted(
        "invalid-client",
        "The site does not accept these credentials: Client ID or Secret is wrong, or the connection is disabled or expired. Compare the fingerprint, then look at the connection's status in the site.",
      );
    case "unauthorized_client":
    case "invalid_grant":
    case "access_denied":
      return refuted(
        "unauthorized-client",
        "The site knows the credentials but gives them no token of this kind. Look at the connection in the site, or ask its support.",
      );
    case "invalid_scope":
      return ourFault("invalid-scope");
    case "invalid_request":
      return ourFault("invalid-request");
    case "unsupported_grant_type":
      return ourFault("unsupported-grant-type");
    default:
      return reply.status === 401
        ? refuted(
            "unauthorized",
            "The Token URL answered 401 without a reason: credentials that it does not know. Check that all four values are of the same connection.",
          )
        : notAnEndpoint(`${reply.status} without a reason`);
  }
}

function ourFault(code: string): Sight {
  return inconclusive(
    code,
    `The site refused the form of the probe's own request (${code}), which says nothing about the credentials. Report it as a fault of rosterform, with the site's product and version.`,
  );
}

function notAnEndpoint(what: string): Sight {
  return refuted(
    "not-a-token-endpoint",
    `The Token URL answered ${what}, so it is no token endpoint. Copy the Token URL again; the Base URL is often pasted in its place.`,
  );
}

/** Infinite Campus's own words when appName is missing or unknown, whatever status and form they come in. */
function isNoApplication(reply: Reply): boolean {
  return reply.text.includes("No Campus Application selected");
}
