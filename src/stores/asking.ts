import { invariant } from "../diagnostics/invariant.ts";
import { isActive, type Asked, type ConnectionId } from "../model/live.ts";
import type { Credentials } from "../model/secret.ts";
import type { Site } from "../model/site.ts";
import type { Disabling, HandReport, Hands, HandWork } from "./hands.ts";
import { fingerprintOf } from "./fingerprint.ts";
import type { Mint } from "./minting.ts";
import { ruleDisable, ruleUpdate } from "./rules/addresses.ts";
import { ruleAbandon, ruleClose, ruleOpen } from "./rules/cutovers.ts";
import { ruleChangeByHand } from "./rules/hands.ts";
import { editable, type Fresh } from "./rules/mint.ts";
import { obstacleToPasting, type Question, ruleAsk, ruleReportFound } from "./rules/registry.ts";
import { keptOf, knownKept, refused, type Ruling, type Scene, type Scope, slotAt } from "./rules/scene.ts";
import type { At, OpenCommand, StoreWriter, UpdateCommand, Written } from "./store.ts";
import { type Engine, scopeOf } from "./writes.ts";

/**
 * The writes of a store that people keep which need a click in the live system. Each is judged first and asked for only
 * when its rule would write; what is reported is written by the same rule. So nobody is asked for a click that is not
 * allowed, and nothing is written that was not clicked.
 */
export function createAskingWrites(engine: Engine, hands: Hands): AskingWrites {
  const run = <C extends At, T>(command: C, click: Click<C, T>, site?: Site) =>
    throughHands(engine, hands, { command, click, ...(site === undefined ? {} : { site }) });
  return {
    open: (command) => run(command, opening(engine.mint), command.site),
    update: (command) => run(command, EDITING),
    closeCutover: (at) => run(at, CLOSING),
    abandon: (at) => run(at, ABANDONING),
    disable: (command) => run(command, DISABLING),
  };
}

type AskingWrites = Pick<StoreWriter, "open" | "update" | "closeCutover" | "abandon" | "disable">;

/** What one of them answers with. */
type ValueOf<K extends keyof AskingWrites> = Awaited<ReturnType<AskingWrites[K]>> extends Written<infer V> ? V : never;

/** One kind of write that needs a click. */
interface Click<C extends At, T> {
  /** For people: what is done to the address. */
  readonly doing: string;
  /** Connections that the command names. */
  readonly names: (command: C) => readonly ConnectionId[];
  /** The rule, as every store has it. Without a report it is only tried. */
  readonly rule: (scene: Scene, command: C, report?: HandReport) => Ruling<T>;
  /** The click that a ruling needs which would write; `undefined` when it writes without any. */
  readonly work: (scene: Scene, command: C, value: T) => HandWork | undefined;
}

interface Errand<C extends At, T> {
  readonly command: C;
  readonly click: Click<C, T>;
  readonly site?: Site;
}

async function throughHands<C extends At, T>(engine: Engine, hands: Hands, errand: Errand<C, T>): Promise<Written<T>> {
  const scope = scopeOf(errand.command, ...errand.click.names(errand.command));
  const judged = await engine.transact(errand.click.doing, scope, (scene) => judge(scene, errand));
  if (judged.kind !== "done") return judged;
  if (judged.value.kind === "answered") return { ...judged, value: judged.value.value };
  const { work } = judged.value;
  const report = await hands.carryOut(work);
  if (report.kind === "later") return { kind: "asked", task: describeTask(work) };
  invariant((report.kind === "generated") === (work.kind === "generate"), "hands report the click they were asked for");
  return await settle(engine, scope, errand, work, report);
}

type Judged<T> =
  | { readonly kind: "answered"; readonly value: T }
  | { readonly kind: "asking"; readonly work: HandWork };

/** Runs the rule without saving what it would write, and keeps that the click for it is being asked for. */
function judge<C extends At, T>(scene: Scene, { command, click, site }: Errand<C, T>): Ruling<Judged<T>> {
  const ruling = click.rule(scene, command);
  if (ruling.kind === "stale" || ruling.kind === "refused") return ruling;
  const work = ruling.kind === "write" ? click.work(scene, command, ruling.value) : undefined;
  if (work === undefined) return { ...ruling, value: { kind: "answered", value: ruling.value } };
  const asking = ruleAsk(scene, questionOf(work), site);
  if (asking.kind === "stale" || asking.kind === "refused") return asking;
  const before: { asked?: Asked } = asking.value === undefined ? {} : { asked: asking.value };
  return { ...asking, value: { kind: "asking", work: { ...work, ...before } } };
}

function questionOf(work: HandWork): Question {
  const { address, kind: click } = work;
  return work.kind === "generate" ? { address, click } : { address, click, connection: work.connection.id };
}

type Settled<T> =
  | { readonly kind: "ruled"; readonly value: T }
  /** The click was not what the rule would do any more, but it was made. The revision is what the rule may name now. */
  | { readonly kind: "fact"; readonly revision: number };

/**
 * Writes what was clicked. Where the rule no longer allows it, because the address moved while the person clicked, the
 * click is kept as a change by hand, and then the rule says what becomes of the command.
 */
async function settle<C extends At, T>(
  engine: Engine,
  scope: Scope,
  { command, click }: Errand<C, T>,
  work: HandWork,
  report: HandReport,
): Promise<Written<T>> {
  const known = work.kind === "generate" ? [] : [work.connection.id];
  const pasted = report.kind === "generated" ? { clientId: report.credentials.clientId } : {};
  const wide: Scope = { ...scope, connections: [...scope.connections, ...known], ...pasted };
  const settled = await engine.transact(click.doing, wide, (scene): Ruling<Settled<T>> => {
    const ruling = click.rule(scene, command, report);
    const namesake = scene.registry?.namesake;
    if (namesake !== undefined && !isAnsweredWith(ruling, namesake.live.id)) {
      return refused(obstacleToPasting(scene, namesake.live.clientId) ?? "");
    }
    if (ruling.kind === "write" && click.work(scene, command, ruling.value) !== undefined) {
      return { ...ruling, value: { kind: "ruled", value: ruling.value } };
    }
    if (ruling.kind === "same" && namesake !== undefined) {
      return { ...ruling, value: { kind: "ruled", value: ruling.value } };
    }
    const fact = factOf(scene, work, report, engine.mint);
    if (fact.kind === "stale" || fact.kind === "refused") return fact;
    const moved = fact.kind === "write" ? fact.changes.slots.find((one) => one.address === command.address) : undefined;
    const isCurrent = (slotAt(scene, command.address)?.revision ?? 0) === command.revision;
    const revision = moved !== undefined && isCurrent ? moved.revision : command.revision;
    return { ...fact, value: { kind: "fact", revision } };
  });
  if (settled.kind !== "done") return settled;
  if (settled.value.kind === "ruled") return { ...settled, value: settled.value.value };
  const again = { ...command, revision: settled.value.revision };
  return await engine.transact(click.doing, wide, (scene) => {
    const ruling = click.rule(scene, again, report);
    // The connection that was generated is kept as a found one already.
    return ruling.kind === "write" && work.kind === "generate" ? refused(KEPT_AS_FOUND) : ruling;
  });
}

const KEPT_AS_FOUND = "the connection that was generated is kept as a found one, because the address moved meanwhile";

function isAnsweredWith(ruling: Ruling<unknown>, id: ConnectionId): boolean {
  const { value } = ruling.kind === "same" ? ruling : { value: undefined };
  return typeof value === "object" && value !== null && "id" in value && value.id === id;
}

/** What was clicked, as a change by hand that nobody asked for. */
function factOf(scene: Scene, work: HandWork, report: HandReport, mint: Mint): Ruling<unknown> {
  const { by } = scene;
  switch (work.kind) {
    case "generate": {
      invariant(report.kind === "generated", "what was generated has four values");
      const { site, application, make } = work;
      const { clientSecret, clientId, tokenUrl, baseUrl } = report.credentials;
      const values = { clientSecret, clientId, tokenUrl, baseUrl };
      const found = { district: scene.district, site, application, make, status: "active", by, ...values } as const;
      return ruleReportFound(scene, found, freshWith(mint, report.credentials));
    }
    case "edit":
      return ruleChangeByHand(scene, {
        connection: work.connection.id,
        by,
        change: { kind: "edit", schools: work.make.schools, share: work.make.share },
      });
    case "disable":
      return ruleChangeByHand(scene, { connection: work.connection.id, by, change: { kind: "disable" } });
  }
}

/** The id is ours, the four values are theirs, and none of them is looked into. */
export function freshWith(mint: Mint, { clientId, clientSecret, tokenUrl, baseUrl }: Credentials): Fresh {
  const { id } = mint();
  const fingerprint = fingerprintOf(clientId, clientSecret);
  return { id, clientId, clientSecret, fingerprint, endpoints: { tokenUrl, baseUrl } };
}

/** Stands for a connection that nobody generated yet, while the rule is only tried. */
function placeholder(mint: Mint): Fresh {
  return { ...mint(), fingerprint: "" };
}

function opening(mint: Mint): Click<OpenCommand, ValueOf<"open">> {
  return {
    doing: "opening",
    names: ({ from }) => (from === undefined ? [] : [from]),
    rule: (scene, command, report) =>
      ruleOpen(scene, command, report?.kind === "generated" ? freshWith(mint, report.credentials) : placeholder(mint)),
    work: (scene, { address, site, application, make, from }) => ({
      kind: "generate",
      address,
      site,
      application,
      make: { ...make, ...editable(make) },
      ...(from === undefined ? {} : { from: knownKept(scene, from).live }),
    }),
  };
}

const EDITING: Click<UpdateCommand, ValueOf<"update">> = {
  doing: "updating",
  names: ({ connection }) => [connection],
  rule: ruleUpdate,
  work: (scene, { address, connection }, after) => {
    const before = knownKept(scene, connection).live;
    if (before.epoch === after.epoch) return undefined;
    return { kind: "edit", address, connection: before, make: { schools: after.schools, share: after.share } };
  },
};

const CLOSING: Click<At, ValueOf<"closeCutover">> = {
  doing: "closing",
  names: () => [],
  rule: ruleClose,
  work: (scene, { address }, outcome) => {
    if (outcome.kind === "waiting" || outcome.disabled === undefined) return undefined;
    return disabling(scene, address, outcome.disabled, "superseded", outcome.current);
  },
};

const ABANDONING: Click<At & { readonly hold: boolean }, ValueOf<"abandon">> = {
  doing: "abandoning",
  names: () => [],
  rule: ruleAbandon,
  work: (scene, { address }, outcome) => {
    const current = slotAt(scene, address)?.current;
    if (current === outcome.connection) return undefined;
    return disabling(scene, address, outcome.connection, "abandoned", current);
  },
};

const DISABLING: Click<Parameters<StoreWriter["disable"]>[0], ValueOf<"disable">> = {
  doing: "disabling",
  names: ({ connection }) => [connection],
  rule: ruleDisable,
  work: (scene, { address, connection }) => disabling(scene, address, connection, "asked"),
};

function disabling(
  scene: Scene,
  address: At["address"],
  id: ConnectionId,
  because: Disabling["because"],
  survivor?: ConnectionId,
): Disabling | undefined {
  const connection = knownKept(scene, id).live;
  if (!isActive(connection)) return undefined;
  const works = survivor === undefined ? undefined : keptOf(scene, survivor)?.live;
  return { kind: "disable", address, connection, because, ...(works === undefined ? {} : { survivor: works }) };
}

/** What is waited for when a person answered "later". */
function describeTask(work: HandWork): string {
  switch (work.kind) {
    case "generate":
      return `somebody to generate a connection of "${work.application}" in Campus and to report its four values`;
    case "edit":
      return `somebody to change schools or shared data of the connection with the Client ID ${work.connection.clientId} in Campus`;
    case "disable":
      return `somebody to disable the connection with the Client ID ${work.connection.clientId} in Campus`;
  }
}
