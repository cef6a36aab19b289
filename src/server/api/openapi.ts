import { ANSWER_SHAPES } from "./answer-shapes.ts";
import { REHEARSAL_SHAPES, SHAPES } from "./shapes.ts";

/**
 * The connection-store API as an OpenAPI 3.1 document: what schemas/connection-store.openapi.json holds (`node build.mjs docs`
 * writes it). The shapes of commands are those that the campus checks requests with; those of answers are checked against every
 * answer of the contract suite.
 */
export function openApiDocument(version: string): Readonly<Record<string, unknown>> {
  return {
    openapi: "3.1.0",
    info: {
      title: "Connection store",
      version,
      summary: "OneRoster connections of school districts: what exists, what is proven, and who did what.",
      description: DESCRIPTION,
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: "https://campus.example.org/api/v1" }],
    security: [{ operator: [] }],
    tags: [{ name: "rehearsal", description: REHEARSING }],
    paths: {
      ...reads(),
      ...Object.fromEntries(Object.keys(SHAPES).map((name) => [`/${name}`, write(name as Write)])),
      ...rehearsing(),
    },
    components: {
      securitySchemes: { operator: { type: "http", scheme: "bearer", description: "The token of an operator." } },
      schemas: ANSWER_SHAPES,
      responses: RESPONSES,
    },
  };
}

type Write = keyof typeof SHAPES;
type Part = Readonly<Record<string, unknown>>;

const DESCRIPTION = `A store keeps, for each address of a district, at most one current connection and at most one open cut-over to a candidate.

The one rule: a connection that works is disabled only by \`close-cutover\`, in one transaction in which the store itself judges the stored requirement on what it holds: the credentials of the candidate were probed and work, and the consumer was seen to have moved or a named person says so. Clients submit findings and statements; they never decide. A statement is the token's operator's, whatever name it carries, and its moment is never later than the server's.

Every write names the revision of the slot on which it was planned in \`If-Match\`; on any other the answer is 412 and nothing is written. The same address and generation are never minted twice: asked again, \`open\` answers with the first connection.

Lists are NDJSON: one object a line with \`kind\` and \`value\`, and at the end one line \`{"kind":"end","count":n}\`. A list without it was cut off.`;

/** What each write does, and what it answers with when it is done. */
const WRITES: Readonly<Record<Write, readonly [summary: string, value?: string]>> = {
  open: ["Generate a connection and open its cut-over, in one transaction.", "Connection"],
  tie: ["Open a cut-over between two existing connections, or turn an open one round.", "Connection"],
  restore: [
    "Enable the address's previous connection, with the secret that it had, and open a cut-over to it.",
    "Connection",
  ],
  "begin-delivery": ["Keep that the four values are about to be handed over.", "Connection"],
  "record-delivery": ["Keep that they were. The first time a new epoch begins.", "Connection"],
  "record-receipt": ["Keep who said that they arrived. It is no evidence of use.", "Connection"],
  "record-findings": [
    "Keep what one climb of the ladder of questions saw, about the present epoch only.",
    "Connection",
  ],
  "record-statement": ["Keep what a named person says about the present epoch.", "Connection"],
  update: ["Edit schools and shared data. Voids evidence.", "Connection"],
  adopt: ["Make a found connection the address's current one.", "Connection"],
  rename: ["Move a slot with all it holds to another address of the district."],
  release: ["Stop managing an address; its connections stay as they are."],
  "close-cutover": [
    "Judge the stored requirement; if it is met, disable `from` and make `to` current.",
    "CloseOutcome",
  ],
  abandon: ["Disable the candidate if nobody uses it, and forget the cut-over.", "AbandonOutcome"],
  disable: ["Disable the current connection of an address that is part of no cut-over.", "DisableOutcome"],
};

function write(name: Write): Part {
  const [summary, value] = WRITES[name];
  const done = {
    type: "object",
    properties: {
      kind: { const: "done" },
      revision: { type: "integer", minimum: 0, description: "The slot's revision now; 0 where it has none any more." },
      ...(value === undefined ? {} : { value: ref("schemas", value) }),
    },
    required: ["kind", "revision", ...(value === undefined ? [] : ["value"])],
  };
  return {
    post: {
      operationId: name,
      summary,
      parameters: [IF_MATCH, ...(name === "open" ? [IDEMPOTENCY_KEY] : [])],
      requestBody: { required: true, content: json(SHAPES[name]) },
      responses: {
        "200": { description: "Done.", headers: { ETag: { schema: { type: "string" } } }, content: json(done) },
        "202": { description: "A person has to do it; nothing changed yet.", content: json(ref("schemas", "Asked")) },
        "409": { description: "The store will not do this, whoever asks.", content: json(ref("schemas", "Refused")) },
        "412": { description: "The slot moved; nothing was written.", content: json(ref("schemas", "Stale")) },
        ...troubles("400", "401", "403", "413", "415", "423", "428", "429", "503"),
      },
    },
  };
}

const IF_MATCH: Part = {
  name: "If-Match",
  in: "header",
  required: true,
  description: 'The revision of the slot on which the write was planned; `"0"` where there is no slot yet.',
  schema: { type: "string", pattern: '^"\\d{1,15}"$' },
};

const IDEMPOTENCY_KEY: Part = {
  name: "Idempotency-Key",
  in: "header",
  required: false,
  description: "The same for the same address and generation, which are what must never be minted twice.",
  schema: { type: "string", maxLength: 255 },
};

function reads(): Part {
  const query = (name: string, description: string) => ({ name, in: "query", description, schema: { type: "string" } });
  const id = { name: "id", in: "path", required: true, schema: { type: "string" } };
  const district = query("district", "Only of this district.");
  const several = {
    ...query(
      "district",
      "These districts; those the store has never heard of come empty. Without: all that the operator may see.",
    ),
    schema: { type: "array", items: { type: "string" } },
    explode: true,
  };
  return {
    "/": { get: get("who-am-i", "Whose token it is, and what the store can do.", json(GREETING)) },
    "/districts": {
      get: get(
        "districts",
        "Districts in the order of their names, each at one moment.",
        list("district", "District"),
        several,
      ),
    },
    "/journal": {
      get: get(
        "journal",
        "Who did what, when, on what evidence; oldest first.",
        list("entry", "JournalEntry"),
        district,
        query("address", "Only of this address."),
      ),
    },
    "/journal-heads": { get: get("journal-heads", "The link of each district's last line.", json(HEADS)) },
    "/attempts": {
      get: get(
        "attempts",
        "What was refused because of who asked, counted by day; for operators of all districts.",
        list("attempt", "Attempt"),
      ),
    },
    "/connections/{id}/traffic": {
      get: get(
        "traffic",
        "What was asked with a connection's credentials; oldest first.",
        list("request", "Request"),
        id,
        query("since", "From this day or moment on."),
      ),
    },
    "/connections/{id}/credentials": {
      get: get(
        "credentials",
        "The four values, in clear, to write access only. Never cached.",
        json(ref("schemas", "Credentials")),
        id,
      ),
    },
  };
}

function get(operationId: string, summary: string, content: Part, ...parameters: readonly Part[]): Part {
  const isAboutOne = parameters.some((parameter) => parameter["in"] === "path");
  const responses = { "200": { description: "As asked.", content }, ...troubles("400", "401", "403", "429", "503") };
  return { operationId, summary, parameters, responses: { ...responses, ...(isAboutOne ? troubles("404") : {}) } };
}

const REHEARSING =
  "Optional, and for trying a store only: it plays people, consumers and time. A server that does not offer it answers 404. A server that does refuses every district whose site is one of production.";

/** The paths that only a server offers that rehearses. */
function rehearsing(): Part {
  const now = json({ type: "object", properties: { now: { type: "string", format: "date-time" } }, required: ["now"] });
  const done = (value?: string) =>
    json({
      type: "object",
      properties: { kind: { const: "done" }, ...(value === undefined ? {} : { value: ref("schemas", value) }) },
      required: ["kind", ...(value === undefined ? [] : ["value"])],
    });
  const post = (name: keyof typeof REHEARSAL_SHAPES, summary: string, content: Part): Part => ({
    post: {
      operationId: `rehearsal-${name}`,
      tags: ["rehearsal"],
      summary,
      requestBody: { required: true, content: json(REHEARSAL_SHAPES[name]) },
      responses: {
        "200": { description: "Done.", content },
        "409": { description: "Not possible, or in production.", content: json(ref("schemas", "Refused")) },
        ...troubles("400", "401", "403", "404", "429", "503"),
      },
    },
  });
  const offered = get("rehearsal", "Whether the server rehearses, and what its clock says.", now);
  return {
    "/rehearsal": {
      get: { ...offered, tags: ["rehearsal"], responses: { ...responsesOf(offered), ...troubles("404") } },
    },
    "/rehearsal/pass": post("pass", "Move the server's clock on, for everybody.", now),
    "/rehearsal/traffic": post("traffic", "Log a request as if a consumer, or our own probe, had made it.", done()),
    "/rehearsal/create": post("create", "Generate a connection as a person would, unmanaged.", done("Connection")),
    "/rehearsal/change": post("change", "Edit, disable or enable a connection as a person would.", done("Connection")),
  };
}

function responsesOf({ responses }: Part): Part {
  return typeof responses === "object" && responses !== null ? { ...responses } : {};
}

const GREETING: Part = {
  type: "object",
  properties: {
    operator: {
      type: "object",
      properties: {
        name: { type: "string" },
        access: { enum: ["read", "write"] },
        districts: { anyOf: [{ const: "all" }, { type: "array", items: { type: "string" } }] },
      },
      required: ["name", "access"],
    },
    can: {
      type: "object",
      properties: {
        observesUse: { type: "boolean", description: "The store sees the consumer's pulls." },
        enables: { type: "boolean", description: "A disabled connection can be enabled with the same secret." },
        byHand: { type: "boolean", description: "Writes ask a person." },
      },
      required: ["observesUse", "enables", "byHand"],
    },
  },
  required: ["operator", "can"],
};

const HEADS: Part = {
  type: "object",
  properties: { heads: { type: "object", additionalProperties: { type: "string" } } },
  required: ["heads"],
};

/** One line of a list; there is no way in OpenAPI 3.1 to say that there are many. */
function list(kind: string, value: string): Part {
  const item = {
    type: "object",
    properties: { kind: { const: kind }, value: ref("schemas", value) },
    required: ["kind", "value"],
  };
  const end = {
    type: "object",
    properties: { kind: { const: "end" }, count: { type: "integer", minimum: 0 } },
    required: ["kind", "count"],
  };
  return { "application/x-ndjson": { schema: { description: "Each line.", oneOf: [item, end] } } };
}

const STATUSES: Readonly<Record<string, string>> = {
  "400": "Not JSON, or not the shape of this path.",
  "401": "No token that is known.",
  "403": "The operator may not reach a district that this touches, or may only read.",
  "404": "There is no such connection in the operator's districts.",
  "413": "The body is too large.",
  "415": "The body is no JSON.",
  "423": "Somebody else is writing; nothing was begun. `Retry-After` says when to come again.",
  "428": "A write without `If-Match`.",
  "429": "Too many requests; nothing was begun. `Retry-After` says when to come again.",
  "503": "The store cannot be used. With `Retry-After` nothing was begun; without it nobody knows.",
};

const RESPONSES: Part = Object.fromEntries(
  Object.entries(STATUSES).map(([status, description]) => [
    `Trouble${status}`,
    { description, content: json(ref("schemas", "Trouble")) },
  ]),
);

function troubles(...statuses: readonly string[]): Part {
  return Object.fromEntries(statuses.map((status) => [status, ref("responses", `Trouble${status}`)]));
}

function ref(kind: "schemas" | "responses", name: string): Part {
  return { $ref: `#/components/${kind}/${name}` };
}

function json(schema: Part): Part {
  return { "application/json": { schema } };
}
