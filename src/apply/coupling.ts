import type { Address } from "../model/address.ts";
import type { ConnectionId } from "../model/live.ts";
import type { AddressPlan } from "../plan/plan.ts";
import type { Step } from "../plan/step.ts";

/**
 * Addresses that can be walked at the same time stand in different groups; inside a group they are walked one after
 * another. Two belong together when they name the same address (`replaces`, a rename) or the same connection: closing
 * the cut-over of one then changes what the other stands on.
 */
export function coupled(plans: readonly AddressPlan[]): readonly (readonly AddressPlan[])[] {
  const groupOf = new Map<string, AddressPlan[]>();
  for (const plan of plans) {
    const met = new Set(namesOf(plan).flatMap((name) => groupOf.get(name) ?? []));
    const group = [...met, plan];
    for (const member of group) for (const name of namesOf(member)) groupOf.set(name, group);
  }
  return [...new Set(groupOf.values())].map(inOrder);
}

/** Everything a walk touches or depends on. */
function namesOf(plan: AddressPlan): readonly string[] {
  const { address, desired, slot, steps } = plan;
  const { cutover, current } = slot ?? {};
  const connections = [current, cutover?.to, cutover?.from, ...steps.flatMap((step) => connectionsOf(step))];
  const addresses = [
    address,
    desired.replaces,
    ...steps.map((step) => (step.kind === "rename" ? step.from : undefined)),
  ];
  return [
    ...addresses.flatMap((name) => (name === undefined ? [] : [`address ${name}`])),
    ...connections.flatMap((id) => (id === undefined ? [] : [`connection ${id}`])),
  ];
}

function connectionsOf(step: Step): readonly (ConnectionId | undefined)[] {
  switch (step.kind) {
    case "open":
      return [step.from];
    case "tie":
      return [step.from, step.to];
    case "adopt":
      return [step.connection.id];
    case "close":
      return [step.disables];
    case "confirm":
      return [step.connection, step.against];
    case "abandon":
    case "update":
    case "disable":
      return [step.connection];
    case "rename":
    case "deliver":
    case "attest":
      return [];
  }
}

/**
 * A rename goes before the address whose name it frees; an address that is taken over from goes before the one that takes
 * over, because that one's closing moves its revision. Where this turns in a circle, and else, by address.
 */
function inOrder(group: readonly AddressPlan[]): readonly AddressPlan[] {
  const left = [...group].sort((a, b) => (a.address < b.address ? -1 : 1));
  const ordered: AddressPlan[] = [];
  while (left.length > 0) {
    const free = left.findIndex((plan) => !left.some((other) => other !== plan && goesBefore(other, plan)));
    ordered.push(...left.splice(Math.max(free, 0), 1));
  }
  return ordered;
}

function goesBefore(first: AddressPlan, second: AddressPlan): boolean {
  if (first.steps.some((step) => step.kind === "rename" && step.from === second.address)) return true;
  return takesOverFrom(second, first.address, first.slot?.current);
}

function takesOverFrom(plan: AddressPlan, address: Address, current: ConnectionId | undefined): boolean {
  if (plan.desired.replaces === address) return true;
  return current !== undefined && plan.slot?.current !== current && namesOf(plan).includes(`connection ${current}`);
}
