import type { Locate } from "../../diagnostics/diagnostic.ts";
import type { Address } from "../../model/address.ts";
import type { Attention, Finding, Way } from "./assess.ts";
import type { Drift } from "./drift.ts";

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

/** The same with what it means, who could have done it and what can be done; what `drift` answers. */
export interface FindingJson extends DriftJson {
  readonly attention: Attention;
  readonly way: Way;
  readonly advice: string;
  readonly applied_at: string | null;
  readonly applied_by: string | null;
  /** Entries of the journal that could have made it, oldest first; empty: changed outside of rosterform. */
  readonly who: readonly {
    readonly sequence: number;
    readonly at: string;
    readonly by: string;
    readonly what: string;
    readonly detail: Readonly<Record<string, unknown>>;
  }[];
  /** When it must have happened; `null` where nothing says since when. */
  readonly window: { readonly after: string | null; readonly before: string };
  readonly file: string | null;
  readonly line: number | null;
}

/** Findings for machines, in their order. */
export function findingsJson(findings: readonly Finding[], locate: Locate): readonly FindingJson[] {
  return findings.flatMap(({ drift, attention, way, advice, trail, place }) => {
    const position = place === undefined ? undefined : locate(place);
    return driftJson([drift]).map((base) => ({
      ...base,
      attention,
      way,
      advice,
      applied_at: drift.applied?.at ?? null,
      applied_by: trail.appliedBy ?? null,
      who: trail.entries.map(({ sequence, at, by, what, detail }) => ({ sequence, at, by, what, detail })),
      window: { after: trail.between.after ?? null, before: trail.between.before },
      file: position?.file ?? place?.file ?? null,
      line: position?.line ?? null,
    }));
  });
}
