import type { Address } from "../../src/model/address.ts";
import type { ConnectionId, LiveDistrict } from "../../src/model/live.ts";
import type { JournalEntry } from "../../src/stores/store.ts";
import type { TestSink } from "../apply/harness.ts";

/**
 * What two worlds must agree on, one line each, sorted: slots, connections and what was handed over. Left out: when it happened,
 * revisions and epochs (a retry may write more often), and random identifiers: a connection is named by the address and
 * generation that it was opened for. Addresses that a person's hand touched are left out.
 */
export function worldAsText(
  live: readonly LiveDistrict[],
  book: readonly JournalEntry[],
  sink: Pick<TestSink, "holds">,
  touched: readonly Address[],
): string {
  const names = namesFrom(book);
  const named = (id: ConnectionId | undefined) => (id === undefined ? undefined : (names.get(id)?.name ?? "unknown"));
  const isOut = (address: Address | undefined) => address !== undefined && touched.includes(address);
  const lines = live.flatMap(({ slots, connections }) => [
    ...slots
      .filter(({ address }) => !isOut(address))
      .map(({ address, generation, current, previous, cutover, aborted, applied }) => ({
        address,
        generation,
        current: named(current),
        previous: named(previous),
        cutover: cutover && { from: named(cutover.from), to: named(cutover.to) },
        aborted: aborted?.version,
        applied: applied && { ...applied, at: "", connection: named(applied.connection) },
        sheet: named(connections.find(({ clientId }) => clientId === sink.holds(address))?.id),
      })),
    ...connections
      .filter(({ id }) => !isOut(names.get(id)?.address))
      .map(({ id, application, kind, version, rotate, schools, share, provenance, status, delivery }) => ({
        connection: named(id),
        ...{ application, kind, version, rotate, schools, share, provenance },
        status: status.kind === "disabled" ? status.how : "active",
        delivery: delivery && `${delivery.state} ${delivery.target}`,
      })),
  ]);
  return lines
    .map((line) => JSON.stringify(line))
    .sort()
    .join("\n");
}

interface Name {
  readonly name: string;
  /** Where it was opened; none where a person made it. */
  readonly address: Address | undefined;
}

function namesFrom(book: readonly JournalEntry[]): ReadonlyMap<string, Name> {
  const names = new Map<string, Name>();
  for (const { what, address, connection, detail, district } of book) {
    if (connection === undefined) continue;
    if (what === "open") names.set(connection, { name: `${address}#${String(detail["generation"])}`, address });
    if (detail["change"] === "create") {
      names.set(connection, { name: `${district}/${String(detail["application"])} by hand`, address: undefined });
    }
    // What was made by hand belongs to an address only once that adopted it.
    if (what === "adopt") names.set(connection, { name: names.get(connection)?.name ?? "", address });
  }
  return names;
}
