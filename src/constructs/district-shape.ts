import type { ITerraformDependable, TerraformProvider, TerraformResourceLifecycle } from "cdktn";
import type { Connection } from "../config/generated/connection.ts";
import type { District as Document } from "../config/generated/district.ts";

/** The three forms of an entry under `vendors`: a connection, several by name, or not wanted here. */
export type VendorShape = Connection | { readonly connections: Readonly<Record<string, Connection>> } | "ignore";

/** Vendors by name. */
export type VendorsShape = Readonly<Record<string, VendorShape>>;

/**
 * A district as its YAML file has it, key by key. What is the provider's stays there: `store`, `deliver`, `probe`, `notify`,
 * `catalogue` and `limits`.
 */
export interface DistrictShape
  extends Pick<Document, "schema" | "district" | "site" | "groups" | "mode" | "owner" | "confirm" | "freeze"> {
  readonly vendors?: VendorsShape;
}

/** The part of a project file that districts take over from, as rosterform.yaml has it. */
export interface ProjectShape {
  readonly groups: Readonly<Record<string, { readonly vendors: VendorsShape }>>;
}

/** How the resources of a district stand in Terraform; nothing of it is in the YAML. */
export interface DistrictOptions {
  /** The groups that `groups` names. */
  readonly project?: ProjectShape;
  /** The provider, where the stack has several. */
  readonly provider?: TerraformProvider;
  readonly dependsOn?: ITerraformDependable[];
  /** Given to every connection. */
  readonly lifecycle?: TerraformResourceLifecycle;
  /** What destroying does to the live connections: `forget` (the default) leaves them untouched. */
  readonly onDestroy?: "forget" | "disable";
  /** How long an apply may wait for the evidence of each connection, e.g. `10m`. Not at all when left out. */
  readonly wait?: string;
}

/** What a `District` is made from: the district itself, and how it stands in Terraform. */
export interface DistrictProps extends DistrictShape, DistrictOptions {}
