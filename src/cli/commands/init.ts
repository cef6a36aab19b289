import { access, mkdir, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { modelineOf, schemaAddress } from "../../config/modeline.ts";
import { problem } from "../../diagnostics/diagnostic.ts";
import { OutsideError } from "../../diagnostics/outside-error.ts";
import { createStore } from "../../drivers.ts";
import { DISTRICT_PATTERN } from "../../model/address.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { openOutput, folderOf, tell } from "../output.ts";
import { type DocumentOptions } from "../session.ts";
import type { World } from "../world.ts";

/** What the command line says. */
export interface InitOptions extends DocumentOptions {
  readonly folder: string;
  readonly district: string;
  /** The starter is for a real site whose connections people click together. */
  readonly byHand?: boolean;
}

/** Makes a starter repository. What exists already is kept as it is. */
export async function init(options: InitOptions, world: World): Promise<ExitCode> {
  const out = openOutput(options, world);
  if (!DISTRICT_PATTERN.test(options.district)) {
    const detail = `${options.district}: use lower-case letters, digits and hyphens, such as --district springfield.`;
    const wrong = problem({ code: "cli/district-name", summary: "This cannot be the name of a district", detail });
    tell(out, [wrong]);
    return EXIT.failed;
  }
  const root = resolve(folderOf(options, world), options.folder);
  for (const [file, text] of Object.entries(starter(options))) {
    out.text(`${(await writeNew(join(root, file), text)) ? "made " : "kept "} ${file}`);
  }
  const { file: storeFile, kind, next } = options.byHand === true ? BY_HAND : CAMPUS;
  const store = { kind, path: join(root, storeFile), keyFile: join(root, "rosterform.key") };
  const isThere = await exists(store.path);
  if (!isThere) await createStore(store, { clock: world.clock });
  out.text(
    `${isThere ? "kept " : "made "} ${storeFile} and rosterform.key (mode 0600; keep it apart from the store, and safe)`,
  );
  out.text(`\nNext:${options.folder === "." ? "" : `\n  cd ${options.folder}`}\n${next}`);
  out.json({ type: "initialized", folder: options.folder });
  return EXIT.done;
}

/** A store, and what comes after it was made. */
interface Start {
  readonly kind: "sqlite" | "by-hand";
  readonly file: string;
  readonly next: string;
}

const CAMPUS: Start = {
  kind: "sqlite",
  file: "campus.db",
  next: "  rosterform serve     in a second terminal: the reference campus\n  rosterform plan\n  rosterform apply",
};

const BY_HAND: Start = {
  kind: "by-hand",
  file: "registry.db",
  next: "  Write your site and vendors into districts/ and vendors.yaml.\n  rosterform adopt --interactive     tell the registry what exists in Campus\n  rosterform inventory sign          say that this is everything\n  rosterform plan",
};

function starter({ district, byHand }: InitOptions): Readonly<Record<string, string>> {
  return byHand === true ? starterByHand(district) : starterWithCampus(district);
}

function starterWithCampus(district: string): Readonly<Record<string, string>> {
  return {
    "rosterform.yaml": `${modelineOf(schemaAddress("project"))}
districts: districts/*.yaml
store: { kind: sqlite, path: ./campus.db }
deliver: { kind: file, folder: ./credentials }
`,
    [`districts/${district}.yaml`]: `${modelineOf(schemaAddress("district"))}
district: ${district}
site: { host: ${district}.example.org, app: ${district}, kind: sandbox }
vendors:
  Otus: { version: 1.1, kind: supported, share: [demographics] }
  Bluebird Reading: { version: 1.2, kind: other, schools: [Lincoln] }
`,
    ".gitignore": "campus.db*\nrosterform.key\ncredentials/\n",
  };
}

/** A real site: nobody knows yet what exists there, and vendors get packets that only they can open. */
function starterByHand(district: string): Readonly<Record<string, string>> {
  return {
    "rosterform.yaml": `${modelineOf(schemaAddress("project"))}
districts: districts/*.yaml
catalogue: vendors.yaml
store: { kind: by-hand, path: ./registry.db }
deliver: { kind: packet, folder: ./packets }
`,
    "vendors.yaml": `${modelineOf(schemaAddress("catalogue"))}
# What is known about vendors. With a vendor's public key (age1... or the line of an SSH .pub file) under \`keys\`, only
# the vendor can open its packet; without one a passphrase is made, to be told by telephone.
vendors:
  Otus: { contact: help@otus.example }
`,
    [`districts/${district}.yaml`]: `${modelineOf(schemaAddress("district"))}
district: ${district}
# What stands in the Token URL of any connection: https://HOST/campus/oauth2/token?appName=APP
site: { host: ${district}.example.org, app: ${district} }
vendors:
  Otus: { version: 1.1, kind: supported }
`,
    ".gitignore": "registry.db*\nrosterform.key\npackets/\n",
  };
}

async function writeNew(path: string, text: string): Promise<boolean> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text, { flag: "wx" });
    return true;
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "EEXIST") return false;
    throw new OutsideError("cli/cannot-write", "The starter repository cannot be written", {
      cause,
      fix: "Choose a folder that you may write to.",
    });
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
