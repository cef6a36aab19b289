import type { DistrictId } from "../model/address.ts";
import type { DesiredConnection, DesiredDistrict } from "../model/desired.ts";
import type { ConnectionOutline, LiveOutline } from "../model/live.ts";
import type { Site } from "../model/site.ts";
import { addDays, type Day, dayOf, type Instant } from "../model/time.ts";
import type { FixedTraits, Traits } from "../model/traits.ts";

/**
 * In a fleet nearly every district is as its documents say, and planning it in full only finds that out. These functions find
 * it out from two texts, one made of the documents and one of the live side: where they are equal, `planDistricts` would
 * plan `keep` without a reason for each address and would have nothing to say. Where they are not, or where a side is too
 * rich for such a text, the district is planned like any other. Nothing is decided here that planning decides otherwise;
 * property tests hold the two together.
 */
export interface Settled {
  readonly district: DistrictId;
  /** As `digestPlan` gives it for this district. */
  readonly digest: string;
  /** Connections that count for the limits. */
  readonly managed: number;
}

/** What a district wants, where it wants nothing besides connections that are there. */
export interface Wish {
  readonly text: string;
  /** From this day on, something has to be said about a date. */
  readonly quietUntil?: Day;
}

/** What a live district has, where it has nothing besides connections in use. */
export interface Standing {
  readonly text: string;
  /** What the digest of the district is made of. */
  readonly canonical: string;
  readonly managed: number;
  /** Whether what is written down alone decides this; else also who used a former connection does, which no journal tells. */
  readonly isWritten: boolean;
}

/** Days before the end of a contract or of credentials from which on it is said (see `deadlines.ts`), and one more. */
const SAID_AHEAD = 61;

/** The plain wish of a district; `undefined` where its documents say more. */
export function wishOf(desired: DesiredDistrict): Wish | undefined {
  if (desired.mode !== "manage" || !desired.connections.every(isPlain)) return undefined;
  const lines = desired.connections.map((one) => lineOf(one.address, one));
  const dates = desired.connections.flatMap(({ ends, expires }) => [ends ?? [], expires ?? []].flat()).sort();
  const [first] = dates;
  return {
    text: textOf(desired.site, lines),
    ...(first === undefined ? {} : { quietUntil: addDays(first, -SAID_AHEAD) }),
  };
}

/** Whether nothing has to be said about a date yet. */
export function isQuiet(quietUntil: Day | undefined, now: Instant): boolean {
  return quietUntil === undefined || dayOf(now) < quietUntil;
}

function isPlain(one: DesiredConnection): boolean {
  const { state, replaces, was, adopt, attest } = one;
  return state === "active" && [replaces, was, adopt, attest].every((said) => said === undefined);
}

/** The plain standing of a live district; `undefined` where something is open, unmanaged, given up, or kept by people. */
export function standingOf(live: LiveOutline): Standing | undefined {
  if (live.isKept || live.site === undefined) return undefined;
  const connections = new Map(live.connections.map((one) => [one.id, one]));
  const lines: string[] = [];
  const kept: string[] = [];
  const used = new Set<ConnectionOutline>();
  let isWritten = true;
  for (const slot of [...live.slots].sort((a, b) => (a.address < b.address ? -1 : 1))) {
    const current = slot.current === undefined ? undefined : connections.get(slot.current);
    if (slot.isOpen || current?.isActive !== true || current.provenance === "found") return undefined;
    const previous = slot.previous === undefined ? undefined : connections.get(slot.previous);
    // The vendor asked with the old values after its move, of which a plan warns (see `returning.ts`).
    if (previous?.isAskedAfterwards === true) return undefined;
    isWritten &&= previous === undefined;
    used.add(current);
    lines.push(lineOf(slot.address, current));
    const address = JSON.stringify(slot.address);
    kept.push(
      `{"actions":[{"address":${address},"connection":${JSON.stringify(current.id)},"kind":"keep","reason":null}],"address":${address},"frozen":[],"hold":null,"refused":[]}`,
    );
  }
  // Each is the current one of an address, so that none is left over.
  if (live.connections.some((one) => one.isActive && !used.has(one))) return undefined;
  const head = `{"district":${JSON.stringify(live.district)},"refused":[]}`;
  return {
    text: textOf(live.site, lines),
    canonical: [head, ...kept].join("\n"),
    managed: used.size,
    isWritten,
  };
}

function lineOf(address: string, { kind, version, rotate, schools, share }: Traits & FixedTraits): string {
  return JSON.stringify([address, kind, version, rotate, schools, share]);
}

function textOf({ host, app, kind }: Site, lines: readonly string[]): string {
  return [JSON.stringify([host.toLowerCase(), app, kind]), ...[...lines].sort()].join("\n");
}
