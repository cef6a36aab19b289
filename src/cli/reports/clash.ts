import { resolve } from "node:path";
import { type Diagnostic, problem } from "../../diagnostics/diagnostic.ts";
import { listOf } from "../../views/words.ts";

interface Asked {
  readonly flag: string;
  readonly file: string;
}

/** What of a command line cannot be done together: one file or stdout for several things. */
export function clashIn(
  reports: readonly Asked[],
  options: { readonly json?: boolean; readonly jsonInto?: string; readonly github?: boolean },
  { own, folder }: { readonly own: readonly string[]; readonly folder: string },
): readonly Diagnostic[] {
  const all: readonly Asked[] = [
    ...reports,
    ...own.map((file) => ({ flag: "--out", file })),
    ...(options.jsonInto === undefined ? [] : [{ flag: "--json-into", file: options.jsonInto }]),
    ...(options.json === true ? [{ flag: "--json", file: "-" }] : []),
    ...(options.github === true ? [{ flag: "--github", file: "-" }] : []),
  ];
  const placeOf = ({ file }: Asked): string => (file === "-" ? file : resolve(folder, file));
  return [...new Set(all.map(placeOf))].flatMap((place) => {
    const [first, ...others] = all.filter((one) => placeOf(one) === place);
    return first === undefined || others.length === 0
      ? []
      : [
          clash(
            first.file,
            [first, ...others].map(({ flag }) => flag),
          ),
        ];
  });
}

function clash(file: string, flags: readonly string[]): Diagnostic {
  const where = file === "-" ? "stdout" : file;
  const advice =
    file === "-" && flags.includes("--json")
      ? "Write the JSON into a file with `--json-into FILE`."
      : "Give each of them a file of its own.";
  return problem({
    code: "cli/one-place-twice",
    summary: "Two things would be written into one place",
    detail: `${listOf(flags)} would be written to ${where} together, and nobody could read that. ${advice} Nothing was done.`,
  });
}
