import { isActive, isHandedOver, type KeptByHand, type LiveConnection } from "../../model/live.ts";
import { acceptanceOf } from "../../model/loss.ts";
import { describeSchools } from "../../model/traits.ts";
import type { AddressPlan } from "../../plan/plan.ts";
import { describeSharing } from "../differences.ts";
import { describeLost } from "../plan-lines.ts";
import { connectionsOf } from "../plan-steps.ts";
import { describeMoment } from "../words.ts";
import { REENABLING_IS_UNKNOWN } from "./campus-words.ts";
import type { Around, ConnectionFacts, LossFacts, Undo } from "./runbook.ts";

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

/** Who signed that the registry is complete; nothing where the live system is read itself. */
export function describeInventory(inventory: KeptByHand["inventory"] | undefined): string | undefined {
  if (inventory === undefined) return undefined;
  if (inventory.kind === "unsigned")
    return "Nobody signed that the registry of this site is complete. What it does not list may exist all the same, so nothing is generated.";
  return `${inventory.by} signed on ${describeMoment(inventory.at)} that on ${inventory.asOf} everything that exists in Campus was in the registry.`;
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

/** How to go back, from today's stage on; which one that is, is known from what was recorded. */
export function undoAt(around: Around): readonly Undo[] {
  const { plan, connections } = around;
  const kinds = new Set(plan.steps.map((step) => step.kind));
  const cutover = plan.slot?.cutover;
  const isMoving = kinds.has("open") || kinds.has("tie") || plan.actions.some((action) => action.kind === "wait");
  if (!isMoving) return [simpleUndo(kinds)];
  const from = cutover?.from ?? plan.actions.flatMap((action) => (action.kind === "switch" ? [action.from.id] : []))[0];
  const old = from === undefined ? undefined : connections.get(from);
  const candidate = cutover === undefined ? undefined : connections.get(cutover.to);
  const stage = cutover === undefined ? 0 : candidate !== undefined && isHandedOver(candidate) ? 2 : 1;
  const stages = stagesOf(around, old !== undefined && isActive(old));
  return stages.map((one, index) => ({ ...one, isNow: index === stage })).slice(stage);
}

function stagesOf({ plan, isByHand }: Around, isReplacing: boolean): readonly Omit<Undo, "isNow">[] {
  const abort = `\`rosterform abort '${plan.address}'\``;
  const off = isByHand
    ? "It then asks you to disable the new connection in Campus."
    : "It disables the new connection.";
  const begun = [
    {
      when: "Before anything is generated",
      how: "Do nothing, and take the change out of the document. Nothing has happened yet.",
    },
    { when: "Generated, but the vendor does not have the values", how: `${abort}. ${off} Nobody notices.` },
  ];
  if (!isReplacing) {
    return [
      ...begun,
      {
        when: "The vendor has the values",
        how: `Tell the vendor first; what it built on them stops. Then ${abort}. ${off}`,
      },
      {
        when: "Closed: the connection is the current one",
        how: "Say `state: disabled` in the document and plan again.",
      },
    ];
  }
  return [
    ...begun,
    {
      when: "The vendor has the values, and the old connection is still active",
      how: `First the vendor puts its old values back and says so; otherwise it would be cut off. Then ${abort}. ${off}`,
    },
    {
      when: "Closed: the old connection is disabled",
      how: `There is no way straight back. ${REENABLING_IS_UNKNOWN} Put the document back as it was: the next plan generates another connection, and the vendor moves once more.`,
    },
  ];
}

function simpleUndo(kinds: ReadonlySet<string>): Undo {
  const when = "At any time";
  if (kinds.has("disable") || kinds.has("abandon")) {
    return {
      when: "After it is disabled",
      how: `There is no way straight back. ${REENABLING_IS_UNKNOWN} To connect the vendor again, say \`state: active\`: a new connection is generated.`,
      isNow: false,
    };
  }
  return {
    when,
    how: "Put the document back as it was and plan again: the change is made the other way round.",
    isNow: true,
  };
}
