import { openReader } from "../../drivers.ts";
import type { Address, DistrictId } from "../../model/address.ts";
import type { Attempt } from "../../model/attempt.ts";
import type { JournalEntry } from "../../model/journal.ts";
import type { Instant } from "../../model/time.ts";
import type { AttemptReader } from "../../stores/campus-side.ts";
import type { StoreReader } from "../../stores/store.ts";
import { ATTEMPT_COLUMNS, describeAttempt } from "../../views/attempts.ts";
import { describeEntry, JOURNAL_COLUMNS, journalCells } from "../../views/journal.ts";
import { csvOf } from "../csv.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { type DocumentOptions, openSession, type Session } from "../session.ts";
import type { World } from "../world.ts";

/** What the command line says. */
export interface AuditOptions extends DocumentOptions {
  /** An address, also one that no document has any more, or a district; everything when it is left out. */
  readonly about?: string | undefined;
  readonly since?: Instant;
  readonly csv?: boolean;
  /** The requests that the campus refused, and not what was done. */
  readonly attempts?: boolean;
}

/** Who did what, when, on what evidence: the journal of the store, oldest first. Writes nothing. */
export async function audit(options: AuditOptions, world: World): Promise<ExitCode> {
  const session = await openSession(options, world);
  if (session === undefined) return EXIT.failed;
  const { out, project } = session;
  const reader = await openReader(project.settings.store, { clock: world.clock });
  if (options.attempts === true) return await tellAttempts(options, session, reader);
  const rows: JournalEntry[] = [];
  let count = 0;
  try {
    for await (const entry of reader.journal(filterOf(options.about))) {
      if (options.since !== undefined && entry.at < options.since) continue;
      count += 1;
      if (options.csv === true) rows.push(entry);
      else out.text(describeEntry(entry, out.width));
      out.json({ type: "journal", ...entry });
    }
  } finally {
    await reader.close();
  }
  if (options.csv === true) out.text(csvOf(rows.map(journalCells), JOURNAL_COLUMNS));
  else if (count === 0)
    out.text(`The journal says nothing${options.about === undefined ? "" : ` about ${options.about}`}.`);
  return EXIT.done;
}

/** The requests to the connection-store API that were refused, counted. `about` is a district that was reached for, or an operator. */
async function tellAttempts(
  { about, since, csv }: AuditOptions,
  { out }: Session,
  reader: AttemptReader & Pick<StoreReader, "close">,
): Promise<ExitCode> {
  const rows: Attempt[] = [];
  try {
    for await (const attempt of reader.attempts()) {
      const isAbout = about === undefined || attempt.district === about || attempt.operator === about;
      if (isAbout && (since === undefined || attempt.last >= since)) rows.push(attempt);
    }
  } finally {
    await reader.close();
  }
  rows.sort((a, b) => (a.first < b.first ? -1 : 1));
  for (const attempt of rows) {
    if (csv !== true) out.text(describeAttempt(attempt, out.width));
    out.json({ type: "attempt", ...attempt });
  }
  if (csv === true)
    out.text(
      csvOf(
        rows.map((row) => ({ ...row })),
        ATTEMPT_COLUMNS,
      ),
    );
  else if (rows.length === 0) out.text(`No attempt was refused${about === undefined ? "" : ` about ${about}`}.`);
  return EXIT.done;
}

function filterOf(about: string | undefined): { readonly district?: DistrictId; readonly address?: Address } {
  if (about === undefined) return {};
  return about.includes("/") ? { address: about as Address } : { district: about as DistrictId };
}
