import { basename, resolve } from "node:path";
import { fileSystem } from "../../config/files.ts";
import { mainFile } from "../../config/load-project.ts";
import { draftOf, type DistrictFile, readInto, readRoot } from "../../config/read-project.ts";
import type { Names } from "./candidates.ts";

/** So many district files are read while somebody waits for an answer to a key. */
const MOST_FILES = 500;

/**
 * What the documents name, as far as they can be read, quickly: nothing is checked, told or written. Of a large fleet those
 * files come first whose names begin like the district that was typed.
 */
export async function namesIn(path: string, folder: string, typed: string): Promise<Names> {
  const { reading, districtFiles } = await readRoot(fileSystem, mainFile(resolve(folder, path)));
  const wanted = typed.split("/")[0] ?? "";
  const isNear = ({ file }: DistrictFile): boolean => wanted !== "" && basename(file).startsWith(wanted);
  const near = districtFiles.filter(isNear);
  const files = [...near, ...districtFiles.filter((one) => !isNear(one))].slice(0, Math.max(MOST_FILES, near.length));
  for (const { file } of files.slice(0, 2 * MOST_FILES))
    await readInto(reading, { file, path: resolve(reading.folder, file), role: "district" });
  const { districts } = draftOf(reading).draft;
  const connections = districts.flatMap((one) => one.connections);
  const labels = connections.flatMap(({ keys }) => Object.entries(keys.labels ?? {}));
  return {
    addresses: unique(connections.map(({ address }) => address)),
    districts: unique(districts.map(({ id }) => id)),
    tags: unique(labels.flatMap(([key, value]) => [key, `${key}=${String(value)}`])),
  };
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].filter((text) => typeof text === "string" && !/\p{Cc}/u.test(text)).sort();
}
