import { plural } from "../../views/words.ts";
import type { Survey } from "./survey.ts";
import type { Gisted } from "./tasks.ts";

/** What is wrong between files is wrong with each of them, and nobody knows which was meant. */
const BETWEEN_FILES: ReadonlySet<string> = new Set([
  "config/duplicate-district",
  "config/shared-site",
  "config/mixed-site-kinds",
]);

/**
 * The district files in which nothing is wrong; `undefined` where an error is not about single districts: it stands in the project
 * or the catalogue, or between two files.
 */
export function rightFiles({ files, diagnostics }: Survey): readonly Gisted[] | undefined {
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  const ofDistricts = new Set(files.map(({ file }) => file));
  const wrong = new Set(errors.map(({ at, place }) => at?.file ?? place?.file ?? ""));
  if (errors.some(({ code }) => BETWEEN_FILES.has(code))) return undefined;
  if ([...wrong].some((file) => !ofDistricts.has(file))) return undefined;
  return files.filter(({ file }) => !wrong.has(file));
}

/** In one line. */
export function countLeftOut(leftOut: readonly Gisted[]): string {
  return `Left out because of errors, and not touched: ${plural(leftOut.length, "file")}.`;
}

/** Says which files are left out, and that nothing of their districts is touched. */
export function sayLeftOut(leftOut: readonly Gisted[]): string {
  const shown = leftOut.slice(0, 20);
  const more = leftOut.length - shown.length;
  return [
    countLeftOut(leftOut),
    ...shown.map(({ file }) => `  ${file}`),
    ...(more > 0 ? [`  ... and ${more} more`] : []),
  ].join("\n");
}
