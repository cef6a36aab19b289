import { describeStoreContract } from "./contract.ts";
import { openSqliteWorld } from "./world.ts";

describeStoreContract("the store in a SQLite file", () => openSqliteWorld());
