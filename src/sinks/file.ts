import { basename } from "node:path";
import type { Address } from "../model/address.ts";
import { pathOf } from "./path.ts";
import { type FilePlace, replaceFile } from "./replace-file.ts";
import { describeHandover } from "./sheet.ts";
import type { Sink } from "./sink.ts";

/** Where files of credentials go. */
export interface FolderOptions {
  /** Absolute path. Made with mode 0700 and a `.gitignore` when it is missing. */
  readonly folder: string;
  /** How targets and messages name the folder: as the document does, the same on every machine. Default: its last part. */
  readonly shownAs?: string;
}

/** A sink that keeps one plain file per address: `folder/springfield/otus.txt`, readable by its owner only. */
export function createFileSink(options: FolderOptions): Sink {
  return {
    keeps: true,
    target: (address) => `file:${placeOf(address, options, ".txt").shown}`,
    deliver: (handover) => replaceFile(placeOf(handover.address, options, ".txt"), describeHandover(handover)),
  };
}

/** Where the file of an address stands; `ending` as in `.txt`. */
export function placeOf(address: Address, options: FolderOptions, ending: string): FilePlace {
  const { folder, file } = pathOf(address);
  const shownAs = (options.shownAs ?? basename(options.folder)).replace(/^\.\//, "").replace(/\/$/, "");
  return { root: options.folder, folder, file: file + ending, shown: `${shownAs}/${folder}/${file}${ending}` };
}
