import type { DataSource } from "../wire/provider.ts";
import type { Value } from "../wire/value.ts";
import { VENDORS_SCHEMA } from "./reading-schemas.ts";
import type { Session } from "./session.ts";

/** The data source `oneroster_vendors`. */
export function vendorsSource(session: () => Session): DataSource {
  return {
    schema: VENDORS_SCHEMA,
    validate: () => Promise.resolve([]),
    read: () => {
      const entries = Object.entries(session().policy.vendors).map(([name, vendor]): [string, Value] => [
        name,
        {
          status: vendor?.status ?? null,
          versions: vendor?.versions?.map(String) ?? null,
          share: vendor?.data ?? null,
          sync_period: vendor?.["sync-period"] ?? null,
          contact: vendor?.contact ?? null,
          owner: vendor?.owner ?? null,
        },
      ]);
      return Promise.resolve({ state: { vendors: Object.fromEntries(entries) }, notices: [] });
    },
  };
}
