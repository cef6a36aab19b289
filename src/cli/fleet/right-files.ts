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

/** Says which files are left out, and that nothing of their districts is touched. */
export function sayLeftOut({ files }: Survey, right: readonly Gisted[]): string {
  const kept = new Set(right);
  const left = files.filter((one) => !kept.has(one)).map(({ file }) => file);
  const shown = left.slice(0, 20);
  const more = left.length - shown.length;
  return [
    `Left out because of errors, and not touched: ${plural(left.length, "file")}.`,
    ...shown.map((file) => `  ${file}`),
    ...(more > 0 ? [`  ... and ${more} more`] : []),
  ].join("\n");
}
