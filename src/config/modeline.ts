/** The documents that an editor is told the schema of. */
export type DocumentKind = "project" | "district" | "catalogue";

/** Where the schema of a kind of document is published; its `$id`. */
export function schemaAddress(kind: DocumentKind): string {
  return `https://rosterform.example/schemas/v1/${kind}.schema.json`;
}

/** The comment that tells editors where the schema of a document is. */
export function modelineOf(schema: string): string {
  return `# yaml-language-server: $schema=${schema}`;
}

/** The two forms that the YAML language server takes for a modeline. */
const MODELINE = /^#\s+(?:yaml-language-server\s*:|\$schema:)/u;

/** The address of any version of any schema of ours. */
const OURS = /https:\/\/rosterform\.example\/schemas\/[\w./-]*/u;

export function isModeline(comment: string): boolean {
  return MODELINE.test(comment);
}

/** A modeline with one of our addresses gets this one; what somebody else points at stays theirs. */
export function rightModeline(comment: string, schema: string): string {
  return comment.replace(OURS, () => schema);
}

/**
 * What kind of document a value is, by its keys. Any other YAML is `undefined`; `meant` decides where the keys leave it open.
 */
export function kindOfDocument(value: unknown, meant?: DocumentKind): DocumentKind | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const keys = new Set(Object.keys(value));
  if (keys.has("district") || keys.has("site")) return "district";
  if (["districts", "groups", "catalogue", "store"].some((key) => keys.has(key))) return "project";
  if (meant !== undefined) return meant;
  return keys.has("vendors") && [...keys].every((key) => key === "vendors" || key === "schema")
    ? "catalogue"
    : undefined;
}
