import type { LiveConnection } from "../../model/live.ts";
import { acceptanceOf } from "../../model/loss.ts";
import { describeSchools } from "../../model/traits.ts";
import type { AddressPlan } from "../../plan/plan.ts";
import { describeSharing } from "../differences.ts";
import { describeLost } from "../plan-lines.ts";
import { connectionsOf } from "../plan-steps.ts";
import type { Around, ConnectionFacts, LossFacts } from "./runbook.ts";

/** The connections that the steps of an address are about. */
export function factsAt(around: Around): readonly ConnectionFacts[] {
  const { plan, connections } = around;
  const { slot } = plan;
  const cutover = slot?.cutover;
  const roles = new Map<string, string>();
  for (const one of plan.actions.flatMap(connectionsOf)) roles.set(one.id, roleOf(plan, one));
  if (cutover !== undefined) {
    roles.set(cutover.to, "New");
    if (cutover.from !== undefined) roles.set(cutover.from, "To be replaced");
  }
  if (slot?.current !== undefined && !roles.has(slot.current)) roles.set(slot.current, "In use");
  return [...roles].flatMap(([id, role]) => {
    const one = connections.get(id);
    return one === undefined ? [] : [describe(one, role, around)];
  });
}

function roleOf({ actions }: AddressPlan, one: LiveConnection): string {
  const isReplaced = actions.some((action) => action.kind === "switch" && action.from.id === one.id);
  if (isReplaced) return "To be replaced";
  if (actions.some((action) => action.kind === "adopt" && action.connection.id === one.id)) return "To be adopted";
  return actions.some((action) => action.kind === "disable" && action.connection.id === one.id)
    ? "To be disabled"
    : "In use";
}

function describe(one: LiveConnection, role: string, { short }: Around): ConnectionFacts {
  const { status, reported, kind, version } = one;
  return {
    role,
    clientId: short(one.clientId),
    fingerprint: one.fingerprint,
    version,
    application: `${one.application} (${kind === "supported" ? "supported tile" : "other application"})`,
    status: status.kind === "active" ? "active" : `disabled by ${status.by} on ${status.at.slice(0, 10)}`,
    access: `schools: ${describeSchools(one.schools)}; share: ${describeSharing(one.share)}`,
    source:
      reported === undefined
        ? "read from the live system"
        : `reported by ${reported.by} on ${reported.at.slice(0, 10)}`,
  };
}

/** What the vendor or its users lose here. */
export function lossesAt({ actions, desired }: AddressPlan): readonly LossFacts[] {
  return actions.flatMap((action) => {
    const losses = "loses" in action ? action.loses : [];
    return losses.map((loss) => {
      const acceptance = acceptanceOf(loss);
      return { ...describeLost(loss), accepted: desired.accepts.includes(acceptance), acceptance };
    });
  });
}
