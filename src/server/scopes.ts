import type { LiveConnection } from "../model/live.ts";

/** The scopes the campus can grant today, by their names after the prefix (1EdTech OneRoster, security section). */
export type ScopeName = "roster-core.readonly" | "roster.readonly" | "roster-demographics.readonly";

const PREFIX = "https://purl.imsglobal.org/spec/or/";
const NAMES: readonly ScopeName[] = ["roster-core.readonly", "roster.readonly", "roster-demographics.readonly"];

/** What was granted: the names that decide, and the text that the answer repeats. */
export interface Granted {
  readonly names: ReadonlySet<ScopeName>;
  readonly text: string;
}

/**
 * The part of the wish that the connection may have; everything it may have when nothing was wished. `undefined` when
 * nothing is left. Clients mix the prefixes of the versions up, so both are understood whatever the connection's is.
 */
export function grantScopes(wish: string | undefined, connection: LiveConnection): Granted | undefined {
  const allowed = NAMES.filter((name) => name !== "roster-demographics.readonly" || sharesDemographics(connection));
  const own = `${PREFIX}${connection.version === "1.1" ? "v1p1" : "v1p2"}/scope/`;
  const wished = wish?.split(" ").filter((part) => part !== "") ?? [];
  const asked = wished.length === 0 ? allowed.map((name) => own + name) : [...new Set(wished)];
  const granted = asked.flatMap((text) => {
    const name = allowed.find((candidate) => isNamed(text, candidate));
    return name === undefined ? [] : [{ name, text }];
  });
  if (granted.length === 0) return undefined;
  return { names: new Set(granted.map(({ name }) => name)), text: granted.map(({ text }) => text).join(" ") };
}

/** Whether the connection shares demographics. */
export function sharesDemographics(connection: LiveConnection): boolean {
  return connection.share.includes("demographics");
}

function isNamed(text: string, name: ScopeName): boolean {
  return text === `${PREFIX}v1p1/scope/${name}` || text === `${PREFIX}v1p2/scope/${name}`;
}
