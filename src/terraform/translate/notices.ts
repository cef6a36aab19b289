import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { AttributePath, Notice, PathStep } from "../wire/provider.ts";
import { attributeOf, SAID_IN } from "./document.ts";

/** What places give as their file where the words stand in the provider's own block. */
export const PROVIDER_BLOCK = 'provider "oneroster"';

/** Attributes whose items have no names or numbers: a path ends at them. */
const SETS = new Set(["schools", "share", "accept", "require"]);

/** A diagnostic for Terraform: with the attribute it is about, and in the words of its language. */
export function noticeOf(diagnostic: Diagnostic): Notice {
  const { severity, summary, code, detail, place, at } = diagnostic;
  const path = place === undefined ? undefined : pathOf(place.file, place.path);
  const isFile = at !== undefined && at.file !== PROVIDER_BLOCK && at.file !== SAID_IN;
  const where = isFile ? `${at.file}:${at.line}: ` : "";
  const notice: Notice = { severity, summary, detail: `${where}${inTerraformsWords(detail)} (${code})` };
  return path === undefined ? notice : about(path, notice);
}

/** Terraform finds the line of an attribute, but not of what is inside it: that is said in words. */
export function about(path: AttributePath, notice: Notice): Notice {
  const [first, ...inside] = path;
  if (first === undefined) return notice;
  const name = inside.map((step) =>
    "attribute" in step ? `.${step.attribute}` : `[${JSON.stringify("key" in step ? step.key : step.index)}]`,
  );
  const detail =
    inside.length === 0
      ? notice.detail
      : `${"attribute" in first ? first.attribute : ""}${name.join("")}: ${notice.detail}`;
  return { ...notice, detail, path: [first] };
}

/** The path of an attribute for the path of a key; `undefined` where the place is in a file. */
function pathOf(file: string, path: readonly (string | number)[]): AttributePath | undefined {
  if (file === PROVIDER_BLOCK) return stepsOf(path);
  if (file !== SAID_IN) return undefined;
  const [top, vendor, third, name, ...rest] = path;
  if (top !== "vendors") return stepsOf(path);
  if (vendor === undefined || third === undefined) return [{ attribute: "vendor" }];
  if (third !== "connections") return stepsOf(path.slice(2));
  return name === undefined || rest.length === 0 ? [{ attribute: "name" }] : stepsOf(rest);
}

function stepsOf(path: readonly (string | number)[]): AttributePath | undefined {
  const steps: PathStep[] = [];
  for (const step of path) {
    if (typeof step === "number") steps.push({ index: step });
    else steps.push(steps.at(-1) !== undefined && isMap(steps) ? { key: step } : { attribute: attributeOf(step) });
    if (typeof step === "string" && SETS.has(step)) break;
  }
  return steps.length === 0 ? undefined : steps;
}

function isMap(steps: readonly PathStep[]): boolean {
  const [first] = steps;
  return first !== undefined && "attribute" in first && first.attribute === "labels";
}

/** `state: disabled` -> `state = "disabled"`: diagnostics quote YAML, and whoever reads this writes another language. */
export function inTerraformsWords(text: string): string {
  return text
    .replaceAll(
      /`([a-z][a-z-]*): ([^`]+)`/gu,
      (_, key: string, value: string) => `\`${attributeOf(key)} = ${argument(value)}\``,
    )
    .replaceAll("`deliver-from`", "`deliver_from`")
    .replaceAll("in the district's file", "in this resource")
    .replaceAll("to this connection in this resource", "to this resource");
}

function argument(yaml: string): string {
  const list = /^\[(.*)\]$/u.exec(yaml)?.[1];
  if (list !== undefined)
    return `[${list
      .split(/, (?=["a-z])/u)
      .map(argument)
      .join(", ")}]`;
  const map = /^\{ ?(.*?) ?\}$/u.exec(yaml)?.[1];
  if (map !== undefined) {
    const pairs = map.split(", ").map((pair) => pair.split(/: /u));
    return `{ ${pairs.map(([key = "", value = ""]) => `${attributeOf(key)} = ${argument(value)}`).join(", ")} }`;
  }
  return /^(\d+|true|false|".*")$/u.test(yaml) ? yaml : JSON.stringify(yaml);
}
