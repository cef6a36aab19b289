import type { Diagnostic } from "../../../diagnostics/diagnostic.ts";
import type { DistrictId } from "../../../model/address.ts";
import type { DistrictData } from "../district-data.ts";
import { loadExport } from "./load-export.ts";

/** Where an export is. */
export interface ExportFile {
  /** Whose it is; without one, that of every district that has none of its own. */
  readonly district?: DistrictId;
  readonly path: string;
  /** The file as messages name it. */
  readonly file: string;
}

/** Exports that were read, and everything that is wrong with them. */
export interface Exports {
  readonly exportOf: (district: DistrictId) => DistrictData | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads exports one after the other. Throws what `loadExport` throws. */
export async function loadExports(files: readonly ExportFile[]): Promise<Exports> {
  const diagnostics: Diagnostic[] = [];
  const loaded = new Map<DistrictId | undefined, (district: DistrictId) => DistrictData>();
  for (const { district, path, file } of files) {
    const result = await loadExport(path, file);
    if (result.kind === "export") loaded.set(district, result.data);
    else diagnostics.push(...result.diagnostics);
  }
  return { exportOf: (district) => (loaded.get(district) ?? loaded.get(undefined))?.(district), diagnostics };
}
