import { randomBytes } from "node:crypto";
import { OutsideError } from "../diagnostics/outside-error.ts";
import { nearest } from "../diagnostics/suggest.ts";
import type { Clock } from "../model/time.ts";
import type { Capabilities } from "../stores/store.ts";
import { greet, type Greeting, type NamedTokens, placesOf } from "./over-http/greeting.ts";
import type { Left } from "./over-http/leaving.ts";
import { rehearsalClock } from "./over-http/rehearsal.ts";
import { createServerClock } from "./over-http/server-clock.ts";
import type { Server } from "./over-http/server-world.ts";
import { createShapes } from "./over-http/shapes.ts";
import type { Area, Need, StorePromise } from "./promise.ts";
import { PROMISES, WIRE_PROMISES } from "./promises.ts";
import { type Result, type Told, tellStories } from "./telling.ts";
import type { WireWorld } from "./wire/wire-world.ts";

/** A server to be tried, and how. */
export interface StoreTestOptions {
  /** Without `/api/v1`. */
  readonly address: string;
  readonly tokens: NamedTokens;
  /** The file of the certificate authority to trust. */
  readonly ca?: string;
  /** Names of areas; all of them where none is named. */
  readonly only?: readonly string[];
  readonly parallelism: number;
  /** How long one story may take. */
  readonly deadlineMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** What is known of the server before a story is told. */
export interface Tried {
  readonly site: string;
  readonly operator: string;
  readonly can: Capabilities;
  readonly rehearses: boolean;
  /** The beginning of the names of this run's districts. */
  readonly prefix: string;
  /** Areas and their promises, in the order of the report. */
  readonly areas: readonly { readonly name: string; readonly promises: readonly string[] }[];
}

/** What a run comes to. */
export interface StoreTestReport {
  readonly results: readonly Result[];
  readonly left: readonly Left[];
}

/** Who listens while stories are told. */
export interface Listener {
  readonly begun: (tried: Tried) => void;
  readonly told: (result: Result) => void;
}

const ALL: readonly Area<WireWorld>[] = [...PROMISES, ...WIRE_PROMISES];
const DOCUMENT = { area: "the OpenAPI document", says: "has the shape of every answer" };
const MISSHAPEN_SHOWN = 3;

/** Over the wire every district is left behind, so a few have to be many. */
const MANY = 12;

/**
 * Tells the stories of all promises on a server. Throws `OutsideError` where nothing can be told: what the store over HTTP throws,
 * `conformance/wrong-token`, `conformance/by-hand` and `conformance/no-such-area`.
 */
export async function testStore(options: StoreTestOptions, listener: Listener): Promise<StoreTestReport> {
  const areas = chosen(options.only);
  const { server, can, site } = await openServer(options);
  const prefix = `conformance-${randomBytes(4).toString("hex")}`;
  const names = areas.map(({ name, promises }) => ({ name, promises: promises.map(({ says }) => says) }));
  const { me: operator, rehearses } = server;
  listener.begun({
    site,
    operator,
    can,
    rehearses,
    prefix,
    areas: [...names, { name: DOCUMENT.area, promises: [DOCUMENT.says] }],
  });
  const { parallelism, deadlineMs, signal } = options;
  const lacks = lackingIn(server, can);
  const telling = { server, lacks, prefix, parallelism, deadlineMs, shapes: createShapes(), signal };
  const told = await tellStories(areas, telling, listener.told);
  if (signal.aborted) return told;
  const shapes = { ...DOCUMENT, outcome: outcomeOfShapes(told) };
  listener.told(shapes);
  return { results: [...told.results, shapes], left: told.left };
}

/** The names of all areas, in the order of the report. */
export const AREAS: readonly string[] = ALL.map(({ name }) => name);

function chosen(only: readonly string[] = []): readonly Area<WireWorld>[] {
  for (const name of only) {
    if (AREAS.includes(name)) continue;
    const near = nearest(name, AREAS);
    throw new OutsideError("conformance/no-such-area", `there is no area ${JSON.stringify(name)}`, {
      fix: near === undefined ? `There are: ${AREAS.join("; ")}.` : `Did you mean ${JSON.stringify(near)}?`,
    });
  }
  return only.length === 0 ? ALL : ALL.filter(({ name }) => only.includes(name));
}

async function openServer(
  options: StoreTestOptions,
): Promise<{ readonly server: Server; readonly can: Capabilities; readonly site: string }> {
  const { deadlineMs } = options;
  const patience = { totalMs: Math.ceil(deadlineMs / 2), answerMs: Math.ceil(deadlineMs / 3) };
  const speakers = placesOf(options, patience);
  const main = await greet(speakers.main);
  requireSuitable("--token", main, { access: "write", isOutside: false });
  if (main.can.byHand) throw keptByHand(main.site);
  const clock = createServerClock(options.clock);
  const now = await rehearsalClock(speakers.main);
  if (now !== undefined) clock.told(now);
  const second = speakers.second === undefined ? undefined : await greet(speakers.second);
  if (second !== undefined) requireSuitable("--second-token", second, { access: "write", isOutside: false });
  if (second?.name === main.name)
    throw wrongToken("--second-token", `is ${main.name}'s, as --token is`, "Give that of another operator.");
  if (speakers.reader !== undefined)
    requireSuitable("--reader-token", await greet(speakers.reader), { access: "read", isOutside: false });
  if (speakers.outsider !== undefined)
    requireSuitable("--outsider-token", await greet(speakers.outsider), { isOutside: true });
  const server = { speakers, clock, me: main.name, other: second?.name, rehearses: now !== undefined, many: MANY };
  return { server, can: main.can, site: main.site };
}

/** A token that is of another kind than it was given for would make stories say what is not so. */
function requireSuitable(
  flag: string,
  { name, access, districts }: Greeting,
  wanted: { readonly access?: "read" | "write"; readonly isOutside: boolean },
): void {
  if (wanted.access === "write" && access !== "write")
    throw wrongToken(flag, `is ${name}'s, who may only read`, "Give one whose operator may write.");
  if (wanted.access === "read" && access !== "read")
    throw wrongToken(flag, `is ${name}'s, who may write`, "Give one whose operator may only read.");
  if (wanted.isOutside && districts === "all")
    throw wrongToken(flag, `is ${name}'s, who may reach every district`, "Give one that is bound to some district.");
  if (!wanted.isOutside && districts !== undefined && districts !== "all")
    throw wrongToken(
      flag,
      `is ${name}'s, who may not reach the districts that stories make`,
      "Give one whose operator may reach all districts.",
    );
}

function wrongToken(flag: string, what: string, fix: string): OutsideError {
  return new OutsideError("conformance/wrong-token", `the token of ${flag} ${what}`, { fix });
}

function keptByHand(site: string): OutsideError {
  return new OutsideError(
    "conformance/by-hand",
    `the store at ${site} is kept by people, who would be asked to click`,
    {
      fix: "Only a store that acts by itself can be tried.",
    },
  );
}

type Lacks = (promise: StorePromise<WireWorld>) => string | undefined;

/** Why a promise cannot be tried on this server with these tokens. */
function lackingIn({ speakers, rehearses, other }: Server, can: Capabilities): Lacks {
  const played = rehearses ? undefined : "the server does not rehearse";
  const reasons: Readonly<Record<Need, string | undefined>> = {
    hands: played,
    clock: played,
    use: can.observesUse ? played : "the store says that it sees no use",
    enables: can.enables ? undefined : "the store says that it enables nothing again",
    another: other === undefined ? "it needs --second-token" : undefined,
    reader: speakers.reader === undefined ? "it needs --reader-token" : undefined,
    outsider: speakers.outsider === undefined ? "it needs --outsider-token" : undefined,
  };
  return ({ needs }) => needs.map((need) => reasons[need]).find((reason) => reason !== undefined);
}

function outcomeOfShapes({ misshapen, exchanges }: Told): Result["outcome"] {
  if (exchanges === 0) return { kind: "not-tried", why: "nothing was answered" };
  if (misshapen.length === 0) return { kind: "kept" };
  const shown = misshapen.slice(0, MISSHAPEN_SHOWN).join("; ");
  const more = misshapen.length - MISSHAPEN_SHOWN;
  return { kind: "broken", why: more > 0 ? `${shown}; and ${more} more` : shown, asked: [] };
}
