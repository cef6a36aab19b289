import { DatabaseSync } from "@photostructure/sqlite";
import { expect } from "vitest";
import { OutsideError } from "../../src/diagnostics/outside-error.ts";
import { openSqliteReader, openSqliteWriter } from "../../src/stores/sqlite.ts";
import type { SqliteWorld } from "./world.ts";

/** Opens the store of a world as a second program would, for reading. */
export const readerOf = (world: SqliteWorld, path = world.path) => openSqliteReader({ path, clock: world.clock });

/** Opens the store of a world as a second program would, for writing; gives up soon when it is locked. */
export const writerOf = (world: SqliteWorld, more: Partial<Parameters<typeof openSqliteWriter>[0]> = {}) =>
  openSqliteWriter({
    path: world.path,
    keyFile: world.keyFile,
    clock: world.clock,
    by: "dana",
    busyTimeoutMs: 40,
    ...more,
  });

/** What a person gets to read; that it is an `OutsideError` with a fix, and names the file, is true of all of them. */
export async function trouble(work: Promise<unknown>, names: string): Promise<string> {
  const error: unknown = await work.then(
    () => new Error("expected trouble, and there was none"),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof OutsideError)) throw error;
  expect(error.message).toContain(names);
  expect(error.fix).toMatch(/^[A-Z`].*\.$/);
  return error.code;
}

/** Changes the database as another program would. */
export function alterAt(path: string, sql: string): void {
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
}
