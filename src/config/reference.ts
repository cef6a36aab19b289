/** `file:./rosterform.key` -> `./rosterform.key`; `undefined` when the text is no reference to a file. */
export function fileReference(text: string): string | undefined {
  const path = /^file:(.+)$/u.exec(text)?.[1]?.trim();
  return path === "" ? undefined : path;
}

/** Whether a text names where a secret is, and is not the secret itself. */
export function isReference(text: string): boolean {
  return fileReference(text) !== undefined;
}
