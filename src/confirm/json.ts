/** An object whose members nobody has looked at yet. */
export type Members = Readonly<Record<string, unknown>>;

/** Reads JSON; `undefined` when the text is none. */
export function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether a value is an object with members (no list, not null). */
export function hasMembers(value: unknown): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A member's text; `undefined` when there is none. */
export function textOf(value: unknown, member: string): string | undefined {
  const found = hasMembers(value) ? value[member] : undefined;
  return typeof found === "string" ? found : undefined;
}
