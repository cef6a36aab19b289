import { attestLine, takeFindings } from "../confirm/confirm.ts";
import { unreachableIn } from "../confirm/troubles.ts";
import { probeVerdict } from "../model/judge.ts";
import { type ConnectionId, isActive, type LiveConnection } from "../model/live.ts";
import type { AddressPlan } from "../plan/plan.ts";
import type { Step } from "../plan/step.ts";
import { credentialsIfKnown, handOver, putBack } from "./sheet.ts";
import * as trouble from "./trouble.ts";
import { at, candidateOf, did, didTo, failed, type StepResult, unwritten, type Walk } from "./walking.ts";

/** The steps of a cut-over between opening and closing: hand over, state, look. */

/**
 * Begun is written before the sink is called and done after it answered, so that a crash in between shows and the retry
 * goes to the same place. What was handed over already is not handed over again.
 */
export async function deliver(_: Extract<Step, { kind: "deliver" }>, walk: Walk): Promise<StepResult> {
  const { plan, ports } = walk;
  const connection = await candidateOf(walk);
  const { delivery } = connection;
  if (delivery?.state === "done") {
    return { kind: "did", did: { kind: "delivered", connection: connection.id, target: delivery.target, again: true } };
  }
  const target = ports.sink.target(plan.address);
  const begun = await ports.store.beginDelivery({ ...at(walk), connection: connection.id, target });
  if (begun.kind !== "done") return unwritten(walk, begun);
  walk.revision = begun.revision;
  walk.known.see(begun.value);
  const credentials = await handOver(begun.value, plan.desired, ports, oldIn(plan));
  walk.handedOver = { connection: connection.id, credentials };
  const written = await ports.store.recordDelivery({ ...at(walk), connection: connection.id, target });
  if (written.kind !== "done") {
    // Somebody else went on meanwhile, and may have handed over what belongs there now.
    if (ports.sink.keeps) await putBack(plan, target, ports);
    return unwritten(walk, written);
  }
  walk.known.see(written.value);
  return did(walk, written, { kind: "delivered", connection: connection.id, target, again: false });
}

/** The connection that the candidate takes over from; none where it is a first one. */
function oldIn({ actions }: AddressPlan): LiveConnection | undefined {
  const action = actions.find((one) => one.kind === "switch" || one.kind === "wait");
  return action?.from;
}

/** A line that does not speak of the connection as it is now says nothing; the store then goes on waiting for one. */
export async function attest(step: Extract<Step, { kind: "attest" }>, walk: Walk): Promise<StepResult> {
  const { store, clock, identity } = walk.ports;
  const statement = attestLine(step.line, await candidateOf(walk), {
    now: clock.now(),
    ...(identity === undefined ? {} : { identity }),
  });
  if (statement === undefined) {
    return { kind: "pending", awaits: [{ kind: "attested", who: "person", contradicted: false }] };
  }
  const written = await store.recordStatement({ ...at(walk), statement });
  return written.kind === "done" ? didTo(walk, written, "attested") : unwritten(walk, written);
}

/**
 * Climbs the ladder. Refuted is a failure; inconclusive is not, and the store then says at `close` what is missing.
 * A climb that was cut short is no finding about the connection, so it is not recorded.
 */
export async function confirm(step: Extract<Step, { kind: "confirm" }>, walk: Walk): Promise<StepResult> {
  const { plan, ports, signal, known } = walk;
  const connection = step.connection === undefined ? await candidateOf(walk) : await known.get(step.connection);
  // What was handed over a moment ago is what is tried: the values of a connection never change.
  const { handedOver } = walk;
  const isAtHand = handedOver?.connection === connection.id;
  const probed = await takeFindings({
    ladder: ports.ladder,
    connection,
    credentials: isAtHand ? handedOver.credentials : await ports.store.credentials(connection.id),
    ...(await oldOf(step.against, walk)),
    by: ports.by,
    clock: ports.clock,
    signal,
  }).catch((error: unknown) => {
    if (signal.aborted && isAbort(error, signal)) return undefined;
    throw error;
  });
  if (probed === undefined || signal.aborted) return { kind: "interrupted" };
  const written = await ports.store.recordFindings({ ...at(walk), probed });
  if (written.kind !== "done") return unwritten(walk, written);
  known.see(written.value);
  const verdict = probeVerdict(written.value.evidence) ?? "inconclusive";
  const { findings } = probed;
  const result = did(walk, written, { kind: "probed", connection: connection.id, verdict, findings });
  if (verdict === "refuted")
    return { ...failed(trouble.probeRefuted(plan.address, connection, findings)), did: result.did };
  const silent = unreachableIn(findings);
  if (verdict === "inconclusive" && silent !== undefined)
    return { ...failed(trouble.unreachable(plan.address, connection, silent)), did: result.did };
  return verdict === "confirmed" ? result : { ...result, awaits: [{ kind: "probed", who: "rosterform", verdict }] };
}

/** The connection to compare with, where it still answers and its secret is known. */
async function oldOf(id: ConnectionId | undefined, { known, ports }: Walk) {
  if (id === undefined) return {};
  const connection = await known.get(id);
  const credentials = isActive(connection) ? await credentialsIfKnown(ports.store, id) : undefined;
  return credentials === undefined ? {} : { old: { connection, credentials } };
}

function isAbort(error: unknown, signal: AbortSignal): boolean {
  return error === signal.reason || (error instanceof Error && error.name === "AbortError");
}
