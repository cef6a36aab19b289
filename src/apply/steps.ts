import type { Step, StepKind } from "../plan/step.ts";
import { attest, confirm, deliver } from "./proving.ts";
import { giveUp, turnRound } from "./sheet.ts";
import * as trouble from "./trouble.ts";
import { at, did, didTo, type Doer, failed, type StepResult, unwritten, type Walk } from "./walking.ts";

/** What every kind of step does. The only one that disables a superseded connection is `close`. */
const DOERS: { readonly [Kind in StepKind]: Doer<Kind> } = {
  rename,
  adopt,
  abandon,
  open,
  tie,
  update,
  deliver,
  attest,
  confirm,
  close,
  disable,
};

/** Does one step. Throws `OutsideError` when the world fails. */
export function doStep(step: Step, walk: Walk): Promise<StepResult> {
  // The table pairs every kind with the function for exactly that kind; the compiler cannot follow it through the index.
  const doer = DOERS[step.kind] as Doer<StepKind>;
  return doer(step, walk);
}

async function rename(step: Extract<Step, { kind: "rename" }>, walk: Walk): Promise<StepResult> {
  const { address } = walk.plan;
  const written = await walk.ports.store.rename({ address: step.from, revision: walk.revision, to: address });
  return written.kind === "done" ? did(walk, written, { kind: "renamed", from: step.from }) : unwritten(walk, written);
}

async function adopt(step: Extract<Step, { kind: "adopt" }>, walk: Walk): Promise<StepResult> {
  const { connection, rotate } = step;
  const written = await walk.ports.store.adopt({ ...at(walk), site: walk.site, connection: connection.id, rotate });
  return written.kind === "done" ? didTo(walk, written, "adopted") : unwritten(walk, written);
}

async function abandon(step: Extract<Step, { kind: "abandon" }>, walk: Walk): Promise<StepResult> {
  const { plan, known, ports } = walk;
  const candidate = await known.get(step.connection);
  const current = plan.slot?.current;
  const survivor = current === undefined || current === candidate.id ? {} : { survivor: await known.get(current) };
  const giving = { ...at(walk), hold: false, desired: plan.desired, candidate, ...survivor };
  const written = await giveUp(giving, ports);
  if (written.kind !== "done") return unwritten(walk, written);
  const { kind, connection } = written.value;
  if (kind === "in-use") return failed(trouble.candidateInUse(walk.plan.address, connection));
  delete walk.candidate;
  return did(walk, written, { kind: "abandoned", connection });
}

async function open(step: Extract<Step, { kind: "open" }>, walk: Walk): Promise<StepResult> {
  const { generation, make, from, requires } = step;
  const written = await walk.ports.store.open({
    ...at(walk),
    site: walk.site,
    generation,
    application: walk.plan.desired.vendor,
    make,
    requires,
    ...(from === undefined ? {} : { from }),
  });
  if (written.kind !== "done") return unwritten(walk, written);
  walk.candidate = written.value.id;
  return didTo(walk, written, "opened");
}

async function tie(step: Extract<Step, { kind: "tie" }>, walk: Walk): Promise<StepResult> {
  const { from, to, requires } = step;
  const { known, plan, ports } = walk;
  const connections = { from: await known.get(from), to: await known.get(to) };
  const command = { ...at(walk), from, to, requires };
  const written = await turnRound({ ...command, desired: plan.desired, connections }, ports);
  if (written.kind !== "done") return unwritten(walk, written);
  walk.candidate = to;
  return didTo(walk, written, "tied");
}

async function update(step: Extract<Step, { kind: "update" }>, walk: Walk): Promise<StepResult> {
  const { connection, make: changes } = step;
  const written = await walk.ports.store.update({ ...at(walk), connection, changes });
  return written.kind === "done" ? didTo(walk, written, "updated") : unwritten(walk, written);
}

async function close(_: Extract<Step, { kind: "close" }>, walk: Walk): Promise<StepResult> {
  const written = await walk.ports.store.closeCutover(at(walk));
  if (written.kind !== "done") return unwritten(walk, written);
  const outcome = written.value;
  if (outcome.kind === "waiting") {
    walk.revision = written.revision;
    return { kind: "waiting", awaits: outcome.judgement.missing };
  }
  delete walk.candidate;
  return did(walk, written, outcome);
}

async function disable(step: Extract<Step, { kind: "disable" }>, walk: Walk): Promise<StepResult> {
  const { connection, grounds } = step;
  const written = await walk.ports.store.disable({ ...at(walk), connection, grounds });
  if (written.kind !== "done") return unwritten(walk, written);
  if (written.value.kind === "in-use") return failed(trouble.stillInUse(walk.plan.address, connection));
  return did(walk, written, { kind: "disabled", connection });
}
