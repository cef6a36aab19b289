import type { AnyDoc } from "./doc.ts";
import { checkShape } from "./shape/check-shape.ts";
import type { Shapes } from "./shape/shapes.ts";
import type { Source } from "./source.ts";
import { type Trouble, trouble } from "./trouble.ts";
import { loadYaml, readExact } from "./yaml/exact.ts";
import { parseFast } from "./yaml/fast.ts";

/** What the documents of a file are meant to be; `either` reads it from what stands in them. */
export type Role = keyof Shapes | "either";

export interface Documents {
  readonly docs: readonly AnyDoc[];
  readonly troubles: readonly Trouble[];
}

/** The newest schema version this tool reads. */
const SCHEMA_VERSION = 1;

/** Reads the documents of a file: quickly where nothing is in doubt, else with the authority. */
export async function readDocuments(source: Source, role: Role): Promise<Documents> {
  const fast = parseFast(source.text);
  const quick = fast === undefined ? undefined : shapeAll(source, role, fast);
  if (quick !== undefined && quick.troubles.length === 0) return quick;
  const exact = readExact(await loadYaml(), source.file, source.text);
  if (exact.troubles.length === 0) return shapeAll(source, role, exact.values);
  // Which of two keys was meant nobody knows, so the shape is checked, and what it would mean is not.
  const { troubles } = exact.values.length === 0 ? { troubles: [] } : shapeAll(source, role, exact.values);
  return { docs: [], troubles: [...exact.troubles, ...troubles] };
}

function shapeAll(source: Source, role: Role, values: readonly unknown[]): Documents {
  if (values.length === 0) return { docs: [], troubles: [empty(source, 0)] };
  const docs: AnyDoc[] = [];
  const troubles: Trouble[] = [];
  values.forEach((value, index) => {
    const refused = value === null ? empty(source, index) : fromTheFuture(source, index, value);
    if (refused !== undefined) {
      troubles.push(refused);
      return;
    }
    const kind = role === "either" ? kindOf(value) : role;
    const shaped = shape(kind, value, source, index);
    troubles.push(...shaped.troubles);
    docs.push(...shaped.docs);
  });
  return { docs, troubles };
}

function shape<K extends keyof Shapes>(kind: K, read: unknown, source: Source, index: number): Documents {
  const { value, troubles, broken } = checkShape(kind, read, { file: source.file, document: index });
  const doc = value === undefined ? [] : [{ kind, value, source, index, broken } as unknown as AnyDoc];
  return { docs: doc, troubles };
}

/** A document with a site or a district's name describes a district; any other one the project. */
function kindOf(value: unknown): "district" | "project" {
  const isMap = typeof value === "object" && value !== null;
  return isMap && (Object.hasOwn(value, "district") || Object.hasOwn(value, "site")) ? "district" : "project";
}

function empty(source: Source, index: number): Trouble {
  const detail = `${index === 0 ? "The file" : `Document ${index + 1} of the file`} says nothing. An empty document never means "disable everything": fill it in, or delete it.`;
  return trouble({ code: "empty-document", detail, place: { file: source.file, document: index, path: [] } });
}

/** A newer version may mean something else by the same words, so that nothing of the document is read. */
function fromTheFuture(source: Source, index: number, value: unknown): Trouble | undefined {
  const version: unknown = typeof value === "object" && value !== null && "schema" in value ? value.schema : undefined;
  if (typeof version !== "number" || version <= SCHEMA_VERSION) return undefined;
  const detail = `The document has schema version ${version}; this rosterform reads up to ${SCHEMA_VERSION}. Update rosterform, or use the older form.`;
  return trouble({
    code: "schema-from-the-future",
    detail,
    place: { file: source.file, document: index, path: ["schema"] },
  });
}
