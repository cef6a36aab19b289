import { openReader } from "../../drivers.ts";
import type { Address, DistrictId } from "../../model/address.ts";
import type { JournalEntry } from "../../model/journal.ts";
import type { Instant } from "../../model/time.ts";
import { describeEntry, JOURNAL_COLUMNS, journalCells } from "../../views/journal.ts";
import { csvOf } from "../csv.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { type DocumentOptions, openSession } from "../session.ts";
import type { World } from "../world.ts";

/** What the command line says. */
export interface AuditOptions extends DocumentOptions {
  /** An address, also one that no document has any more, or a district; everything when it is left out. */
  readonly about?: string | undefined;
  readonly since?: Instant;
  readonly csv?: boolean;
}

/** Who did what, when, on what evidence: the journal of the store, oldest first. Writes nothing. */
export async function audit(options: AuditOptions, world: World): Promise<ExitCode> {
  const session = await openSession(options, world);
  if (session === undefined) return EXIT.failed;
  const { out, project } = session;
  const reader = await openReader(project.settings.store, { clock: world.clock });
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

function filterOf(about: string | undefined): { readonly district?: DistrictId; readonly address?: Address } {
  if (about === undefined) return {};
  return about.includes("/") ? { address: about as Address } : { district: about as DistrictId };
}
