import { readFile } from "node:fs/promises";
import { VERSION } from "../../version.ts";
import { packageFile } from "../package-file.ts";
import { type Machinery, type Starter, starterByHand, starterWithCampus } from "./documents.ts";

/** Whose pipelines bring changes in. */
export type CodeHost = "github" | "gitlab";

/** What a repository with pipelines is made for. */
export interface PipelineStarter {
  readonly host: CodeHost;
  readonly district: string;
  /** Public key of whoever opens the credentials. */
  readonly recipient: string;
  readonly byHand: boolean;
}

/** The files of each code host below `starters/`, apart from its README. */
const FILES: Readonly<Record<CodeHost, readonly string[]>> = {
  github: [".github/workflows/rosterform.yml", ".github/CODEOWNERS"],
  gitlab: [".gitlab-ci.yml"],
};

/**
 * A starter whose changes come in by pull requests. Machines of pipelines forget everything, so its store is on a server, named by
 * reference, and credentials are files that may travel: they are encrypted before they are kept with a job.
 */
export async function starterWithPipeline(asked: PipelineStarter): Promise<Starter> {
  const kind = asked.byHand ? REGISTRY : CAMPUS;
  const read = async (file: string) => readFile(packageFile(`starters/${asked.host}/${file}`), "utf8");
  const texts = await Promise.all([...FILES[asked.host], "README.md"].map(async (file) => [file, await read(file)]));
  const fill = (text: string): string => filled(text, kind, asked);
  const machinery = { store: kind.store, deliver: kind.deliver(asked.recipient) };
  const documents = asked.byHand
    ? starterByHand(asked.district, machinery)
    : starterWithCampus(asked.district, machinery);
  return {
    ...documents,
    ".gitignore": `${IGNORED}${kind.folder}/\n`,
    ...Object.fromEntries(texts.map(([file = "", text = ""]) => [file, fill(text)])),
  };
}

/** Never to be committed, whoever makes it here. */
const IGNORED = `campus.db*
registry.db*
rosterform.key*
credentials-key.txt
plan.json
review.*
apply.ndjson
node_modules/
`;

interface Kind extends Pick<Machinery, "store"> {
  readonly deliver: (recipient: string) => string;
  readonly folder: string;
  /** Names of the two secrets: for plans, and for what writes. */
  readonly read: string;
  readonly write: string;
  readonly setUp: (read: string) => string;
  readonly credentials: string;
  /** A step that the jobs need which write. */
  readonly key: string;
}

const CAMPUS: Kind = {
  store: '{ kind: http, address: "https://campus.example.org", token: env:ROSTERFORM_TOKEN }',
  deliver: (recipient) => `{ kind: age, folder: ./credentials, recipients: [${recipient}] }`,
  folder: "credentials",
  read: "ROSTERFORM_READ_TOKEN",
  write: "ROSTERFORM_TOKEN",
  setUp: (
    read,
  ) => `1. The store is behind a campus on a server (\`rosterform serve --operators\`, with TLS before it). Write its address into
   \`rosterform.yaml\`, and make two operators there: one with \`access: read\`, one with \`access: write\`.
2. ${read}, with the token of the operator that may only read.`,
  credentials: `New credentials are kept with the job that made them, as the artifact \`credentials\`: one file a vendor, encrypted to the
recipients in \`rosterform.yaml\`. The key that \`init\` made is \`credentials-key.txt\`. It is not in the repository: keep it where
whoever hands credentials over can reach it, and nobody else. \`age -d -i credentials-key.txt FILE\` opens one. With your own keys
(\`age-keygen\`), name those instead and delete it. Where services read their secrets from Vault, deliver them there
(\`deliver: { kind: vault, ... }\`).`,
  key: "",
};

const REGISTRY: Kind = {
  store: "{ kind: by-hand, url: env:ROSTERFORM_STORE_URL }",
  deliver: () => "{ kind: packet, folder: ./packets }",
  folder: "packets",
  read: "ROSTERFORM_STORE_READ_URL",
  write: "ROSTERFORM_STORE_URL",
  setUp: (
    read,
  ) => `1. The registry is in a PostgreSQL database. Make it once, at a terminal: set \`ROSTERFORM_STORE_URL\` and run
   \`rosterform store create\`. The key file that it makes, \`rosterform.key\`, seals the secrets: keep it, and put its text into
   \`ROSTERFORM_KEY\` beside the one that writes (on GitLab as a variable of the type file).
2. ${read}, with the URL of a login that may only read.`,
  credentials: `At a real site people click. What is to be clicked, and what a vendor gets, is done at a terminal: \`rosterform do\`. The
pipelines plan, remember what is asked, and say what waits.`,
  key: `      - env:
          KEY: \${{ secrets.ROSTERFORM_KEY }}
        run: (umask 077 && printf '%s\\n' "$KEY" > rosterform.key)
`,
};

function filled(text: string, kind: Kind, { host }: PipelineStarter): string {
  const where =
    host === "github"
      ? `The secret \`${kind.read}\` (Settings, Secrets and variables, Actions)`
      : `The variable \`${kind.write}\`, twice, see 3: the one for reviews`;
  return text
    .replace(/^ *# @KEY@\n/gm, () => kind.key)
    .replaceAll("@VERSION@", VERSION)
    .replaceAll("@PATH@", `${kind.folder}/**/*.age`)
    .replaceAll("@WRITE@", kind.write)
    .replaceAll("@STORE@", () => kind.setUp(where))
    .replaceAll("@CREDENTIALS@", () => kind.credentials)
    .replaceAll("secrets.ROSTERFORM_READ_TOKEN", `secrets.${kind.read}`)
    .replaceAll("secrets.ROSTERFORM_TOKEN", `secrets.${kind.write}`)
    .replaceAll(/^( +)ROSTERFORM_TOKEN: /gm, `$1${kind.write}: `);
}
