import { REFUSALS } from "../../model/attempt.ts";
import { RUNGS } from "../../model/evidence.ts";
import { CLAUSES } from "../../model/requirement.ts";
import { PULLS } from "../../model/pull.ts";
import { DATA_SETS, KINDS, VERSIONS } from "../../model/traits.ts";

/**
 * The shapes of what the API answers with, as parts of its OpenAPI document. Members may be added; whoever reads ignores those
 * that it does not know.
 */

type Schema = Readonly<Record<string, unknown>>;

const text: Schema = { type: "string" };
const count: Schema = { type: "integer", minimum: 0 };
const moment: Schema = { type: "string", format: "date-time" };
const one = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });
const many = (items: Schema): Schema => ({ type: "array", items });

const said = { by: text, at: moment };
const traits = {
  kind: { enum: KINDS },
  version: { enum: VERSIONS },
  schools: one("Schools"),
  share: many({ enum: DATA_SETS }),
};
const about = shape({ connection: text, fingerprint: text, epoch: count });
const identity = shape({ kind: text, name: text }, { where: text, commit: text });
const finding = shape(
  { rung: { enum: RUNGS }, verdict: { enum: ["confirmed", "refuted", "inconclusive"] }, code: text, says: text },
  { compared: many(shape({ what: text, old: count, now: count }, { again: count })) },
);
const statement = { about, at: moment, by: text, reason: text };
const use = {
  oneOf: [
    shape({ kind: { const: "unobservable" } }),
    shape(
      {
        kind: { const: "observed" },
        since: moment,
        pulled: shape({}, Object.fromEntries(PULLS.map((pull) => [pull, moment]))),
      },
      {
        last: moment,
        syncs: shape({ good: count, from: moment, to: moment, pulled: many({ enum: PULLS }), failing: many(text) }),
      },
    ),
  ],
};

export const ANSWER_SHAPES: Readonly<Record<string, Schema>> = {
  Schools: { description: "All schools, or the names of some.", anyOf: [{ const: "all" }, many(text)] },
  Site: shape({ host: text, app: text, kind: { enum: ["production", "sandbox"] } }),
  Requirement: shape(
    {
      clauses: { ...many({ enum: CLAUSES }), minItems: 1 },
      quietMs: {
        ...count,
        description: "How long the old connection must have been quiet before use counts, in milliseconds.",
      },
    },
    { syncs: count },
  ),
  Evidence: {
    description: "Of the connection's present epoch only; what is about another epoch or secret is never kept.",
    oneOf: [
      shape({ kind: { const: "probed" }, about, at: moment, by: text, findings: many(finding) }),
      shape({ kind: { const: "attested" }, ...statement }, { identity, evidence: text, oldSeen: text }),
      shape({ kind: { const: "waived" }, ...statement, rung: { enum: RUNGS } }, { identity }),
    ],
  },
  Connection: shape(
    {
      id: text,
      district: text,
      application: text,
      clientId: text,
      tokenUrl: text,
      baseUrl: text,
      fingerprint: { ...text, description: "Digest by which two people can tell that they hold the same secret." },
      ...traits,
      rotate: count,
      status: {
        oneOf: [
          shape({ kind: { const: "active" } }),
          shape({
            kind: { const: "disabled" },
            ...said,
            how: { enum: ["closed", "disabled", "abandoned", "outside"] },
          }),
        ],
      },
      provenance: { enum: ["generated", "adopted", "found"] },
      createdAt: moment,
      epoch: {
        ...count,
        description: "Grows with an edit, a change by hand and a first delivery: evidence from before is void.",
      },
      epochAt: moment,
      use,
      evidence: many(one("Evidence")),
    },
    { delivery: shape({ state: { enum: ["begun", "done"] }, target: text, at: moment }, { received: shape(said) }) },
  ),
  Cutover: shape({ to: text, generation: count, requires: one("Requirement"), openedAt: moment }, { from: text }),
  Slot: shape(
    {
      address: text,
      revision: {
        ...count,
        description: "Grows with every write to this address; a write names the one it was planned on.",
      },
      generation: { ...count, description: "Generations opened so far." },
    },
    {
      current: text,
      cutover: one("Cutover"),
      previous: text,
      aborted: shape({ ...said, kind: { enum: KINDS }, version: { enum: VERSIONS }, rotate: count }),
      applied: shape({ connection: text, at: moment, ...traits, rotate: count }),
    },
  ),
  District: shape(
    {
      district: text,
      revision: { ...count, description: "Grows with every material write, never with use. 0: never heard of." },
      slots: { ...many(one("Slot")), description: "In the order of their addresses." },
      connections: { ...many(one("Connection")), description: "All of them, in the order of their creation." },
      observesUse: { type: "boolean" },
    },
    { site: one("Site") },
  ),
  JournalEntry: shape(
    { sequence: count, at: moment, by: text, what: text, district: text, detail: { type: "object" } },
    { address: text, connection: text, link: text },
  ),
  Request: shape(
    { connection: text, at: moment, by: { enum: ["consumer", "probe"] }, what: text, ok: { type: "boolean" } },
    { pull: { enum: PULLS }, status: count, rows: count, isDelta: { type: "boolean" }, wrote: text },
  ),
  Attempt: shape(
    { reason: { enum: REFUSALS }, first: moment, last: moment, count: { ...count, minimum: 1 } },
    {
      from: {
        ...text,
        description: "An address, of IPv6 its first 64 bits; left out where several are counted together.",
      },
      operator: text,
      district: text,
    },
  ),
  Credentials: shape({ clientId: text, clientSecret: text, tokenUrl: text, baseUrl: text }),
  Judgement: shape({ met: { type: "boolean" }, reached: many(text), missing: many({ type: "object" }) }),
  CloseOutcome: {
    oneOf: [
      shape({ kind: { const: "closed" }, current: text }, { disabled: text }),
      shape({ kind: { const: "waiting" }, judgement: one("Judgement") }),
    ],
  },
  AbandonOutcome: shape({ kind: { enum: ["abandoned", "in-use"] }, connection: text }),
  DisableOutcome: shape({ kind: { enum: ["disabled", "in-use"] }, connection: text }),
  Asked: shape({ kind: { const: "asked" }, task: text }),
  Stale: shape({ kind: { const: "stale" }, expected: count, found: count }),
  Refused: shape({ kind: { const: "refused" }, why: text }),
  Trouble: shape({ error: shape({ code: text, message: text }) }),
};

function shape(required: Readonly<Record<string, Schema>>, optional: Readonly<Record<string, Schema>> = {}): Schema {
  return { type: "object", properties: { ...required, ...optional }, required: Object.keys(required) };
}
