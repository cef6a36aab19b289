/**
 * The library: what the command line does, as functions. Values in, values out; nothing here prints.
 *
 * `loadDesired` reads documents, `plan` compares them with the live store, `apply` does what somebody approved. Everything else is
 * the types of what goes in and comes out. api/rosterform.api.md lists all of it; `npm run check` fails where it changes unnoticed.
 *
 * @packageDocumentation
 */
export type { AddressOutcome, ApplyEvent, ApplyReport, Did } from "./apply/event.ts";
export { BrokenRun } from "./apply/trouble.ts";
export type {
  CommandSettings,
  DeliverSettings,
  FileStoreSettings,
  FolderSettings,
  HttpStoreSettings,
  KeptStoreSettings,
  NotifySettings,
  Occasion,
  ProbeSettings,
  Reference,
  ServerStoreSettings,
  Settings,
  StoreSettings,
  UrlReference,
  VaultSettings,
} from "./config/settings.ts";
export type { Diagnostic, Locate, Position, Severity } from "./diagnostics/diagnostic.ts";
export type { Bug } from "./diagnostics/invariant.ts";
export { OutsideError } from "./diagnostics/outside-error.ts";
export type { Terminal } from "./drivers.ts";
export {
  type Applied,
  type ApplyOptions,
  apply,
  createStore,
  type Documents,
  type LoadedDesired,
  type LoadOptions,
  loadDesired,
  type Planned,
  type PlanOptions,
  plan,
} from "./library.ts";
export { type Address, type DistrictId, parseAddress } from "./model/address.ts";
export type { ConnectionId } from "./model/connection-id.ts";
export type {
  Approval,
  AttestLine,
  Desired,
  DesiredConnection,
  DesiredDistrict,
  FieldNames,
  Freeze,
  Limits,
} from "./model/desired.ts";
export type {
  About,
  Attested,
  Compared,
  Finding,
  Identity,
  Probed,
  RecordedEvidence,
  Rung,
  Statement,
  Verdict,
  Waived,
} from "./model/evidence.ts";
export type { Grounds } from "./model/grounds.ts";
export type { Missing } from "./model/judge.ts";
export type {
  Aborted,
  Cutover,
  Delivery,
  LastApplied,
  LiveConnection,
  Provenance,
  Said,
  Slot,
  Status,
} from "./model/live.ts";
export type { Acceptance, Loss } from "./model/loss.ts";
export type { Place } from "./model/place.ts";
export type { Pull } from "./model/pull.ts";
export type { Clause, Requirement } from "./model/requirement.ts";
export type { Secret } from "./model/secret.ts";
export type { Site } from "./model/site.ts";
export type { SyncRun } from "./model/sync-run.ts";
export type { Clock, Day, Instant } from "./model/time.ts";
export type { DataSet, FixedTraits, OneRosterVersion, SchoolScope, TileKind, Traits } from "./model/traits.ts";
export type { Use } from "./model/use.ts";
export type {
  Action,
  Adopt,
  Awaited,
  Change,
  Disable,
  Generate,
  Keep,
  Rename,
  Switch,
  Update,
  Wait,
} from "./plan/action.ts";
export type { Digests } from "./plan/digest.ts";
export type { AddressPlan, Counts, DistrictPlan, Plan, Selection } from "./plan/plan.ts";
export type { Settled } from "./plan/settled.ts";
export type { Allowed, Step, StepKind, StepWork } from "./plan/step.ts";
export { VERSION } from "./version.ts";
