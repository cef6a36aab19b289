import { afterAll, beforeAll, describe } from "vitest";
import { hasPostgres, openPostgres, referenceTo, type TestServer } from "../setup/postgres.ts";
import { openByHandWorld } from "./by-hand-world.ts";
import { describeStoreContract } from "./contract.ts";
import { createTestClock } from "./world.ts";

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
    "is kept with what was answered, and read from a moment on",
    "is refused for a connection that does not exist",
    "works but the consumer never came",
    "waits for all of them, and begins anew after one that was refused",
    "is pulled while the old one is not quiet",
    "was attested, and then the consumer came back to the old one",
    "is not done to one that the consumer was seen on",
    "opens a cut-over from the candidate, which needs evidence of its own",
    "is done to a connection that was quiet for its sync period",
    "says nothing of what was not written",
  ],
  "no campus stands on it": [
    "knows the connection of a Client ID, and whether the secret is right",
    "dates a new connection now, with addresses below its origin",
    "gives a candidate credentials that work",
    "is found, managed by nobody, and works",
    "shows a revision that grows with every material write and never with use",
  ],
  "secrets are forgotten, and nobody knows whether enabling brings them back": [
    "can be taken back, with the same secret",
    "enables it with the secret it had, next to the one in use",
    "disables the one in use only on evidence that the consumer went back",
    "can be asked for twice, and is given up like any candidate",
    "is possible after the address itself was disabled",
  ],
  "what is asked and who signed stands beside the rest": [
    "lists every write with who and when, oldest first, and no secret",
    "can be asked for one district or one address",
  ],
} as const;

const differs = new Set(Object.values(DIFFERS).flat());

describeStoreContract(
  "the store that people keep, whose hands click at once",
  Object.assign(() => openByHandWorld(), { differs }),
);

describe.skipIf(!hasPostgres())("with a real server", () => {
  let server: TestServer;
  let count = 0;
  beforeAll(async () => {
    server = await openPostgres();
  });
  afterAll(() => server.end());

  const openWorld = async () => {
    count += 1;
    const schema = `kept_${process.pid}_${count}`;
    const world = await openByHandWorld(createTestClock(), { url: referenceTo(server.url()), schema });
    const end = async () => {
      await world.end();
      await server.run(`drop schema ${schema} cascade`);
    };
    return { ...world, end };
  };
  // Two people may really click at the same time here; test/stores/postgres-by-hand.test.ts says what comes of it.
  const raced = new Set([
    "mints once when two writers open the same generation at once",
    "mints once when two writers want different things",
  ]);
  describeStoreContract("the store that people keep in PostgreSQL", Object.assign(openWorld, { differs, raced }));
});
