import { writeSync } from "node:fs";
import { once } from "node:events";
import { instantOf } from "../../src/model/time.ts";
import { Secret } from "../../src/model/secret.ts";
import { openPostgresWriter } from "../../src/stores/postgres.ts";
import { openSqliteWriter } from "../../src/stores/sqlite.ts";
import { OutsideError } from "../../src/diagnostics/outside-error.ts";
import type { StoreWriter } from "../../src/stores/store.ts";

/**
 * Opens a store once it is told to, and makes one write twice, as a run does that is started again. Says when it is inside
 * a write and stays there for a moment, so that it can be stopped there, and what became of each attempt.
 */
const [place = "", keyFile = "", write = "", command = "{}"] = process.argv.slice(2);
const { STORE_URL: url, PAUSE_MS: pauseMs } = process.env;
let isInside = false;
const now = () => {
  if (isInside) {
    isInside = false;
    say("inside");
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);
  }
  return instantOf(Date.now());
};
const around = { keyFile, by: "child", clock: { now } };

say("ready");
await once(process.stdin, "data");
const writer =
  url === undefined
    ? await openSqliteWriter({ path: place, ...around })
    : await openPostgresWriter({
        schema: place,
        url: { named: "env:STORE_URL", value: new Secret(url) },
        ...(pauseMs === undefined ? {} : { patience: { pauseMs: Number(pauseMs) } }),
        ...around,
      });
say("opened");
for (const attempt of write === "" ? [] : [1, 2]) {
  isInside = attempt === 1;
  const run = writer[write as keyof StoreWriter] as (command: unknown) => Promise<{ readonly kind: string }>;
  say(await run(JSON.parse(command)).then(({ kind }) => kind, codeOf));
}
await writer.close();
process.stdin.destroy();

function codeOf(error: unknown): string {
  return error instanceof OutsideError ? error.code : String(error);
}

function say(line: string): void {
  writeSync(1, `${line}\n`);
}
