import { join } from "node:path";
import { openFileSink } from "../apply/file-sink.ts";
import { createTestClock } from "../stores/world.ts";
import { begin, ORIGIN } from "./beginning.ts";
import { playCalmly } from "./calm.ts";
import { diceFrom } from "./dice.ts";
import { FAULTS, type FaultKind } from "./faults.ts";
import { flawedSink, flawedStore, lasting } from "./flaws.ts";
import { createGround, readAll } from "./ground.ts";
import { inspect } from "./inspect.ts";
import { type Observer, startObserver } from "./observer.ts";
import type { Play, Played, Setting } from "./play.ts";
import { openReaderAt, openWriterAt } from "./place.ts";
import { settle } from "./settle.ts";
import type { Story } from "./part.ts";
import { documentsOf, storyFrom } from "./story.ts";
import type { House } from "./theatre.ts";
import { untilReachable } from "./until-reachable.ts";
import { type Violation, violation } from "./violation.ts";
import { watchOf, without } from "./watched.ts";
import { work } from "./work.ts";

/** Plays one round from an empty store to its end, and says what was not as promised. */
export async function playRound(setting: Setting): Promise<Played> {
  const { theatre, seed, number, fault } = setting;
  const dice = diceFrom(seed, theatre.database, number);
  const story = storyFrom(dice.fork("story"));
  const { needs }: FaultKind = FAULTS[fault];
  const house = await theatre.open({ proxy: needs === "proxy", disk: needs === "disk" });
  let isWrong = true;
  try {
    const violations: Violation[] = [];
    const play = { ...setting, dice, story, calm: await playCalmly(story) };
    const played = await playIn(house, play, violations).catch((error: unknown) => {
      violations.push(violation("goes-on", error instanceof Error ? (error.stack ?? error.message) : String(error)));
      return failedRound(setting, violations, accountOf(house, story, []));
    });
    isWrong = played.violations.length > 0;
    return played;
  } finally {
    // Of a round that is broken on purpose nobody wants to see more.
    await house.end(isWrong && setting.flaw === undefined);
  }
}

async function playIn(house: House, play: Play, violations: Violation[]): Promise<Played> {
  const { story, calm, fault, number } = play;
  const flaw = lasting(play.flaw);
  const clock = createTestClock();
  const sink = openFileSink(join(house.folder, "credentials"));
  const known = await begin(house, story, { sink, clock });
  const store = await openWriterAt(house.place, { clock, by: "dana" });
  const reader = await openReaderAt(house.place, clock);
  let observer: Observer | undefined;
  try {
    const ports = { store: flawedStore(store, house.place, flaw), sink: flawedSink(sink, flaw) };
    const ground = {
      ...createGround({ store, sink, clock }, ports),
      inUse: known.inUse,
      survivors: known.survivors,
      found: known.found,
    };
    const desired = documentsOf(story, "after", ground.found);
    const looking = startObserver(reader, watchOf(await readAll(store), desired, ground.inUse));
    observer = looking;
    const worked = await work({
      ...{ house, play, store, desired, now: clock.now() },
      onHand: (touch) => {
        looking.watch = without(looking.watch, touch);
      },
    });
    violations.push(...worked.violations);
    const observed = await untilReachable(() => looking.stop());
    violations.push(...observed.violations);
    // A server may still be at work for a process that is gone; this waits until nobody else writes.
    await untilReachable(() => store.setOrigin(ORIGIN));
    const settled = await settle(story, ground, desired, violations);
    const inspected = await inspect({ house, store, sink, calm, worked });
    return {
      ...{ fault, number, isHit: worked.isHit, hasHand: worked.touched.length > 0, workedMs: worked.ms },
      kills: worked.outcomes.filter(({ kind }) => kind === "killed").length,
      failures: worked.failures,
      finished: settled.outcomes.filter((one) => "did" in one && one.did.length > 0).length,
      looks: observed.looks,
      acknowledged: worked.acknowledged.length,
      violations: [...violations, ...inspected.violations],
      account: accountOf(house, story, [JSON.stringify(worked.outcomes), inspected.account]),
    };
  } finally {
    await observer?.stop().catch(() => {});
    await reader.close();
    await store.close();
  }
}

/** Where nothing is disturbed any more, everything has to go well: what is thrown then is a violation, too. */
function failedRound({ fault, number }: Setting, violations: readonly Violation[], account: string): Played {
  const nothing = { kills: 0, failures: 0, finished: 0, looks: 0, acknowledged: 0, workedMs: 0 };
  return { ...nothing, fault, number, isHit: false, hasHand: false, violations, account };
}

function accountOf({ folder, place }: House, { parts }: Story, more: readonly string[]): string {
  const told = parts.map(
    ({ kind, addresses, later }) => `${addresses.join(" and ")}: ${kind}; then the vendor ${later}`,
  );
  const where = place.kind === "sqlite" ? place.path : `schema ${place.schema}`;
  return [`kept in ${folder} (${where})`, ...told, ...more].join("\n");
}
