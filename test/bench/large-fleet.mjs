// A fleet as large as a nation's: its documents, and a store in which every connection of them lives already.
import { join } from "node:path";
import { DatabaseSync } from "@photostructure/sqlite";
import { applyAll, makeStore, writeFleet } from "./fleet.mjs";

/** Everything of one district but its journal and its secrets, which no plan reads. */
const TABLES = ["districts", "connections", "slots"];
/** Texts that name a connection; each copy gets identifiers of its own. */
const NAMING = new Set(["id", "client_id", "current_id", "applied", "evidence"]);

/**
 * Writes documents of so many districts, applies the first of them for real, and copies what that left in the store for all
 * others, row by row in the engine: 650,000 connections take less than a minute instead of a quarter of an hour.
 */
export async function writeLargeFleet(folder, districts, connections) {
  writeFleet(folder, 1, connections);
  await applyAll(await makeStore(folder));
  writeFleet(folder, districts, connections);
  const database = new DatabaseSync(join(folder, "campus.db"));
  database.exec("pragma foreign_keys = off; pragma synchronous = off");
  database.exec("create temp table copies (n integer primary key, district text)");
  const insert = database.prepare("insert into copies values (?, ?)");
  database.exec("begin");
  for (let n = 2; n <= districts; n += 1) insert.run(n, `district-${String(n).padStart(4, "0")}`);
  for (const table of TABLES) database.exec(copying(database, table));
  database.exec("commit; drop table copies; analyze; pragma wal_checkpoint(truncate)");
  database.close();
}

function copying(database, table) {
  const columns = database.prepare(`select name, type from pragma_table_info('${table}')`).all();
  const copied = columns.filter(({ name }) => name !== "number");
  const values = copied.map(({ name, type }) => {
    if (type !== "TEXT") return `old."${name}"`;
    const renamed = `replace(old."${name}", 'district-0001', copies.district)`;
    return NAMING.has(name) ? otherIdentifiers(name, renamed) : renamed;
  });
  return `insert into ${table} (${copied.map(({ name }) => `"${name}"`).join(", ")}) select ${values.join(", ")} from copies, ${table} old where old.district = 'district-0001'`;
}

/** `c-...` gets the number of the copy behind its first two characters, wherever it stands; a Client ID begins with it, which no real one does. */
function otherIdentifiers(name, renamed) {
  return name === "client_id"
    ? `printf('copy-%05d-', copies.n) || substr(${renamed}, 12)`
    : `replace(${renamed}, 'c-', printf('c-%05d', copies.n))`;
}
