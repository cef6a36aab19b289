import type { DraftConnection, DraftDistrict } from "../config/check-values.ts";
import type { Connection as Keys } from "../config/generated/connection.ts";
import { parseRelativeAddress } from "../model/address.ts";
import type { DistrictOptions } from "./district-shape.ts";
import type { ConnectionConfig } from "./generated/connection.ts";

/** Says one connection of a checked district in the arguments of `oneroster_connection`. Defaults stay the provider's. */
export function resourceArguments(
  { id, doc }: DraftDistrict,
  { vendor, name, keys }: DraftConnection,
  { provider, dependsOn, lifecycle, onDestroy, wait }: DistrictOptions,
): ConnectionConfig {
  const { site, owner, confirm, freeze } = doc.value;
  const { replaces, was, labels, schools } = keys;
  return {
    district: id,
    vendor,
    // Checked: a connection without them is refused before it gets here.
    version: String(keys.version),
    kind: String(keys.kind),
    site,
    ...said({
      name,
      state: keys.state,
      schools: schools === "all" ? undefined : schools,
      share: keys.share,
      rotate: keys.rotate,
      accept: keys.accept,
      adopt: keys.adopt,
      replaces: replaces === undefined ? undefined : parseRelativeAddress(id, replaces),
      was: was === undefined ? undefined : parseRelativeAddress(id, was),
      protected: keys.protected,
      deliverFrom: keys["deliver-from"],
      syncPeriod: keys["sync-period"],
      ends: keys.ends,
      expires: keys.expires,
      owner: keys.owner ?? owner,
      contact: keys.contact,
      labels: labels === undefined ? undefined : labelsOf(labels),
      attest: keys.attest,
      freeze: freeze === undefined || freeze.length === 0 ? undefined : freeze,
      confirmation: confirmationOf({ ...confirm, ...keys.confirm }, wait),
      onDestroy,
      provider,
      dependsOn,
      lifecycle,
    }),
  };
}

/** What the keys of a connection mean and no resource has a place for. */
export function unsaid({ keys }: DraftConnection): readonly string[] {
  return (["fields", "approved"] as const).filter((key) => keys[key] !== undefined);
}

function confirmationOf(
  { require, syncs, within }: NonNullable<Keys["confirm"]>,
  wait: string | undefined,
): ConnectionConfig["confirmation"] {
  const confirmation = said({ require, syncs, within, wait });
  return Object.keys(confirmation).length === 0 ? undefined : confirmation;
}

function labelsOf(labels: NonNullable<Keys["labels"]>): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).map(([key, value]) => [key, String(value)]));
}

/** Only what was said: an argument that is `undefined` is left out. */
function said<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
