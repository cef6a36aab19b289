import type { Attribute, Schema, Type } from "../wire/schema.ts";

/** What is known of one physical connection. Never its secret. */
export const PHYSICAL: { readonly [name: string]: Attribute } = {
  id: computed("Identifier of the connection in the store."),
  client_id: computed("The Client ID."),
  token_url: computed("The Token URL."),
  base_url: computed("The Base URL."),
  version: computed("OneRoster version, `1.1` or `1.2`."),
  status: computed("`active` or `disabled`."),
  secret_fingerprint: computed(
    "Short digest of the Client Secret: two people can compare it, and nobody can learn the secret from it.",
  ),
};

/** One connection of one vendor in one district; a switch holds two, and is an update of this resource. */
export const CONNECTION_SCHEMA: Schema = {
  version: 1,
  description:
    "One OneRoster connection of a vendor in a district. Changing what cannot be edited (version, kind, rotate) generates a second connection beside the first; the first is disabled only once the second is confirmed.",
  attributes: {
    ...address(),
    ...wishes(),
    ...upkeep(),
    confirmation: {
      mode: "optional",
      description: "What a cut-over needs before the old connection is disabled.",
      nested: { nesting: "single", attributes: confirmation() },
    },
    on_destroy: {
      mode: "optional",
      type: "string",
      description:
        "What destroying does to the live connection: `forget` (the default) leaves it untouched, `disable` disables it, if nobody uses it.",
    },
    ...foundOut(),
  },
};

function address(): Schema["attributes"] {
  return {
    district: required("Identifier of the district, e.g. `springfield`."),
    vendor: required("Name of the vendor as it stands in the catalogue and in Campus."),
    name: optional("Name of this connection, where the vendor has several in the district."),
    site: {
      mode: "optional",
      description:
        "The Campus site of the district. Needed for the first connection of a district that the store has never heard of.",
      nested: {
        nesting: "single",
        attributes: {
          host: required("Host name of the site, with a port where it is not 443."),
          app: required("Name of the Campus application on that host."),
          kind: optional("`production` (the default) or `sandbox`; the two never mix."),
        },
      },
    },
  };
}

function wishes(): Schema["attributes"] {
  return {
    version: required("OneRoster version, `1.1` or `1.2`."),
    kind: required("`supported` (a partner's connection) or `other`."),
    state: {
      mode: "optional+computed",
      type: "string",
      description: "`active` (the default) or `disabled`.",
    },
    schools: {
      mode: "optional",
      type: ["set", "string"],
      description: "Names of the schools that the vendor sees. All of them when left out.",
    },
    share: {
      mode: "optional",
      type: ["set", "string"],
      description: "Data sets beyond rostering, e.g. `demographics`.",
    },
    rotate: {
      mode: "optional+computed",
      type: "number",
      description: "Raise it to replace the connection like for like. 0 when left out.",
    },
    accept: {
      mode: "optional",
      type: ["set", "string"],
      description: "Losses that are accepted, as the plan prints them, e.g. `user-ids 1.1->1.2`.",
    },
  };
}

function upkeep(): Schema["attributes"] {
  return {
    adopt: optional("Client ID of a found connection that this resource takes over."),
    replaces: optional("Address whose connection this one takes over from, e.g. `springfield/Edlink`."),
    was: optional("Name that the vendor had before it was renamed; nothing is generated for a rename."),
    protected: { mode: "optional", type: "bool", description: "Refuses every switch and every disabling." },
    deliver_from: optional("The credentials are not handed over before this day, e.g. `2027-06-15`."),
    sync_period: optional("How long the vendor may be silent between two syncs, e.g. `48h`."),
    ends: optional("Last day of the contract or privacy agreement; warns 60, 30 and 7 days ahead."),
    expires: optional("Day on which the credentials end; warns ahead."),
    owner: optional("Who answers for the connection in the district."),
    contact: optional("Whom to write to at the vendor."),
    labels: { mode: "optional", type: ["map", "string"], description: "Labels, for people and for reports." },
    attest: {
      mode: "optional",
      description: "A named person's statement that the vendor moved, about one connection.",
      nested: {
        nesting: "single",
        attributes: {
          connection: required("Id of the connection."),
          fingerprint: required("Fingerprint of the secret that was handed over."),
          by: required("Who says so."),
          at: required("The day on which it was said."),
          reason: required("How they know."),
          evidence: optional("Where it can be looked up."),
        },
      },
    },
    freeze: {
      mode: "optional",
      description: "Days on which nothing is closed or disabled in this district; both ends included.",
      nested: {
        nesting: "list",
        attributes: {
          from: required("First day."),
          to: required("Last day."),
          why: required("Why, in a few words."),
        },
      },
    },
  };
}

function confirmation(): Schema["attributes"] {
  return {
    require: {
      mode: "optional",
      type: ["set", "string"],
      description: "Evidence that a cut-over needs: `probed` and one of `used`, `attested`, `used-or-attested`.",
    },
    syncs: { mode: "optional", type: "number", description: "How many good syncs in a row `used` needs." },
    within: optional("After how long an open cut-over asks for attention, e.g. `21d`. It never promotes."),
    wait: optional("How long an apply may wait for evidence, e.g. `10m`. Not at all when left out."),
  };
}

function foundOut(): Schema["attributes"] {
  return {
    address: computed('The address: `district/vendor`, or `district/vendor["name"]`.'),
    current: physical("The connection that the vendor is meant to use."),
    candidate: physical("The connection that is to take over, while a cut-over is open."),
    previous: physical("The connection that was current before the last cut-over."),
    cutover: computed("`none`, `waiting` (two connections, evidence is missing) or `done`."),
    evidence: found({
      description: "What is known of the connection that has to be confirmed, and what is missing.",
      parts: {
        probed: computed("`confirmed`, `inconclusive`, `refuted` or `never`: what our own probes found."),
        used: { mode: "computed", type: "bool", description: "Whether the vendor was seen on it." },
        attested: {
          mode: "computed",
          type: "bool",
          description: "Whether a named person said that the vendor moved.",
        },
        awaits: { mode: "computed", type: ["list", "string"], description: "What is missing, in words." },
      },
    }),
  };
}

function physical(description: string): Attribute {
  return found({ description, parts: PHYSICAL });
}

/**
 * An object that the provider finds, as one attribute: Terraform's own work on a plan grows with the attributes that it
 * knows one by one, and of what nobody can write it needs to know no more than the type.
 */
function found({
  description,
  parts,
}: {
  readonly description: string;
  readonly parts: Schema["attributes"];
}): Attribute {
  const types = Object.entries(parts).map(([name, { type }]): [string, Type] => [name, type ?? "string"]);
  const words = Object.entries(parts).map(([name, part]) => `\`${name}\`: ${part.description}`);
  return {
    mode: "computed",
    type: ["object", Object.fromEntries(types)],
    description: `${description} ${words.join(" ")}`,
  };
}

function required(description: string): Attribute {
  return { mode: "required", type: "string", description };
}

function optional(description: string): Attribute {
  return { mode: "optional", type: "string", description };
}

function computed(description: string): Attribute {
  return { mode: "computed", type: "string", description };
}
