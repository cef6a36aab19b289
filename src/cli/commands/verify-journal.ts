import { type Diagnostic, problem } from "../../diagnostics/diagnostic.ts";
import { openReader } from "../../drivers.ts";
import type { JournalEntry } from "../../model/journal.ts";
import { checkJournal, type JournalFault } from "../../stores/check-journal.ts";
import { plural } from "../../views/words.ts";
import { wrap } from "../../views/layout.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { tell } from "../output.ts";
import { type DocumentOptions, openSession } from "../session.ts";
import type { World } from "../world.ts";

/** Is the journal whole, and could every step of it be made? Writes nothing. */
export async function verifyJournal(options: DocumentOptions, world: World): Promise<ExitCode> {
  const session = await openSession(options, world);
  if (session === undefined) return EXIT.failed;
  const { out, project } = session;
  const reader = await openReader(project.settings.store, { clock: world.clock });
  try {
    const { lines, districts, unchained, faults } = await checkJournal(reader);
    tell(out, faults.map(faultFound));
    out.json({ type: "journal-check", lines, districts, unchained, faults: faults.length });
    const old = unchained === 0 ? "" : ` ${plural(unchained, "line")} from before journals were chained.`;
    const says = `${plural(lines, "line")} of ${plural(districts, "district")}: ${faults.length === 0 ? "whole, and every step was possible." : `${plural(faults.length, "fault")}.`}${old}`;
    out.text(wrap(says, { width: out.width }).join("\n"));
    return faults.length === 0 ? EXIT.done : EXIT.failed;
  } finally {
    await reader.close();
  }
}

const SUMMARIES: Readonly<Record<JournalFault["kind"], readonly [string, string]>> = {
  chain: ["cli/journal-changed", "The journal was changed by another hand"],
  end: ["cli/journal-shortened", "Lines at the end of the journal are missing"],
  impossible: ["cli/journal-impossible", "The journal tells of a step that was not possible"],
};

function whereOf({ address, district, sequence, at, by, what, connection }: JournalEntry): string {
  const step = connection === undefined ? what : `${what} ${connection}`;
  return `${address ?? district}, line ${sequence} (${at}, ${by}: ${step})`;
}

function faultFound({ kind, district, entry, why }: JournalFault): Diagnostic {
  const [code, summary] = SUMMARIES[kind];
  return problem({
    code,
    summary,
    detail: `${entry === undefined ? district : whereOf(entry)}: ${why}. Compare the store with a backup from before, and find out who can write to it besides rosterform.`,
  });
}
