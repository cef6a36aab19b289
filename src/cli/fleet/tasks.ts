import { createHash } from "node:crypto";
import { join } from "node:path";
import { mainFile } from "../../config/load-project.ts";
import { type FileGist, type Frame, frameOf, gistOf } from "../../config/gist.ts";
import { fileSystem } from "../../config/files.ts";
import { type DistrictFile, readInto, readRoot } from "../../config/read-project.ts";
import type { StoreSettings } from "../../config/settings.ts";
import { settle } from "../../config/settle.ts";
import { readSource } from "../../config/source.ts";
import { openReader } from "../../drivers.ts";
import type { DistrictId } from "../../model/address.ts";
import { type LiveDistrict, type LiveOutline, outlineOf } from "../../model/live.ts";
import { type Clock, instantOf } from "../../model/time.ts";
import { standingOf, wishOf } from "../../plan/settled.ts";
import { sha256 } from "../hash.ts";

/** Which project, as the command line and the environment name it. */
export interface Whereabouts {
  /** Absolute path of the file the project begins with. */
  readonly file: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** A file and its gist; `hash` is of the very text that the gist was made from. */
export interface Gisted {
  readonly file: string;
  /** SHA-256 of its text; absent where it could not be read. */
  readonly hash?: string;
  /** What git calls a file with this text (SHA-1 objects), where it was worked out already. */
  readonly blob?: string;
  readonly gist: FileGist;
}

/** How a district stands, in digests; without the last four where it does not stand plainly (see src/plan/settled.ts). */
export interface Stood {
  readonly district: DistrictId;
  readonly text?: string;
  readonly digest?: string;
  readonly managed?: number;
  readonly isWritten?: boolean;
}

/** What is done for many districts at once, in this thread or in another: much is read, little is answered. */
export interface Hand {
  gists(files: readonly DistrictFile[]): Promise<readonly Gisted[]>;
  standings(districts: readonly DistrictId[]): Promise<readonly Stood[]>;
  close(): Promise<void>;
}

/** A hand that works in this thread. The project and its catalogue are read once, when the first gist is asked for. */
export function createHand(at: Whereabouts): Hand {
  let frame: Promise<Frame> | undefined;
  return {
    gists: async (files) => {
      frame ??= readFrame(at);
      const ready = await frame;
      const made: Gisted[] = [];
      for (const one of files) made.push(await gistFile(ready, one));
      return made;
    },
    standings: async (districts) => {
      frame ??= readFrame(at);
      return await readStandings(storeOf(await frame, at), districts, { now: () => instantOf(Date.now()) });
    },
    close: async () => {},
  };
}

/** The project and its catalogue, without its districts. */
async function readFrame({ file }: Pick<Whereabouts, "file">): Promise<Frame> {
  const root = await readRoot(fileSystem, mainFile(file), []);
  if (root.catalogue !== undefined) await readInto(root.reading, root.catalogue);
  return frameOf(root);
}

/** Where the live side is. */
export function storeOf({ root, docs }: Frame, { env, cwd }: Whereabouts): StoreSettings {
  const { project } = root;
  const [catalogue] = docs.filter((doc) => doc.kind === "catalogue");
  const found = { ...(project === undefined ? {} : { project }), ...(catalogue === undefined ? {} : { catalogue }) };
  return settle({ ...found, districts: [], isWhole: true }, { env, cwd }).store;
}

/** What git calls a file with this text. One with Windows line ends is called otherwise, and is then looked at again. */
export function blobOf(text: string): string {
  return createHash("sha1")
    .update(`blob ${Buffer.byteLength(text)}\0${text}`, "utf8")
    .digest("hex");
}

async function gistFile(frame: Frame, { file, namedAt }: DistrictFile): Promise<Gisted> {
  const read = readSource(fileSystem, file, join(frame.root.reading.folder, file), namedAt);
  if (read.kind === "not-read") return { file, gist: { districts: [], troubles: [read.trouble], isWhole: false } };
  const { text } = read.source;
  return {
    file,
    hash: sha256(text),
    blob: blobOf(text),
    gist: await gistOf(frame, read.source, { hash: sha256, wishOf }),
  };
}

/** Reads how districts stand, one after the other; none is kept. */
async function readStandings(
  store: StoreSettings,
  districts: readonly DistrictId[],
  clock: Clock,
): Promise<readonly Stood[]> {
  const reader = await openReader(store, { clock });
  try {
    const stood: Stood[] = [];
    for await (const live of reader.outlines?.(districts) ?? outlined(reader.read(districts))) {
      const standing = standingOf(live);
      stood.push(
        standing === undefined
          ? { district: live.district }
          : {
              district: live.district,
              text: sha256(standing.text),
              digest: sha256(standing.canonical),
              managed: standing.managed,
              isWritten: standing.isWritten,
            },
      );
    }
    return stood;
  } finally {
    await reader.close();
  }
}

async function* outlined(districts: AsyncIterable<LiveDistrict>): AsyncIterable<LiveOutline> {
  for await (const one of districts) yield outlineOf(one);
}
