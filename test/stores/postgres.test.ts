import { afterAll, beforeAll, describe } from "vitest";
import { hasPostgres, openPostgres, type TestServer } from "../setup/postgres.ts";
import { describeStoreContract } from "./contract.ts";
import { openPostgresWorld } from "./postgres-world.ts";

describe.skipIf(!hasPostgres())("with a real server", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await openPostgres();
  });
  afterAll(() => server.end());

  describeStoreContract("the store in PostgreSQL", () => openPostgresWorld(server));
});
