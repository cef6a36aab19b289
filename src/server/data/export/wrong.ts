import { type Diagnostic, problem } from "../../../diagnostics/diagnostic.ts";

/** So many things that are wrong are told; of the others only how many there are. */
const TOLD = 100;

/** Gathers everything that is wrong with an export. */
export interface Wrong {
  /** A file is missing, or is no table with the columns it needs. */
  file(name: string, why: string, line?: number): void;
  /** A row is wrong. */
  row(name: string, line: number, why: string): void;
  readonly diagnostics: () => readonly Diagnostic[];
}

export function createWrong(zip: string): Wrong {
  const told: Diagnostic[] = [];
  let count = 0;
  const tell = (name: string, line: number | undefined, fields: Pick<Diagnostic, "code" | "summary" | "detail">) => {
    count += 1;
    if (told.length === TOLD) return;
    told.push(problem({ ...fields, at: { file: `${zip}/${name}`, line: line ?? 1, column: 1 } }));
  };
  return {
    file: (name, why, line) =>
      tell(name, line, {
        code: "server/export-file",
        summary: "A file of the export is not what it should be",
        detail: `${name}: ${why} Nothing is served from a broken export; make it again, or correct the file.`,
      }),
    row: (name, line, why) =>
      tell(name, line, {
        code: "server/export-row",
        summary: "A row of the export is wrong",
        detail: `${why} Nothing is served from a broken export; correct the row or take it out.`,
      }),
    diagnostics: () => {
      if (count <= TOLD) return told;
      const more = problem({
        code: "server/export-more",
        summary: "More is wrong with the export",
        detail: `${count - TOLD} more things are wrong with it. Correct those above first; often they have one cause.`,
        at: { file: zip, line: 1, column: 1 },
      });
      return [...told, more];
    },
  };
}
