import type { Transaction } from "kysely";
import type { DistrictId } from "../../model/address.ts";
import type { Clock } from "../../model/time.ts";
import type { Mint } from "../minting.ts";
import type { SecretBox } from "../secret-box.ts";
import type { Tables } from "./tables.ts";

/** What a writer over SQL needs besides the database. */
export interface SqlSetting {
  readonly clock: Clock;
  readonly by: string;
  readonly box: SecretBox;
  readonly mint: Mint;
  /** People keep the store: nothing is seen here, and what they are asked and tell is kept. */
  readonly byHand?: true;
  /** Runs work in a transaction that excludes every other write to the district, or to the whole store. */
  readonly exclusively: Exclusively;
}

/** `doing` is for people, such as `closing springfield/Otus`: where the engine can, whoever waits is told. */
export type Exclusively = <T>(
  district: DistrictId | "all",
  doing: string,
  work: (tx: Transaction<Tables>) => Promise<T>,
) => Promise<T>;
