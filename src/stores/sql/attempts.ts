import type { Kysely } from "kysely";
import type { DistrictId } from "../../model/address.ts";
import type { Attempt } from "../../model/attempt.ts";
import { dayOf, type Instant } from "../../model/time.ts";
import { addAttempts, attemptsKeptSince, countedTogether, LINES_A_DAY } from "../rules/attempts.ts";
import { paged } from "./paged.ts";
import type { AttemptRow, Tables } from "./tables.ts";

/** How many lines are fetched at once. */
const LINES_AT_ONCE = 500;

/** No district has this name: writers of the list come after one another as writers of a district do. */
export const ATTEMPTS = "(attempts)" as DistrictId;

/** Counts attempts, and forgets those of long ago. Nobody else counts meanwhile. */
export async function countAttempts(tx: Kysely<Tables>, attempts: readonly Attempt[], now: Instant): Promise<void> {
  await tx.deleteFrom("attempts").where("day", "<", attemptsKeptSince(now)).execute();
  for (const attempt of attempts) {
    const known = await rowLike(tx, attempt);
    if (known !== undefined) await replace(tx, known, addAttempts(attemptFrom(known), attempt));
    else if ((await linesLike(tx, attempt)) < LINES_A_DAY) await insert(tx, attempt);
    else {
      const together = countedTogether(attempt);
      const row = await rowLike(tx, together);
      await (row === undefined ? insert(tx, together) : replace(tx, row, addAttempts(attemptFrom(row), together)));
    }
  }
}

/** Attempts in the order of their days. */
export async function* readAttempts(db: Kysely<Tables>): AsyncIterable<Attempt> {
  for await (const row of attemptRows(db)) yield attemptFrom(row);
}

/** The rows in an order that every engine agrees on. */
export async function* attemptRows(db: Kysely<Tables>): AsyncIterable<AttemptRow> {
  const all = db
    .selectFrom("attempts")
    .selectAll()
    .orderBy("day")
    .orderBy("reason")
    .orderBy("operator")
    .orderBy("source")
    .orderBy("district")
    .limit(LINES_AT_ONCE);
  yield* paged<AttemptRow>(LINES_AT_ONCE, (last) =>
    (last === undefined
      ? all
      : all.where((is) =>
          is.eb(
            is.refTuple("day", "reason", "operator", "source", "district"),
            ">",
            is.tuple(last.day, last.reason, last.operator, last.source, last.district),
          ),
        )
    ).execute(),
  );
}

function rowLike(tx: Kysely<Tables>, attempt: Attempt): Promise<AttemptRow | undefined> {
  const { day, reason, operator, source, district } = attemptRow(attempt);
  return tx
    .selectFrom("attempts")
    .selectAll()
    .where("day", "=", day)
    .where("reason", "=", reason)
    .where("operator", "=", operator)
    .where("source", "=", source)
    .where("district", "=", district)
    .executeTakeFirst();
}

async function linesLike(tx: Kysely<Tables>, { first, reason }: Attempt): Promise<number> {
  const lines = tx.selectFrom("attempts").select(({ fn }) => fn.countAll<number>().as("lines"));
  const row = await lines.where("day", "=", dayOf(first)).where("reason", "=", reason).executeTakeFirstOrThrow();
  return Number(row.lines);
}

async function insert(tx: Kysely<Tables>, attempt: Attempt): Promise<void> {
  await tx.insertInto("attempts").values(attemptRow(attempt)).execute();
}

async function replace(tx: Kysely<Tables>, row: AttemptRow, { first, last, count }: Attempt): Promise<void> {
  await tx
    .updateTable("attempts")
    .set({ first_at: first, last_at: last, count })
    .where("day", "=", row.day)
    .where("reason", "=", row.reason)
    .where("operator", "=", row.operator)
    .where("source", "=", row.source)
    .where("district", "=", row.district)
    .execute();
}

function attemptRow({ reason, operator, from, district, first, last, count }: Attempt): AttemptRow {
  const key = { day: dayOf(first), reason, operator: operator ?? "", source: from ?? "", district: district ?? "" };
  return { ...key, first_at: first, last_at: last, count };
}

function attemptFrom({ reason, operator, source, district, first_at, last_at, count }: AttemptRow): Attempt {
  return {
    reason,
    ...(source === "" ? {} : { from: source }),
    ...(operator === "" ? {} : { operator }),
    ...(district === "" ? {} : { district: district as DistrictId }),
    first: first_at as Instant,
    last: last_at as Instant,
    count,
  };
}
