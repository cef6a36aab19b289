import type { JournalEntry } from "../model/journal.ts";
import { wrap } from "./layout.ts";
import { describeMoment } from "./words.ts";

/** What each step was, for people; a word that is not in here stands for itself. */
const WORDS: Readonly<Record<string, string>> = {
  open: "generated a connection and opened a cut-over to it",
  tie: "opened a cut-over to a connection that was there",
  restore: "brought the previous connection back",
  close: "closed the cut-over",
  abandon: "gave up the candidate",
  disable: "disabled the connection, as the document says",
  adopt: "adopted a connection",
  rename: "renamed the address",
  release: "stopped managing the address",
  update: "edited the connection",
  "begin-delivery": "began to hand the values over",
  deliver: "handed the values over",
  receipt: "noted that the values arrived",
  findings: "probed the connection",
  attestation: "recorded a statement that the vendor moved",
  waiver: "recorded a waiver",
  outside: "changed the connection by hand",
  found: "told of a connection",
  ask: "asked a person for a click",
  forget: "forgot the secret",
  "sign-inventory": "signed the inventory",
};

/** What somebody did by hand, where the journal says more than that. */
const BY_HAND: Readonly<Record<string, string>> = {
  disable: "disabled the connection by hand",
  enable: "enabled the connection by hand",
  edit: "edited the connection by hand",
  report: "told the registry that the connection is another than it says",
};

/** What was done, such as `edited the connection by hand`; without whom, when and where. */
export function describeDeed({ what, detail }: Pick<JournalEntry, "what" | "detail">): string {
  const byHand = what === "outside" ? BY_HAND[String(detail["change"])] : undefined;
  return byHand ?? WORDS[what] ?? what;
}

/** One line of the journal for people: when, who and what, and below it on what grounds. No line break at the end. */
export function describeEntry(entry: JournalEntry, width: number): string {
  const { at, by, what, district, address, connection } = entry;
  const head = `${describeMoment(at)}  ${by} ${WORDS[what] ?? what}: ${address ?? district}`;
  const facts = [...(connection === undefined ? [] : [`connection ${connection}`]), ...detailsOf(entry)];
  return [
    ...wrap(head, { width, rest: "    " }),
    ...(facts.length === 0 ? [] : wrap(facts.join("; "), { width, first: "    ", rest: "    " })),
  ].join("\n");
}

export const JOURNAL_COLUMNS: readonly string[] = [
  "sequence",
  "at",
  "by",
  "what",
  "district",
  "address",
  "connection",
  "detail",
  "link",
];

/** The same as the cells of a table. */
export function journalCells(entry: JournalEntry): Readonly<Record<string, unknown>> {
  return { ...entry, detail: detailsOf(entry).join("; ") };
}

/** `generation 2`, `verdicts token confirmed, orgs confirmed`. */
function detailsOf({ detail }: JournalEntry): readonly string[] {
  return Object.entries(detail).map(([key, value]) => `${spaced(key)} ${inWords(value)}`);
}

/** `madeBy` as `made by`. */
function spaced(key: string): string {
  return key.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function inWords(value: unknown): string {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return value.map(inWords).join(", ");
  if (typeof value !== "object" || value === null) return String(value);
  return Object.entries(value)
    .map(([key, one]) => `${spaced(key)} ${inWords(one)}`)
    .join(", ");
}
