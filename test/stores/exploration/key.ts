import type { RecordedEvidence } from "../../../src/model/evidence.ts";
import { isActive, type LiveConnection, type Slot } from "../../../src/model/live.ts";
import { elapsedMs, type Instant } from "../../../src/model/time.ts";
import { hasPulled, watchedQuietFrom } from "../../../src/model/use.ts";
import { A_DAY_MS, type State } from "./state.ts";

/**
 * Two states with the same key have the same future: what the rules look at, and what is true, is in it; what they never look at
 * (names, receipts, how long ago something was beyond a day) is not. Moments count by the day they lie on, seen from now: a day is
 * longer than a probe counts and than a vendor's sync period, and the minutes of a whole walk are less. Within a day only
 * their order counts, and only where a statement may be contradicted.
 *
 * Evidence counts for candidates only, and a connection that becomes one begins a new epoch without any. Where that very thing is
 * taken away (`isEvidenceEnded` is false), the evidence of every connection is part of the key.
 */
export function keyOf(state: State, isEvidenceEnded: boolean): string {
  const { truth, slots, kept, trouble } = state;
  const candidates = slots.flatMap(({ cutover }) => cutover?.to ?? []);
  return [
    trouble,
    `${truth.vendor ?? "-"}${truth.isStartedOver ? "!" : ""}`,
    ...slots.map(slotKey),
    ...kept.map(
      ({ live, address, generation }) =>
        `${connectionKey(live, state, !isEvidenceEnded || candidates.includes(live.id))}@${address ?? "-"}.${generation ?? "-"}`,
    ),
  ].join("|");
}

function slotKey({ address, generation, current, previous, cutover }: Slot): string {
  const open = cutover === undefined ? "" : `${cutover.from ?? ""}>${cutover.to}${cutover.requires.clauses.length}`;
  return `${address}:${generation}:${current ?? ""}:${previous ?? ""}:${open}`;
}

function connectionKey(live: LiveConnection, state: State, isCandidate: boolean): string {
  const { now, truth } = state;
  const { id, status, use, delivery } = live;
  const isLost = !isActive(live) && state.trouble === 0 && !state.slots.some((slot) => isNamed(slot, id));
  if (isLost) return `${id},gone`;
  const common = [
    id,
    status.kind === "active" ? "+" : status.how === "outside" ? "o" : "-",
    live.provenance === "found" ? "f" : "",
    truth.broken.has(id) ? "b" : "",
    truth.enabledByHand.has(id) ? "h" : "",
    truth.worked.has(id) ? "w" : "",
    delivery === undefined ? "" : `${delivery.state}${delivery.target}`,
    live.schools === "all" ? "" : "n",
    use.kind === "observed" ? `${use.last === undefined ? "" : "u"}${day(watchedQuietFrom(use), now)}` : "?",
  ];
  return isCandidate && isActive(live) ? [...common, ...proofKey(live, state)].join(",") : common.join(",");
}

function isNamed({ current, previous, cutover }: Slot, id: string): boolean {
  return [current, previous, cutover?.from, cutover?.to].some((named) => named === id);
}

/** What may one day close a cut-over. */
function proofKey(
  { id, epoch, epochAt, use, evidence }: LiveConnection,
  { now, truth, kept }: State,
): readonly string[] {
  const worked = truth.worked.get(id);
  const seen = kept.flatMap(({ live: { id: other, use: old } }) =>
    other === id || old.kind !== "observed" || old.last === undefined ? [] : [{ other, last: old.last }],
  );
  return [
    worked === undefined ? "" : `${day(worked.from, now)}${day(worked.to, now)}`,
    `${epoch > 1 ? "e" : ""}${day(epochAt, now)}`,
    hasPulled(use) ? "p" : "",
    ...lastOfEachKind(evidence).map((item) => evidenceKey(item, now, seen)),
  ];
}

/** Of probes and of statements only the last one is judged. */
function lastOfEachKind(evidence: readonly RecordedEvidence[]): readonly RecordedEvidence[] {
  return (["probed", "attested"] as const).flatMap((kind) => {
    const items = evidence.filter((item) => item.kind === kind);
    return items.reduce<RecordedEvidence[]>(
      ([best], item) => [best === undefined || item.at >= best.at ? item : best],
      [],
    );
  });
}

function evidenceKey(
  item: RecordedEvidence,
  now: Instant,
  seen: readonly { readonly other: string; readonly last: Instant }[],
): string {
  if (item.kind === "probed") return `probed${item.findings[0]?.verdict[0]}${day(item.at, now)}`;
  const after = seen.filter(({ last }) => last > item.at).map(({ other }) => other);
  return `${item.kind}${day(item.at, now)}<${after.join("")}`;
}

/** `f` the future, `t` today, `o` an older day. */
function day(at: Instant, now: Instant): string {
  const days = Math.round(elapsedMs(at, now) / A_DAY_MS);
  if (days < 0) return `f${-days}`;
  return days === 0 ? "t" : "o";
}
