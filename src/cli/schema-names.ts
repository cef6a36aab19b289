/** The published schemas of documents, those that a file can be first. */
export const SCHEMA_NAMES = ["project", "district", "catalogue", "connection", "definitions"] as const;
