import { parse, stringify } from "yaml";
import type { Address } from "../../src/model/address.ts";
import type { AttestLine, DesiredConnection, DesiredDistrict } from "../../src/model/desired.ts";
import type { Verdict } from "../../src/model/evidence.ts";
import type {
  ConnectionId,
  Cutover,
  KeptByHand,
  LiveConnection,
  LiveDistrict,
  Slot,
  Status,
} from "../../src/model/live.ts";
import type { Acceptance } from "../../src/model/loss.ts";
import { type Clause, DEFAULT_CLAUSES, DEFAULT_QUIET_MS, FIRST_CLAUSES } from "../../src/model/requirement.ts";
import { dayOf, HOUR_MS, type Instant, parseDuration, parseInstant, shift } from "../../src/model/time.ts";
import type { Plan, Selection } from "../../src/plan/plan.ts";
import { describePlan, type Expected } from "./describe-plan.ts";
import * as world from "./world.ts";

/**
 * One scenario in one YAML file, on one screen: a story, what the document says, how the live world differs from one
 * that matches it, and the plan. Times are written as how long ago (`3h`, `2d`).
 */
interface Scenario {
  readonly story: string;
  readonly now?: string;
  /** Springfield's vendors; `version: 1.1, kind: supported` unless said otherwise. */
  readonly desired: Readonly<Record<string, Line>>;
  readonly district?: Pick<DesiredDistrict, "mode" | "freeze" | "limits" | "ignored">;
  readonly select?: Readonly<Record<string, readonly string[]>>;
  readonly force?: boolean;
  readonly live?: Readonly<Record<string, Holding | "nothing">>;
  /** Connections that nobody manages, by identifier. */
  readonly found?: Readonly<Record<string, Being & { readonly tile: string }>>;
  readonly observesUse?: boolean;
  /** Set where people keep the store: whether somebody signed that its inventory is complete. */
  readonly inventory?: "signed" | "unsigned";
  readonly site?: "production" | "sandbox";
}

type Line = Partial<Omit<DesiredConnection, "version" | "replaces" | "was" | "accepts">> & {
  readonly version?: number;
  readonly replaces?: string;
  readonly was?: string;
  readonly accept?: readonly string[];
  readonly require?: readonly Clause[];
  readonly quiet?: string;
  readonly within?: string;
  readonly attest?: AttestLine;
};

/** What the store holds at an address, where that is not simply what the line asks for. */
interface Holding {
  readonly current?: Being | "none";
  readonly candidate?: Being;
  /** The address whose current connection the cut-over disables, or `none`; usually the own one. */
  readonly from?: string;
  /** The cut-over leads to the connection in use (turned round, or tied to another address). */
  readonly tied?: boolean;
  readonly requires?: readonly Clause[];
  readonly opened?: string;
  readonly aborted?: Being;
  readonly previous?: Being;
}

/** How a connection differs from one that the line asks for. */
interface Being {
  readonly version?: number;
  readonly kind?: LiveConnection["kind"];
  readonly schools?: LiveConnection["schools"];
  readonly share?: LiveConnection["share"];
  readonly rotate?: number;
  readonly provenance?: LiveConnection["provenance"];
  readonly disabled?: { readonly by: string; readonly how?: "closed" | "disabled" | "abandoned" };
  /** How long ago the vendor was seen, `never`, or `unobservable`. */
  readonly used?: string;
  readonly delivered?: boolean;
  readonly probed?: string;
  readonly attested?: string;
}

interface Played {
  readonly story: string;
  readonly expected: Expected;
  readonly actual: Expected;
  /** For those who test what becomes of a plan. */
  readonly plan: Plan;
  readonly live: LiveDistrict;
}

/** Reads a scenario and says what the plan comes to, in the words in which the file expects it. */
export function play(text: string): Played {
  const { plan: expected, ...scenario }: Scenario & { readonly plan: Expected } = parse(text);
  const now = parseInstant(scenario.now ?? world.NOW) ?? world.NOW;
  const lines = Object.entries(scenario.desired).map(([name, line]) => lineFrom(name, line));
  const desired = world.district(lines, scenario.district);
  const live = liveFrom(scenario, desired, now);
  const plan = world.planOf(world.documents(desired), [live], {
    now,
    force: scenario.force === true,
    ...(scenario.select === undefined ? {} : { selection: selectionFrom(scenario.select) }),
  });
  return { story: scenario.story, expected, actual: describePlan(plan), plan, live };
}

/** The file with what the plan comes to today; a person reads it before it is committed. */
export function bless(text: string): string {
  const input = text.slice(0, (/^plan:/m.exec(text) ?? { index: text.length }).index).trimEnd();
  return `${input}\nplan:\n${stringify(play(`${input}\nplan: {}`).actual, { lineWidth: 0 })
    .replace(/^/gm, "  ")
    .trimEnd()}\n`;
}

function lineFrom(name: string, line: Line): DesiredConnection {
  const { version, replaces, was, accept, require, quiet, within, ...rest } = line;
  return world.line(name, {
    ...rest,
    ...(version === undefined ? {} : { version: String(version) as "1.1" | "1.2" }),
    ...(replaces === undefined ? {} : { replaces: world.addressFrom(replaces) }),
    ...(was === undefined ? {} : { was: world.addressFrom(was) }),
    ...(within === undefined ? {} : { withinMs: msFrom(within) }),
    accepts: (accept ?? []) as readonly Acceptance[],
    requires: require ?? DEFAULT_CLAUSES,
    quietMs: quiet === undefined ? DEFAULT_QUIET_MS : msFrom(quiet),
  });
}

function selectionFrom(select: Readonly<Record<string, readonly string[]>>): Selection {
  const addresses = (key: string) =>
    select[key] === undefined ? [] : select[key].map((name) => world.addressFrom(name));
  return { targets: addresses("targets"), excludes: addresses("excludes"), tags: select["tags"] ?? [] };
}

function liveFrom(scenario: Scenario, desired: DesiredDistrict, now: Instant): LiveDistrict {
  const matching = world.matchingWorld(desired);
  const changed = Object.entries(scenario.live ?? {}).map(([name, holding]) => {
    const address = world.addressFrom(name);
    const wanted = desired.connections.find((one) => one.address === address) ?? world.line(name);
    return holding === "nothing" ? { address, connections: [] } : { address, ...heldFrom(wanted, holding, now) };
  });
  const touched = new Set<Address>(changed.map(({ address }) => address));
  const kept = matching.slots.filter((slot) => !touched.has(slot.address));
  const keptIds = new Set(kept.flatMap((slot) => [slot.current, slot.previous]));
  const found = Object.entries(scenario.found ?? {}).map(([id, { tile, ...being }]) =>
    beingOf(world.connection(id, { application: tile, provenance: "found", use: world.neverUsed() }), being, now),
  );
  return {
    ...matching,
    site: { ...world.SITE, kind: scenario.site ?? "production" },
    observesUse: scenario.observesUse !== false,
    ...(scenario.inventory === undefined ? {} : { kept: keptFrom(scenario.inventory, now) }),
    slots: [...kept, ...changed.flatMap(({ slot }) => (slot === undefined ? [] : [slot]))],
    connections: [
      ...matching.connections.filter((one) => keptIds.has(one.id)),
      ...changed.flatMap(({ connections }) => connections),
      ...found,
    ],
  };
}

function keptFrom(inventory: "signed" | "unsigned", now: Instant): KeptByHand {
  if (inventory === "unsigned") return { inventory: { kind: "unsigned" }, asked: [] };
  return { inventory: { kind: "signed", by: "dana", at: now, asOf: dayOf(now) }, asked: [] };
}

function heldFrom(
  wanted: DesiredConnection,
  holding: Holding,
  now: Instant,
): { readonly slot?: Slot; readonly connections: readonly LiveConnection[] } {
  const { address } = wanted;
  const made = (being: Being, part?: string): LiveConnection =>
    beingOf(world.connectionFor(wanted, world.idFor(address, part)), being, now);
  const current = holding.current === "none" ? undefined : made(holding.current ?? {});
  const candidate =
    holding.candidate === undefined ? undefined : asCandidate(made(holding.candidate, "candidate"), holding.candidate);
  const previous = holding.previous && made(holding.previous, "previous");
  const aborted = holding.aborted && { ...made(holding.aborted), at: now, by: "dana" };
  const to = holding.tied === true ? current : candidate;
  const cutover =
    to === undefined || (candidate === undefined && holding.tied !== true)
      ? undefined
      : cutoverFrom(holding, to.id, { current, candidate }, now);
  const slot = world.slotFor(address, {
    generation: candidate === undefined || current === undefined ? 1 : 2,
    ...(current === undefined ? {} : { current: current.id }),
    ...(cutover === undefined ? {} : { cutover }),
    ...(previous === undefined
      ? {}
      : { previous: previous.id, applied: { ...previous, connection: previous.id, at: now } }),
    ...(aborted === undefined ? {} : { aborted }),
  });
  return { slot, connections: [current, candidate, previous].filter((one) => one !== undefined) };
}

function cutoverFrom(
  holding: Holding,
  to: ConnectionId,
  own: { readonly current: LiveConnection | undefined; readonly candidate: LiveConnection | undefined },
  now: Instant,
): Cutover {
  const other = holding.tied === true ? own.candidate?.id : own.current?.id;
  const from =
    holding.from === "none"
      ? undefined
      : holding.from === undefined
        ? other
        : world.idFor(world.addressFrom(holding.from));
  const clauses = holding.requires ?? (from === undefined ? FIRST_CLAUSES : DEFAULT_CLAUSES);
  return {
    ...(from === undefined ? {} : { from }),
    to,
    generation: 2,
    requires: { clauses, quietMs: DEFAULT_QUIET_MS },
    openedAt: shift(now, -msFrom(holding.opened ?? "2d")),
  };
}

/** Handed over, but not yet used, unless the scenario says otherwise. */
function asCandidate(made: LiveConnection, being: Being): LiveConnection {
  const use = being.used === undefined ? world.neverUsed() : made.use;
  if (being.delivered !== false) return { ...made, use };
  const { delivery: _, ...rest } = made;
  return { ...rest, use };
}

function beingOf(base: LiveConnection, being: Being, now: Instant): LiveConnection {
  const { version, disabled, used, delivered: _, probed, attested, ...traits } = being;
  const made: LiveConnection = {
    ...base,
    ...traits,
    ...(version === undefined ? {} : { version: String(version) as "1.1" | "1.2" }),
    ...(disabled === undefined ? {} : { status: disabledBy(disabled, now) }),
    use: useFrom(base, used, now),
  };
  const [verdict, age] = (probed ?? "").split(" ");
  return {
    ...made,
    evidence: [
      ...(probed === undefined ? [] : [world.probed(made, verdict as Verdict, msFrom(age ?? "1h"))]),
      ...(attested === undefined ? [] : [world.attested(made, msFrom(attested))]),
    ],
  };
}

function disabledBy({ by, how }: NonNullable<Being["disabled"]>, now: Instant): Status {
  return { kind: "disabled", at: shift(now, -5 * HOUR_MS), by, how: how ?? "outside" };
}

function useFrom(base: LiveConnection, used: string | undefined, now: Instant): LiveConnection["use"] {
  if (used === undefined) return base.use;
  if (used === "unobservable") return { kind: "unobservable" };
  return used === "never" ? world.neverUsed() : world.usedBefore(msFrom(used), now);
}

function msFrom(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined) throw new Error(`no duration: ${text}`);
  return ms;
}
