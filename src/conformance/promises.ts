import type { Area } from "./promise.ts";
import { ADDRESSES } from "./stories/addresses.ts";
import { CLOSING } from "./stories/closing.ts";
import { HANDS } from "./stories/hands.ts";
import { MINTING } from "./stories/minting.ts";
import { PROOF } from "./stories/proof.ts";
import { READING } from "./stories/reading.ts";
import { RECEIPTS } from "./stories/receipts.ts";
import { RESTORING } from "./stories/restoring.ts";
import { SYNCS } from "./stories/syncs.ts";
import { TYING } from "./stories/tying.ts";
import { WIRE_READS } from "./wire/reading.ts";
import { WIRE_RIGHTS } from "./wire/rights.ts";
import type { WireWorld } from "./wire/wire-world.ts";
import { WIRE_WRITES } from "./wire/writing.ts";

/**
 * The promises of the port, told over every driver with its real engine, and by `store-test` over any server. Who writes a
 * store starts here: when all of them are kept, everything that stands on the port works.
 */
export const PROMISES: readonly Area[] = [
  ...MINTING,
  ...PROOF,
  ...RECEIPTS,
  ...CLOSING,
  ...TYING,
  ...SYNCS,
  ...RESTORING,
  ...ADDRESSES,
  ...HANDS,
  ...READING,
];

/** The promises of the API besides those of the port: what a driver hides from whoever stands on it. */
export const WIRE_PROMISES: readonly Area<WireWorld>[] = [WIRE_WRITES, WIRE_READS, WIRE_RIGHTS];
