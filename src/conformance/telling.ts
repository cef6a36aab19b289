import { setTimeout as pause } from "node:timers/promises";
import pLimit from "p-limit";
import { OutsideError } from "../diagnostics/outside-error.ts";
import type { DistrictId } from "../model/address.ts";
import { Broken } from "./expect.ts";
import { describeExchange, recordExchanges } from "./over-http/exchanges.ts";
import { type Left, leave } from "./over-http/leaving.ts";
import { openServerWorld, type Server } from "./over-http/server-world.ts";
import type { Shapes } from "./over-http/shapes.ts";
import type { Area, StorePromise } from "./promise.ts";
import { districtNumber, NotTried } from "./world.ts";
import type { WireWorld } from "./wire/wire-world.ts";

/** What became of one promise. */
export type Outcome =
  | { readonly kind: "kept" }
  | {
      readonly kind: "broken";
      /** What was expected and seen. */
      readonly why: string;
      /** The last requests before that, oldest first. */
      readonly asked: readonly string[];
    }
  /** Nothing is known of it: the server, or the call, lacks what its story needs. */
  | { readonly kind: "not-tried"; readonly why: string };

/** One promise with what became of it. */
export interface Result {
  readonly area: string;
  readonly says: string;
  readonly outcome: Outcome;
}

/** How stories are told. */
export interface Telling {
  readonly server: Server;
  /** Why a story cannot be told here; nothing where it can. */
  readonly lacks: (promise: StorePromise<WireWorld>) => string | undefined;
  /** The beginning of the names of this run's districts. */
  readonly prefix: string;
  readonly parallelism: number;
  readonly deadlineMs: number;
  readonly shapes: Shapes;
  readonly signal: AbortSignal;
}

/** What a run comes to. */
export interface Told {
  readonly results: readonly Result[];
  readonly left: readonly Left[];
  /** What answers were otherwise than the OpenAPI document says, each once. */
  readonly misshapen: readonly string[];
  readonly exchanges: number;
}

/** How many requests are shown with a broken promise. */
const ASKED_SHOWN = 3;
/** How long is tried to disable what a story opened, and to close its lines. */
const LEAVING_MS = 10_000;
const CLOSING_MS = 1000;

/**
 * Tells every story of these areas on a server, each in districts of its own. Stories that move the server's clock are told last and
 * one after the other, because there is one clock for all. An interrupt ends the run: what was not told by then is not in the results.
 */
export async function tellStories(
  areas: readonly Area<WireWorld>[],
  telling: Telling,
  note: (result: Result) => void,
): Promise<Told> {
  const stories = areas.flatMap(({ name, promises }) => promises.map((promise) => ({ area: name, promise })));
  const results = new Map<object, Result>();
  const left: Left[] = [];
  const seen: Seen = { misshapen: new Set(), exchanges: 0 };
  const tellOne = async (story: (typeof stories)[number]): Promise<void> => {
    if (telling.signal.aborted) return;
    const district = `${telling.prefix}-${String(stories.indexOf(story) + 1).padStart(3, "0")}` as DistrictId;
    const lacking = telling.lacks(story.promise);
    const told = lacking === undefined ? await tell(story.promise, district, telling, seen) : notTried(lacking);
    left.push(...told.left);
    if (told.outcome === undefined) return;
    const result = { area: story.area, says: story.promise.says, outcome: told.outcome };
    results.set(story, result);
    note(result);
  };
  const movesClock = ({ promise }: (typeof stories)[number]) => promise.needs.includes("clock");
  const limit = pLimit(telling.parallelism);
  await Promise.all(stories.filter((story) => !movesClock(story)).map((story) => limit(tellOne, story)));
  for (const story of stories.filter(movesClock)) await tellOne(story);
  return {
    results: stories.flatMap((story) => results.get(story) ?? []),
    left: left.sort((a, b) => (a.district < b.district ? -1 : 1)),
    misshapen: [...seen.misshapen],
    exchanges: seen.exchanges,
  };
}

interface Seen {
  readonly misshapen: Set<string>;
  exchanges: number;
}

/** What one story came to; without an outcome it was interrupted. */
interface ToldOne {
  readonly outcome: Outcome | undefined;
  readonly left: readonly Left[];
}

function notTried(why: string): ToldOne {
  return { outcome: { kind: "not-tried", why }, left: [] };
}

async function tell(
  promise: StorePromise<WireWorld>,
  district: DistrictId,
  { server, deadlineMs, shapes, signal }: Telling,
  seen: Seen,
): Promise<ToldOne> {
  const recorder = recordExchanges((exchange) => {
    seen.exchanges += 1;
    server.clock.heard(exchange.date);
    for (const breach of shapes.answer(exchange)) seen.misshapen.add(breach);
  });
  const asked = () => recorder.exchanges.slice(-ASKED_SHOWN).map(describeExchange);
  const end = new AbortController();
  const stop = AbortSignal.any([signal, end.signal]);
  const tooLong = deadline(deadlineMs, stop);
  tooLong.catch(() => {});
  const inTime = async <T>(work: Promise<T>): Promise<T> => {
    work.catch(() => {});
    return await Promise.race([work, tooLong]);
  };
  try {
    const world = await inTime(openServerWorld(server, district, recorder));
    const outcome = await inTime(promise.tell(world)).then(
      (): Outcome => ({ kind: "kept" }),
      (error: unknown) => outcomeOf(error, asked()),
    );
    const names = [district, ...Array.from({ length: server.many }, (_, index) => districtNumber(world, index + 1))];
    // An interrupted story is cleaned up all the same, for as long as that may take.
    const left = await within(Math.min(deadlineMs, LEAVING_MS), leave(world, names));
    await within(CLOSING_MS, world.close());
    return { outcome: signal.aborted ? undefined : outcome, left: left ?? [{ district }] };
  } catch (error) {
    if (signal.aborted) return { outcome: undefined, left: [] };
    return { outcome: outcomeOf(error, asked()), left: [] };
  } finally {
    end.abort();
  }
}

/** What work comes to if it is done in time; `undefined` where it is not, or fails. */
async function within<T>(ms: number, work: Promise<T>): Promise<T | undefined> {
  return await Promise.race([work, pause(ms, undefined, { ref: false })]).catch(() => undefined);
}

/** Ends a story that takes too long, or that somebody interrupts. */
async function deadline(ms: number, signal: AbortSignal): Promise<never> {
  await pause(ms, undefined, { signal, ref: false }).catch(() => {});
  throw signal.aborted ? new NotTried("it was interrupted") : new Broken(`it was not done within ${ms / 1000} s`);
}

function outcomeOf(error: unknown, asked: readonly string[]): Outcome {
  if (error instanceof NotTried) return { kind: "not-tried", why: error.message };
  if (error instanceof Broken) return { kind: "broken", why: error.message, asked };
  if (error instanceof OutsideError) return { kind: "broken", why: `${error.message} (${error.code})`, asked };
  // An answer may be such that the story stumbles over it.
  const code = error instanceof Error && "code" in error ? ` (${String(error.code)})` : "";
  const what = error instanceof Error ? `${error.name}: ${error.message}` : "nothing is known of it";
  return { kind: "broken", why: `the story could not go on: ${what}${code}`, asked };
}
