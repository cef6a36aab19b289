import type { ProbeSettings } from "../config/settings.ts";
import { createHttpLadder } from "../confirm/http-ladder.ts";
import { pull } from "../rehearsal/consumer.ts";
import type { World } from "../rehearsal/rehearse.ts";
import type { Script } from "../rehearsal/script.ts";

/** A site in trouble is not waited for as long as a real one: nothing of the day passes meanwhile. */
const DEADLINE_MS = 4000;

/** The lines between a rehearsal's campus and those who ask it: probes and scripted vendors. */
export function openRehearsalLines(_script: Script, probe: ProbeSettings): Pick<World, "ladder" | "pull" | "onDay"> {
  return {
    ladder: createHttpLadder({ ...probe, deadlineMs: DEADLINE_MS, sleep: async () => undefined }),
    pull: ({ credentials, version }) => pull(credentials, version),
    onDay: () => undefined,
  };
}
