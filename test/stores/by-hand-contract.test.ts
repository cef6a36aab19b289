import { openByHandWorld } from "./by-hand-world.ts";
import { describeStoreContract } from "./contract.ts";

/** What a registry promises otherwise than a live system's own store; test/stores/by-hand.test.ts says what instead. */
const DIFFERS = {
  "nobody sees use, so it is neither waited for nor a reason": [
    "leaves the new credentials working and the old ones not",
    "starts a new epoch when it is done, and not again for the same target",
    "is void after an update",
    "is void after an edit by hand",
    "is void after a disable by hand",
    "is what the consumer did, with the latest pull of each family",
    "does not count what was read before the present epoch",
    "never counts the tool's own probes",
    "is refused for a connection that does not exist",
    "works but the consumer never came",
    "is pulled while the old one is not quiet",
    "was attested, and then the consumer came back to the old one",
    "is not done to one that the consumer was seen on",
    "opens a cut-over from the candidate, which needs evidence of its own",
    "is done to a connection that was quiet for its sync period",
    "says nothing of what was not written",
  ],
  "no campus stands on it": [
    "opens a cut-over to a new connection",
    "goes on to the next generation after a closed one",
    "gives a candidate credentials that work",
    "is found, managed by nobody, and works",
    "shows a revision that grows with every material write and never with use",
  ],
  "secrets are forgotten, and nobody knows whether enabling brings them back": [
    "can be taken back, with the same secret",
  ],
  "what is asked and who signed stands beside the rest": [
    "gives named districts in order, each once, and unknown ones empty",
    "lists every write with who and when, oldest first, and no secret",
    "can be asked for one district or one address",
  ],
} as const;

describeStoreContract(
  "the store that people keep, whose hands click at once",
  Object.assign(() => openByHandWorld(), { differs: new Set(Object.values(DIFFERS).flat()) }),
);
