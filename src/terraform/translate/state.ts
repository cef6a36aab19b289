import { type Address, addressOf, type DistrictId, partsOf } from "../../model/address.ts";
import { isUsed } from "../../model/use.ts";
import { judge, presentEvidence, probeVerdict } from "../../model/judge.ts";
import type { LiveConnection, LiveDistrict, Slot } from "../../model/live.ts";
import type { Instant } from "../../model/time.ts";
import { sortedUnique } from "../../model/traits.ts";
import { lookUp } from "./around.ts";
import { isSameValue, textsOf } from "./narrow.ts";
import { describeAwaited, describeWho } from "../../views/words.ts";
import { UNKNOWN, type Attributes, Decimal, type Value } from "../wire/value.ts";

/** What the provider finds, and no configuration says. */
const FOUND = ["current", "candidate", "previous", "cutover", "evidence"] as const;

/** The address that a configuration or a state speaks of; `undefined` while a part of it is not known. */
export function addressIn(attributes: Attributes): Address | undefined {
  const { district, vendor, name } = attributes;
  if (typeof district !== "string" || typeof vendor !== "string" || name === UNKNOWN) return undefined;
  return addressOf(district as DistrictId, vendor, typeof name === "string" ? name : undefined);
}

/** Whether destroying an object is to disable what is live. */
export function isToDisable({ on_destroy: onDestroy }: Attributes): boolean {
  return onDestroy === "disable";
}

/** What is known of one physical connection. */
export function physical(connection: LiveConnection): Attributes {
  return {
    id: connection.id,
    client_id: connection.clientId,
    token_url: connection.tokenUrl,
    base_url: connection.baseUrl,
    version: connection.version,
    status: connection.status.kind,
    secret_fingerprint: connection.fingerprint,
  };
}

/** One address of a live district, with the connections that its slot names. */
export interface Standing {
  readonly address: Address;
  readonly slot?: Slot;
  readonly current?: LiveConnection;
  readonly candidate?: LiveConnection;
  readonly previous?: LiveConnection;
  readonly from?: LiveConnection;
}

/** Where an address stands. */
export function standingAt(live: LiveDistrict, address: Address): Standing {
  const { slots, connections } = lookUp(live);
  const slot = slots.get(address);
  if (slot === undefined) return { address };
  const find = (id: string | undefined) => (id === undefined ? undefined : connections.get(id));
  const [current, candidate, previous, from] = [slot.current, slot.cutover?.to, slot.previous, slot.cutover?.from].map(
    find,
  );
  return {
    address,
    slot,
    ...(current === undefined ? {} : { current }),
    ...(candidate === undefined ? {} : { candidate }),
    ...(previous === undefined ? {} : { previous }),
    ...(from === undefined ? {} : { from }),
  };
}

/**
 * The state of a resource as the store has it now. What only a configuration says stays as `before` has it; `undefined`
 * where nothing is left at the address.
 */
export function stateOf(standing: Standing, before: Attributes, now: Instant): Attributes | undefined {
  if (standing.slot === undefined)
    return before["state"] === "disabled" ? { ...before, ...foundAt(standing, now) } : undefined;
  return { ...before, ...namesOf(standing.address), ...traitsOf(standing, before), ...foundAt(standing, now) };
}

/** Everything that the provider finds, not known yet. */
export function notFoundYet(): Attributes {
  return Object.fromEntries(FOUND.map((name) => [name, UNKNOWN]));
}

/** What the provider finds at an address. */
export function foundAt({ slot, current, candidate, previous, from }: Standing, now: Instant): Attributes {
  const isOpen = slot?.cutover !== undefined && candidate !== undefined;
  const isDone = !isOpen && current !== undefined && (slot?.generation ?? 0) > 0;
  return {
    current: current === undefined ? null : physical(current),
    candidate: isOpen ? physical(candidate) : null,
    previous: previous === undefined ? null : physical(previous),
    cutover: isOpen ? "waiting" : isDone ? "done" : "none",
    evidence: isOpen ? evidenceOf(slot, candidate, from, now) : null,
  };
}

function evidenceOf(
  { cutover }: Slot,
  candidate: LiveConnection,
  from: LiveConnection | undefined,
  now: Instant,
): Value {
  if (cutover === undefined) return null;
  const evidence = presentEvidence(candidate);
  const source = from === undefined ? {} : { from };
  const { missing } = judge({ requires: cutover.requires, candidate, now, ...source });
  return {
    probed: probeVerdict(evidence) ?? "never",
    used: isUsed(candidate.use),
    attested: evidence.some((one) => one.kind === "attested"),
    awaits: missing.map((one) => `${describeWho(one)}: ${describeAwaited(one)}`),
  };
}

/** What a resource says of itself by its address. */
export function namesOf(address: Address): Attributes {
  const { district, vendor, name } = partsOf(address);
  return { address, district, vendor, name: name ?? null };
}

/**
 * What a resource says of its connection. Where Terraform knew nothing yet (an import) the live facts are taken over. Else
 * only what a hand changed in the connection in use is: what cannot be edited differs while a cut-over is under way, and
 * the plan knows better than a comparison what is to be done about that.
 */
function traitsOf({ current, candidate, slot }: Standing, before: Attributes): Attributes {
  const shown = slot?.cutover === undefined ? current : candidate;
  if (shown === undefined) return {};
  if (before["version"] === null) return { ...fixedOf(shown), state: shown.status.kind, ...editableOf(shown, before) };
  if (slot?.cutover !== undefined || !isSame(before, fixedOf(shown))) return {};
  const isByHand = shown.status.kind === "disabled" && shown.status.how === "outside";
  return { ...(isByHand ? { state: "disabled" } : {}), ...editableOf(shown, before) };
}

function fixedOf({ version, kind, rotate }: LiveConnection): Attributes {
  return { version, kind, rotate: Decimal.of(rotate) };
}

function editableOf({ schools, share }: LiveConnection, before: Attributes): Attributes {
  return {
    schools: schools === "all" ? null : sameSet(before["schools"], schools),
    share: share.length === 0 ? emptied(before["share"]) : sameSet(before["share"], share),
  };
}

function isSame(before: Attributes, fixed: Attributes): boolean {
  return Object.entries(fixed).every(([name, value]) => isSameValue(before[name], value));
}

/** A set is written in any order; what stands there already is kept while it says the same. */
function sameSet(before: Value | undefined, now: readonly string[]): Value {
  const texts = textsOf(before);
  const isSame = texts !== undefined && sortedUnique(texts).join("\n") === sortedUnique(now).join("\n");
  return isSame ? texts : now;
}

/** Nothing shared: an empty set stays one. */
function emptied(before: Value | undefined): Value {
  return Array.isArray(before) ? [] : null;
}
