import { afterAll, beforeAll, describe } from "vitest";
import { hasPostgres, openPostgres, type TestServer } from "../setup/postgres.ts";
import { describeStoreContract, describeWireContract } from "./contract.ts";
import { openHttpWorld } from "./http-world.ts";
import { openPostgresWorld } from "./postgres-world.ts";
import { openSqliteWorld } from "./world.ts";

describeStoreContract("the store over HTTP, a campus on SQLite behind it", async () =>
  openHttpWorld(await openSqliteWorld()),
);

describeWireContract("the API itself, of a campus on SQLite", async () => openHttpWorld(await openSqliteWorld()));

describe.skipIf(!hasPostgres())("with a real server", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await openPostgres();
  });
  afterAll(() => server.end());

  describeStoreContract("the store over HTTP, a campus on PostgreSQL behind it", async () =>
    openHttpWorld(await openPostgresWorld(server)),
  );
});
