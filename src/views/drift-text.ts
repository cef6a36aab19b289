import type { Address } from "../model/address.ts";
import { describeDifference } from "./differences.ts";
import type { Drift, DriftDifference } from "./drift.ts";
import { PAGE_WIDTH, wrap } from "./layout.ts";
import { attribute } from "./plan-lines.ts";
import type { Style } from "./style.ts";
import { createShort, describeMoment, plural } from "./words.ts";

/** Drift for people, an address a block; the last line is greppable. Ends with a line break. */
export function describeDrift(
  drifts: readonly Drift[],
  options: { readonly style: Style; readonly width?: number },
): string {
  if (drifts.length === 0) return "No drift. The live system is as it was last applied.\n";
  const { style, width = PAGE_WIDTH } = options;
  const page = { style, width, locate: () => undefined };
  const short = createShort(drifts.flatMap((one) => one.clientId ?? []));
  const blocks = drifts.map((drift) => {
    const who =
      drift.by === undefined
        ? ""
        : `, by ${drift.by}${drift.at === undefined ? "" : ` at ${describeMoment(drift.at)}`}`;
    const name = drift.clientId === undefined ? drift.connection : short(drift.clientId);
    return [
      ...wrap(`# ${drift.address} (${name}) changed outside${who}`, { width, rest: "#   " }).map(style.bold),
      ...drift.differences.flatMap((one) => attribute("~", wordOf(one), describeDifference(one), page)),
    ].join("\n");
  });
  return `${[...blocks, style.bold(`Drift: ${plural(drifts.length, "connection")} changed outside.`)].join("\n\n")}\n`;
}

function wordOf({ what }: DriftDifference): string {
  return what === "connection" ? "exists" : what;
}

/** One entry of `resource_drift`: what was applied (`before`) and what is live (`after`), only what differs. */
export interface DriftJson {
  readonly address: Address;
  readonly connection: string;
  readonly client_id?: string;
  readonly change: {
    readonly actions: readonly ["update"];
    readonly before: Readonly<Record<string, string>>;
    readonly after: Readonly<Record<string, string>>;
  };
  readonly by?: string;
  readonly at?: string;
}

/** Drift for machines. */
export function driftJson(drifts: readonly Drift[]): readonly DriftJson[] {
  return drifts.map(({ address, connection, clientId, differences, by, at }) => ({
    address,
    connection,
    ...(clientId === undefined ? {} : { client_id: clientId }),
    change: {
      actions: ["update"],
      before: Object.fromEntries(differences.map((one) => [one.what, one.before])),
      after: Object.fromEntries(differences.map((one) => [one.what, one.after])),
    },
    ...(by === undefined ? {} : { by }),
    ...(at === undefined ? {} : { at }),
  }));
}
