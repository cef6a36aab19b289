import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Instant } from "../../src/model/time.ts";
import { createCampus } from "../../src/server/campus.ts";
import { createSqliteStore, openSqliteWriter } from "../../src/stores/sqlite.ts";
import { OCTOBER, operator, readAll, send, SPRINGFIELD, vendorOf } from "./stage.ts";

describe("a campus over a file", () => {
  it("serves many readers at once while an operator writes, and a restart ends tokens but forgets no use", async () => {
    const folder = await mkdtemp(join(tmpdir(), "campus-"));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const clock = { now: (): Instant => OCTOBER };
    const file = { path: join(folder, "campus.db"), keyFile: join(folder, "rosterform.key") };
    await createSqliteStore(file);
    const store = await openSqliteWriter({ ...file, clock, by: "campus" });
    const dana = operator("dana", { districts: "all", access: "write" });
    const options = {
      store,
      clock,
      operators: [dana],
      storeAs: (by: string) => openSqliteWriter({ ...file, clock, by }),
    };
    const campus = createCampus(options);
    await campus.listen();
    const site = { host: "cloud.example.org", app: "springfield", kind: "production" } as const;
    const make = { kind: "other", version: "1.2", schools: "all", share: [] } as const;
    const { id } = await store.createByHand({ district: SPRINGFIELD, site, application: "Otus", make, by: "dana" });
    const credentials = await store.credentials(id);
    const connection = await store.connection(id);
    if (connection === undefined) throw new Error("the store forgot a connection");
    const connected = { connection, credentials, root: `${credentials.baseUrl}/rostering/v1p2` };
    const read = await vendorOf(connected);
    const update = (address: string) =>
      send(`${campus.origin}/api/v1/adopt`, {
        method: "POST",
        headers: { ...dana.headers, "content-type": "application/json", "if-match": '"0"' },
        body: JSON.stringify({ address, site, connection: id, rotate: 0 }),
      });
    const answers = await Promise.all([
      ...Array.from({ length: 40 }, (_, index) => read(`users?limit=1&offset=${index}`)),
      update("springfield/Otus"),
    ]);
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 41 }, () => 200));
    expect((await readAll(read, "enrollments", 1000)).length).toBeGreaterThan(0);
    expect((await store.connection(id))?.use).toMatchObject({ kind: "observed", last: OCTOBER });
    await campus.close();
    const again = createCampus(options);
    const origin = await again.listen();
    const root = connected.root.replace(campus.origin, origin);
    expect((await read(`${root}/orgs`)).status).toBe(401);
    expect((await store.connection(id))?.use).toMatchObject({ last: OCTOBER });
    await again.close();
    await store.close();
    expect(await readFile(file.path, "latin1")).not.toContain(credentials.clientSecret.reveal());
  });
});
