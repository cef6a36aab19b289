import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import ajvDraft04 from "ajv-draft-04";
import ajvFormats from "ajv-formats";
import { validateXML } from "xmllint-wasm";

/** The published schemas of report formats, out of packages that carry them. */

const require = createRequire(import.meta.url);

let sarif: ReturnType<typeof compileSarif> | undefined;

/** What the JSON schema of SARIF 2.1.0 (with the corrections of rtm.5) says against a log; nothing where it is right. */
export function againstSarif(log: unknown): readonly unknown[] {
  sarif ??= compileSarif();
  return sarif(log) ? [] : (sarif.errors ?? []);
}

function compileSarif() {
  const schema: object = JSON.parse(
    readFileSync(require.resolve("@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json"), "utf8"),
  );
  // One of its patterns is none for engines that read patterns as Unicode.
  const ajv = new ajvDraft04.default({ strict: false, allErrors: true, unicodeRegExp: false });
  ajvFormats.default(ajv);
  return ajv.compile(schema);
}

/** What libxml2 and the schema of Ant's JUnit reports say against a report; nothing where it is right. */
export async function againstJunit(xml: string): Promise<readonly string[]> {
  const schema = readFileSync(require.resolve("jest-junit-reporter/src/__tests__/fixtures/junit.xsd"), "utf8");
  const { errors } = await validateXML({ xml: [{ fileName: "junit.xml", contents: xml }], schema: [schema] });
  return errors.map(({ message }) => message);
}
