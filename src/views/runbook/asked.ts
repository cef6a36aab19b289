import type { Asked } from "../../model/live.ts";
import type { Step } from "../../plan/step.ts";
import type { Around } from "./runbook.ts";

/** The clicks at an address that were asked for and never reported. */
export function askedAt({ live, plan }: Pick<Around, "live" | "plan">): readonly Asked[] {
  return live?.kept?.asked.filter((one) => one.address === plan.address) ?? [];
}

/** `asked of kim on 2027-03-01 to generate; ...` */
export function describeAsked({ by, at, click }: Asked): string {
  return `${by} was asked on ${at.slice(0, 10)} to ${click} a connection here and has not reported it. Look in Campus whether it is done already before you click again.`;
}

/** What a person has to click in Campus for a step; nothing where rosterform only writes in its own registry. */
export function clickOf(step: Step): Asked["click"] | undefined {
  switch (step.kind) {
    case "open":
      return "generate";
    case "update":
      return "edit";
    case "disable":
    case "abandon":
      return "disable";
    case "close":
      return step.disables === undefined ? undefined : "disable";
    default:
      return undefined;
  }
}
