import { describe, expect, it } from "vitest";
import type { Clock } from "../../src/model/time.ts";
import * as broken from "./broken-campus.ts";
import { openCampus, type Stock, storeTest, those, TOKENS } from "./stage.ts";

/** Each: what is broken, and exactly those promises that say so. Nothing is rehearsed, so that runs are short. */
const STORES: readonly (readonly [string, (clock: Clock) => Stock, readonly string[]])[] = [
  [
    "mints twice where a generate is asked again",
    broken.mintsTwice,
    [
      "generating: answers a retry after a lost acknowledgement with the first connection",
      "generating: answers a retry that names the new revision the same way",
      "generating: mints once when two writers open the same generation at once",
      "generating: mints once when two writers want different things",
      "writing over the wire: answers a generate that is asked again with the first connection, whatever its key",
      "writing over the wire: does a generate once whose answer was lost",
    ],
  ],
  [
    "ignores the revision that a write was planned on",
    broken.ignoresRevisions,
    [
      "generating: mints once when two writers want different things",
      "generating: does not mint again for a generation that was given up",
      "generating: writes nothing on a revision that is not the present one",
      "closing: writes nothing on an old revision, and has nothing to do a second time",
      "giving up a candidate: is refused where there is none, and writes nothing on an old revision",
      "tying two addresses: is refused at an address without connection, and on an old revision",
      "renaming: moves the slot with all it holds and mints nothing",
      "releasing: is refused while another address takes over from it, and where there is nothing",
      "disabling because the document says so: is refused for any but the current connection, and on an old revision",
      "writing over the wire: answers 412 to a write on an old revision, and writes nothing",
    ],
  ],
  [
    // It writes down what it says of itself, so two journals are longer than what was done.
    "closes without evidence, which it makes itself",
    broken.closesWithoutEvidence,
    [
      "closing waits, and the old connection stays, while the candidate: was never probed",
      "closing waits, and the old connection stays, while the candidate: was refuted",
      "closing waits, and the old connection stays, while the candidate: was probed inconclusively",
      "closing waits, and the old connection stays, while the candidate: has only a requirement that is too low to disable a working connection",
      "closing: makes a first connection current once it was probed",
      "tying two addresses: lets the own current connection take over from the other's",
      "the journal: can be asked for one district or one address",
      "reading over the wire: ends every list with a line that counts it",
    ],
  ],
  [
    "disables the connection to be replaced as soon as its successor is generated",
    broken.disablesAtOpen,
    [
      "closing waits, and the old connection stays, while the candidate: was never probed",
      "closing waits, and the old connection stays, while the candidate: was refuted",
      "closing waits, and the old connection stays, while the candidate: was probed inconclusively",
      "closing waits, and the old connection stays, while the candidate: has only a requirement that is too low to disable a working connection",
      "closing: takes a statement where the consumer was not seen to move",
      "closing: of an address that replaces another one takes over from that one",
      "giving up a candidate: disables it and keeps the survivor",
      "turning back to the survivor: can be asked for twice, and be turned round again",
      "turning back to the survivor: when given up only forgets the cut-over and disables nothing",
      "releasing: leaves the connections live and untouched, as found ones",
      "disabling because the document says so: is refused while the connection is part of a cut-over, of whatever address",
    ],
  ],
  [
    "forgets its journal",
    broken.forgetsJournal,
    [
      "the journal: tells the link of each district's last line, as a whole reading ends with it",
      "the journal: can be asked for one district or one address",
      "reading over the wire: ends every list with a line that counts it",
    ],
  ],
  [
    "lists secrets",
    broken.showsSecrets,
    ["reading over the wire: shows a secret under credentials only, and says that it must not be kept"],
  ],
  [
    "writes everything in its own name",
    broken.forgetsWho,
    [
      "giving up a candidate: disables it and keeps the survivor",
      "giving up a candidate: with hold remembers what was given up, until the next one is opened",
    ],
  ],
];

describe("a store that is broken in one place", { timeout: 150_000 }, () => {
  it.each(STORES)("breaks exactly the promises about it: it %s", async (_, stock, promises) => {
    const { results } = await storeTest(await openCampus({ rehearses: false, stock }));
    expect(those(results, "broken")).toEqual(promises);
  });
});

/** What concerns the API itself; the rest is told above. */
const WIRE = ["writing over the wire", "reading over the wire", "who asks", "the journal"];

const isOf = (asked: broken.Passing, token: string) =>
  asked.headers.authorization === `Bearer ${token}` && asked.path !== "/api/v1";

const letInAs = (token: string) => (asked: broken.Passing) =>
  isOf(asked, token) ? { headers: { ...asked.headers, authorization: `Bearer ${TOKENS.main}` } } : {};

const APIS: readonly (readonly [string, broken.Changes, readonly string[]])[] = [
  [
    "takes writes that name no revision",
    { asking: ({ headers }) => ({ headers: { "if-match": '"0"', ...headers } }) },
    ["writing over the wire: answers 428 to a write that names no revision, and writes nothing"],
  ],
  [
    "answers for districts that are not the operator's",
    { asking: letInAs(TOKENS.outsider) },
    [
      "who asks: learns nothing of a district out of reach, not even whether it exists",
      "who asks: learns nothing of a connection out of reach, not even whether it exists",
      "who asks: writes nothing to a district out of reach",
    ],
  ],
  [
    "lets those write who may only read",
    { asking: letInAs(TOKENS.reader) },
    ["who asks: may not write, nor see credentials, with a token that may only read"],
  ],
  [
    "lets everybody in",
    { asking: ({ headers, path }) => (path === "/api/v1" ? {} : { headers: letIn(headers) }) },
    ["who asks: is not let in without a token, nor with one that is nobody's"],
  ],
  [
    "tells troubles in a shape of its own",
    { answering: (_, status, text) => (status === 400 ? '{"oops":true}' : text) },
    ["the OpenAPI document: has the shape of every answer"],
  ],
  [
    "lets credentials be kept on the way",
    { headersOut: ({ path }) => (path.endsWith("/credentials") ? { "cache-control": "public" } : {}) },
    ["reading over the wire: shows a secret under credentials only, and says that it must not be kept"],
  ],
  ["tells more than is asked for, which readers ignore", { answering: (_, __, text) => withMore(text) }, []],
];

const KNOWN: readonly (string | undefined)[] = Object.values(TOKENS).map((token) => `Bearer ${token}`);

function letIn(headers: broken.Passing["headers"]): broken.Passing["headers"] {
  return KNOWN.includes(headers.authorization) ? headers : { ...headers, authorization: `Bearer ${TOKENS.main}` };
}

/** Every object of an answer with one member more, but for those whose members are names. */
function withMore(text: string): string {
  const more = (key: string, value: unknown): unknown => {
    const isNames = ["heads", "pulled", "detail"].includes(key);
    return typeof value === "object" && value !== null && !Array.isArray(value) && !isNames
      ? { ...value, "x-note": "more" }
      : value;
  };
  const lines = text.split("\n").map((line) => (line === "" ? line : JSON.stringify(JSON.parse(line), more)));
  return lines.join("\n");
}

describe("an API that is broken in one place", { timeout: 150_000 }, () => {
  it.each(APIS)("breaks exactly the promises about it: it %s", async (_, changes, promises) => {
    const address = await broken.openBetween(await openCampus({ rehearses: false }), changes);
    const { results } = await storeTest(address, { only: WIRE });
    expect(those(results, "broken")).toEqual(promises);
  });

  it("that never answers is told in time, and what it was asked", async () => {
    const asking = ({ path }: broken.Passing) => (path === "/api/v1/update" ? undefined : {});
    const address = await broken.openBetween(await openCampus({ rehearses: false }), { asking });
    const { results } = await storeTest(address, { only: ["updating"], deadlineMs: 900 });
    expect(those(results, "broken")).toContain("updating: to what it is already changes nothing");
    const [first] = results.flatMap(({ outcome }) => (outcome.kind === "broken" ? [outcome] : []));
    expect(first?.why).toMatch(/stores\/connection-lost|not done within 0\.9 s/);
    expect(first?.asked.at(-1)).toMatch(/^(GET|POST) \/api\/v1\/\S* -> \d+$/);
  });

  it("that says nonsense is told as it is", async () => {
    const answering = ({ path }: broken.Passing, _: number, text: string) =>
      path.startsWith("/api/v1/open") ? '{"kind":"done","revision":1,"value":null}' : text;
    const address = await broken.openBetween(await openCampus({ rehearses: false }), { answering });
    const { results } = await storeTest(address, { only: ["a receipt", "updating"] });
    const whys = results.flatMap(({ outcome }) => (outcome.kind === "broken" ? [outcome.why] : []));
    expect(whys.some((why) => why.startsWith("the story could not go on: TypeError"))).toBe(true);
  });
});
