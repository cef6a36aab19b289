import { loadDistrict } from "../../config/policy.ts";
import type { DesiredConnection, DesiredDistrict } from "../../model/desired.ts";
import { describeDuration } from "../../model/time.ts";
import { textOf } from "../translate/narrow.ts";
import { noticeOf } from "../translate/notices.ts";
import type { DataSource, Notice } from "../wire/provider.ts";
import { Decimal, type Value } from "../wire/value.ts";
import { DISTRICT_SCHEMA } from "./reading-schemas.ts";
import type { Session } from "./session.ts";

/** The data source `oneroster_district`: a district's file, in the words of the resource. */
export function districtSource(session: () => Session): DataSource {
  return {
    schema: DISTRICT_SCHEMA,
    validate: () => Promise.resolve([]),
    read: async (config) => {
      const { policy, world } = session();
      const loaded = await loadDistrict(policy, textOf(config["file"]) ?? "", world.cwd);
      const notices = (loaded.kind === "broken" ? loaded.diagnostics : loaded.warnings).map(inFile);
      if (loaded.kind === "broken") return { state: undefined, notices };
      return { state: { ...config, ...attributesOf(loaded.desired) }, notices };
    },
  };

  /** What is wrong stands in the file, and its line says where; in Terraform it is the argument that names the file. */
  function inFile(diagnostic: Parameters<typeof noticeOf>[0]): Notice {
    return { ...noticeOf(diagnostic), path: [{ attribute: "file" }] };
  }
}

function attributesOf(desired: DesiredDistrict): { readonly [name: string]: Value } {
  const entries = desired.connections.map((one): [string, Value] => [labelOf(one), argumentsOf(one, desired)]);
  return { district: desired.district, mode: desired.mode, connections: Object.fromEntries(entries) };
}

function labelOf({ vendor, name }: DesiredConnection): string {
  return name === undefined ? vendor : `${vendor}["${name}"]`;
}

/** Everything that the resource takes, as it holds once defaults, groups and catalogue were merged. */
function argumentsOf(one: DesiredConnection, { site, freeze }: DesiredDistrict): Value {
  return {
    district: one.district,
    vendor: one.vendor,
    name: one.name ?? null,
    site: { host: site.host, app: site.app, kind: site.kind },
    version: one.version,
    kind: one.kind,
    state: one.state,
    schools: one.schools === "all" ? null : one.schools,
    share: one.share.length === 0 ? null : one.share,
    rotate: Decimal.of(one.rotate),
    accept: one.accepts.length === 0 ? null : one.accepts,
    adopt: one.adopt ?? null,
    replaces: one.replaces ?? null,
    was: one.was ?? null,
    protected: one.protected ? true : null,
    deliver_from: one.deliverFrom ?? null,
    sync_period: describeDuration(one.quietMs),
    ends: one.ends ?? null,
    expires: one.expires ?? null,
    owner: one.owner ?? null,
    contact: one.contact ?? null,
    labels: Object.keys(one.labels).length === 0 ? null : one.labels,
    attest: one.attest === undefined ? null : { ...one.attest, evidence: one.attest.evidence ?? null },
    freeze: freeze.length === 0 ? null : freeze.map(({ from, to, why }) => ({ from, to, why })),
    confirmation: {
      require: one.requires,
      syncs: one.syncs === undefined ? null : Decimal.of(one.syncs),
      within: one.withinMs === undefined ? null : describeDuration(one.withinMs),
      wait: null,
    },
  };
}
