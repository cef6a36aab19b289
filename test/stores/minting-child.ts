import { writeSync } from "node:fs";
import { type DistrictId, addressOf } from "../../src/model/address.ts";
import { instantOf } from "../../src/model/time.ts";
import { openSqliteWriter } from "../../src/stores/sqlite.ts";
import { mintingCommand } from "./minting-command.ts";

/**
 * Generates one connection after the other until it is killed, and prints each once the store acknowledged it. Begins with
 * the first one every time, as a run does that knows nothing of the one before.
 */
const [path = "", keyFile = ""] = process.argv.slice(2);
const writer = await openSqliteWriter({ path, keyFile, by: "child", clock: { now: () => instantOf(Date.now()) } });
for (let number = 0; ; number += 1) {
  const written = await writer.open(mintingCommand(addressOf("springfield" as DistrictId, `Vendor ${number}`)));
  if (written.kind !== "done") throw new Error(`vendor ${number}: ${JSON.stringify(written)}`);
  writeSync(1, `${number} ${written.value.id}\n`);
}
