/** `file:./rosterform.key` -> `./rosterform.key`; `undefined` when the text is no reference to a file. */
export function fileReference(text: string): string | undefined {
  const path = /^file:(.+)$/u.exec(text)?.[1]?.trim();
  return path === "" ? undefined : path;
}

/** `env:VAULT_TOKEN` -> `VAULT_TOKEN`; `undefined` when the text is no reference to the environment. */
export function envReference(text: string): string | undefined {
  return /^env:([A-Za-z_][A-Za-z0-9_]*)$/u.exec(text)?.[1];
}

/** Whether a text names where a secret is, and is not the secret itself. */
export function isReference(text: string): boolean {
  return fileReference(text) !== undefined;
}
