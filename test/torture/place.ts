import { Secret } from "../../src/model/secret.ts";
import type { Clock } from "../../src/model/time.ts";
import { openPostgresReader, openPostgresWriter } from "../../src/stores/postgres.ts";
import type { Patience } from "../../src/stores/postgres-dialect.ts";
import { openSqliteReader, openSqliteWriter } from "../../src/stores/sqlite.ts";
import type { StoreReader } from "../../src/stores/store.ts";
import type { TestStore } from "../stores/world.ts";

/** Where a store is, in words that can be handed to another process. */
export type Place =
  | {
      readonly kind: "sqlite";
      readonly path: string;
      readonly keyFile: string;
      /** How long to wait for another process's write. */
      readonly busyTimeoutMs?: number;
    }
  | {
      readonly kind: "postgres";
      /** With the password of a server that lives as long as the run. */
      readonly url: string;
      readonly schema: string;
      readonly keyFile: string;
      readonly patience?: Partial<Patience>;
    };

export async function openReaderAt(place: Place, clock: Clock): Promise<StoreReader> {
  if (place.kind === "sqlite") return await openSqliteReader({ path: place.path, clock, ...waitOf(place) });
  const { url, ...rest } = place;
  return await openPostgresReader({ ...rest, url: referenceTo(url) });
}

export async function openWriterAt(place: Place, setting: { clock: Clock; by: string }): Promise<TestStore> {
  const { keyFile } = place;
  if (place.kind === "sqlite")
    return await openSqliteWriter({ path: place.path, keyFile, ...waitOf(place), ...setting });
  const { url, ...rest } = place;
  return await openPostgresWriter({ ...rest, url: referenceTo(url), ...setting });
}

function waitOf({ busyTimeoutMs }: Extract<Place, { kind: "sqlite" }>) {
  return busyTimeoutMs === undefined ? {} : { busyTimeoutMs };
}

function referenceTo(url: string) {
  return { named: "env:ROSTERFORM_STORE_URL", value: new Secret(url) };
}
