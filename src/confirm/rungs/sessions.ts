import { addDays, type Day, dayOf, parseDay } from "../../model/time.ts";
import type { AskRung } from "../climb.ts";
import { type Members, textOf } from "../json.ts";
import { confirmed, inconclusive } from "../sight.ts";

/** How far ahead a session may begin and still count: from the end of one school year to the beginning of the next. */
const SOON_DAYS = 120;

/** Does a session cover today, or begin soon? None at all is normal in summer and at roll-over, so it refutes nothing. */
export const askSessions: AskRung = async ({ source, now }) => {
  const sessions = await source.list("academicSessions", spanOf);
  if (sessions.kind === "trouble") return sessions.sight;
  const today = dayOf(now);
  // OneRoster: startDate is inclusive, endDate is exclusive.
  if (sessions.value.some(({ start, end }) => start <= today && today < end)) {
    return confirmed("ok", "A session covers today.");
  }
  const next = sessions.value
    .map(({ start }) => start)
    .filter((start) => start > today && start <= addDays(today, SOON_DAYS))
    .sort()[0];
  if (next !== undefined)
    return confirmed("upcoming-session", `No session covers today; the next one begins on ${next}.`);
  return inconclusive(
    "no-current-session",
    `No session covers today or begins within ${SOON_DAYS} days (${sessions.value.length} seen). In summer that is normal before roll-over: ask again later, or let a named person waive it; otherwise check the site's active year.`,
  );
};

function spanOf(session: Members): { readonly start: Day; readonly end: Day } | undefined {
  const start = parseDay(textOf(session, "startDate") ?? "");
  const end = parseDay(textOf(session, "endDate") ?? "");
  return start === undefined || end === undefined ? undefined : { start, end };
}
