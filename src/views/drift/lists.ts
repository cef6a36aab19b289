import type { DistrictId } from "../../model/address.ts";
import type { LiveConnection } from "../../model/live.ts";
import { describeDuration, type Instant } from "../../model/time.ts";
import type { HeldConnection, Staleness } from "../../plan/stale.ts";
import { wrap } from "../layout.ts";
import { describeTraits } from "../plan-block.ts";
import { attribute, type ShortPage } from "../plan-lines.ts";
import { describeReport } from "../reported.ts";
import { ageInDays, plural } from "../words.ts";

/** A page that knows the present moment, for ages. */
export interface AgePage extends ShortPage {
  readonly now: Instant;
}

/** An active connection that no document speaks of. `address`: one that still holds it, although its line is gone. */
export interface Unmanaged extends HeldConnection {
  /** Whether its store can see use. */
  readonly observesUse: boolean;
}

/** Connections that nobody manages, the oldest first, with their age and use. No line break at the end. */
export function describeUnmanaged(unmanaged: readonly Unmanaged[], page: AgePage): string {
  const title = `# Not managed: ${plural(unmanaged.length, "active connection")} that no document speaks of, left alone`;
  return [
    ...wrap(title, { ...widthOf(page), rest: "#   " }).map(page.style.bold),
    ...unmanaged.flatMap((one) => {
      const held = one.address === undefined ? "" : `, held by ${one.address}, whose line is gone`;
      return attribute("", page.short(one.connection.clientId), `${describeWhat(one, page)}${held}`, page);
    }),
  ].join("\n");
}

/** Connections that nobody was seen on for `quietMs`, and of which that cannot be known. No line break at the end. */
export function describeStale({ stale, unobservable }: Staleness, quietMs: number, page: AgePage): string {
  const title = `# Without use for ${describeDuration(quietMs)}: ${plural(stale.length, "active connection")}`;
  const blind = countByDistrict(unobservable).map(
    ([district, count]) => `${district}: ${plural(count, "active connection")}, use not observable in this store`,
  );
  return [
    page.style.bold(title),
    ...stale.flatMap((one) => {
      const role = one.isCandidate ? ", candidate of an open cut-over" : "";
      const name = one.address ?? `${one.district}/${one.connection.application} (not managed)`;
      const use = describeUse(one.connection, true);
      const days = plural(ageInDays(one.quietSince, page.now), "day");
      return attribute("", page.short(one.connection.clientId), `${name}${role}: ${use}, ${days} ago`, page);
    }),
    ...blind.flatMap((says) => wrap(says, { ...widthOf(page), first: "    ", rest: "      " })),
  ].join("\n");
}

function countByDistrict(held: readonly HeldConnection[]): readonly (readonly [DistrictId, number])[] {
  const counts = new Map<DistrictId, number>();
  for (const { district } of held) counts.set(district, (counts.get(district) ?? 0) + 1);
  return [...counts];
}

function describeWhat({ district, connection, observesUse }: Unmanaged, page: AgePage): string {
  const age = `${plural(ageInDays(connection.createdAt, page.now), "day")} old`;
  const report = describeReport(connection);
  const said = report === undefined ? "" : `, ${report}`;
  const traits = describeTraits(connection);
  return `${district}/${connection.application} (${traits}), ${age}, ${describeUse(connection, observesUse)}${said}`;
}

/** When a connection was last used, as far as its store can see that. */
function describeUse({ use }: LiveConnection, observesUse: boolean): string {
  if (use.kind === "unobservable" || !observesUse) return "use not observable";
  if (use.last !== undefined) return `last used ${use.last.slice(0, 10)}`;
  return `never used since ${use.since.slice(0, 10)}`;
}

function widthOf({ width }: ShortPage): { readonly width?: number } {
  return width === undefined ? {} : { width };
}
