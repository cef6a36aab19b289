import { VERSIONS, type OneRosterVersion } from "../../../model/traits.ts";
import type { Archive } from "./zip.ts";
import { readTable } from "./table.ts";
import type { Wrong } from "./wrong.ts";

/** What `manifest.csv` says. */
export interface Manifest {
  readonly version: OneRosterVersion;
  /** The files that are in the export, by their names without `.csv`. */
  readonly files: ReadonlySet<string>;
}

const MANIFEST = "manifest.csv";

/** Reads the manifest, which decides the version; `undefined` after saying what is wrong with it. */
export async function readManifest(archive: Archive, wrong: Wrong): Promise<Manifest | undefined> {
  if (!archive.names.has(MANIFEST)) {
    wrong.file(MANIFEST, "it is missing, and without it nobody knows the version.");
    return undefined;
  }
  const table = readTable(MANIFEST, await archive.read(MANIFEST), ["propertyName", "value"], wrong);
  if (table === undefined) return undefined;
  const files = new Set<string>();
  let version: OneRosterVersion | undefined;
  for (const row of table.rows) {
    const [property, value] = [row("propertyName"), row("value")];
    const file = /^file\.(\w+)$/.exec(property)?.[1];
    if (property === "oneroster.version") {
      version = VERSIONS.find((known) => known === value);
      if (version === undefined) wrong.row(MANIFEST, row.line, "oneroster.version is 1.1 or 1.2.");
    } else if (file !== undefined && value === "bulk") {
      files.add(file);
      if (!archive.names.has(`${file}.csv`)) wrong.file(`${file}.csv`, "the manifest says bulk, but it is missing.");
    } else if (file !== undefined && value !== "absent") {
      wrong.row(MANIFEST, row.line, `${property} is bulk or absent; a delta export cannot be served on its own.`);
    }
  }
  if (version === undefined && !table.rows.some((row) => row("propertyName") === "oneroster.version")) {
    wrong.file(MANIFEST, "it does not say oneroster.version.");
  }
  return version === undefined ? undefined : { version, files };
}
