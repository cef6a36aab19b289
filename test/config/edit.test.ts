import { expect, test } from "vitest";
import { type Adoption, insertAdoption } from "../../src/config/insert-adoption.ts";
import { openLocator } from "../../src/config/load-project.ts";
import { renderedText, renderProject } from "../../src/config/render.ts";
import { writeDistrict } from "../../src/config/write-district.ts";
import { alone, connectionAt, district, loaded, project } from "./load.ts";

const TEXT = `# Springfield
district: springfield # the id
site: { host: a.example.org, app: springfield }

groups: [all]
vendors:
  # inline
  Otus: { version: 1.1, kind: supported } # keep me
  Block:
    version: 1.2 # and me
    kind: other

  Edlink:
    connections:
      north: { version: 1.2, kind: other }
  Not Here: ignore
  Same: { version: 1.1, kind: other, adopt: id-1 }
`;
const adoption: Adoption = { text: TEXT, district: "springfield", vendor: "Otus", adopt: "id-1" };

async function inserted(more: Partial<Adoption>): Promise<string> {
  const result = await insertAdoption({ ...adoption, ...more });
  return result.kind === "inserted" ? result.text : `${result.kind}: ${result.kind === "refused" ? result.why : ""}`;
}

test("an adoption is added to the entry, and comments, order and blank lines stay", async () => {
  const line = "  Otus: { version: 1.1, kind: supported } # keep me";
  expect(await inserted({})).toBe(
    TEXT.replace(line, "  Otus: { version: 1.1, kind: supported, adopt: id-1 } # keep me"),
  );
  expect(await inserted({ vendor: "Block" })).toBe(
    TEXT.replace("    kind: other\n\n", "    kind: other\n    adopt: id-1\n\n"),
  );
});

test("a named connection adopts, too", async () => {
  const line = "north: { version: 1.2, kind: other }";
  expect(await inserted({ vendor: "Edlink", name: "north" })).toBe(
    TEXT.replace(line, "north: { version: 1.2, kind: other, adopt: id-1 }"),
  );
});

test("a vendor the file does not name gets an entry with the keys that are given", async () => {
  expect(await inserted({ vendor: "New", keys: { version: 1.2, kind: "other", schools: ["Lincoln"] } })).toBe(
    `${TEXT}  New: { version: 1.2, kind: other, schools: [Lincoln], adopt: id-1 }\n`,
  );
  expect(await inserted({ vendor: "New", name: "north" })).toBe(
    `${TEXT}  New: { connections: { north: { adopt: id-1 } } }\n`,
  );
  expect(await inserted({ text: "district: springfield\nvendors: {}\n" })).toBe(
    "district: springfield\nvendors: { Otus: { adopt: id-1 } }\n",
  );
  expect(await inserted({ text: "district: springfield\n" })).toBe(
    "district: springfield\nvendors: { Otus: { adopt: id-1 } }\n",
  );
});

test("a Client ID of digits stays text", async () => {
  expect(await inserted({ adopt: "0123" })).toContain('adopt: "0123"');
});

test("only the district that is meant is changed", async () => {
  const other = "district: shelbyville\nvendors:\n  Otus: { version: 1.1, kind: supported }\n";
  expect(await inserted({ text: `${other}---\n${TEXT}` })).toContain(`${other}---\n`);
  expect(await inserted({ text: `${other}---\n${TEXT}` })).toContain("adopt: id-1 } # keep me");
});

test("Windows line ends stay", async () => {
  const text = await inserted({ text: TEXT.replaceAll("\n", "\r\n") });
  expect(text).toContain("adopt: id-1 } # keep me\r\n");
  expect(text.replaceAll("\r\n", "")).not.toContain("\n");
});

test("a line that is there already changes nothing", async () => {
  expect(await inserted({ vendor: "Same" })).toBe("unchanged: ");
});

test.each<[string, Partial<Adoption>, RegExp]>([
  ["another district", { district: "shelbyville" }, /does not describe/u],
  ["a file that cannot be read", { text: `${TEXT}  x: [` }, /cannot be read/u],
  ["an ignored vendor", { vendor: "Not Here" }, /ignores/u],
  ["another adoption", { vendor: "Same", adopt: "id-2" }, /already adopts/u],
  ["a vendor with named connections, without a name", { vendor: "Edlink" }, /Say which one/u],
  ["a single connection, with a name", { name: "north" }, /no named connections/u],
  ["an alias, which others share", { text: "district: springfield\nx: &v {}\nvendors: *v\n" }, /alias/u],
  [
    "an entry that is an alias",
    { text: "district: springfield\nvendors: { A: &a { version: 1.1 }, Otus: *a }\n" },
    /alias/u,
  ],
  [
    "a named entry that is an alias",
    { name: "n", text: "district: springfield\nvendors: { Otus: { connections: { m: &a {}, n: *a } } }\n" },
    /alias/u,
  ],
])("%s is refused with a reason", async (_, more, why) => {
  const result = await insertAdoption({ ...adoption, ...more });
  expect(result).toEqual({ kind: "refused", why: expect.stringMatching(why) });
});

test("a written district names its schema, and short connections take one line", async () => {
  const { desired } = await loaded(
    alone(
      "  Otus: { version: 1.1, kind: supported, share: [demographics] }\n  Edlink: { connections: { north: { version: 1.2, kind: other } } }\n  Not Here: ignore\n  Long: { version: 1.1, kind: other, state: disabled, schools: [Lincoln, Roosevelt, North High, South High], contact: a@b.example }\n",
      "limits: { at-least: 7 }\nfreeze: [{ from: 2027-04-01, to: 2027-04-02, why: testing }]\n",
    ),
  );
  const [only] = desired.districts;
  if (only === undefined) throw new Error("unreachable");
  expect(writeDistrict(only, { store: { path: "./campus.db", key: "file:k" }, comment: ["Dumped."] })).toBe(`\
# yaml-language-server: $schema=https://rosterform.example/schemas/v1/district.schema.json
# Dumped.
district: springfield
site: { host: a.example.org, app: springfield }
limits: { disable: 10%, switch: 100%, at-least: 7 }
freeze:
  - { from: 2027-04-01, to: 2027-04-02, why: testing }
store: { kind: sqlite, path: ./campus.db, key: file:k }
vendors:
  Edlink:
    connections:
      north: { version: 1.2, kind: other }
  Long:
    version: 1.1
    kind: other
    state: disabled
    schools: [Lincoln, North High, Roosevelt, South High]
    contact: a@b.example
  Not Here: ignore
  Otus: { version: 1.1, kind: supported, share: [demographics] }
`);
  expect(writeDistrict(only, { schema: "./district.schema.json" })).toMatch(
    /^# yaml-language-server: \$schema=\.\/district\.schema\.json\ndistrict/u,
  );
});

test("rendering shows the merged documents with the origin of each value", async () => {
  const merged = await loaded({
    "rosterform.yaml": project(
      "groups:\n  all:\n    vendors:\n      Otus: { version: 1.1, kind: supported, labels: { wave: 1 } }\n",
    ),
    "districts/a.yaml": district(
      "a",
      "groups: [all]\nvendors:\n  Otus: { state: active, labels: { mine: x } }\n  Edlink:\n    connections:\n      north:\n        version: 1.2\n        kind: other\n  Gone: ignore\n",
    ),
    "districts/b.yaml": district("b", "mode: observe\n"),
  });
  expect(renderedText(renderProject(merged.desired, await openLocator(merged)))).toBe(`\
district: a                # districts/a.yaml:1
site:
  host: cloud.example.org  # districts/a.yaml:2
  app: a                   # districts/a.yaml:2
vendors:
  Edlink:
    connections:
      north:               # districts/a.yaml:8
        version: 1.2       # districts/a.yaml:9
        kind: other        # districts/a.yaml:10
  Gone: ignore
  Otus:                    # districts/a.yaml:5
    version: 1.1           # rosterform.yaml:6
    kind: supported        # rosterform.yaml:6
    state: active          # districts/a.yaml:5
    labels:                # districts/a.yaml:5
      wave: "1"            # rosterform.yaml:6
      mine: x              # districts/a.yaml:5
---
district: b                # districts/b.yaml:1
site:
  host: cloud.example.org  # districts/b.yaml:2
  app: b                   # districts/b.yaml:2
mode: observe
vendors: {}
`);
  expect(connectionAt(merged, "a/Otus").labels).toEqual({ wave: "1", mine: "x" });
});

test("addresses are written without their district, and load as the same ones", async () => {
  const { desired } = await loaded(
    alone(
      "  Old: { connections: { north: { version: 1.1, kind: other, state: disabled } } }\n  New: { version: 1.1, kind: other, replaces: 'springfield/Old[\"north\"]', was: Newer }\n",
    ),
  );
  const [only] = desired.districts;
  if (only === undefined) throw new Error("unreachable");
  const written = writeDistrict(only, { store: { path: "./campus.db" } });
  expect(written).toContain('  New: { version: 1.1, kind: other, replaces: "Old[\\"north\\"]", was: Newer }\n');
  const again = connectionAt(await loaded({ "a.yaml": written }), "springfield/New");
  expect([again.replaces, again.was]).toEqual(['springfield/Old["north"]', "springfield/Newer"]);
});
