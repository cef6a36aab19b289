import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSqliteStore } from "../../src/stores/sqlite.ts";
import { mountSmallDisk } from "../setup/small-disk.ts";
import type { Theatre } from "./theatre.ts";

/** How long a process waits for another one's write: shorter than it is held in some rounds. */
const BUSY_MS = 400;
/** Room for the file and for its log, which grows to 4 MB before it is put away. */
const DISK_MB = 16;

/** Rounds over SQLite files with their usual durability. */
export function openSqliteTheatre(): Theatre {
  const mounted = mkdtempSync(join(tmpdir(), "rosterform-torture-disk-"));
  const disk = mountSmallDisk(mounted, DISK_MB);
  return {
    database: "sqlite",
    ...(disk === undefined ? {} : { disk }),
    open: async (needs) => {
      const folder = mkdtempSync(join(needs.disk ? mounted : tmpdir(), "rosterform-torture-"));
      const place = {
        kind: "sqlite",
        path: join(folder, "store.db"),
        keyFile: join(folder, "rosterform.key"),
      } as const;
      await createSqliteStore(place);
      return {
        place,
        way: { ...place, busyTimeoutMs: BUSY_MS },
        folder,
        end: async (keep) => {
          if (!keep) rmSync(folder, { recursive: true, force: true });
        },
      };
    },
    end: async () => {
      disk?.end();
      rmSync(mounted, { recursive: true, force: true });
    },
  };
}
