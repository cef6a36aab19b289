import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { addressOf, type DistrictId } from "../../src/model/address.ts";
import { createPostgresStore, openPostgresReader } from "../../src/stores/postgres.ts";
import { hasPostgres, openPostgres, PASSWORD, referenceTo, type TestServer } from "../setup/postgres.ts";
import { troubleWith } from "./postgres-desk.ts";
import { openPostgresWorld, type PostgresWorld } from "./postgres-world.ts";
import { districtOf, done, establish, listOf, open, OTUS, SPRINGFIELD } from "./world.ts";

describe.skipIf(!hasPostgres())("a store in PostgreSQL", () => {
  let server: TestServer;
  let world: PostgresWorld;
  beforeAll(async () => {
    server = await openPostgres();
  });
  afterAll(() => server.end());
  beforeEach(async () => {
    world = await openPostgresWorld(server);
  });
  afterEach(() => world.end());

  const place = (schema: string) => ({ url: referenceTo(server.url()), schema });
  const reader = (schema = world.schema) => openPostgresReader(place(schema));
  const setMark = (key: string, value: string) =>
    server.run(`update ${world.schema}.meta set value = '${value}' where key = '${key}'`);

  describe("is made", () => {
    let folder: string;
    let keyFile: string;
    let schema: string;
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), "rosterform-made-"));
      keyFile = join(folder, "new.key");
      schema = `made_${world.schema}`;
    });
    afterEach(async () => {
      rmSync(folder, { recursive: true, force: true });
      await server.run(`drop schema if exists ${schema} cascade`);
    });

    it("never by opening it", async () => {
      expect(await troubleWith(reader(schema))).toBe("stores/not-found");
      expect(await troubleWith(world.other({ schema }))).toBe("stores/not-found");
      expect(await server.run(`select from pg_namespace where nspname = '${schema}'`)).toHaveLength(0);
    });

    it("in a schema of its own, or an empty one that somebody made for it", async () => {
      await server.run(`create schema ${schema}`);
      await createPostgresStore({ ...place(schema), keyFile });
      const store = await reader(schema);
      expect(await listOf(store.read("all"))).toEqual([]);
      await store.close();
    });

    it("never over anything", async () => {
      await establish(world, OTUS);
      expect(await troubleWith(createPostgresStore({ ...world.place, keyFile }))).toBe("stores/already-there");
      expect((await districtOf(world.writer)).connections).toHaveLength(1);
      await server.run(`create schema ${schema}; create table ${schema}.theirs (x int)`);
      expect(await troubleWith(createPostgresStore({ ...place(schema), keyFile }))).toBe("stores/already-there");
      expect(existsSync(keyFile)).toBe(false);
    });

    it("once, however many ask at the same moment", async () => {
      await createPostgresStore({ ...place(schema), keyFile: world.keyFile });
      await server.run(`drop schema ${schema} cascade`);
      const asked = Array.from({ length: 6 }, () => createPostgresStore({ ...place(schema), keyFile: world.keyFile }));
      const answers = await Promise.allSettled(asked);
      expect(answers.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
      for (const answer of answers) {
        if (answer.status === "rejected") expect(answer.reason).toMatchObject({ code: "stores/already-there" });
      }
      await (await reader(schema)).close();
    });
  });

  describe("is known by its marks", () => {
    it("and nothing else is taken for one", async () => {
      const schema = `theirs_${world.schema}`;
      for (const columns of ["id integer", "key text, value text"]) {
        await server.run(`create schema ${schema}; create table ${schema}.meta (${columns})`);
        expect(await troubleWith(reader(schema))).toBe("stores/not-a-store");
        expect(await troubleWith(world.other({ schema }))).toBe("stores/not-a-store");
        await server.run(`drop schema ${schema} cascade`);
      }
      await setMark("application", "another");
      expect(await troubleWith(reader())).toBe("stores/not-a-store");
    });

    it("and one of a newer version is left alone", async () => {
      await setMark("schema_version", "99");
      expect(await troubleWith(reader())).toBe("stores/newer-version");
      expect(await troubleWith(world.other())).toBe("stores/newer-version");
    });

    it("and one of an older version is not brought up to date by a reader", async () => {
      await setMark("schema_version", "0");
      expect(await troubleWith(reader())).toBe("stores/older-version");
    });

    it("and the key it was made with", async () => {
      const other = await openPostgresWorld(server);
      expect(await troubleWith(world.other({ keyFile: other.keyFile }))).toBe("stores/wrong-key");
      await other.end();
    });
  });

  describe("of the first version", () => {
    const tables = () =>
      server.run(`select table_name, column_name, data_type, collation_name, is_nullable from information_schema.columns
        where table_schema = '${world.schema}' order by table_name, column_name`);
    /** The same schema, as the first version made it, with an address whose connection was handed over. */
    const makeFirst = async () => {
      await server.run(`drop schema ${world.schema} cascade`);
      await createPostgresStore({ ...world.place, keyFile: world.keyFile, version: 1 });
      await server.run(`set search_path to ${world.schema};
        insert into districts values ('springfield', 2, 'springfield.example.org', 'springfield', 'sandbox');
        insert into connections overriding system value values (1, 'c-old', 'springfield', '${OTUS}', 1, 'Otus', 'other',
          '1.1', 0, 'all', '[]', 'client-old', 'https://springfield.example.org/token',
          'https://springfield.example.org/v1p1', '0123456789abcdef', 'generated', '2027-01-01T00:00:00.000Z', null, null,
          null, 2, '2027-01-01T00:00:00.000Z', '2027-01-01T00:00:00.000Z', null, null, null, null, 'done', 'file:a',
          '2027-01-01T00:00:00.000Z', '[]');
        insert into slots values ('${OTUS}', 'springfield', 2, 1, 'c-old', null, null, null, null, null, null, null, null)`);
    };

    it("is brought up to date by a writer, with all that it holds, to the tables that are made today", async () => {
      const today = await tables();
      await makeFirst();
      expect(await tables()).not.toEqual(today);
      expect(await troubleWith(reader())).toBe("stores/older-version");
      const store = await world.other();
      expect(await tables()).toEqual(today);
      expect(await districtOf(store)).toMatchObject({
        revision: 2,
        slots: [{ address: OTUS, current: "c-old" }],
        connections: [{ delivery: { state: "done", target: "file:a" } }],
      });
    });

    it("is brought up to date once, however many begin at the same moment", async () => {
      await makeFirst();
      const stores = await Promise.all(Array.from({ length: 5 }, () => world.other({ patience: {} })));
      for (const store of stores) expect((await districtOf(store)).connections).toHaveLength(1);
    });
  });

  describe("keeps its promises where many write", () => {
    it("mints an address once, whoever asks at the same moment", async () => {
      const writers = await Promise.all(Array.from({ length: 4 }, () => world.other({ patience: {} })));
      const opened = await Promise.all(writers.map(async (writer) => await open(writer, OTUS)));
      const ids = opened.map((written) => (written.kind === "done" ? written.value.id : written.kind));
      expect(new Set(ids.filter((id) => id !== "stale")).size).toBe(1);
      expect((await districtOf(world.writer)).connections).toHaveLength(1);
    });

    it("counts revisions without gaps, and districts apart", async () => {
      const districts = ["a", "b", "c"].map((name) => name as DistrictId);
      const writers = await Promise.all(Array.from({ length: 3 }, () => world.other({ patience: {} })));
      const all = districts.flatMap((district) =>
        Array.from({ length: 8 }, (_, number) => ({ address: addressOf(district, `Vendor ${number}`), number })),
      );
      await Promise.all(
        all.map(async ({ address, number }) => done(await open(writers[number % 3] ?? world.writer, address))),
      );
      const live = await listOf(world.writer.read("all"));
      expect(live.map(({ district, revision, connections }) => [district, revision, connections.length])).toEqual(
        districts.map((district) => [district, 8, 8]),
      );
    });

    it("gives districts and addresses in the order of their bytes, whatever the server's language", async () => {
      const names = ["é", "Z", "a", "_", "Ä", "z"];
      for (const name of names) done(await open(world.writer, addressOf(SPRINGFIELD, name)));
      const { slots } = await districtOf(world.writer);
      expect(slots.map(({ address }) => address)).toEqual(names.map((name) => addressOf(SPRINGFIELD, name)).toSorted());
    });
  });

  it("keeps logs that refuse to be changed, and a journal that refuses to be shortened, whoever asks", async () => {
    await establish(world, OTUS);
    for (const table of ["journal", "traffic"]) {
      const deletes = table === "journal" ? ["delete from journal"] : [];
      for (const sql of [...deletes, `update ${table} set what = 'x'`, `truncate ${table}`]) {
        const run = server.run(`set search_path to ${world.schema}; ${sql}`);
        await expect(run).rejects.toThrow(`${table} is append-only`);
      }
    }
  });

  it("keeps no secret in clear, neither in its tables nor in what is read or printed", async () => {
    const { id } = await establish(world, OTUS);
    const secret = (await world.writer.credentials(id)).clientSecret.reveal();
    const names = await server.run(`select tablename from pg_tables where schemaname = '${world.schema}'`);
    const texts = await Promise.all(
      names.map(async ({ tablename }) =>
        JSON.stringify(await server.run(`select * from ${world.schema}.${String(tablename)}`)),
      ),
    );
    // The right place is looked at: what is no secret is found there.
    expect(texts.some((text) => text.includes(id))).toBe(true);
    const read = [await listOf(world.writer.read("all")), await listOf(world.writer.journal()), world.writer];
    const all = [
      ...texts,
      ...read.map((value) => `${JSON.stringify(value)}${inspect(value, { depth: 12, showHidden: true })}`),
    ];
    const key = readFileSync(world.keyFile, "utf8").trim();
    const forms = [secret, Buffer.from(secret).toString("base64"), Buffer.from(secret).toString("hex"), key, PASSWORD];
    for (const text of all) expect(forms.filter((form) => text.includes(form))).toEqual([]);
  });
});
