import type { Address, DistrictId } from "../../model/address.ts";
import {
  type Asked,
  type ConnectionId,
  type Inventory,
  isActive,
  type LastApplied,
  type LiveConnection,
  type Slot,
} from "../../model/live.ts";
import type { Secret } from "../../model/secret.ts";
import type { Site } from "../../model/site.ts";
import type { Instant } from "../../model/time.ts";
import { inNewEpochOf } from "../../model/use.ts";
import { invariant } from "../../diagnostics/invariant.ts";
import type { At, JournalEntry, Written } from "../store.ts";
import { guards } from "./guards.ts";

/**
 * The rules of the store as pure functions: what a driver loaded goes in (`Scene`), what it has to save comes out
 * (`Ruling`). Every driver runs them inside its transaction, so that all of them mean the same.
 */

/** A connection with what only the store needs to know: which address manages it, and for which generation it was made. */
export interface Kept {
  readonly live: LiveConnection;
  readonly address?: Address;
  readonly generation?: number;
}

/**
 * What a rule may look at: everything in the district that the write could touch or depend on. A driver may load more
 * than that, never less (see `Scope`).
 */
export interface Scene {
  readonly now: Instant;
  /** In whose name the write is made. */
  readonly by: string;
  readonly district: DistrictId;
  /** The district's revision; 0 when the store has never heard of it. */
  readonly revision: number;
  readonly site?: Site;
  /** Where the campus that serves this store answers. */
  readonly origin?: string;
  readonly observesUse: boolean;
  readonly slots: readonly Slot[];
  readonly connections: readonly Kept[];
  /** Set where people keep the store. */
  readonly registry?: RegistryScene;
}

/** What a rule may look at besides, where people keep the store. */
export interface RegistryScene {
  /** What is asked for in the district and not reported. */
  readonly asked: readonly Asked[];
  /** The connection with the Client ID that the scope names, in whatever district it is. */
  readonly namesake?: Kept;
}

/**
 * What a driver has to load for a scene:
 * the slots at `addresses`; the connections named here, managed by one of `addresses`, or named by those slots; then every
 * slot of the district that manages one of these connections or names it as current or in its cut-over.
 */
export interface Scope {
  readonly district: DistrictId;
  readonly addresses: readonly Address[];
  readonly connections: readonly ConnectionId[];
  /** Where people keep the store: a Client ID that somebody told us. */
  readonly clientId?: string;
}

/** What a write changes. Slots carry their new revision already. */
export interface Changes {
  /** The district's new revision. */
  readonly revision: number;
  readonly site?: Site;
  readonly removed: readonly Address[];
  readonly slots: readonly Slot[];
  /** Connections that were known before. */
  readonly connections: readonly Kept[];
  readonly minted?: Minted;
  readonly note: Note;
  /** Set where people keep the store. */
  readonly registry?: RegistryChanges;
}

/** A connection that is new to the store. Where people keep it, its secret may never have been told. */
export interface Minted {
  readonly kept: Kept;
  readonly secret?: Secret;
}

/** What a write changes besides, where people keep the store. */
export interface RegistryChanges {
  readonly asked: readonly Asked[];
  readonly answered: readonly Asked[];
  /** Secrets to forget; the line is for the journal, where there was one. */
  readonly forgotten: readonly { readonly connection: ConnectionId; readonly note: Note }[];
  /** The secret of a connection that was known before. */
  readonly told?: { readonly connection: ConnectionId; readonly secret: Secret };
  readonly inventory?: Extract<Inventory, { kind: "signed" }>;
}

export type Note = Omit<JournalEntry, "sequence" | "link">;

export type Ruling<T> =
  | { readonly kind: "write"; readonly value: T; readonly revision: number; readonly changes: Changes }
  /** The answer is known and nothing has to be written. */
  | { readonly kind: "same"; readonly value: T; readonly revision: number }
  | Extract<Written<T>, { readonly kind: "stale" | "refused" }>;

export function same<T>(value: T, slot: Slot): Ruling<T> {
  return { kind: "same", value, revision: slot.revision };
}

export function refused<T>(why: string): Ruling<T> {
  return { kind: "refused", why };
}

/** The answer to a write that was planned on another revision than the slot's; `undefined` when it is the right one. */
export function staleness(slot: Slot | undefined, at: At): Extract<Written<never>, { kind: "stale" }> | undefined {
  if (guards.isPlannedOnPresent(slot, at)) return undefined;
  return { kind: "stale", expected: at.revision, found: slot?.revision ?? 0 };
}

/** What a rule says has to change; `write` adds the revisions and the note for the journal. */
export interface Edit {
  readonly slots?: readonly Slot[];
  readonly removed?: readonly Address[];
  readonly connections?: readonly Kept[];
  readonly minted?: Changes["minted"];
  readonly site?: Site;
  readonly what: string;
  readonly by?: string;
  readonly address?: Address;
  readonly connection?: ConnectionId;
  readonly detail?: JournalEntry["detail"];
  /** The rest counts only where people keep the store. */
  readonly asks?: readonly Asked[];
  /** Which questions are answered by this. */
  readonly answers?: (asked: Asked) => boolean;
  /** Connections whose secret is of no further use here. */
  readonly forgets?: readonly ConnectionId[];
  readonly told?: RegistryChanges["told"];
  readonly inventory?: Extract<Inventory, { kind: "signed" }>;
}

/**
 * A ruling that writes. Slots take the district's new revision as theirs: it only ever grows, so that a revision of a slot
 * that was released and made again is never met twice.
 */
export function write<T>(scene: Scene, value: T, edit: Edit): Ruling<T> {
  const revision = scene.revision + 1;
  const note: Note = {
    at: scene.now,
    by: edit.by ?? scene.by,
    what: edit.what,
    district: scene.district,
    ...(edit.address === undefined ? {} : { address: edit.address }),
    ...(edit.connection === undefined ? {} : { connection: edit.connection }),
    detail: edit.detail ?? {},
  };
  return {
    kind: "write",
    value,
    revision: (edit.slots ?? []).length === 0 ? 0 : revision,
    changes: {
      revision,
      ...(edit.site === undefined ? {} : { site: edit.site }),
      removed: edit.removed ?? [],
      slots: (edit.slots ?? []).map((slot) => ({ ...slot, revision })),
      connections: edit.connections ?? [],
      ...(edit.minted === undefined ? {} : { minted: edit.minted }),
      note,
      ...(scene.registry === undefined ? {} : { registry: registryChanges(scene.registry, edit, note) }),
    },
  };
}

function registryChanges({ asked }: RegistryScene, edit: Edit, note: Note): RegistryChanges {
  return {
    asked: edit.asks ?? [],
    answered: asked.filter(edit.answers ?? (() => false)),
    forgotten: (edit.forgets ?? []).map((connection) => ({
      connection,
      note: { ...note, what: "forget", connection, detail: { after: note.what } },
    })),
    ...(edit.told === undefined ? {} : { told: edit.told }),
    ...(edit.inventory === undefined ? {} : { inventory: edit.inventory }),
  };
}

/** The connection with who told us so, where people keep the store. */
export function reported(scene: Scene, live: LiveConnection, by: string = scene.by): LiveConnection {
  return scene.registry === undefined ? live : { ...live, reported: { by, at: scene.now } };
}

/** Whether a question is about this connection. */
export function asksAbout(id: ConnectionId): (asked: Asked) => boolean {
  return ({ connection }) => connection === id;
}

export function slotAt(scene: Scene, address: Address): Slot | undefined {
  return scene.slots.find((slot) => slot.address === address);
}

export function keptOf(scene: Scene, id: ConnectionId): Kept | undefined {
  return scene.connections.find((kept) => kept.live.id === id);
}

/** A connection that a slot names; that it exists is the store's own promise. */
export function knownKept(scene: Scene, id: ConnectionId): Kept {
  const kept = keptOf(scene, id);
  invariant(kept !== undefined, `a slot of ${scene.district} names connection ${id}, which the store does not hold`);
  return kept;
}

/** Whether the address has this connection as its current one or as the candidate of its open cut-over. */
export function holds(slot: Slot, id: ConnectionId): boolean {
  return slot.current === id || slot.cutover?.to === id;
}

/** Whether closing over this connection makes sense: it works, or it did until somebody's hand disabled it. */
export function isReplaceable({ status }: LiveConnection): boolean {
  return status.kind === "active" || status.how === "outside";
}

/** A new epoch: what was known is about something that is no more. */
export function inNewEpoch(live: LiveConnection, now: Instant): LiveConnection {
  return { ...live, epoch: live.epoch + 1, epochAt: now, evidence: [], use: inNewEpochOf(live.use) };
}

/** Disabled by one of our own steps; a connection that is disabled already keeps its story. */
export function disabledFor(
  scene: Scene,
  live: LiveConnection,
  how: "closed" | "disabled" | "abandoned",
): LiveConnection {
  if (!isActive(live)) return live;
  return reported(scene, { ...live, status: { kind: "disabled", at: scene.now, by: scene.by, how } });
}

/** What drift will be measured against. */
export function appliedOf(live: LiveConnection, now: Instant): LastApplied {
  const { id, kind, version, schools, share, rotate } = live;
  return { connection: id, at: now, kind, version, schools, share, rotate };
}

type Clearable = "current" | "cutover" | "previous" | "aborted" | "applied";

/** The slot without some of what it may hold. */
export function without(slot: Slot, ...keys: readonly Clearable[]): Slot {
  const copy: { -readonly [Key in keyof Slot]: Slot[Key] } = { ...slot };
  for (const key of keys) delete copy[key];
  return copy;
}

/** The connection as one that nobody manages. */
export function unmanaged({ live }: Kept): Kept {
  return { live: { ...live, provenance: "found" } };
}
