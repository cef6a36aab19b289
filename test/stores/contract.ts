import { describe } from "vitest";
import { addressPromises } from "./contract/addresses.ts";
import { closePromises } from "./contract/closing.ts";
import { syncPromises } from "./contract/syncs.ts";
import { handPromises } from "./contract/hands.ts";
import { mintPromises } from "./contract/minting.ts";
import { proofPromises } from "./contract/proof.ts";
import { receiptPromises } from "./contract/receipts.ts";
import { readPromises } from "./contract/reading.ts";
import { restorePromises } from "./contract/restoring.ts";
import type { OpenWorld } from "./contract/story.ts";

/**
 * The promises of the port, run over every driver with its real engine. Who writes a driver starts here: when this is
 * green, everything that stands on the port works.
 */
export function describeStoreContract(name: string, openWorld: OpenWorld): void {
  describe(name, () => {
    mintPromises(openWorld);
    proofPromises(openWorld);
    receiptPromises(openWorld);
    closePromises(openWorld);
    syncPromises(openWorld);
    restorePromises(openWorld);
    addressPromises(openWorld);
    handPromises(openWorld);
    readPromises(openWorld);
  });
}
