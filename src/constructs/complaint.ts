import { Token } from "cdktn";
import { IN_PROJECT, type Trouble } from "../config/check-values.ts";

const LATE =
  "This value is known only when Terraform runs, and is checked before. Write the value itself, or make this connection with `Connection` instead of `District`.";

/** What one trouble says, with the path to the value: `vendors.Otus.version: ...`. */
export function complaint(trouble: Trouble, props: object): string {
  const path = pathOf(trouble);
  const detail = isLate(props, path) ? LATE : trouble.detail;
  return path.length === 0 ? detail : `${describePath(path)}: ${detail}`;
}

/** `vendors["Google Classroom"].accept[0]`, as one writes it in TypeScript. */
export function describePath(path: readonly (string | number)[]): string {
  return path
    .map((step, index) => {
      if (typeof step === "number") return `[${step}]`;
      if (!/^[A-Za-z_$][\w$]*$/.test(step)) return `[${JSON.stringify(step)}]`;
      return index === 0 ? step : `.${step}`;
    })
    .join("");
}

function pathOf({ place }: Trouble): readonly (string | number)[] {
  if (place === undefined) return [];
  return place.document === IN_PROJECT ? ["project", ...place.path] : place.path;
}

/** Whether the value is one that only Terraform will know, so that nothing can be checked about it. */
function isLate(props: object, path: readonly (string | number)[]): boolean {
  let value: unknown = props;
  for (const step of path) {
    if (typeof value !== "object" || value === null) return false;
    value = Object.getOwnPropertyDescriptor(value, step)?.value as unknown;
  }
  return Token.isUnresolved(value);
}
