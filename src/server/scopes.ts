import type { LiveConnection } from "../model/live.ts";

/** Every scope that OneRoster knows, by its name after the prefix (1EdTech OneRoster 1.1 and 1.2, security section). */
export const SCOPE_NAMES = [
  "roster-core.readonly",
  "roster.readonly",
  "roster-demographics.readonly",
  "resource-core.readonly",
  "resource.readonly",
  "gradebook-core.readonly",
  "gradebook.readonly",
  "gradebook.createput",
  "gradebook.createpost",
  "gradebook.delete",
  "assessment.readonly",
  "assessment.createput",
  "assessment.delete",
] as const;
export type ScopeName = (typeof SCOPE_NAMES)[number];

const PREFIX = "https://purl.imsglobal.org/spec/or/";

/** Names that came with 1.2; to a connection of 1.1 they mean nothing. */
const SINCE_1P2: ReadonlySet<ScopeName> = new Set([
  "resource-core.readonly",
  "gradebook-core.readonly",
  "gradebook.createpost",
  "assessment.readonly",
  "assessment.createput",
  "assessment.delete",
]);

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
  const allowed = scopesOpenTo(connection);
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

/**
 * Every scope that a connection may have. The kind `other` is served rostering and nothing else: no grade book, no
 * assessments and no resources. Demographics only where they are shared.
 */
export function scopesOpenTo(connection: Pick<LiveConnection, "kind" | "version" | "share">): readonly ScopeName[] {
  return SCOPE_NAMES.filter((name) => {
    if (name === "roster-demographics.readonly") return sharesDemographics(connection);
    if (name.startsWith("roster")) return true;
    return connection.kind === "supported" && (connection.version === "1.2" || !SINCE_1P2.has(name));
  });
}

/** Whether the connection shares demographics. */
export function sharesDemographics(connection: Pick<LiveConnection, "share">): boolean {
  return connection.share.includes("demographics");
}

function isNamed(text: string, name: ScopeName): boolean {
  return text === `${PREFIX}v1p1/scope/${name}` || text === `${PREFIX}v1p2/scope/${name}`;
}
