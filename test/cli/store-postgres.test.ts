import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { hasPostgres, openPostgres, PASSWORD, type TestServer } from "../setup/postgres.ts";
import { lockNumber } from "../../src/stores/postgres-locks.ts";
import { sessionOn } from "../stores/postgres-desk.ts";
import { openStage, type Stage } from "./stage.ts";

const DISTRICT = `district: springfield
site: { host: cloud.example.org, app: springfield, kind: sandbox }
vendors:
  Otus: { version: 1.1, kind: supported }
`;

let stage: Stage;
beforeEach(async () => {
  stage = await openStage();
});
afterEach(() => stage.close());

describe("store create", () => {
  it("makes the store that the documents name, once", async () => {
    await stage.write("springfield.yaml", `${DISTRICT}store: { kind: sqlite, path: ./campus.db }\n`);
    const made = await stage.rosterform(["store", "create", "--config", "springfield.yaml"]);
    expect(made.stdout).toBe(
      "made campus.db\nmade rosterform.key (mode 0600; keep it apart from the store, and safe)\n",
    );
    const again = await stage.rosterform(["store", "create", "--config", "springfield.yaml"]);
    expect([again.code, again.stderr]).toEqual([1, expect.stringContaining("stores/already-there")]);
  });
});

describe.skipIf(!hasPostgres())("a project whose store is in PostgreSQL", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await openPostgres();
  });
  afterAll(() => server.end());

  it("plans, applies and shows like any other, and its URL is nowhere to be seen", async () => {
    const schema = `stage_${process.pid}`;
    const store = `store: { kind: postgres, url: env:STORE_URL, schema: ${schema} }\n`;
    await stage.write("springfield.yaml", `${DISTRICT}${store}`);
    const shown: string[] = [];
    const run = async (words: string, url: string | undefined = server.url()) => {
      const env = { STORE_URL: url, ROSTERFORM_CONFIG: "springfield.yaml" };
      const { code, stdout, stderr } = await stage.rosterform(words.split(" "), { env });
      shown.push(stdout, stderr);
      return { code, text: `${stdout}${stderr}` };
    };
    try {
      expect(await run("plan")).toMatchObject({ code: 1, text: expect.stringContaining("stores/not-found") });
      const made = await run("store create");
      expect(made).toMatchObject({
        code: 0,
        text: `made schema ${schema} in the database of env:STORE_URL\nmade rosterform.key (mode 0600; keep it apart from the store, and safe)\n`,
      });
      expect((await run("plan --detailed-exitcode")).code).toBe(2);
      // The candidate of the address is generated; nobody serves the site, so nothing is proven.
      const applied = await run("apply --auto-approve");
      expect(applied.text).toContain("springfield/Otus");
      const status = await run("status --json");
      expect(status.text).toContain("springfield/Otus");
      expect((await server.run(`select * from ${schema}.connections`)).length).toBe(1);
      const holder = await sessionOn(server);
      await holder.query("begin; set local application_name = 'rosterform: kim is closing springfield/Otus'");
      await holder.query("select pg_advisory_xact_lock($1::bigint)", [lockNumber(schema, "springfield")]);
      const late = await run("confirm springfield/Otus --lock-timeout 0s");
      await holder.end();
      expect(late).toMatchObject({ code: 1, text: expect.stringContaining("stores/locked") });
      expect(late.text.replaceAll(/\s+/g, " ")).toMatch(
        /the district springfield in .* is locked: kim is closing springfield\/Otus \(for 0 s, session \d+ of owner/i,
      );
      expect(await run("plan", server.url({ password: "wrong-canary" }))).toMatchObject({
        code: 1,
        text: expect.stringContaining("stores/login-refused"),
      });
      expect(await run("plan", "")).toMatchObject({ code: 1, text: expect.stringContaining("stores/no-address") });
    } finally {
      await server.run(`drop schema if exists ${schema} cascade`);
    }
    for (const text of shown) expect(text).not.toMatch(new RegExp(`${PASSWORD}|canary|postgresql://owner`));
  });
});
