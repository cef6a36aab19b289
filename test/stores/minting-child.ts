import { writeSync } from "node:fs";
import { type DistrictId, addressOf } from "../../src/model/address.ts";
import { instantOf } from "../../src/model/time.ts";
import { Secret } from "../../src/model/secret.ts";
import { openPostgresWriter } from "../../src/stores/postgres.ts";
import { openSqliteWriter } from "../../src/stores/sqlite.ts";
import { mintingCommand } from "./minting-command.ts";

/**
 * Generates connections until it is killed, one after the other or some at the same time, and prints each once the store
 * acknowledged it. Begins with the first one every time, as a run does that knows nothing of the one before.
 */
const [place = "", keyFile = ""] = process.argv.slice(2);
const url = process.env["STORE_URL"];
const together = Number(process.env["TOGETHER"] ?? 1);
const around = { keyFile, by: "child", clock: { now: () => instantOf(Date.now()) } };
const writer =
  url === undefined
    ? await openSqliteWriter({ path: place, ...around })
    : await openPostgresWriter({ schema: place, url: { named: "env:STORE_URL", value: new Secret(url) }, ...around });
for (let first = 0; ; first += together) {
  await Promise.all(Array.from({ length: together }, (_, number) => generate(first + number)));
}

async function generate(number: number): Promise<void> {
  const written = await writer.open(mintingCommand(addressOf("springfield" as DistrictId, `Vendor ${number}`)));
  if (written.kind !== "done") throw new Error(`vendor ${number}: ${JSON.stringify(written)}`);
  writeSync(1, `${number} ${written.value.id}\n`);
}
