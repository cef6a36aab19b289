import { CANVAS, OTUS } from "../world.ts";
import type { Play } from "./state.ts";

const SEEN = { addresses: [OTUS], observesUse: true, connections: 2, trouble: 0, places: ["here"] } as const;

/** Two addresses with everything that may be asked are more than can be walked through in minutes; these are the two halves. */
const TAKING_OVER = ["open", "tie", "restore", "findings", "attestation", "close", "abandon", "disable"] as const;
const LETTING_GO = [
  "open",
  "tie",
  "restore",
  "adopt",
  "release",
  "rename",
  "findings",
  "attestation",
  "close",
] as const;

/** What is weighed by clocks, and how it comes to that. */
const LEAPING = [
  "open",
  "tie",
  "deliver",
  "begin-delivery",
  "findings",
  "attestation",
  "close",
  "abandon",
  "disable",
] as const;

/** What is explored. Each play begins with less, or with more, than the others. */
export const PLAYS = {
  /** Nothing at first: a first connection, then others that take over from one another. */
  first: { ...SEEN, name: "from nothing", isInUse: false },
  /** A connection that a vendor works with. Small enough for taking guards away. */
  inUse: { ...SEEN, name: "a connection in use", isInUse: true },
  /** The same, with one trouble: a hand, an edit, a clock that is set back, a world that breaks. */
  trouble: { ...SEEN, name: "a connection in use, and trouble", isInUse: true, trouble: 1 },
  /** The same, with a clock that may leap ahead instead. */
  leap: { ...SEEN, name: "a clock that leaps ahead", isInUse: true, trouble: 1, leapsAhead: true, only: LEAPING },
  /** Another address takes over, or takes turns. The vendor has values as soon as they exist. */
  replaces: { ...SEEN, name: "two addresses", isInUse: true, addresses: [OTUS, CANVAS], places: [], only: TAKING_OVER },
  /** Addresses are let go, renamed and taken on while others take over. */
  lettingGo: {
    ...SEEN,
    name: "addresses that are let go",
    isInUse: true,
    addresses: [OTUS, CANVAS],
    places: [],
    only: LETTING_GO,
  },
  /** Nobody sees what vendors do, and credentials are handed out twice. */
  unseen: { ...SEEN, name: "a vendor that nobody sees", isInUse: true, observesUse: false, places: ["here", "there"] },
} as const satisfies Readonly<Record<string, Play>>;
