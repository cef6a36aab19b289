import type { Diagnostic } from "../../src/diagnostics/diagnostic.ts";
import { dayOf } from "../../src/model/time.ts";
import type { Action, Awaited } from "../../src/plan/action.ts";
import type { AddressPlan, Plan } from "../../src/plan/plan.ts";
import type { Step } from "../../src/plan/step.ts";

/** A plan in the few words in which a scenario expects it. What is empty is left out. */
export interface Expected {
  readonly [address: string]: readonly string[] | Readonly<Record<string, unknown>>;
}

/** Every address, then what is said about the whole, what nobody manages, and the counts that are not zero. */
export function describePlan(plan: Plan): Expected {
  const addresses = plan.districts.flatMap((one) => one.addresses);
  const said = [...plan.diagnostics, ...plan.districts.flatMap((one) => one.diagnostics)].map(describeDiagnostic);
  const unmanaged = plan.districts.flatMap((one) => one.unmanaged.map((connection) => connection.id));
  const counts = Object.entries(plan.counts).filter(([, count]) => count > 0);
  return {
    ...Object.fromEntries(addresses.map((one) => [one.address.replace(/^springfield\//, ""), describeAddress(one)])),
    ...(said.length === 0 ? {} : { "(says)": said }),
    ...(unmanaged.length === 0 ? {} : { "(unmanaged)": unmanaged }),
    ...(counts.length === 0 ? {} : { "(counts)": Object.fromEntries(counts) }),
  };
}

function describeAddress(plan: AddressPlan): Readonly<Record<string, unknown>> {
  const awaits = plan.actions.flatMap((action) => (action.kind === "wait" ? action.awaits : []));
  const parts = {
    does: plan.actions.map(describeAction),
    steps: plan.steps.map(describeStep),
    awaits: awaits.map(describeAwaited),
    says: plan.diagnostics.map(describeDiagnostic),
    hold: plan.hold ?? [],
  };
  return Object.fromEntries(Object.entries(parts).filter(([, part]) => part.length > 0));
}

function describeAction(action: Action): string {
  const kind = action.kind === "disable" && action.because === "abandoned" ? "abandon" : action.kind;
  const loses = "loses" in action ? action.loses.map((loss) => loss.kind) : [];
  const changes =
    action.kind === "update" ? action.changes.map((one) => `${one.what} ${one.before} -> ${one.after}`) : [];
  const notes = [...changes, ...(loses.length === 0 ? [] : [`loses ${loses.join(", ")}`])];
  const reason = action.reason === undefined ? "" : `: ${action.reason}`;
  return `${kind}${reason}${notes.length === 0 ? "" : ` [${notes.join("; ")}]`}`;
}

function describeStep(step: Step): string {
  return [step.kind, ...details(step), allowed(step)].filter((part) => part !== "").join(" ");
}

function details(step: Step): readonly string[] {
  switch (step.kind) {
    case "rename":
      return ["from", step.from];
    case "adopt":
      return [step.connection.id];
    case "abandon":
    case "update":
      return [step.connection];
    case "open":
      return [`generation ${step.generation}`, ...(step.from === undefined ? [] : ["from", step.from])];
    case "tie":
      return [step.from, "to", step.to];
    case "confirm":
      return [step.connection ?? "", ...(step.against === undefined ? [] : ["against", step.against])];
    case "close":
      return step.disables === undefined ? [] : ["disables", step.disables];
    case "disable":
      return [step.connection, `(${step.grounds.kind})`];
    case "deliver":
    case "attest":
      return [];
  }
}

function allowed({ allowed: when }: Step): string {
  if (when.kind === "now") return "";
  return when.kind === "evidence" ? "on evidence" : `not before ${when.day} (${when.why})`;
}

function describeAwaited(awaited: Awaited): string {
  switch (awaited.kind) {
    case "date":
      return `${awaited.step} not before ${awaited.until}`;
    case "quiet":
      return `quiet${awaited.until === undefined ? "" : ` until ${dayOf(awaited.until)}`} by ${awaited.who}`;
    case "attested":
      return `attested${awaited.contradicted ? " again" : ""} by ${awaited.who}`;
    default:
      return `${awaited.kind} by ${awaited.who}`;
  }
}

function describeDiagnostic({ severity, code }: Diagnostic): string {
  return severity === "error" ? code : `${code} (warning)`;
}
