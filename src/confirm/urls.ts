import type { OneRosterVersion } from "../model/traits.ts";
import { refuted, type Seen, seen, trouble } from "./sight.ts";

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/**
 * Reads a Token or Base URL. Secrets and tokens travel to it, so plain http is taken for loopback hosts only, and a
 * user name or password inside the URL is refused. The sentences name the field and never quote the URL.
 */
export function readUrl(field: "Token URL" | "Base URL", text: string): Seen<URL> {
  if (!URL.canParse(text)) {
    return trouble(
      refuted("not-a-url", `The ${field} is no URL. Copy it again from "Information to Share", whole and unchanged.`),
    );
  }
  const url = new URL(text);
  if (url.username !== "" || url.password !== "") {
    return trouble(
      refuted(
        "credentials-in-url",
        `The ${field} has a user name or password inside. Use it exactly as the site shows it.`,
      ),
    );
  }
  if (url.protocol === "https:" || (url.protocol === "http:" && LOOPBACK.test(url.hostname))) return seen(url);
  return trouble(
    refuted(
      "insecure-url",
      `The ${field} does not begin with https://, so nothing was sent to it. Ask the site for its https address.`,
    ),
  );
}

/**
 * Where a rostering collection is read. The Base URL is opaque; only what OneRoster itself defines is appended: 1.1 has
 * the collections right below it (1EdTech OneRoster 1.1, section 3), 1.2 below `/rostering/v1p2` (OneRoster 1.2 REST
 * binding, section 2), which some sites already include in the Base URL.
 */
export function collectionUrl(base: URL, version: OneRosterVersion, collection: string): URL {
  const url = new URL(base);
  const path = url.pathname.replace(/\/+$/, "");
  const root = version === "1.1" || path.endsWith("/rostering/v1p2") ? path : `${path}/rostering/v1p2`;
  url.pathname = `${root}/${collection}`;
  return url;
}
