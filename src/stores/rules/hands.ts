import type { DistrictId } from "../../model/address.ts";
import { type ConnectionId, isActive, type LiveConnection } from "../../model/live.ts";
import { syncRunAfter } from "../../model/sync-run.ts";
import type { Site } from "../../model/site.ts";
import { type Instant, shift } from "../../model/time.ts";
import { isSameEditable, type Traits } from "../../model/traits.ts";
import type { Use } from "../../model/use.ts";
import type { CampusSide, Traffic } from "../campus-side.ts";
import { slotsConcerned } from "./addresses.ts";
import { obstacleOfSite } from "./cutovers.ts";
import { guards } from "./guards.ts";
import { editable, type Fresh, mintedFrom } from "./mint.ts";
import {
  asksAbout,
  type Edit,
  inNewEpoch,
  keptOf,
  refused,
  reported,
  type Ruling,
  type Scene,
  write,
} from "./scene.ts";

/** What people and consumers do in the live system without asking rosterform. */

type CreateByHand = Parameters<CampusSide["createByHand"]>[0];
type ChangeByHand = Parameters<CampusSide["changeByHand"]>[0];

/** A person generates a connection: found, managed by nobody. */
export function ruleCreateByHand(
  scene: Scene,
  command: {
    readonly district: DistrictId;
    readonly site: Site;
    readonly application: string;
    readonly make: Traits;
  } & Pick<CreateByHand, "by">,
  fresh: Fresh,
): Ruling<LiveConnection> {
  const obstacle = obstacleOfSite(scene, command.site);
  if (obstacle !== undefined) return refused(obstacle);
  const { district, site, application } = command;
  const make = { ...command.make, rotate: 0 };
  const live = mintedFrom(scene, fresh, { district, site, application, make, provenance: "found" });
  return write(scene, live, {
    site,
    minted: { kept: { live }, secret: fresh.clientSecret },
    what: "outside",
    by: command.by,
    connection: live.id,
    detail: { change: "create", application, kind: make.kind, version: make.version },
  });
}

/** A person edits, disables or enables a connection. What was known about it is void. */
export function ruleChangeByHand(scene: Scene, command: ChangeByHand): Ruling<LiveConnection> {
  const kept = keptOf(scene, command.connection);
  if (kept === undefined) return refused(noSuchConnection(command.connection));
  const changed = afterHand(scene, kept.live, command);
  if (changed === undefined) return { kind: "same", value: kept.live, revision: scene.revision };
  const live = reported(scene, inNewEpoch(changed, scene.now), command.by);
  const slots = slotsConcerned(scene, live.id, kept.address);
  return write(scene, live, {
    slots,
    connections: [{ ...kept, live }],
    what: "outside",
    by: command.by,
    ...(slots[0] === undefined ? {} : { address: kept.address ?? slots[0].address }),
    connection: live.id,
    detail: { change: command.change.kind },
    ...answered(live.id, command.change.kind),
  });
}

/** A report answers what was asked about the same thing; of a disabled connection nothing more is asked. */
function answered(id: ConnectionId, change: ChangeByHand["change"]["kind"]): Pick<Edit, "answers" | "forgets"> {
  if (change === "disable") return { answers: asksAbout(id), forgets: [id] };
  return { answers: (asked) => asked.connection === id && asked.click === change };
}

export function noSuchConnection(id: ConnectionId): string {
  return `the store holds no connection ${id}`;
}

function afterHand(scene: Scene, live: LiveConnection, { by, change }: ChangeByHand): LiveConnection | undefined {
  switch (change.kind) {
    case "disable":
      return isActive(live) ? { ...live, status: { kind: "disabled", at: scene.now, by, how: "outside" } } : undefined;
    case "enable":
      return isActive(live) ? undefined : { ...live, status: { kind: "active" } };
    case "edit":
      return isSameEditable(live, change) ? undefined : { ...live, ...editable(change) };
  }
}

/**
 * The last use after one more at `at`. It moves on with every use, also where a clock was set back or two requests overtook each
 * other: whether a vendor came back after something was said must not hang on clocks.
 */
function movedOn(last: Instant | undefined, at: Instant): Instant {
  return last === undefined || at >= last ? at : shift(last, 1);
}

/**
 * The use of a connection after one more request. Our own probes never count. Failed requests do: somebody is trying,
 * and a connection that somebody tries is not quiet.
 */
export function useAfter(live: LiveConnection, traffic: Traffic): Use {
  const { use } = live;
  if (use.kind === "unobservable" || !guards.isOfConsumer(traffic)) return use;
  const last = movedOn(use.last, traffic.at);
  const { pull } = traffic;
  if (traffic.at < live.epochAt) return { ...use, last };
  const syncs = syncRunAfter(use.syncs, traffic);
  const after = { ...use, last, ...(syncs === undefined ? {} : { syncs }) };
  if (pull === undefined || !traffic.ok) return after;
  const before = use.pulled[pull];
  const latest = before !== undefined && before > traffic.at ? before : traffic.at;
  return { ...after, pulled: { ...use.pulled, [pull]: latest } };
}
