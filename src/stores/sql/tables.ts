import type { Generated } from "kysely";
import type { Refusal } from "../../model/attempt.ts";

/**
 * The tables as every SQL driver has them. Moments are ISO texts, lists and nested values JSON texts, so that the same
 * queries mean the same everywhere.
 */
export interface Tables {
  readonly meta: MetaRow;
  readonly districts: DistrictRow;
  readonly slots: SlotRow;
  readonly connections: ConnectionTable;
  /** Apart from the connections, so that nothing that lists connections can meet one. */
  readonly secrets: SecretRow;
  readonly journal: JournalTable;
  readonly traffic: TrafficTable;
  readonly asked: AskedRow;
  readonly inventories: InventoryRow;
  readonly attempts: AttemptRow;
}

/**
 * `schema_version`, `key_check`, once a campus serves the store `origin`, and `store_kind` (`by-hand`) where people keep it.
 */
export interface MetaRow {
  readonly key: string;
  readonly value: string;
}

export interface DistrictRow {
  readonly district: string;
  readonly revision: number;
  readonly site_host: string | null;
  readonly site_app: string | null;
  readonly site_kind: "production" | "sandbox" | null;
  /** Link of the last line of its journal. */
  readonly journal_head: string | null;
}

export interface SlotRow {
  readonly address: string;
  readonly district: string;
  readonly revision: number;
  readonly generation: number;
  readonly current_id: string | null;
  readonly previous_id: string | null;
  readonly cutover_from: string | null;
  readonly cutover_to: string | null;
  readonly cutover_generation: number | null;
  readonly cutover_requires: string | null;
  readonly cutover_opened_at: string | null;
  readonly aborted: string | null;
  readonly applied: string | null;
}

export interface ConnectionRow {
  readonly id: string;
  readonly district: string;
  /** The address that manages it, and the generation it was made for there. */
  readonly address: string | null;
  readonly generation: number | null;
  readonly application: string;
  readonly kind: "supported" | "other";
  readonly version: "1.1" | "1.2";
  readonly rotate: number;
  /** `all` or a JSON list. */
  readonly schools: string;
  readonly share: string;
  readonly client_id: string;
  readonly token_url: string;
  readonly base_url: string;
  readonly fingerprint: string;
  readonly provenance: "generated" | "adopted" | "found";
  readonly created_at: string;
  /** Null while the connection is active. */
  readonly disabled_at: string | null;
  readonly disabled_by: string | null;
  readonly disabled_how: "closed" | "disabled" | "abandoned" | "outside" | null;
  readonly epoch: number;
  readonly epoch_at: string;
  readonly watched_since: string;
  readonly last_use: string | null;
  readonly pulled_orgs: string | null;
  readonly pulled_users: string | null;
  readonly pulled_enrollments: string | null;
  /** A `SyncRun`. */
  readonly syncs: string | null;
  readonly delivery_state: "begun" | "done" | null;
  readonly delivery_target: string | null;
  readonly delivery_at: string | null;
  /** Who said that the delivered values arrived. */
  readonly received_by: string | null;
  readonly received_at: string | null;
  /** Who last reported the facts, where people keep the store. */
  readonly reported_by: string | null;
  readonly reported_at: string | null;
  readonly evidence: string;
}

export interface ConnectionTable extends ConnectionRow {
  /** Counts in the order of creation. */
  readonly number: Generated<number>;
}

export interface SecretRow {
  readonly connection: string;
  readonly sealed: string;
}

export interface JournalRow {
  readonly at: string;
  readonly by: string;
  readonly what: string;
  readonly district: string;
  readonly address: string | null;
  readonly connection: string | null;
  readonly detail: string;
  readonly link: string | null;
}

export interface JournalTable extends JournalRow {
  readonly sequence: Generated<number>;
}

export interface TrafficRow {
  readonly connection: string;
  readonly at: string;
  readonly by: "consumer" | "probe";
  readonly what: string;
  readonly pull: "orgs" | "users" | "enrollments" | null;
  readonly ok: number;
  readonly status: number | null;
  readonly rows: number | null;
  readonly is_delta: number | null;
  readonly wrote: "created" | "replaced" | "deleted" | null;
}

export interface TrafficTable extends TrafficRow {
  readonly sequence: Generated<number>;
}

/** A click that a person was asked for and has not reported. */
export interface AskedRow {
  readonly address: string;
  readonly click: "generate" | "edit" | "disable";
  /** The connection to click on; empty where it is to be generated. */
  readonly connection: string;
  readonly district: string;
  readonly by: string;
  readonly at: string;
}

/** Refused requests of one day, counted. A column that says nothing is empty, so that the key holds for it too. */
export interface AttemptRow {
  readonly day: string;
  readonly reason: Refusal;
  readonly operator: string;
  readonly source: string;
  readonly district: string;
  readonly first_at: string;
  readonly last_at: string;
  readonly count: number;
}

/** Who said that everything which exists in a district's site is known here, and of which day. */
export interface InventoryRow {
  readonly district: string;
  readonly by: string;
  readonly at: string;
  readonly as_of: string;
}
