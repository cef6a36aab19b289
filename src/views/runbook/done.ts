import { latestProbe, presentEvidence } from "../../model/judge.ts";
import type { LiveConnection } from "../../model/live.ts";
import { describeVerdicts } from "../findings-text.ts";
import { describeMoment } from "../words.ts";
import { NO_CLICKS } from "./instructions.ts";
import type { Around, RunbookStep } from "./runbook.ts";

/** What is recorded of a cut-over that is under way; these steps are no longer part of the plan. */
export function doneSteps({ plan, connections, short }: Around): readonly Omit<RunbookStep, "number">[] {
  const cutover = plan.slot?.cutover;
  const to = cutover === undefined ? undefined : connections.get(cutover.to);
  const isPlanned = plan.actions.some((action) => action.kind === "wait");
  if (cutover === undefined || to === undefined || !isPlanned) return [];
  const left = new Set(plan.steps.map((step) => step.kind));
  const name = `\`${short(to.clientId)}\``;
  const done = (kind: RunbookStep["kind"], title: string, says: string): Omit<RunbookStep, "number"> => ({
    address: plan.address,
    kind,
    title,
    state: { kind: "done", says },
    who: "nobody; it is recorded",
    ...NO_CLICKS,
  });
  const isTied = plan.slot?.current === to.id;
  const opened = `${describeMoment(cutover.openedAt)}${sourceOf(to)}`;
  const steps = [
    isTied ? done("tie", `Let ${name} take over`, opened) : done("open", `Generate the connection ${name}`, opened),
  ];
  const { delivery } = to;
  if (delivery?.state === "done" && !left.has("deliver")) {
    const { received, at, target } = delivery;
    const receipt =
      received === undefined
        ? "nobody has said that it arrived"
        : `${received.by} said on ${received.at.slice(0, 10)} that it arrived`;
    steps.push(done("deliver", "Hand the four values over", `${describeMoment(at)} to ${target}; ${receipt}`));
  }
  const evidence = presentEvidence(to);
  const probe = latestProbe(evidence);
  if (probe !== undefined && !left.has("confirm")) {
    const says = `${describeMoment(probe.at)} by ${probe.by}: ${describeVerdicts(probe.findings)}`;
    steps.push(done("confirm", "Confirm that the connection works", says));
  }
  for (const one of evidence) {
    if (one.kind !== "attested" || left.has("attest")) continue;
    steps.push(done("attest", `Record what ${one.by} said`, `${describeMoment(one.at)}: ${one.reason}`));
  }
  return steps;
}

function sourceOf({ reported }: LiveConnection): string {
  return reported === undefined ? "" : `; reported by ${reported.by} on ${reported.at.slice(0, 10)}`;
}
