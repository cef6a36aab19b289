import { OutsideError } from "../../src/diagnostics/outside-error.ts";
import { valueFromJson } from "../../src/terraform/wire/json.ts";
import type {
  DataSource,
  Ephemeral,
  Notice,
  Provider,
  ProviderFunction,
  Resource,
} from "../../src/terraform/wire/provider.ts";
import type { Attribute, Schema } from "../../src/terraform/wire/schema.ts";
import { typeOf } from "../../src/terraform/wire/type.ts";
import { type Attributes, Decimal, UNKNOWN, type Value } from "../../src/terraform/wire/value.ts";

/** What every configuration for it begins with. */
export const HEAD = `terraform {
  required_providers {
    oneroster = { source = "rosterform/oneroster" }
  }
}
`;

/** What happened to a sample provider, for tests to look at. */
export interface Seen {
  configured: number;
  stopped: number;
  closed: number;
  /** Values of the write-only attribute, as applying got them. */
  secrets: Value[];
  /** What was kept beside each state, as reading got it back. */
  kept: string[];
}

const optional = (type: Attribute["type"] & {}): Attribute => ({ mode: "optional", type, description: "A **value**." });

const THING: Schema = {
  version: 1,
  description: "One of each kind.",
  attributes: {
    id: { mode: "computed", type: "string", description: "Made when it is created." },
    name: { mode: "required", type: "string", description: "Its name." },
    number: optional("number"),
    flag: optional("bool"),
    list: optional(["list", "string"]),
    set: optional(["set", "number"]),
    map: optional(["map", "string"]),
    object: {
      mode: "optional",
      description: "An object.",
      nested: { nesting: "single", attributes: { inner: optional("string"), count: optional("number") } },
    },
    several: {
      mode: "optional",
      description: "Several objects.",
      nested: { nesting: "list", attributes: { inner: optional("string"), tags: optional(["set", "string"]) } },
    },
    by_key: {
      mode: "optional",
      description: "Objects by key.",
      nested: { nesting: "map", attributes: { inner: optional("string") } },
    },
    secret: { mode: "optional", type: "string", description: "Never stored.", writeOnly: true, sensitive: true },
    /** Milliseconds that applying takes. */
    slow: optional("number"),
    complain: optional(["list", "string"]),
  },
};

/** A provider with one resource that lives nowhere but in the state. */
export function sampleProvider(seen: Seen = { configured: 0, stopped: 0, closed: 0, secrets: [], kept: [] }): Provider {
  return {
    schema: { version: 0, description: "A sample.", attributes: { word: optional("string") } },
    resources: { oneroster_thing: thing(seen) },
    dataSources: { oneroster_echo: echo },
    ephemerals: { oneroster_token: token },
    functions: { double: doubled },
    validate: async () => [],
    configure: async () => {
      seen.configured += 1;
      return [];
    },
    stop: () => {
      seen.stopped += 1;
    },
    close: async () => {
      seen.closed += 1;
    },
  };
}

function thing(seen: Seen): Resource {
  const type = typeOf(THING);
  const kept = new TextEncoder().encode("kept");
  return {
    schema: THING,
    validate: async (config) => complaints(config["complain"] ?? null),
    upgrade: async (version, stored) => {
      const state = valueFromJson(stored, type) as Attributes;
      const name = version === 0 ? `upgraded ${word(state["name"])}` : (state["name"] ?? null);
      return { state: { ...state, name }, notices: [] };
    },
    read: async ({ state, private: before }) => {
      seen.kept.push(new TextDecoder().decode(before));
      return { state: state["name"] === "gone" ? null : state, private: before, notices: [] };
    },
    plan: async ({ prior, proposed, private: before }) => {
      if (proposed === null) return { planned: null, private: before, notices: [] };
      const planned = { ...proposed, secret: null, id: prior?.["id"] ?? UNKNOWN };
      return { planned, private: before, notices: [] };
    },
    apply: async ({ prior, planned, config }) => {
      if (planned === null) return { state: null, private: new Uint8Array(), notices: [] };
      seen.secrets.push(config?.["secret"] ?? null);
      if (planned["slow"] instanceof Decimal) await pause(Number(planned["slow"].text));
      const state = { ...planned, id: prior?.["id"] ?? `id of ${word(planned["name"])}` };
      const notices: Notice[] =
        planned["name"] === "half" ? [{ severity: "error", summary: "Only half done", detail: "As asked." }] : [];
      if (planned["name"] === "broken") throw new TypeError("a foreign message with s3cret");
      if (planned["name"] === "offline") throw new OutsideError("x/y", "The site is offline.", { fix: "Try again." });
      return { state, private: kept, notices };
    },
    import: async (id) => ({ state: { ...nothing(), id, name: id.replace("id of ", "") }, private: kept, notices: [] }),
    move: async ({ type: from, state }) =>
      from === "terraform_data"
        ? { state: { ...nothing(), id: word((state as Attributes)["id"]), name: "moved" }, notices: [] }
        : { state: undefined, notices: [] },
  };

  function nothing(): Attributes {
    return Object.fromEntries(Object.keys(THING.attributes).map((name) => [name, null]));
  }
}

/** One notice at each path that is asked for: `several.0.tags` and the like. */
function complaints(asked: Value): readonly Notice[] {
  if (!Array.isArray(asked)) return [];
  return asked.map(word).map((text) => ({
    severity: text.startsWith("warn:") ? ("warning" as const) : ("error" as const),
    summary: `Complaint about ${text}`,
    detail: "As asked.",
    path: text
      .replace("warn:", "")
      .split(".")
      .map((step) => {
        if (/^\d+$/.test(step)) return { index: Number(step) };
        return step.startsWith("@") ? { key: step.slice(1) } : { attribute: step };
      }),
  }));
}

const echo: DataSource = {
  schema: {
    version: 0,
    description: "Says it again.",
    attributes: { said: optional("string"), echoed: { mode: "computed", type: "string", description: "The same." } },
  },
  validate: async () => [],
  read: async (config) => ({ state: { ...config, echoed: config["said"] ?? null }, notices: [] }),
};

const token: Ephemeral = {
  schema: {
    version: 0,
    description: "A token.",
    attributes: {
      of: optional("string"),
      token: { mode: "computed", type: "string", description: "It.", sensitive: true },
    },
  },
  validate: async () => [],
  open: async (config) => ({ result: { ...config, token: `eph-${word(config["of"])}` }, notices: [] }),
};

const doubled: ProviderFunction = {
  schema: {
    summary: "Doubles",
    description: "Doubles a number.",
    parameters: [{ name: "number", type: "number", description: "The number." }],
    returns: "number",
  },
  call: ([number]) => {
    if (!(number instanceof Decimal)) return { error: "a number was expected", argument: 0 };
    if (number.text.startsWith("-")) return { error: "no negative numbers, please", argument: 0 };
    return { result: Decimal.of(BigInt(number.text) * 2n) };
  },
};

function word(value: Value | undefined): string {
  return typeof value === "string" ? value : "";
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
