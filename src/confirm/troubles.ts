import type { Finding } from "../model/evidence.ts";
import type { Reply, Silence } from "./ask.ts";
import { inconclusive, refuted, type Sight } from "./sight.ts";

/** What silence comes to. Nothing was answered, so nothing is refuted. */
export function silenceSight(silence: Silence, what: string): Sight {
  switch (silence.why) {
    case "deadline":
      return inconclusive(
        "deadline",
        `${what} did not answer before the deadline. The site may be busy; try again later or raise the deadline.`,
      );
    case "unknown-host":
      return inconclusive(
        "unknown-host",
        `The host name of ${what.replace(/^The /, "the ")} is not known. Check the URL for a typing error, then this machine's name service.`,
      );
    case "bad-certificate":
      return inconclusive(
        "bad-certificate",
        `The certificate of ${what} could not be verified. It may have ended, or something stands in between; nothing was sent.`,
      );
    case "answer-too-large":
      return inconclusive(
        "answer-too-large",
        `${what} sent far more than was asked for. It may ignore page sizes; read it with the vendor's own tool.`,
      );
    default:
      return inconclusive(
        "unreachable",
        `${what} could not be reached. The site may be down or a firewall may stand in between; try again later.`,
      );
  }
}

/** What a status that says "not now" comes to; `undefined` for every other one. */
export function busySight(reply: Reply, what: string): Sight | undefined {
  if (reply.status === 429) {
    return inconclusive(
      "throttled",
      `${what} answered 429: too many requests at the moment. Try again later, outside the hours of nightly syncs.`,
    );
  }
  if (reply.status < 500) return undefined;
  return inconclusive(
    "server-error",
    `${what} answered ${reply.status}, a fault of the site. Try again later; if it stays, tell the site's support.`,
  );
}

/** What a redirect comes to; `undefined` for every other status. */
export function redirectSight(reply: Reply, what: string): Sight | undefined {
  if (reply.status < 300 || reply.status >= 400) return undefined;
  return refuted(
    "redirect",
    `${what} answered with a redirect (${reply.status}), which is not followed. The URL is probably outdated; copy it again from the site.`,
  );
}

/** What reading a collection came to when it was not a 200. 403 after a good token never means a wrong secret. */
export function statusSight(reply: Reply, collection: string): Sight {
  const what = `The ${collection} service`;
  const known = busySight(reply, what) ?? redirectSight(reply, what);
  if (known !== undefined) return known;
  switch (reply.status) {
    case 401:
      return refuted(
        "token-not-accepted",
        `${what} did not accept a token that was just given. Token URL and Base URL probably belong to different sites, or the connection was disabled meanwhile.`,
      );
    case 403:
      return refuted(
        "not-shared",
        `${what} answered 403 although the token is good: this data is not shared with the connection. Check what it shares in the site.`,
      );
    case 404:
      return refuted(
        "wrong-version",
        `${what} was not found (404). The Base URL probably belongs to another OneRoster version; copy it again from this very connection.`,
      );
    default:
      return inconclusive(
        "unexpected-status",
        `${what} answered ${reply.status}, which says nothing about the connection. Try again; if it stays, the site may be another product.`,
      );
  }
}

const SILENT: ReadonlySet<string> = new Set(["deadline", "unknown-host", "bad-certificate", "unreachable"]);

/** The finding that says the site could not be reached at all, which is no answer, and no waiting for anybody either. */
export function unreachableIn(findings: readonly Finding[]): Finding | undefined {
  return findings.find(({ verdict, code }) => verdict === "inconclusive" && SILENT.has(code));
}
