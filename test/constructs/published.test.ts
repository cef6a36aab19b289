import { readdirSync, readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  classicCompiler,
  compile,
  configurationOf,
  type Installed,
  install,
  LIBRARIES,
  type Library,
  run,
  write,
} from "./installed.ts";

let installed: Installed;
/** The synthesised example of each library. */
const examples = new Map<Library, string>();
beforeAll(() => {
  installed = install();
  for (const library of LIBRARIES) examples.set(library, installed.app(`example-${library}`, library));
}, 120_000);
afterAll(() => installed.remove());

/** Every name that a file imports or requires, its own files left out. */
function importedBy(path: string): readonly string[] {
  const text = readFileSync(path, "utf8");
  const names = [...text.matchAll(/(?:from\s+|\brequire\(|import\()"([^".][^"]*)"\)?/g)].map((match) => match[1] ?? "");
  // Left as text in the validators, for who would generate code from them.
  return [...new Set(names)].filter((name) => !name.startsWith("ajv/dist/runtime/")).toSorted();
}

function published(library: Library): string {
  return join(installed.packageFolder, "dist", library);
}

describe.each(LIBRARIES)("rosterform/%s", (library) => {
  it("needs its library and constructs, nothing else, and nothing that runs", () => {
    const names = importedBy(join(published(library), "index.js"));
    expect(names.filter((name) => !isBuiltin(name))).toEqual([library, "constructs"].toSorted());
    expect(names.filter(isBuiltin)).toEqual(["node:crypto"]);
    const types = readdirSync(join(published(library), "types"), { recursive: true, encoding: "utf8" });
    const inTypes = types
      .filter((file) => file.endsWith(".d.ts"))
      .flatMap((file) => importedBy(join(published(library), "types", file)));
    expect([...new Set(inTypes)].toSorted()).toEqual([library, "constructs"].toSorted());
  });

  it("compiles its example strictly, declarations included, and synthesises it", { timeout: 60_000 }, () => {
    const app = examples.get(library) ?? "";
    compile(app, "strictly");
    run(app, "main.js");
    const { resource } = configurationOf(app);
    const site = { host: "cloud.example.org", app: "shelbyville" };
    expect(resource).toMatchObject({
      oneroster_connection: {
        shelbyville_Edlink_north: { vendor: "Edlink", name: "north", site, version: "1.2", schools: ["North High"] },
        shelbyville_Schoology: { vendor: "Schoology", site, version: "1.1" },
        springfield_Otus: { vendor: "Otus", version: "1.1", share: ["demographics"] },
      },
    });
  });

  it("is found by CommonJS, and by a compiler that looks for modules in the old way", { timeout: 60_000 }, () => {
    const app = installed.app(`classic-${library}`);
    const lines = [
      `import { App, TerraformStack } from "${library}";`,
      `import { District, OnerosterProvider } from "rosterform/${library}";`,
      "const app = new App();",
      'const stack = new TerraformStack(app, "agency");',
      'new OnerosterProvider(stack, "oneroster");',
      'const site = { host: "springfield.example.org", app: "springfield" };',
      'const district = new District(stack, "d", { district: "springfield", site, vendors: { Otus: { version: 1.2, kind: "other" } } });',
      "const id: string | undefined = district.connection('Otus').current.id;",
      "console.log(id);",
      "app.synth();",
    ];
    write(app, "main.ts", lines.join("\n"));
    write(app, "package.json", JSON.stringify({ type: "commonjs" }));
    const options = ["--strict", "--target", "es2022", "--module", "commonjs", "--moduleResolution", "node10"];
    run(app, classicCompiler(), ...options, "--skipLibCheck", "--types", "node", "main.ts");
    expect(readFileSync(join(app, "main.js"), "utf8")).toContain("require(");
    run(app, "main.js");
    expect(configurationOf(app)).toMatchObject({ resource: { oneroster_connection: { springfield_Otus: {} } } });
  });

  it("has types that refuse what the schemas refuse", { timeout: 60_000 }, () => {
    const app = installed.app(`wrong-${library}`, library);
    const wrong = [
      '{ district: "x", site: { host: "h" } }',
      '{ district: "x", site, vendors: { A: { version: 1.3, kind: "other" } } }',
      '{ district: "x", site, vendors: { A: { version: 1.2, kind: "otter" } } }',
      '{ district: "x", site, vendors: { A: "ignored" } }',
      '{ district: "x", site, mode: "watch" }',
      '{ district: "x", site, store: { kind: "sqlite" } }',
    ];
    const lines = [
      `import { District } from "rosterform/${library}";`,
      `import type { Construct } from "constructs";`,
      'const site = { host: "h", app: "a" };',
      "export function make(scope: Construct) {",
      ...wrong.flatMap((props, index) => ["// @ts-expect-error", `new District(scope, "${index}", ${props});`]),
      "}",
    ];
    write(app, "main.ts", lines.join("\n"));
    expect(() => compile(app)).not.toThrow();
  });
});

describe("the two libraries", () => {
  it("write the same configuration for the same app, but for their own version", () => {
    const [one, other] = LIBRARIES.map((library) => configurationOf(examples.get(library) ?? ""));
    expect(one).toEqual(other);
    expect(Object.keys(one ?? {}).toSorted()).toEqual(["output", "provider", "resource", "terraform"]);
  });

  it("differ in what CDKTF does not know: ephemeral resources and functions of providers", () => {
    const app = installed.app("names");
    const names = (library: Library): readonly string[] =>
      JSON.parse(run(app, "-p", `JSON.stringify(Object.keys(require("rosterform/${library}")))`));
    const [known, archived] = [names("cdktn"), names("cdktf")];
    expect(known.filter((name) => !archived.includes(name)).toSorted()).toEqual([
      "EphemeralOnerosterCredentials",
      "OnerosterProviderFunctions",
    ]);
    expect(archived.filter((name) => !known.includes(name))).toEqual([]);
  });

  it("can be had as one: CDK Terrain installed under the name of CDKTF", { timeout: 60_000 }, () => {
    const app = installed.app("alias", "cdktf");
    installed.alias(app);
    compile(app);
    run(app, "main.js");
    const text = readFileSync(join(app, "cdktf.out", "stacks", "agency", "cdk.tf.json"), "utf8");
    expect(JSON.parse(text)["//"]).toMatchObject({ metadata: { version: "0.24.0" } });
  });
});
