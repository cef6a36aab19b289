import type { Address } from "../../src/model/address.ts";
import { checkJournal } from "../../src/stores/check-journal.ts";
import type { JournalEntry, StoreReader } from "../../src/stores/store.ts";
import type { LiveDistrict } from "../../src/model/live.ts";
import type { Acknowledged } from "./lines.ts";
import { type Violation, violation } from "./violation.ts";

/** What the journal says, held against what the store holds and what was acknowledged. */

export async function readBook(reader: StoreReader): Promise<readonly JournalEntry[]> {
  const entries: JournalEntry[] = [];
  for await (const entry of reader.journal()) entries.push(entry);
  return entries;
}

/** The journal verifies and replays, and every revision of a district has its line. */
export async function faultsOfJournal(
  reader: StoreReader,
  live: readonly LiveDistrict[],
  book: readonly JournalEntry[],
): Promise<readonly Violation[]> {
  const { faults } = await checkJournal(reader);
  const counted = live.flatMap(({ district, revision }) => {
    const lines = book.filter((entry) => entry.district === district).length;
    return lines === revision ? [] : [`${district} is at revision ${revision} and has ${lines} lines`];
  });
  return [
    ...faults.map(({ kind, district, entry, why }) =>
      violation("journal", `${kind} in ${district} at line ${entry?.sequence ?? "the end"}: ${why}`),
    ),
    ...counted.map((what) => violation("journal", what)),
  ];
}

/** Every connection was opened, or made by hand, by exactly one line, and every generation once. */
export function faultsOfMinting(live: readonly LiveDistrict[], book: readonly JournalEntry[]): readonly Violation[] {
  const making = book.filter(({ what, detail }) => what === "open" || detail["change"] === "create");
  const made = making.map(({ connection }) => String(connection));
  const held = live.flatMap(({ connections }) => connections.map(({ id }): string => id));
  const generations = book
    .filter(({ what }) => what === "open")
    .map(({ address, detail }) => `${address} generation ${String(detail["generation"])}`);
  return [
    ...held.filter((id) => !made.includes(id)).map((id) => violation("minted-once", `no line made ${id}`)),
    ...made.filter((id) => !held.includes(id)).map((id) => violation("minted-once", `${id} was made and is not there`)),
    ...repeated(made).map((id) => violation("minted-once", `${id} was made by two lines`)),
    ...repeated(generations).map((name) => violation("minted-once", `${name} was minted twice`)),
  ];
}

/**
 * A write that was acknowledged with a revision is that line of its district: every write moves the revision by one and has one
 * line. What was answered with the revision that it named changed nothing.
 */
export function faultsOfAcknowledging(
  said: readonly Acknowledged[],
  book: readonly JournalEntry[],
): readonly Violation[] {
  const linesOf = new Map<string, JournalEntry[]>();
  for (const entry of book) linesOf.set(entry.district, [...(linesOf.get(entry.district) ?? []), entry]);
  return said
    .filter(({ from, revision }) => from !== revision)
    .filter((ack) => {
      const lines = linesOf.get(districtOf(ack.address)) ?? [];
      // Asked again, an opening is answered with the connection of the first time, wherever the slot is by now.
      if (ack.what === "open") return !lines.some((entry) => isFor(entry, ack));
      const entry = lines[ack.revision - 1];
      return entry === undefined || !isFor(entry, ack);
    })
    .map(({ what, address, revision, connection }) =>
      violation(
        "acknowledged",
        `${what} of ${address} (${connection ?? "no connection"}) at revision ${revision} is not in the journal`,
      ),
    );
}

function isFor(entry: JournalEntry, { what, address, connection }: Acknowledged): boolean {
  const isSame = connection === undefined || entry.connection === undefined || entry.connection === connection;
  return entry.what === what && entry.address === address && isSame;
}

function districtOf(address: Address): string {
  return address.slice(0, address.indexOf("/"));
}

function repeated(names: readonly string[]): readonly string[] {
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
}
