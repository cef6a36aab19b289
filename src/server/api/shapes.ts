import { DISTRICT_PATTERN } from "../../model/address.ts";
import { RUNGS } from "../../model/evidence.ts";
import { PULLS } from "../../model/pull.ts";
import { CLAUSES } from "../../model/requirement.ts";
import { DAY_MS } from "../../model/time.ts";
import { DATA_SETS, KINDS, VERSIONS } from "../../model/traits.ts";

/** The shapes of the commands that the API takes, as JSON Schemas; what is not in them is refused. */

const text = { type: "string", minLength: 1, maxLength: 300 } as const;
const identifier = { type: "string", minLength: 1, maxLength: 100 } as const;
const count = { type: "integer", minimum: 0, maximum: Number.MAX_SAFE_INTEGER } as const;
const names = { type: "array", maxItems: 2000, items: text } as const;
const moment = { type: "string", pattern: "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z$" } as const;

const schools = { anyOf: [{ const: "all" }, names] } as const;
const share = { type: "array", maxItems: 10, items: { enum: DATA_SETS } } as const;
const site = object({ host: text, app: text, kind: { enum: ["production", "sandbox"] } });
const traits = { kind: { enum: KINDS }, version: { enum: VERSIONS }, schools, share };
const requires = object(
  { clauses: { type: "array", minItems: 1, maxItems: CLAUSES.length, items: { enum: CLAUSES } }, quietMs: count },
  { syncs: { type: "integer", minimum: 1, maximum: 1000 } },
);
const about = object({ connection: identifier, fingerprint: identifier, epoch: count });
const compared = object(
  { what: { enum: ["schools", "classes", "users", "enrollments"] }, old: count, now: count },
  { again: count },
);
const finding = object(
  {
    rung: { enum: RUNGS },
    verdict: { enum: ["confirmed", "refuted", "inconclusive"] },
    code: identifier,
    says: { type: "string", maxLength: 2000 },
  },
  { compared: { type: "array", maxItems: 4, items: compared } },
);
const said = { about, at: moment, by: text, reason: { type: "string", minLength: 1, maxLength: 2000 } };
/** Taken, and not believed: the operator's token says who it is. */
const identity = object({ kind: identifier, name: text }, { where: text, commit: text });
const webAddress = { type: "string", pattern: "^https?://[^\\s@]+$", maxLength: 2000 };
/** The revision of the slot on which a write was planned is the header `If-Match`. */
const at = { address: { type: "string", minLength: 3, maxLength: 300 } };
const connection = { connection: identifier };

/** By the name of the write in the path. */
export const SHAPES = {
  open: object(
    { ...at, site, generation: count, application: text, make: object({ ...traits, rotate: count }), requires },
    { from: identifier },
  ),
  tie: object({ ...at, from: identifier, to: identifier, requires }),
  restore: object({ ...at, requires }),
  "begin-delivery": object({ ...at, ...connection, target: text }),
  "record-delivery": object({ ...at, ...connection, target: text }),
  "record-receipt": object({ ...at, ...connection, from: text }),
  "record-findings": object({
    ...at,
    probed: object({
      kind: { const: "probed" },
      about,
      at: moment,
      by: text,
      findings: { type: "array", minItems: 1, maxItems: 100, items: finding },
    }),
  }),
  "record-statement": object({
    ...at,
    statement: {
      oneOf: [
        object({ kind: { const: "attested" }, ...said }, { identity, evidence: webAddress }),
        object({ kind: { const: "waived" }, ...said, rung: { enum: RUNGS } }, { identity }),
      ],
    },
  }),
  update: object({ ...at, ...connection, changes: object({ schools, share }) }),
  adopt: object({ ...at, ...connection, site, rotate: count }),
  rename: object({ ...at, to: at.address }),
  release: object(at),
  "close-cutover": object(at),
  abandon: object({ ...at, hold: { type: "boolean" } }),
  disable: object({
    ...at,
    ...connection,
    grounds: {
      oneOf: [object({ kind: { const: "unused" }, quietMs: count }), object({ kind: { const: "accepted-cut-off" } })],
    },
  }),
} as const;

const district = { type: "string", pattern: DISTRICT_PATTERN.source } as const;

/** What the optional rehearsal part of the API takes, by the last word of its path. */
export const REHEARSAL_SHAPES = {
  pass: object({ ms: { type: "integer", minimum: 1, maximum: 400 * DAY_MS } }),
  traffic: object(
    { ...connection, at: moment, by: { enum: ["consumer", "probe"] }, what: identifier, ok: { type: "boolean" } },
    {
      pull: { enum: PULLS },
      status: { type: "integer", minimum: 100, maximum: 599 },
      rows: count,
      isDelta: { type: "boolean" },
      wrote: { enum: ["created", "replaced", "deleted"] },
    },
  ),
  create: object({ district, site, application: text, make: object(traits, { rotate: count }), by: text }),
  change: object({
    ...connection,
    by: text,
    change: {
      oneOf: [
        object({ kind: { const: "disable" } }),
        object({ kind: { const: "enable" } }),
        object({ kind: { const: "edit" }, schools, share }),
      ],
    },
  }),
} as const;

function object(required: Readonly<Record<string, unknown>>, optional: Readonly<Record<string, unknown>> = {}) {
  return {
    type: "object",
    properties: { ...required, ...optional },
    required: Object.keys(required),
    additionalProperties: false,
  } as const;
}
