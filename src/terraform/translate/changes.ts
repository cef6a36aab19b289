import type { LiveConnection } from "../../model/live.ts";
import { acceptanceOf } from "../../model/loss.ts";
import type { Action, Awaited, Switch } from "../../plan/action.ts";
import { describeLoss } from "../../plan/refusals.ts";
import type { AddressPlan } from "../../plan/plan.ts";
import { describeAwaited, describeWho, listOf } from "../../views/words.ts";
import type { Notice } from "../wire/provider.ts";

/** What Terraform's own comparison cannot say of a plan: that two connections will be there, and what becomes of them. */
export function noticesOfPlan({ address, actions, steps }: AddressPlan): readonly Notice[] {
  return actions.flatMap((action) => noticeOfAction(address, action, steps));
}

function noticeOfAction(address: string, action: Action, steps: AddressPlan["steps"]): readonly Notice[] {
  switch (action.kind) {
    case "switch":
      return [warn(`${address} will be switched (${action.reason})`, describeSwitch(action))];
    case "wait": {
      const close = steps.find((step) => step.kind === "close");
      const closes = action.awaits.length === 0 && close !== undefined && close.allowed.kind !== "not-before";
      if (!closes || action.from === undefined) return [];
      const detail = `The evidence is there: ${named(action.candidate)} becomes the current connection, and ${named(action.from)} is disabled. The store judges once more before it does so.`;
      return [warn(`The cut-over of ${address} will be closed`, detail)];
    }
    case "disable": {
      if (action.because === "abandoned") {
        const detail = `${named(action.connection)} is given up: ${action.reason}. Nothing else is generated.`;
        return [warn(`The candidate of ${address} will be abandoned`, detail)];
      }
      return [warn(`${named(action.connection)} of ${address} will be disabled`, `${action.reason}.`)];
    }
    case "adopt":
      return [warn(`${address} takes over a found connection`, `${named(action.connection)}: ${action.reason}.`)];
    default:
      return [];
  }
}

function describeSwitch({ from, to, loses }: Switch): string {
  const both =
    to === undefined
      ? `A second connection is generated beside ${named(from)}, which stays until the vendor has moved.`
      : `The cut-over leads from ${named(from)} to ${named(to)}; both stay until the vendor has moved.`;
  const lost = loses.map((loss) => `LOSES (accepted: ${acceptanceOf(loss)}): ${describeLoss(loss)}.`);
  return [both, ...lost].join("\n");
}

/** What is awaited after an apply that did all it could. */
export function noticeOfWaiting(address: string, awaits: readonly Awaited[]): Notice {
  const lines = awaits.map((one) => `  - ${describeWho(one)}: ${describeAwaited(one)}`);
  const detail = `Nothing was disabled. Waiting for:\n${lines.join("\n")}\nPlan again later: the plan shows the next step as soon as it can be taken, and no changes until then.`;
  return warn(`${address} waits`, lines.length === 0 ? "Nothing was disabled. Plan again later." : detail);
}

/** Several connections in one clause. */
export function listed(connections: readonly LiveConnection[]): string {
  return listOf(connections.map(named));
}

function named({ id, clientId }: LiveConnection): string {
  return `connection ${id} (Client ID ${clientId})`;
}

function warn(summary: string, detail: string): Notice {
  return { severity: "warning", summary, detail: sentence(detail) };
}

/** Begins with a capital letter. */
export function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
