import type { ApplyEvent } from "../apply/event.ts";
import type { Instant } from "../model/time.ts";
import { elapsedMs } from "../model/time.ts";
import type { Plan } from "../plan/plan.ts";
import { describeTally, tallied, tallyOf } from "../views/progress.ts";
import type { Output } from "./output.ts";
import type { World } from "./world.ts";

/** Of fewer addresses every line can be seen. */
const WORTH_COUNTING = 20;
const REDRAWN_EVERY_MS = 200;
/** Where nobody looks, a line now and then shows that the run goes on. */
const LINE_EVERY_MS = 30_000;

/** Counts while a plan is walked. */
export interface Progress {
  /** Prints the lines of an event, and below them how far the run is. */
  tell(event: ApplyEvent, lines: string): void;
  /** Takes the line at the bottom away. */
  end(): void;
}

/** A line at the bottom of a terminal; elsewhere a line every 30 seconds. Nothing for few addresses, in JSON or with `--quiet`. */
export function openProgress(plan: Plan, out: Output, world: World): Progress {
  const total = plan.districts
    .flatMap((one) => one.addresses)
    .filter(({ hold, steps }) => hold === undefined && steps.length > 0).length;
  const isDrawn = world.isTerminal && out.isText;
  let tally = tallyOf(total);
  const begun = world.clock.now();
  let last: Instant = begun;
  let isShown = false;
  const wipe = (): void => {
    if (isShown) world.stdout("\r\u001b[2K");
    isShown = false;
  };
  const show = (now: Instant): void => {
    const says = describeTally(tally, elapsedMs(begun, now));
    last = now;
    isShown = isDrawn;
    if (isDrawn) world.stdout(says.slice(0, Math.max(1, world.columns - 1)));
    else out.progress(says);
  };
  return {
    tell: (event, lines) => {
      tally = tallied(tally, event);
      const now = world.clock.now();
      const isDue = total >= WORTH_COUNTING && elapsedMs(last, now) >= (isDrawn ? REDRAWN_EVERY_MS : LINE_EVERY_MS);
      if (lines !== "" || isDue) wipe();
      out.progress(lines);
      if (isDue || (isDrawn && total >= WORTH_COUNTING && lines !== "")) show(isDue ? now : last);
    },
    end: wipe,
  };
}
