import { type Address, parseRelativeAddress } from "../model/address.ts";
import {
  type Approval,
  type AttestLine,
  DEFAULT_LIMITS,
  type Desired,
  type DesiredConnection,
  type DesiredDistrict,
  type FieldNames,
  type Freeze,
  type Limits,
} from "../model/desired.ts";
import { type Acceptance, parseAcceptance } from "../model/loss.ts";
import type { Place } from "../model/place.ts";
import { type Clause, DEFAULT_CLAUSES, DEFAULT_QUIET_MS, sortedClauses } from "../model/requirement.ts";
import { type Day, parseDuration } from "../model/time.ts";
import { type OneRosterVersion, sortedUnique } from "../model/traits.ts";
import { type Doc, placeIn } from "./doc.ts";
import type { Draft, DraftConnection, DraftDistrict } from "./draft.ts";
import type { Catalogue } from "./generated/catalogue.ts";
import type { Connection } from "./generated/connection.ts";
import type { Project } from "./generated/project.ts";

/** Says in the words of the model what a checked draft wants. Only for drafts without errors. */
export function desire(draft: Draft): Desired {
  const limits = limitsOf(DEFAULT_LIMITS, draft.project?.value.limits);
  const catalogue = vendorsOf(draft.catalogue);
  const districts = draft.districts.map((district) => districtOf({ draft, district, limits, catalogue }));
  const { locked } = draft.project?.value ?? {};
  return {
    limits,
    districts: districts.sort((a, b) => (a.district < b.district ? -1 : 1)),
    ...(locked === undefined ? {} : { locked }),
  };
}

/** What the catalogue adds to a connection, prepared once for each vendor. */
interface Known {
  readonly keys: Pick<Connection, "sync-period" | "contact" | "owner" | "fields">;
  readonly places: Readonly<Record<string, Place>>;
  readonly recipients?: readonly string[];
}

type Vendors = ReadonlyMap<string, Known>;

function vendorsOf(doc: Doc<"catalogue"> | undefined): Vendors {
  const entries = Object.entries(doc?.value.vendors ?? {});
  return new Map(
    entries.flatMap(([name, vendor]) =>
      doc === undefined || vendor === undefined ? [] : [[name, knownOf(doc, name, vendor)]],
    ),
  );
}

function knownOf(doc: Doc<"catalogue">, name: string, vendor: NonNullable<Catalogue["vendors"][string]>): Known {
  const { contact, owner, fields, keys: recipients } = vendor;
  const keys = {
    ...(vendor["sync-period"] === undefined ? {} : { "sync-period": vendor["sync-period"] }),
    ...(contact === undefined ? {} : { contact }),
    ...(owner === undefined ? {} : { owner }),
    ...(fields === undefined ? {} : { fields }),
  };
  const places = Object.fromEntries(Object.keys(keys).map((key) => [key, placeIn(doc, "vendors", name, key)]));
  return { keys, places, ...(recipients === undefined ? {} : { recipients }) };
}

interface Around {
  readonly draft: Draft;
  readonly district: DraftDistrict;
  readonly limits: Limits;
  readonly catalogue: Vendors;
}

function districtOf(around: Around): DesiredDistrict {
  const { draft, district } = around;
  const { value } = district.doc;
  const { host, app, kind = "production" } = value.site;
  const defaults = defaultsOf(draft, district);
  const connections = district.connections.map((connection) =>
    connectionOf(connection, district, defaults, around.catalogue),
  );
  const owner = value.owner ?? draft.project?.value.owner;
  return {
    district: district.id,
    site: { host, app, kind },
    mode: value.mode ?? "manage",
    connections: connections.sort((a, b) => (a.address < b.address ? -1 : 1)),
    ignored: district.ignored,
    freeze: freezesOf(draft.project?.value.freeze, value.freeze),
    limits: limitsOf(around.limits, value.limits),
    ...(owner === undefined ? {} : { owner }),
    place: placeIn(district.doc),
  };
}

/** What holds for every connection of a district unless it says otherwise. */
interface Defaults {
  readonly requires: readonly Clause[];
  readonly quietMs: number;
  readonly withinMs: number | undefined;
  readonly syncs: number | undefined;
  /** What the district says comes before the catalogue, what the project says after it. */
  readonly owner: string | undefined;
  readonly lastOwner: string | undefined;
}

function defaultsOf({ project }: Draft, { doc }: DraftDistrict): Defaults {
  const confirm = { ...project?.value.confirm, ...doc.value.confirm };
  return {
    requires: confirm.require === undefined ? DEFAULT_CLAUSES : sortedClauses(confirm.require),
    quietMs: durationOf(confirm.quiet) ?? DEFAULT_QUIET_MS,
    withinMs: durationOf(confirm.within),
    syncs: confirm.syncs,
    owner: doc.value.owner,
    lastOwner: project?.value.owner,
  };
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

function connectionOf(
  draft: DraftConnection,
  district: DraftDistrict,
  defaults: Defaults,
  catalogue: Vendors,
): DesiredConnection {
  const { keys } = draft;
  const known = catalogue.get(draft.vendor);
  const made: Writable<DesiredConnection> = {
    address: draft.address,
    district: district.id,
    vendor: draft.vendor,
    kind: keys.kind ?? "other",
    version: String(keys.version) as OneRosterVersion,
    schools: keys.schools === undefined || keys.schools === "all" ? "all" : sortedUnique(keys.schools),
    share: sortedUnique(keys.share ?? []),
    state: keys.state ?? "active",
    rotate: keys.rotate ?? 0,
    requires: keys.confirm?.require === undefined ? defaults.requires : sortedClauses(keys.confirm.require),
    quietMs: durationOf(keys["sync-period"] ?? known?.keys["sync-period"]) ?? defaults.quietMs,
    accepts: acceptsOf(keys.accept),
    protected: keys.protected ?? false,
    labels: labelsOf(keys.labels),
    place: draft.place,
    places: known === undefined ? draft.places : { ...knownPlaces(known, defaults), ...draft.places },
  };
  // Keys that nobody wrote are left out, not set to `undefined`.
  const withinMs = durationOf(keys.confirm?.within) ?? defaults.withinMs;
  const syncs = keys.confirm?.syncs ?? defaults.syncs;
  const owner = keys.owner ?? defaults.owner ?? known?.keys.owner ?? defaults.lastOwner;
  const contact = keys.contact ?? known?.keys.contact;
  const fieldNames = fieldNamesOf(known?.keys.fields, keys.fields);
  if (draft.name !== undefined) made.name = draft.name;
  if (withinMs !== undefined) made.withinMs = withinMs;
  if (syncs !== undefined) made.syncs = syncs;
  if (owner !== undefined) made.owner = owner;
  if (contact !== undefined) made.contact = contact;
  if (fieldNames !== undefined) made.fieldNames = fieldNames;
  if (known?.recipients !== undefined) made.recipients = known.recipients;
  if (keys["deliver-from"] !== undefined) made.deliverFrom = keys["deliver-from"] as Day;
  if (keys.ends !== undefined) made.ends = keys.ends as Day;
  if (keys.expires !== undefined) made.expires = keys.expires as Day;
  if (keys.adopt !== undefined) made.adopt = keys.adopt;
  if (keys.attest !== undefined) made.attest = keys.attest as AttestLine;
  if (keys.approved !== undefined) made.approved = keys.approved as Approval;
  const replaces = addressIn(district, keys.replaces);
  const was = addressIn(district, keys.was);
  if (replaces !== undefined) made.replaces = replaces;
  if (was !== undefined) made.was = was;
  return made;
}

/** The catalogue's owner has a place only where it is the one that counts. */
function knownPlaces({ places }: Known, { owner }: Defaults): Known["places"] {
  if (owner === undefined) return places;
  return Object.fromEntries(Object.entries(places).filter(([key]) => key !== "owner"));
}

function addressIn(district: DraftDistrict, text: string | undefined): Address | undefined {
  return text === undefined ? undefined : parseRelativeAddress(district.id, text);
}

const NOTHING_ACCEPTED: readonly Acceptance[] = [];

function acceptsOf(texts: readonly string[] | undefined): readonly Acceptance[] {
  if (texts === undefined) return NOTHING_ACCEPTED;
  return sortedUnique(texts.flatMap((text) => parseAcceptance(text) ?? []));
}

const NO_LABELS: Readonly<Record<string, string>> = {};

function labelsOf(labels: Connection["labels"]): Readonly<Record<string, string>> {
  if (labels === undefined) return NO_LABELS;
  return Object.fromEntries(Object.entries(labels).map(([key, value]) => [key, String(value)]));
}

/** As Infinite Campus calls them under "Information to Share". */
const CAMPUS_NAMES: FieldNames = {
  clientId: "Client ID",
  clientSecret: "Client Secret",
  tokenUrl: "Token URL",
  baseUrl: "Base URL",
};

function fieldNamesOf(...layers: readonly Connection["fields"][]): FieldNames | undefined {
  if (layers.every((layer) => layer === undefined)) return undefined;
  const fields = Object.assign({}, ...layers) as NonNullable<Connection["fields"]>;
  return {
    clientId: fields["client-id"] ?? CAMPUS_NAMES.clientId,
    clientSecret: fields["client-secret"] ?? CAMPUS_NAMES.clientSecret,
    tokenUrl: fields["token-url"] ?? CAMPUS_NAMES.tokenUrl,
    baseUrl: fields["base-url"] ?? CAMPUS_NAMES.baseUrl,
  };
}

/** Windows add up: forgetting one costs more than keeping one too many. */
function freezesOf(...lists: readonly (Project["freeze"] | undefined)[]): readonly Freeze[] {
  return lists.flatMap((list) => (list ?? []).map(({ from, to, why }) => ({ from: from as Day, to: to as Day, why })));
}

function limitsOf(below: Limits, own: Project["limits"]): Limits {
  return {
    disable: fractionOf(own?.disable) ?? below.disable,
    switch: fractionOf(own?.switch) ?? below.switch,
    atLeast: own?.["at-least"] ?? below.atLeast,
  };
}

/** `10%` -> 0.1 */
export function fractionOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text.slice(0, -1)) / 100;
}

/** The schema has seen to it that the text is a duration. */
export function durationOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : parseDuration(text);
}
