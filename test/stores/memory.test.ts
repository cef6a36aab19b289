import { describeStoreContract } from "./contract.ts";
import { openMemoryWorld } from "./world.ts";

describeStoreContract("the store in memory", () => openMemoryWorld());
