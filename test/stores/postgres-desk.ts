import { inspect } from "node:util";
import { expect } from "vitest";
import pg from "pg";
import { OutsideError } from "../../src/diagnostics/outside-error.ts";
import { PASSWORD, type TestServer } from "../setup/postgres.ts";

/**
 * The code of what a person gets to read. That it is an `OutsideError` with a fix, says which store where it knows one, and
 * gives away neither password nor URL, however deep one looks, is true of all of them.
 */
export async function troubleWith(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => new Error("expected trouble, and there was none"),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof OutsideError)) throw error;
  const all = `${inspect(error, { depth: 12, showHidden: true })}${JSON.stringify(error)}`;
  expect(all).not.toContain(PASSWORD);
  expect(all).not.toContain("postgresql://owner");
  expect(error.fix).toMatch(/^[A-Z`].*\.$/);
  return error.code;
}

/** A session of somebody else on the server, which holds what it took until it ends. */
export async function sessionOn(server: TestServer): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: server.url() });
  client.on("error", () => {});
  await client.connect();
  return client;
}

/** Resolves when a backend waits for a lock; its number. */
export async function waitingBackend(session: pg.Client): Promise<number> {
  const [first = 0] = await waitingBackends(session, 1);
  return first;
}

/** Resolves when so many backends wait for a lock; their numbers. */
export async function waitingBackends(session: pg.Client, count: number): Promise<readonly number[]> {
  for (;;) {
    const { rows } = await session.query<{ pid: number }>(
      "select pid from pg_stat_activity where wait_event_type = 'Lock' and application_name like 'rosterform%'",
    );
    if (rows.length >= count) return rows.map(({ pid }) => pid);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
