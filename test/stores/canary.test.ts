import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { inspect } from "node:util";
import { expect, it } from "vitest";
import { at, attest, done, establish, listOf, open, openSqliteWorld, OTUS, probe } from "./world.ts";

it("keeps no secret in clear, neither in the file, its log, the journal, nor in what is read", async () => {
  const world = await openSqliteWorld();
  const old = await establish(world, OTUS);
  const next = done(await open(world.writer, OTUS));
  const hand = {
    ...(await at(world.writer, OTUS)),
    connection: next.id,
    target: "file:credentials/springfield/otus.txt",
  };
  done(await world.writer.beginDelivery(hand));
  done(await world.writer.recordDelivery({ ...hand, ...(await at(world.writer, OTUS)) }));
  done(await probe(world, OTUS, next.id));
  done(await attest(world, OTUS, next.id));
  done(await world.writer.closeCutover(await at(world.writer, OTUS)));

  const secrets = await Promise.all(
    [old, next].map(async ({ id }) => (await world.writer.credentials(id)).clientSecret.reveal()),
  );
  const forms = secrets.flatMap((secret) =>
    (["utf8", "base64", "base64url", "hex", "utf16le"] as const).map((form) =>
      form === "utf16le" ? Buffer.from(secret, form) : Buffer.from(Buffer.from(secret).toString(form)),
    ),
  );
  const files = () => readdirSync(world.folder).map((name) => [name, readFileSync(join(world.folder, name))] as const);
  const texts = [await listOf(world.writer.read("all")), await listOf(world.writer.journal()), world.writer];
  const printed = texts.map((value) =>
    Buffer.from(`${JSON.stringify(value)}${inspect(value, { depth: 12, showHidden: true })}`),
  );
  const seen = [...files(), ...printed.map((bytes) => ["printed", bytes] as const)];
  expect(seen.map(([name]) => name)).toContain("store.db-wal");
  // The log has to hold what was written, or this would look in the wrong place.
  expect(seen.some(([name, bytes]) => name === "store.db-wal" && bytes.includes(next.clientId))).toBe(true);
  await world.writer.close();
  for (const [name, bytes] of [...seen, ...files()]) {
    expect(forms.filter((form) => bytes.includes(form)).length, name).toBe(0);
  }
  await world.end();
});
