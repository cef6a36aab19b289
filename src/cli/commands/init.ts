import { access, mkdir, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { problem } from "../../diagnostics/diagnostic.ts";
import { OutsideError } from "../../diagnostics/outside-error.ts";
import { createStore } from "../../drivers.ts";
import { DISTRICT_PATTERN } from "../../model/address.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { openOutput, type Output, folderOf, tell } from "../output.ts";
import { type DocumentOptions } from "../session.ts";
import { type Starter, starterByHand, starterWithCampus } from "../starting/documents.ts";
import { type CodeHost, starterWithPipeline } from "../starting/pipeline.ts";
import type { World } from "../world.ts";

/** What the command line says. */
export interface InitOptions extends DocumentOptions {
  readonly folder: string;
  readonly district: string;
  /** The starter is for a real site whose connections people click together. */
  readonly byHand?: boolean;
  /** Changes come in by pull requests of GitHub; its pipelines plan and apply. */
  readonly github?: boolean;
  /** The same for GitLab. */
  readonly gitlab?: boolean;
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
  const host = options.github === true ? "github" : options.gitlab === true ? "gitlab" : undefined;
  const next = await (host === undefined
    ? makeHere(root, options, world, out)
    : makePipeline(root, host, options, out));
  out.text(`\nNext:${options.folder === "." ? "" : `\n  cd ${options.folder}`}\n${next}`);
  out.json({ type: "initialized", folder: options.folder });
  return EXIT.done;
}

/** A store on this machine; answers what comes next. */
async function makeHere(root: string, options: InitOptions, world: World, out: Output): Promise<string> {
  const { byHand, district } = options;
  await writeAll(root, byHand === true ? starterByHand(district) : starterWithCampus(district), out);
  const { file: storeFile, kind, next } = byHand === true ? BY_HAND : CAMPUS;
  const store = { kind, path: join(root, storeFile), keyFile: join(root, "rosterform.key") };
  const isThere = await exists(store.path);
  if (!isThere) await createStore(store, { clock: world.clock });
  out.text(
    `${isThere ? "kept " : "made "} ${storeFile} and rosterform.key (mode 0600; keep it apart from the store, and safe)`,
  );
  return next;
}

/** A store on a server, pipelines, and a key that opens the credentials they make; answers what comes next. */
async function makePipeline(root: string, host: CodeHost, options: InitOptions, out: Output): Promise<string> {
  const { district, byHand = false } = options;
  // Loaded only when used: it takes longer to load than a whole plan.
  const { generateX25519Identity, identityToRecipient } = await import("age-encryption");
  const isThere = await exists(join(root, "rosterform.yaml"));
  const identity = await generateX25519Identity();
  const recipient = await identityToRecipient(identity);
  await writeAll(root, await starterWithPipeline({ host, district, byHand, recipient }), out);
  if (!byHand && !isThere) {
    const text = `# Opens the credentials that the pipelines make. public key: ${recipient}\n${identity}\n`;
    await writeNew(join(root, KEY), text, 0o600);
    out.text(`made  ${KEY} (mode 0600; opens credentials, is not committed; keep it safe)`);
  }
  return `  Follow README.md, "Set up": the store, ${host === "github" ? "secrets, environments" : "variables, schedules"}.
  rosterform validate
  git init -b main && git add . && git commit -m "rosterform init"`;
}

const KEY = "credentials-key.txt";

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

async function writeAll(root: string, files: Starter, out: Output): Promise<void> {
  for (const [file, text] of Object.entries(files))
    out.text(`${(await writeNew(join(root, file), text)) ? "made " : "kept "} ${file}`);
}

async function writeNew(path: string, text: string, mode = 0o666): Promise<boolean> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text, { flag: "wx", mode });
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
