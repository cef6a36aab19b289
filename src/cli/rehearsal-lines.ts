import { Agent } from "undici";
import type { ProbeSettings } from "../config/settings.ts";
import { createHttpLadder } from "../confirm/http-ladder.ts";
import { pull } from "../rehearsal/consumer.ts";
import type { World } from "../rehearsal/rehearse.ts";
import type { Script, TroubleKind } from "../rehearsal/script.ts";

/** A site in trouble is not waited for as long as a real one: nothing of the day passes meanwhile. */
const PATIENCE_MS = 1000;

/** The lines of a rehearsal, and the trouble that is on them at this moment. */
export interface RehearsalLines extends Pick<World, "ladder" | "pull" | "onDay"> {
  readonly troublesNow: () => readonly TroubleKind[];
  close(): Promise<void>;
}

/** The lines between a rehearsal's campus and those who ask it: probes and scripted vendors. */
export function openRehearsalLines({ troubles }: Script, probe: ProbeSettings): RehearsalLines {
  let today: readonly TroubleKind[] = [];
  const [good, lost] = [new Agent(), new Agent({ connect: knowsNoHost })];
  const settings = { ...probe, deadlineMs: PATIENCE_MS, sleep: async () => undefined };
  const ladders = {
    good: createHttpLadder({ ...settings, dispatcher: good }),
    lost: createHttpLadder({ ...settings, dispatcher: lost }),
  };
  const isLost = (): boolean => today.includes("unknown-host");
  return {
    ladder: {
      climb: (question, signal) => (isLost() ? ladders.lost : ladders.good).climb(question, signal),
    },
    pull: ({ credentials, version }) =>
      pull(credentials, version, { dispatcher: isLost() ? lost : good, patienceMs: PATIENCE_MS }),
    onDay: (day) => {
      today = troubles.filter(({ from, to }) => from <= day && day <= to).map(({ kind }) => kind);
    },
    troublesNow: () => today,
    close: async () => {
      await Promise.all([good.close(), lost.close()]);
    },
  };
}

/** The address of the throw-away campus is a number, which is never looked up, so the line itself fails as if it were. */
function knowsNoHost(_options: unknown, done: (error: Error, socket: null) => void): void {
  done(Object.assign(new Error("no such host"), { code: "ENOTFOUND" }), null);
}
