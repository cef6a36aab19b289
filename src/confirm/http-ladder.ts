import type { Dispatcher } from "undici";
import { type Finding, RUNGS, type Rung } from "../model/evidence.ts";
import { openLine } from "./ask.ts";
import type { AskRung, Climb } from "./climb.ts";
import type { Ladder, Question } from "./ladder.ts";
import { askData } from "./rungs/data.ts";
import { askOrgs } from "./rungs/orgs.ts";
import { askSchools } from "./rungs/schools.ts";
import { askSessions } from "./rungs/sessions.ts";
import { askSharing } from "./rungs/sharing.ts";
import { tokenSight } from "./rungs/token.ts";
import { inconclusive, type Sight, WAIVABLE_CODES } from "./sight.ts";
import { openSource } from "./source.ts";

export interface HttpLadderSettings {
  /** Whole climb of one connection, in milliseconds. */
  readonly deadlineMs: number;
  readonly readDemographics: boolean;
  /** How far counts may fall below the old connection's, as a fraction. */
  readonly tolerance: number;
  readonly dispatcher?: Dispatcher;
  readonly random?: () => number;
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<unknown>;
}

/** The rungs above the token, in the order in which they are climbed. */
const ABOVE: readonly { readonly rung: Rung; readonly ask: AskRung }[] = [
  { rung: "orgs", ask: askOrgs },
  { rung: "schools", ask: askSchools },
  { rung: "sessions", ask: askSessions },
  { rung: "data", ask: askData },
  { rung: "sharing", ask: askSharing },
];

/** What the old connection may cost of the climb's time: a slow survivor must not keep its successor from being proven. */
const OLD_SHARE = 1 / 3;

/** The ladder over HTTP. It stops at the first rung that was not answered with yes, unless the calendar is the reason. */
export function createHttpLadder(settings: HttpLadderSettings): Ladder {
  return {
    climb: async (question, signal) => {
      const line = openLine(settings, signal);
      const oldLines: { close(): void }[] = [];
      try {
        const { connection, credentials, now } = question;
        const opened = await openSource(line.ask, connection, credentials, settings.readDemographics);
        const token: Finding = { rung: "token", ...tokenSight(opened) };
        if (opened.kind === "trouble") return withUnasked([token]);
        const old = openOld(settings, question, (close) => oldLines.push({ close }), signal);
        const { readDemographics, tolerance } = settings;
        return await climbOn([token], { connection, now, source: opened.value, readDemographics, tolerance, old });
      } finally {
        for (const open of [line, ...oldLines]) open.close();
      }
    },
  };
}

async function climbOn(first: readonly Finding[], climb: Omit<Climb, "below">): Promise<readonly Finding[]> {
  const findings = [...first];
  for (const { rung, ask } of ABOVE) {
    const sight = await ask({ ...climb, below: findings });
    findings.push({ rung, ...sight });
    if (stops(sight)) return withUnasked(findings);
  }
  return findings;
}

function stops(sight: Sight): boolean {
  if (sight.verdict === "inconclusive") return !WAIVABLE_CODES.includes(sight.code);
  return sight.verdict === "refuted";
}

/**
 * Where the world went silent, the rungs that could not be asked are said to be open, so that answering one rung by a
 * waiver can never make a climb that stopped half-way count as a whole one.
 */
function withUnasked(findings: readonly Finding[]): readonly Finding[] {
  const last = findings.at(-1);
  if (last?.verdict !== "inconclusive") return findings;
  const open = RUNGS.slice(RUNGS.indexOf(last.rung) + 1);
  const sight = inconclusive("not-reached", `Not asked, because the question before it (${last.rung}) had no answer.`);
  return [...findings, ...open.map((rung) => ({ rung, ...sight }))];
}

/** Opens the old connection at most once, with time of its own, the same way and under the same agent as the new one. */
function openOld(
  settings: HttpLadderSettings,
  question: Question,
  opened: (close: () => void) => void,
  signal: AbortSignal | undefined,
): Climb["old"] {
  const old = question.old;
  if (old === undefined) return undefined;
  let answer: ReturnType<typeof openSource> | undefined;
  return async () => {
    if (answer === undefined) {
      const line = openLine({ ...settings, deadlineMs: settings.deadlineMs * OLD_SHARE }, signal);
      opened(line.close);
      answer = openSource(line.ask, old.connection, old.credentials, false);
    }
    return { connection: old.connection, source: await answer };
  };
}
