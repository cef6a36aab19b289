import { describeSchools } from "../../model/traits.ts";
import type { AskRung, Climb } from "../climb.ts";
import { confirmed, inconclusive, refuted, type Seen, seen, type Sight } from "../sight.ts";
import type { Count, Source } from "../source.ts";
import { compareIds } from "./ids.ts";

const FAMILIES = ["classes", "users", "enrollments"] as const;

type Counts = Readonly<Record<(typeof FAMILIES)[number], Count>>;

/** Is there anything to roster, and not much less than over the connection in use today? */
export const askData: AskRung = async (climb) => {
  const counts = await readCounts(climb.source);
  if (counts.kind === "trouble") return counts.sight;
  const empty = FAMILIES.filter((family) => counts.value[family].count === 0);
  if (empty.length > 0) return emptySight(climb, empty);
  const said = `${FAMILIES.map((family) => describe(family, counts.value[family])).join(", ")} can be read`;
  return compareWithOld(climb, counts.value, said);
};

/** Before roll-over, classes and enrolments end with the year; that is the same open question as the session's. */
function emptySight({ below }: Climb, empty: readonly string[]): Sight {
  const what = empty.join(" and ");
  if (below.some((finding) => finding.code === "no-current-session") && !empty.includes("users")) {
    return inconclusive(
      "empty-out-of-season",
      `There are no ${what}, and no session covers today. Ask again once the school year is set up, or let a named person waive it.`,
    );
  }
  return refuted(
    "empty-data",
    `There are no ${what}. Records may be excluded from the connection, or the active year may be empty; check both in the site.`,
  );
}

async function compareWithOld(
  { connection, source, tolerance, old }: Climb,
  counts: Counts,
  said: string,
): Promise<Sight> {
  const before = await old?.();
  if (before === undefined) return confirmed("ok", `${said}.`);
  if (describeSchools(before.connection.schools) !== describeSchools(connection.schools)) {
    return confirmed(
      "ok-not-compared",
      `${said}; the old connection had other schools, so the counts were not compared.`,
    );
  }
  if (before.source.kind === "trouble") return unread(said, before.source.sight);
  const known = await readCounts(before.source.value);
  if (known.kind === "trouble") return unread(said, known.sight);
  if (FAMILIES.some((family) => !counts[family].exact || !known.value[family].exact)) {
    return confirmed("ok-not-compared", `${said}; a site does not say its totals, so the counts were not compared.`);
  }
  const rows = FAMILIES.map((what) => ({ what, old: known.value[what].count, now: counts[what].count }));
  const fewer = FAMILIES.filter((family) => counts[family].count < known.value[family].count * (1 - tolerance));
  if (fewer.length === 0) {
    const pair = { climb: { connection, source, tolerance }, old: { ...before, source: before.source.value } };
    return compareIds(pair, rows, `${said}, within tolerance of the old connection`);
  }
  const listed = fewer
    .map((family) => `${counts[family].count} ${family} instead of ${known.value[family].count}`)
    .join(", ");
  return refuted(
    "fewer-than-old",
    `The new connection sees less than the old one: ${listed}. Records are probably excluded or the school access is narrower; check both in the site.`,
    rows,
  );
}

function unread(said: string, { code }: Sight): Sight {
  return confirmed(
    "ok-not-compared",
    `${said}; the old connection could not be read (${code}), so the counts were not compared.`,
  );
}

async function readCounts(source: Source): Promise<Seen<Counts>> {
  const counts: Record<(typeof FAMILIES)[number], Count> = { classes: NONE, users: NONE, enrollments: NONE };
  for (const family of FAMILIES) {
    const count = await source.count(family);
    if (count.kind === "trouble") return count;
    counts[family] = count.value;
  }
  return seen(counts);
}

const NONE: Count = { count: 0, exact: true };

function describe(family: string, { count, exact }: Count): string {
  return `${exact ? "" : "at least "}${count} ${family}`;
}
