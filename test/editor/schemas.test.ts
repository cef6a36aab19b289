import { readdirSync, readFileSync, realpathSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { modelineOf, schemaAddress } from "../../src/config/modeline.ts";
import { openStage } from "../cli/stage.ts";
import { type Editor, openEditor, pathOf, type Shown } from "./language-server.ts";

const ADDRESS = "https://rosterform.example/schemas/v1/";
/** The published addresses answer with the files of the package, and nothing else answers. */
const published = (address: string): string | undefined =>
  address.startsWith(ADDRESS) ? readFileSync(pathOf(`schemas/${address.slice(ADDRESS.length)}`), "utf8") : undefined;

let editor: Editor;
beforeAll(async () => {
  editor = await openEditor(published);
});
afterAll(() => editor.close());

type Kind = Parameters<typeof schemaAddress>[0];

let number = 0;
/** Opens a text with `|` where the cursor stands, below the modeline of its kind. */
async function opened(kind: Kind, marked: string) {
  const whole = `${modelineOf(schemaAddress(kind))}\n${marked}`;
  const before = whole.slice(0, whole.indexOf("|")).split("\n");
  number += 1;
  const path = pathOf(`test/editor/typed-${number}.yaml`);
  const shown = await editor.open(path, whole.replace("|", ""));
  return { shown, path, at: { line: before.length - 1, character: before.at(-1)?.length ?? 0 } };
}

async function offered(kind: Kind, marked: string): Promise<readonly string[]> {
  const { path, at } = await opened(kind, marked);
  return editor.complete(path, at);
}

async function told(kind: Kind, marked: string): Promise<string> {
  const { path, at } = await opened(kind, marked);
  return (await editor.hover(path, at)).replaceAll(/\\|&nbsp;/gu, "");
}

const messages = (shown: readonly Shown[]): readonly string[] => shown.map(({ message }) => message);

const CONNECTION = ["version", "kind", "schools", "share", "accept", "state", "rotate"];

describe("the real language server, for a district", () => {
  it("offers the keys of a connection, also of a named one and inside of brackets, and their values", async () => {
    const has = expect.arrayContaining(CONNECTION);
    expect(await offered("district", "district: a\nvendors:\n  Otus:\n    |\n")).toEqual(has);
    const named = "district: a\nvendors:\n  Otus:\n    connections:\n      north:\n        |\n";
    expect(await offered("district", named)).toEqual(has);
    const inBrackets = await offered("district", "district: a\nvendors:\n  Otus: { version: 1.2, k| }\n");
    expect(inBrackets).toEqual(expect.arrayContaining(["kind", "schools", "accept"]));
    const kinds = await offered("district", "district: a\nvendors:\n  Otus:\n    kind: |\n");
    expect(kinds).toEqual(expect.arrayContaining(["supported", "other"]));
    const states = await offered("district", "district: a\nvendors:\n  Otus:\n    state: |\n");
    expect(states).toEqual(expect.arrayContaining(["active", "disabled"]));
    expect(await offered("district", "|\n")).toEqual(expect.arrayContaining(["district", "site", "vendors", "owner"]));
  });

  it("explains the key under the cursor", async () => {
    const text = "district: a\nvendors:\n  Otus:\n    ver|sion: 1.2\n    kind: other\n";
    expect(await told("district", text)).toContain("OneRoster version, 1.1 or 1.2, with or without quotes.");
    expect(await told("district", text.replace("|", "").replace("kind", "k|ind"))).toContain(
      "Digital Learning Partner",
    );
    expect(await told("district", "dis|trict: a\n")).not.toBe("");
  });

  it("shows a misspelt key and a value that there is not, and nothing where all is right", async () => {
    const site = "site: { host: h.example.org, app: a }\n";
    const { shown } = await opened("district", `district: a\n${site}vendors:\n  Otus: { versoin: 1.2, kind: othr }\n`);
    expect(messages(shown)).toEqual(
      expect.arrayContaining([expect.stringContaining("versoin"), expect.stringMatching(/supported.*other/u)]),
    );
    expect(shown.map(({ range }) => range.start.line)).toEqual(shown.map(() => 4));
    const right = await opened("district", `district: a\n${site}vendors:\n  Otus: { version: 1.2, kind: other }\n`);
    expect(right.shown).toEqual([]);
  });
});

describe("the real language server, for the other documents", () => {
  it("completes and explains a project", async () => {
    expect(await offered("project", "|\n")).toEqual(expect.arrayContaining(["districts", "store", "groups", "limits"]));
    const stores = await offered("project", "store:\n  kind: |\n");
    expect(stores).toEqual(expect.arrayContaining(["sqlite", "postgres", "http", "by-hand"]));
    const sinks = await offered("project", "deliver:\n  kind: |\n");
    expect(sinks).toEqual(expect.arrayContaining(["file", "packet", "vault", "command"]));
    const group = "districts: d/*.yaml\ngroups:\n  all:\n    vendors:\n      Otus:\n        |\n";
    expect(await offered("project", group)).toEqual(expect.arrayContaining(["version", "kind"]));
    expect(await told("project", "districts: d/*.yaml\nlim|its: { disable: 10% }\n")).not.toBe("");
    expect(messages((await opened("project", "districts: d/*.yaml\nstroe: {}\n")).shown).join()).toContain("stroe");
  });

  it("completes and explains a catalogue", async () => {
    const keys = await offered("catalogue", "vendors:\n  Otus:\n    |\n");
    expect(keys).toEqual(expect.arrayContaining(["status", "versions", "contact", "keys"]));
    expect(await offered("catalogue", "vendors:\n  Otus:\n    status: |\n")).toEqual(
      expect.arrayContaining(["partner", "other"]),
    );
    expect(await told("catalogue", "vendors:\n  Otus:\n    sta|tus: partner\n")).toContain("Digital Learning Partner");
    expect(messages((await opened("catalogue", "vendors:\n  Otus: { sttus: x }\n")).shown).join()).toContain("sttus");
  });
});

const EXAMPLES = readdirSync(pathOf("examples"), { recursive: true, encoding: "utf8" })
  .filter((file) => /\.ya?ml$/u.test(file))
  .map((file) => `examples/${file}`)
  .sort();

describe("an example", () => {
  it("has a modeline that the server follows, and nothing is wrong with it", async () => {
    expect(EXAMPLES.length).toBeGreaterThan(10);
    const looked = EXAMPLES.map(async (file) => {
      const text = readFileSync(pathOf(file), "utf8");
      expect(text, file).toMatch(/^# yaml-language-server: \$schema=\S+\n/u);
      const shown = await editor.open(pathOf(file), text);
      // Without its schema the server would find nothing wrong with anything.
      const wrong = await editor.open(pathOf(file).replace(/\.yaml$/u, ".wrong.yaml"), `${text}no-such-key: 1\n`);
      return { file, shown, sees: messages(wrong).join().includes("no-such-key") };
    });
    expect(await Promise.all(looked)).toEqual(EXAMPLES.map((file) => ({ file, shown: [], sees: true })));
  });
});

describe("an editor without a network", () => {
  it("finds the schemas in the folder that `schema --out` wrote, by the modelines that `fmt --schemas` wrote", async () => {
    const stage = await openStage();
    const alone = await openEditor(() => undefined);
    try {
      await stage.rosterform(["init"]);
      const file = "districts/springfield.yaml";
      const path = join(realpathSync(stage.folder), file);
      const lost = messages(await alone.open(path, await stage.read(file)));
      expect(lost.join()).toMatch(/Unable to load schema|Problems loading reference/u);
      expect((await stage.rosterform(["schema", "--out", "schemas"])).stdout).toContain(
        "wrote schemas/district.schema.json",
      );
      expect((await stage.rosterform(["fmt", "--schemas", "schemas"])).stdout).toBe(`rosterform.yaml\n${file}\n`);
      const text = await stage.read(file);
      expect(text).toMatch(/^# yaml-language-server: \$schema=\.\.\/schemas\/district\.schema\.json\n/u);
      expect((await stage.rosterform(["fmt", "--check"])).code).toBe(0);
      expect(await alone.open(join(stage.folder, "districts", "a.yaml"), text)).toEqual([]);
      const wrong = await alone.open(join(stage.folder, "districts", "b.yaml"), text.replace("version", "versoin"));
      expect(messages(wrong).join()).toContain("versoin");
    } finally {
      await alone.close();
      await stage.close();
    }
  });

  it("finds them by the setting `yaml.schemas`", async () => {
    const folder = await mkdtemp(join(tmpdir(), "rosterform-editor-"));
    const alone = await openEditor(() => undefined, { [pathOf("schemas/district.schema.json")]: "districts/*.yaml" });
    try {
      const wrong = await alone.open(join(folder, "districts", "a.yaml"), "district: a\nvendrs: {}\n");
      expect(messages(wrong).join()).toContain("vendrs");
    } finally {
      await alone.close();
      await rm(folder, { recursive: true });
    }
  });
});
