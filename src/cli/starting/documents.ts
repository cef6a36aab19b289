import { modelineOf, schemaAddress } from "../../config/modeline.ts";

/** Files of a starter repository: their paths below its folder, and their texts. */
export type Starter = Readonly<Record<string, string>>;

/** Where the store is, and where credentials go, as a project file says it. */
export interface Machinery {
  readonly store: string;
  readonly deliver: string;
}

const PROJECT_SCHEMA = modelineOf(schemaAddress("project"));
const DISTRICT_SCHEMA = modelineOf(schemaAddress("district"));
const CATALOGUE_SCHEMA = modelineOf(schemaAddress("catalogue"));

/** A store on this machine and credentials in files. */
const HERE: Machinery = {
  store: "{ kind: sqlite, path: ./campus.db }",
  deliver: "{ kind: file, folder: ./credentials }",
};

/** A rehearsal: two vendors of a sandbox. */
export function starterWithCampus(district: string, { store, deliver }: Machinery = HERE): Starter {
  return {
    "rosterform.yaml": `${PROJECT_SCHEMA}
districts: districts/*.yaml
store: ${store}
deliver: ${deliver}
`,
    [`districts/${district}.yaml`]: `${DISTRICT_SCHEMA}
district: ${district}
site: { host: ${district}.example.org, app: ${district}, kind: sandbox }
vendors:
  Otus: { version: 1.1, kind: supported, share: [demographics] }
  Bluebird Reading: { version: 1.2, kind: other, schools: [Lincoln] }
`,
    ".gitignore": "campus.db*\nrosterform.key\ncredentials/\n",
  };
}

const REGISTRY: Machinery = {
  store: "{ kind: by-hand, path: ./registry.db }",
  deliver: "{ kind: packet, folder: ./packets }",
};

/** A real site: nobody knows yet what exists there, and vendors get packets that only they can open. */
export function starterByHand(district: string, { store, deliver }: Machinery = REGISTRY): Starter {
  return {
    "rosterform.yaml": `${PROJECT_SCHEMA}
districts: districts/*.yaml
catalogue: vendors.yaml
store: ${store}
deliver: ${deliver}
`,
    "vendors.yaml": `${CATALOGUE_SCHEMA}
# What is known about vendors. With a vendor's public key (age1... or the line of an SSH .pub file) under \`keys\`, only
# the vendor can open its packet; without one a passphrase is made, to be told by telephone.
vendors:
  Otus: { contact: help@otus.example }
`,
    [`districts/${district}.yaml`]: `${DISTRICT_SCHEMA}
district: ${district}
# What stands in the Token URL of any connection: https://HOST/campus/oauth2/token?appName=APP
site: { host: ${district}.example.org, app: ${district} }
vendors:
  Otus: { version: 1.1, kind: supported }
`,
    ".gitignore": "registry.db*\nrosterform.key\npackets/\n",
  };
}
