import type { Attribute, FunctionSchema, Schema } from "../wire/schema.ts";
import { CONNECTION_SCHEMA, PHYSICAL } from "./connection-schema.ts";

/** The vendors of the catalogue. */
export const VENDORS_SCHEMA: Schema = {
  version: 0,
  description: "The vendors of the catalogue that the provider was configured with.",
  attributes: {
    vendors: {
      mode: "computed",
      description: "By name.",
      nested: {
        nesting: "map",
        attributes: {
          status: said("string", "Partner status, as the catalogue has it."),
          versions: said(["list", "string"], "OneRoster versions that the vendor works with."),
          share: said(["list", "string"], "Data sets that the vendor asks for beyond rostering."),
          sync_period: said("string", "How often the vendor syncs."),
          contact: said("string", "Whom to write to."),
          owner: said("string", "Who answers for the vendor."),
        },
      },
    },
  },
};

/** The live connections of districts. */
export const CONNECTIONS_SCHEMA: Schema = {
  version: 0,
  description: "Live connections, also those that nobody manages. One read for each district.",
  attributes: {
    districts: {
      mode: "optional",
      type: ["set", "string"],
      description: "Only these districts; all that the store knows when left out.",
    },
    vendor: { mode: "optional", type: "string", description: "Only the connections of this vendor." },
    status: { mode: "optional", type: "string", description: "Only `active` or `disabled` ones." },
    managed: {
      mode: "optional",
      type: "bool",
      description: "Only those that rosterform manages (true), or only found ones (false).",
    },
    connections: {
      mode: "computed",
      description: "By district, then by id.",
      nested: {
        nesting: "list",
        attributes: {
          ...PHYSICAL,
          district: said("string", "The district."),
          vendor: said("string", "Name of the application in the live system."),
          address: said("string", "The address it belongs to; null for found ones."),
          role: said("string", "`current`, `candidate`, `previous`, or null."),
          kind: said("string", "`supported` or `other`."),
          managed: said("bool", "Whether rosterform manages it."),
          created_at: said("string", "When it was made."),
        },
      },
    },
  },
};

/** A district's YAML file, so that the YAML stays the source and Terraform the runner. */
export const DISTRICT_SCHEMA: Schema = {
  version: 0,
  description:
    "The connections of a district file, read through the same schema and checks as on the command line, groups of the project included.",
  attributes: {
    file: { mode: "required", type: "string", description: "The file, relative to the folder of the configuration." },
    district: said("string", "Identifier of the district."),
    mode: said("string", "`manage`, or `observe`: looked at, never applied."),
    connections: {
      mode: "computed",
      description: 'What the file wants, by `Vendor` or `Vendor["name"]`: the arguments of `oneroster_connection`.',
      nested: { nesting: "map", attributes: asComputed(wanted()) },
    },
  },
};

/** The four values of a connection, for another provider's write-only argument. */
export const CREDENTIALS_SCHEMA: Schema = {
  version: 0,
  description:
    "Opens the four values of a connection for one phase of a run. They are in no state, no plan file and no log.",
  attributes: {
    district: { mode: "required", type: "string", description: "Identifier of the district." },
    vendor: { mode: "required", type: "string", description: "Name of the vendor." },
    name: { mode: "optional", type: "string", description: "Name of the connection, where the vendor has several." },
    connection_id: {
      mode: "optional",
      type: "string",
      description:
        "Only this connection, e.g. the id of `candidate`. Left out: the candidate while a cut-over is open, else the current one.",
    },
    client_id: said("string", "The Client ID."),
    client_secret: { mode: "computed", type: "string", sensitive: true, description: "The Client Secret." },
    token_url: said("string", "The Token URL."),
    base_url: said("string", "The Base URL."),
    secret_fingerprint: said("string", "Short digest of the secret, fit for a `..._wo_version` argument."),
  },
};

/** `provider::oneroster::parse_address` */
export const PARSE_ADDRESS: FunctionSchema = {
  summary: "Takes an address apart",
  description: 'Takes `district/vendor["name"]` apart; `name` is null where the address has none.',
  parameters: [{ name: "address", type: "string", description: "The address." }],
  returns: ["object", { district: "string", vendor: "string", name: "string" }],
};

function said(type: Attribute["type"] & {}, description: string): Attribute {
  return { mode: "computed", type, description };
}

/** What a configuration says about a connection, without what the provider finds and how Terraform is to act. */
function wanted(): Schema["attributes"] {
  const entries = Object.entries(CONNECTION_SCHEMA.attributes);
  return Object.fromEntries(entries.filter(([name, { mode }]) => mode !== "computed" && name !== "on_destroy"));
}

/** The same attributes, told instead of asked. */
function asComputed(attributes: Schema["attributes"]): Schema["attributes"] {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, attribute]): [string, Attribute] => [
      name,
      attribute.nested === undefined
        ? { mode: "computed", type: attribute.type, description: attribute.description }
        : {
            mode: "computed",
            description: attribute.description,
            nested: { ...attribute.nested, attributes: asComputed(attribute.nested.attributes) },
          },
    ]),
  );
}
