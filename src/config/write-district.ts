import type { DesiredDistrict } from "../model/desired.ts";
import { describeDistrict, type PlainMap } from "./describe-district.ts";
import { loadYaml, type YamlPackage } from "./yaml/exact.ts";

export interface WriteOptions {
  /** Where editors find the schema; the published address when left out. */
  readonly schema?: string;
  /** Lines written as a comment above the document. */
  readonly comment?: readonly string[];
  /** For a file that stands alone: where its store is, relative to it. */
  readonly store?: { readonly path: string; readonly key?: string };
}

/** The published address of the schema of district files. */
const DISTRICT_SCHEMA = "https://rosterform.example/schemas/v1/district.schema.json";

/** Longest connection written on one line, in characters. */
const ONE_LINE = 100;

/**
 * Writes a district as the text of one district file. Loading it gives the same district; what equals a default is not
 * written.
 */
export async function writeDistrict(desired: DesiredDistrict, options: WriteOptions = {}): Promise<string> {
  const yaml = await loadYaml();
  const { vendors, ...head } = describeDistrict(desired);
  const store: PlainMap =
    options.store === undefined
      ? {}
      : {
          store: {
            kind: "sqlite",
            path: options.store.path,
            ...(options.store.key === undefined ? {} : { key: options.store.key }),
          },
        };
  const document = new yaml.Document({ ...head, ...store, vendors });
  for (const key of ["site", "store", "limits"]) makeFlow(yaml, document.get(key), ONE_LINE);
  makeFlow(yaml, document.get("freeze"), 0);
  makeFlow(yaml, document.get("vendors"), 0);
  const lines = [`yaml-language-server: $schema=${options.schema ?? DISTRICT_SCHEMA}`, ...(options.comment ?? [])];
  return `${lines.map((line) => `# ${line}`.trimEnd()).join("\n")}\n${document.toString({ lineWidth: 0, flowCollectionPadding: true })}`;
}

/** Writes a map on one line where it fits, and looks inside where it does not. */
function makeFlow(yaml: YamlPackage, node: unknown, width: number): void {
  if (!yaml.isCollection(node)) return;
  const isShort = JSON.stringify(node.toJSON()).length <= width;
  if (isShort || node.items.length === 0) {
    node.flow = true;
    return;
  }
  for (const item of node.items) makeFlow(yaml, yaml.isPair(item) ? item.value : item, ONE_LINE);
}
