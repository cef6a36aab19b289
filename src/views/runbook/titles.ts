import type { Step } from "../../plan/step.ts";
import type { Around } from "./runbook.ts";

/** What a step is, in a few words. */
export function titleOf(step: Step, { plan, connections, short }: Around): string {
  const name = (id: string): string => `\`${short(connections.get(id)?.clientId ?? id)}\``;
  const { vendor } = plan.desired;
  switch (step.kind) {
    case "rename":
      return `Move everything from ${step.from}`;
    case "adopt":
      return `Take ${name(step.connection.id)} under management`;
    case "abandon":
      return `Give up the new connection ${name(step.connection)}`;
    case "open":
      return `Generate the ${step.from === undefined ? "" : "new "}connection (${step.make.version})`;
    case "tie":
      return `Let ${name(step.to)} take over from ${name(step.from)}`;
    case "update":
      return `Change ${step.changes.map((change) => `${change.what}: ${change.before} -> ${change.after}`).join("; ")}`;
    case "deliver":
      return `Hand the four values over to ${vendor}`;
    case "attest":
      return `Record what ${step.line.by} said`;
    case "confirm":
      return "Confirm that the connection works";
    case "close":
      return step.disables === undefined
        ? "End the cut-over"
        : `End the cut-over: disable the old connection ${name(step.disables)}`;
    case "disable":
      return `Disable the connection ${name(step.connection)}`;
  }
}
