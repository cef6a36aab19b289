/**
 * The library: what the command line does, as functions. Values in, values out; nothing here prints.
 *
 * `reconcile` is the whole road. Its parts are here too, for those who want to walk only some of it.
 */
export { apply } from "./apply/apply.ts";
export type { AddressOutcome, ApplyEvent, ApplyReport, Did } from "./apply/event.ts";
export { type Loaded, loadProject, type Project } from "./config/load-project.ts";
export type { Settings, StoreSettings } from "./config/settings.ts";
export type { Ladder, Question } from "./confirm/ladder.ts";
export type { Diagnostic, Locate, Position } from "./diagnostics/diagnostic.ts";
export { OutsideError } from "./diagnostics/outside-error.ts";
export { createStore, openPorts, openReader, openWriter } from "./drivers.ts";
export { type Address, type DistrictId, parseAddress } from "./model/address.ts";
export type { Desired, DesiredConnection, DesiredDistrict } from "./model/desired.ts";
export type { Finding, Probed, RecordedEvidence } from "./model/evidence.ts";
export { type Judgement, judge } from "./model/judge.ts";
export type { LiveConnection, LiveDistrict, Slot } from "./model/live.ts";
export { type Credentials, Secret } from "./model/secret.ts";
export { type Clock, type Instant, instantOf } from "./model/time.ts";
export type { Action } from "./plan/action.ts";
export { digestPlan } from "./plan/digest.ts";
export { planDistricts } from "./plan/make-plan.ts";
export type { Plan, PlanInput } from "./plan/plan.ts";
export type { Step } from "./plan/step.ts";
export { type Approval, type Ports, readLive, reconcile } from "./reconcile.ts";
export type { Sink } from "./sinks/sink.ts";
export type { StoreReader, StoreWriter } from "./stores/store.ts";
export { VERSION } from "./version.ts";
