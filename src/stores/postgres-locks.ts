import { createHash } from "node:crypto";
import { type Kysely, sql, type Transaction } from "kysely";
import { OutsideError } from "../diagnostics/outside-error.ts";
import type { DistrictId } from "../model/address.ts";
import type { Patience } from "./postgres-dialect.ts";
import type { Tables } from "./sql/tables.ts";

/**
 * Who may write what, and who keeps others from it. A lock is held for one transaction; that transaction's session bears a
 * name (`application_name`), so that whoever waits in vain can say who was in the way and at what.
 */

/** What one write asks to be alone with. */
export interface Claim {
  readonly schema: string;
  readonly district: DistrictId | "all";
  /** For people: who writes, and what. */
  readonly by: string;
  readonly doing: string;
  readonly patience: Patience;
}

/**
 * Takes the lock of a district, or of the whole store. A statement of its own each: what comes after them sees all that was
 * written before the lock was had.
 */
export async function lock(tx: Transaction<Tables>, claim: Claim): Promise<void> {
  const { schema, district, patience } = claim;
  const whole = lockNumber(schema);
  const name = sessionName(claim);
  const isLong = patience.lockMs >= patience.statementMs;
  // Waiting for somebody else is no slow statement.
  if (isLong) await allow(tx, patience.lockMs + patience.statementMs);
  if (district === "all") {
    await sql`select set_config('application_name', ${name}, true), pg_advisory_xact_lock(${whole}::bigint)`.execute(
      tx,
    );
  } else {
    await sql`select set_config('application_name', ${name}, true), pg_advisory_xact_lock_shared(${whole}::bigint)`.execute(
      tx,
    );
    await sql`select pg_advisory_xact_lock(${lockNumber(schema, district)}::bigint)`.execute(tx);
  }
  if (isLong) await allow(tx, patience.statementMs);
}

async function allow(tx: Transaction<Tables>, ms: number): Promise<void> {
  await sql`select set_config('statement_timeout', ${String(ms)}, true)`.execute(tx);
}

/** The lock of a schema, or of a district in it. Advisory locks are numbers of 64 bits; two districts with the same one would merely wait for each other. */
export function lockNumber(...names: readonly string[]): string {
  const digest = createHash("sha256")
    .update(["rosterform store", ...names].join("\n"))
    .digest();
  return digest.readBigInt64BE().toString();
}

const PREFIX = "rosterform: ";
/** PostgreSQL keeps so many bytes of a session's name (its manual, `application_name`), and puts other signs in the place of all but ASCII. */
const NAME_BYTES = 63;
const BY_BYTES = 24;

/** The name of the session that holds a lock, such as `rosterform: dana is closing springfield/Otus`. */
export function sessionName({ by, doing }: Pick<Claim, "by" | "doing">): string {
  return cut(`${PREFIX}${cut(plain(by), BY_BYTES)} is ${plain(doing)}`, NAME_BYTES);
}

/** Letters without their accents, and a question mark for whatever is no printable ASCII. */
function plain(text: string): string {
  return text
    .normalize("NFD")
    .replaceAll(/\p{M}/gu, "")
    .replaceAll(/[^ -~]/gu, "?");
}

function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 3)}...`;
}

interface Holder {
  readonly pid: number;
  readonly name: string | null;
  readonly login: string | null;
  readonly address: string | null;
  /** Seconds since its transaction began, and since its process last said something while that is open. */
  readonly age: number | null;
  readonly idle: number | null;
}

/**
 * What a writer is told that waited in vain: who is in the way at this moment. Asked once the wait is over, because a transaction that failed
 * answers nothing. A login without special rights sees the name of every session, but when it began only of its own.
 */
export async function whoLocks(db: Kysely<Tables>, store: string, claim: Claim, cause: Error): Promise<Error> {
  const holders = await holdersOf(db, claim).catch(() => []);
  if (holders.length === 0) return cause;
  const what = claim.district === "all" ? "" : `the district ${claim.district} in `;
  const others = holders.length > 1 ? `, and ${holders.length - 1} more` : "";
  return new OutsideError(
    "stores/locked",
    `${what}the store ${store} is locked: ${holders.slice(0, 1).map(describe).join("")}${others}`,
    {
      cause,
      retryable: true,
      fix: "Wait until the other run has finished, then try again, or wait longer with `--lock-timeout`.",
    },
  );
}

async function holdersOf(db: Kysely<Tables>, { schema, district }: Claim): Promise<readonly Holder[]> {
  const numbers = [lockNumber(schema), ...(district === "all" ? [] : [lockNumber(schema, district)])];
  const [whole, own = whole] = numbers;
  // A number of 64 bits stands in two columns there (the manual of PostgreSQL, "pg_locks").
  const { rows } = await sql<Holder>`
    select l.pid, a.application_name as name, a.usename as login, host(a.client_addr) as address,
      extract(epoch from clock_timestamp() - a.xact_start)::float8 as age,
      case when a.state like 'idle%' then extract(epoch from clock_timestamp() - a.state_change)::float8 end as idle
    from (
      select pid, mode, (classid::bigint << 32) | objid::bigint as number from pg_locks
      where locktype = 'advisory' and objsubid = 1 and granted and pid <> pg_backend_pid()
        and database = (select oid from pg_database where datname = current_database())
    ) l left join pg_stat_activity a on a.pid = l.pid
    where l.number = ${own}::bigint or (l.number = ${whole}::bigint and l.mode = 'ExclusiveLock')
    order by a.xact_start nulls last, l.pid
  `.execute(db);
  return rows;
}

function describe({ pid, name, login, address, age, idle }: Holder): string {
  const who = name?.startsWith(PREFIX)
    ? name.slice(PREFIX.length)
    : `another program${name ? ` (${name})` : ""} holds it`;
  const seconds = (count: number) => `${Math.max(0, Math.round(count))} s`;
  const facts = [
    ...(age === null ? [] : [`for ${seconds(age)}`]),
    ...(idle === null || idle < 1 ? [] : [`silent for ${seconds(idle)}`]),
    `session ${pid}${login === null ? "" : ` of ${login}`}${address === null ? "" : ` from ${address}`}`,
  ];
  return `${who} (${facts.join(", ")})`;
}

/** Lets writers of one process come after one another as the server would, but without a limit: `lockMs` is about others. */
export function createQueue(): (district: DistrictId | "all") => Promise<() => void> {
  let whole: Promise<void> = Promise.resolve();
  const tails = new Map<DistrictId, Promise<void>>();
  return async (district) => {
    const { promise, resolve } = withResolver();
    const before = district === "all" ? [whole, ...tails.values()] : [whole, tails.get(district) ?? whole];
    if (district === "all") {
      whole = promise;
      tails.clear();
    } else tails.set(district, promise);
    await Promise.all(before);
    return () => {
      if (district !== "all" && tails.get(district) === promise) tails.delete(district);
      resolve();
    };
  };
}

function withResolver(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve: () => void = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
