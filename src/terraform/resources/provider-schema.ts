import type { Attribute, Schema } from "../wire/schema.ts";

/** How the provider is configured: by a project file, or attribute by attribute in the same words. */
export const PROVIDER_SCHEMA: Schema = {
  version: 0,
  description:
    "OneRoster connections as code. The store, the catalogue and the policy come from `project`, a rosterform.yaml, or are said here.",
  attributes: {
    project: optional(
      "Path of a `rosterform.yaml`. Its store, catalogue, delivery, probes, freeze windows and policy hold; its districts are not read. `ROSTERFORM_CONFIG` when left out.",
    ),
    store: {
      mode: "optional",
      description: "The live system. `ROSTERFORM_STORE` names another SQLite file, as on the command line.",
      nested: { nesting: "single", attributes: store() },
    },
    catalogue: optional("Path of a vendor catalogue (`vendors.yaml`)."),
    deliver: {
      mode: "optional",
      description:
        "Where the credentials of new connections go, as on the command line. Left out, they stay in the store until `oneroster_credentials` opens them.",
      nested: { nesting: "single", attributes: deliver() },
    },
    confirmation: {
      mode: "optional",
      description: "What cut-overs need, where a resource does not say so itself.",
      nested: {
        nesting: "single",
        attributes: {
          require: { mode: "optional", type: ["set", "string"], description: "Evidence that a cut-over needs." },
          quiet: optional("How long an old connection must be quiet to count as unused, e.g. `48h`."),
          syncs: { mode: "optional", type: "number", description: "How many good syncs in a row `used` needs." },
          within: optional("After how long an open cut-over asks for attention."),
        },
      },
    },
    lock_timeout: optional(
      "How long to wait for others who write to the store, e.g. `30s`. Ten seconds when left out.",
    ),
  },
};

function store(): Schema["attributes"] {
  return {
    kind: { mode: "required", type: "string", description: "`sqlite`, `postgres` or `http`." },
    path: optional("The database file (sqlite)."),
    url: optional("Reference to the URL of the database, e.g. `env:ROSTERFORM_STORE_URL` (postgres)."),
    schema: optional("The schema of the database (postgres)."),
    key: optional("Reference to the key file, e.g. `file:./rosterform.key` (sqlite, postgres)."),
    address: optional("Address of the server (http)."),
    token: optional("Reference to the token, e.g. `env:ROSTERFORM_TOKEN` (http)."),
    ca: optional("Reference to the file of the certificate authority (http)."),
  };
}

function deliver(): Schema["attributes"] {
  return {
    kind: {
      mode: "required",
      type: "string",
      description: "`file`, `age`, `packet`, `variables`, `kubernetes`, `vault` or `command`.",
    },
    folder: optional("Where the files go."),
    recipients: {
      mode: "optional",
      type: ["list", "string"],
      description: "Public age keys of those who may read (age).",
    },
    format: optional("`github`, `gitlab`, `azure` or `dotenv` (variables)."),
    namespace: optional("Namespace (kubernetes, vault)."),
    address: optional("Address of the server (vault)."),
    mount: optional("Mount of the KV version 2 engine (vault)."),
    path: optional("Path with `{district}` and `{vendor}` (vault)."),
    token: optional("Reference to the token (vault)."),
    ca: optional("Reference to the certificate authority (vault)."),
    run: { mode: "optional", type: ["list", "string"], description: "The program and its arguments (command)." },
    timeout: optional("How long the program may take, e.g. `30s` (command)."),
    keeps: { mode: "optional", type: "bool", description: "Whether the program keeps the values (command)." },
  };
}

function optional(description: string): Attribute {
  return { mode: "optional", type: "string", description };
}
