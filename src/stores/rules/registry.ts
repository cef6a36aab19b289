import { dayOf } from "../../model/time.ts";
import { isActive, type Asked, type Inventory, type LiveConnection, UNKNOWN_FINGERPRINT } from "../../model/live.ts";
import type { Secret } from "../../model/secret.ts";
import type { Site } from "../../model/site.ts";
import { isSameEditable } from "../../model/traits.ts";
import type { FoundByHand, Registry } from "../registry.ts";
import { slotsConcerned } from "./addresses.ts";
import { obstacleOfSite } from "./cutovers.ts";
import { editable, type Fresh, mintedFrom } from "./mint.ts";
import { asksAbout, inNewEpoch, type Kept, refused, reported, type Ruling, type Scene, write } from "./scene.ts";

/** What only a store has that people keep: questions, reports and inventories. */

/** A question that is to be kept, before anybody is asked. */
export type Question = Omit<Asked, "by" | "at">;

/** Keeps that a person is being asked. Answers the question that was asked before, which stays the one that counts. */
export function ruleAsk(scene: Scene, question: Question, site: Site | undefined): Ruling<Asked | undefined> {
  const { address, click, connection } = question;
  const before = scene.registry?.asked.find(
    (one) => one.address === address && one.click === click && one.connection === connection,
  );
  if (before !== undefined) return { kind: "same", value: before, revision: 0 };
  return write<Asked | undefined>(scene, undefined, {
    ...(site === undefined ? {} : { site }),
    asks: [{ ...question, by: scene.by, at: scene.now }],
    what: "ask",
    address,
    ...(connection === undefined ? {} : { connection }),
    detail: { click },
  });
}

/** Why a pasted Client ID cannot be that of a connection which was just generated. */
export function obstacleToPasting({ registry }: Scene, clientId: string): string | undefined {
  const namesake = registry?.namesake;
  if (namesake === undefined) return undefined;
  const { id, application, district } = namesake.live;
  const holder = namesake.address ?? `a found connection of ${district}`;
  return `the Client ID ${clientId} is that of connection ${id} (${application}, ${holder}) already, so it is not that of a new connection; copy the four values of the new one`;
}

/** A connection that a person saw in the live system, or saw again. */
export function ruleReportFound(
  scene: Scene,
  command: FoundByHand,
  fresh: Omit<Fresh, "clientSecret">,
): Ruling<LiveConnection> {
  const obstacle = obstacleOfSite(scene, command.site);
  if (obstacle !== undefined) return refused(obstacle);
  const namesake = scene.registry?.namesake;
  if (namesake === undefined) return ruleFirstReport(scene, command, fresh);
  if (namesake.live.district !== scene.district) {
    return refused(`the Client ID ${command.clientId} is that of a connection of ${namesake.live.district}`);
  }
  return ruleLaterReport(scene, command, fresh, namesake);
}

function ruleFirstReport(
  scene: Scene,
  command: FoundByHand,
  fresh: Omit<Fresh, "clientSecret">,
): Ruling<LiveConnection> {
  const { district, site, application, by } = command;
  const make = { ...command.make, rotate: 0 };
  const found = mintedFrom(scene, fresh, { district, site, application, make, provenance: "found" });
  const live = reported(scene, withStatus(scene, found, command), by);
  return write(scene, live, {
    site,
    minted: { kept: { live }, ...worthKeeping(live, command.clientSecret) },
    what: "found",
    by,
    connection: live.id,
    detail: { application, kind: make.kind, version: make.version, status: command.status },
  });
}

function ruleLaterReport(
  scene: Scene,
  command: FoundByHand,
  fresh: Pick<Fresh, "fingerprint">,
  kept: Kept,
): Ruling<LiveConnection> {
  const { by, site, make, clientSecret } = command;
  const fixed = fixedOf(command, fresh, kept.live);
  const wrong = differing(kept.live, fixed);
  if (wrong.length > 0 && kept.address !== undefined) {
    return refused(
      `connection ${kept.live.id} is managed as ${kept.address}, and the report says something else about its ${wrong.join(", ")}; check the report`,
    );
  }
  const told = withStatus(scene, { ...kept.live, ...fixed, ...editable(make) }, command);
  const isChanged =
    wrong.length > 0 ||
    fixed.fingerprint !== kept.live.fingerprint ||
    !isSameEditable(kept.live, told) ||
    isActive(kept.live) !== isActive(told);
  const live = reported(scene, isChanged ? inNewEpoch(told, scene.now) : told, by);
  const { secret } = worthKeeping(live, clientSecret);
  const slots = isChanged ? slotsConcerned(scene, live.id, kept.address) : [];
  const address = kept.address ?? slots[0]?.address;
  return write(scene, live, {
    site,
    slots,
    connections: [{ ...kept, live }],
    what: isChanged ? "outside" : "found",
    by,
    ...(address === undefined ? {} : { address }),
    connection: live.id,
    detail: isChanged ? { change: "report", status: command.status } : { again: true },
    ...(secret === undefined ? {} : { told: { connection: live.id, secret } }),
    ...(isActive(live) ? {} : { answers: asksAbout(live.id), forgets: [live.id] }),
  });
}

/** The facts that are not edited in the live system: where they differ, one of the two was a mistake. */
type FixedFacts = Pick<LiveConnection, "application" | "kind" | "version" | "tokenUrl" | "baseUrl" | "fingerprint">;

const NAMES = {
  application: "application",
  kind: "kind",
  version: "version",
  tokenUrl: "Token URL",
  baseUrl: "Base URL",
  fingerprint: "Client Secret",
} as const;

function fixedOf(command: FoundByHand, fresh: Pick<Fresh, "fingerprint">, known: LiveConnection): FixedFacts {
  const { application, make, tokenUrl, baseUrl, clientSecret } = command;
  const fingerprint = clientSecret === undefined ? known.fingerprint : fresh.fingerprint;
  return { application, kind: make.kind, version: make.version, tokenUrl, baseUrl, fingerprint };
}

/** Learning a secret that was not known before contradicts nothing. */
function differing(live: LiveConnection, told: FixedFacts): readonly string[] {
  return (Object.keys(NAMES) as (keyof FixedFacts)[])
    .filter((key) => live[key] !== told[key] && live[key] !== UNKNOWN_FINGERPRINT)
    .map((key) => NAMES[key]);
}

function withStatus(scene: Scene, live: LiveConnection, { status, by }: FoundByHand): LiveConnection {
  if (isActive(live) === (status === "active")) return live;
  if (status === "active") return { ...live, status: { kind: "active" } };
  return { ...live, status: { kind: "disabled", at: scene.now, by, how: "outside" } };
}

/** A secret that opens nothing is not kept. */
function worthKeeping(live: LiveConnection, secret: Secret | undefined): { readonly secret?: Secret } {
  return secret === undefined || !isActive(live) ? {} : { secret };
}

type Sign = Parameters<Registry["signInventory"]>[0];
type Signed = Extract<Inventory, { kind: "signed" }>;

/** Keeps who said that everything which exists is known, and of which day. */
export function ruleSignInventory(scene: Scene, { site, by, asOf }: Sign): Ruling<Signed> {
  const obstacle = obstacleOfSite(scene, site);
  if (obstacle !== undefined) return refused(obstacle);
  const today = dayOf(scene.now);
  if (asOf > today) return refused(`nobody knows yet what will exist on ${asOf}; it is ${today}`);
  const inventory: Signed = { kind: "signed", by, at: scene.now, asOf };
  return write(scene, inventory, { site, inventory, what: "sign-inventory", by, detail: { asOf } });
}
