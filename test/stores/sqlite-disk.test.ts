import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { addressOf } from "../../src/model/address.ts";
import { createSqliteStore, openSqliteReader, openSqliteWriter } from "../../src/stores/sqlite.ts";
import { mountSmallDisk } from "../setup/small-disk.ts";
import { createTestClock, districtOf, done, open, SPRINGFIELD } from "./world.ts";

const CONNECTIONS = 30;

it("a file on a full disk is closed without a word, and everything that was acknowledged is in it", async ({
  skip,
}) => {
  const folder = mkdtempSync(join(tmpdir(), "rosterform-disk-"));
  const disk = mountSmallDisk(folder, 4);
  if (disk === undefined) {
    rmSync(folder, { recursive: true });
    console.warn("SKIPPED: nothing can be mounted here, so no disk of a file can be filled");
    return skip();
  }
  try {
    const place = { path: join(folder, "store.db"), keyFile: join(folder, "rosterform.key"), clock: createTestClock() };
    await createSqliteStore(place);
    const store = await openSqliteWriter({ ...place, by: "dana" });
    for (let number = 0; number < CONNECTIONS; number += 1)
      done(await open(store, addressOf(SPRINGFIELD, `Vendor ${number}`)));
    disk.fill(0);
    // The log has no room in the file itself; it stays beside it.
    await expect(store.close()).resolves.toBeUndefined();
    disk.empty();
    const reader = await openSqliteReader(place);
    expect((await districtOf(reader)).connections).toHaveLength(CONNECTIONS);
    await reader.close();
  } finally {
    disk.end();
    rmSync(folder, { recursive: true });
  }
});
