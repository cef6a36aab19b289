import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { MAX_BYTES } from "../../src/config/files.ts";
import { loadProject } from "../../src/config/load-project.ts";
import { alone, diagnosed, district, findings, load, loaded, project, told } from "./load.ts";

test("a folder without a project says so", async () => {
  expect(await findings({ "rosterform.yml": "" })).toEqual(["rosterform.yml:1:1 config/empty-document <>"]);
  const result = await loadProject({ path: join(tmpdir(), "no-such-folder", "rosterform.yaml") });
  expect(result.kind === "broken" ? result.diagnostics.map(told) : []).toEqual([
    "rosterform.yaml:1:1 config/no-project <>",
  ]);
});

test.each([
  ["nothing at all", ""],
  ["comments only", "# district: springfield\n"],
  ["an empty document", "---\n...\n"],
  ["null", "~\n"],
])("%s never means that everything is disabled", async (_, text) => {
  expect(await diagnosed({ "springfield.yaml": text })).toMatchObject([
    { code: "config/empty-document", at: { file: "springfield.yaml" } },
  ]);
});

test("an empty document between two is shown", async () => {
  const text = `${alone("  Otus: ignore\n")["springfield.yaml"]}---\n---\n${district("b")}`;
  expect(await findings({ "s.yaml": text })).toEqual([
    expect.stringMatching(/^s\.yaml:\d+:\d+ config\/empty-document/u),
  ]);
});

test("a project without districts is an error, and so is a pattern that matches nothing", async () => {
  const store = "store: { kind: sqlite, path: x }\n";
  expect(await findings({ "rosterform.yaml": store })).toEqual(["rosterform.yaml:1:1 config/no-districts <store>"]);
  expect(await findings({ "rosterform.yaml": `districts: [a/*.yaml, b.yaml]\n${store}` })).toEqual([
    "rosterform.yaml:1:13 config/no-district-files <a/*.yaml>",
    "rosterform.yaml:1:23 config/file-missing <b.yaml>",
  ]);
});

test("a catalogue that is not there is shown where it is named", async () => {
  const documents = { "rosterform.yaml": project("catalogue: vendors.yaml\n"), "districts/a.yaml": district("a") };
  expect(await findings(documents)).toEqual(["rosterform.yaml:3:12 config/file-missing <vendors.yaml>"]);
});

test("a file above ten megabytes is refused unread", async () => {
  expect(await findings({ "a.yaml": new Uint8Array(MAX_BYTES + 2).fill(0x20) })).toEqual([
    "a.yaml:1:1 config/too-large <>",
  ]);
});

test.each([
  ["Latin-1", Uint8Array.from([0x61, 0x3a, 0x20, 0xe9, 0x0a])],
  ["UTF-16", Uint8Array.from([0xff, 0xfe, 0x61, 0x00])],
  ["a NUL byte", Uint8Array.from([0x61, 0x3a, 0x20, 0x00])],
])("%s is not UTF-8 text", async (_, bytes) => {
  expect(await findings({ "a.yaml": bytes })).toEqual(["a.yaml:1:1 config/not-utf-8 <>"]);
});

test("a byte order mark and Windows line ends do not matter, and positions stay right", async () => {
  const text = alone("  Otus: { version: 1.1, kind: other }\n")["springfield.yaml"] as string;
  const windows = `\uFEFF${text.replaceAll("\n", "\r\n")}`;
  expect((await load({ "a.yaml": windows })).kind).toBe("loaded");
  expect(await findings({ "a.yaml": windows.replace("kind: other", "kind: othr") })).toEqual([
    "a.yaml:5:31 config/unknown-value <othr>",
  ]);
});

test("columns count characters, not bytes or code units", async () => {
  expect(await findings(alone("  Lesen 😀é: { version: 1.1, kind: othr }\n"))).toEqual([
    "springfield.yaml:5:35 config/unknown-value <othr>",
  ]);
});

test.each([
  ["a tab as indentation", "district: a\nsite:\n\thost: b\n", "a.yaml:3:1 config/tab-indent"],
  ["a bracket left open", "district: a\nsite: { host: b, app: c\nvendors: {}\n", "a.yaml:3:1 config/syntax"],
  ["a colon inside a value", "district: a: b\n", "a.yaml:1:11 config/syntax"],
  ["a tag", "district: !env NAME\n", "a.yaml:1:11 config/syntax"],
  ["an alias without its anchor", "district: *a\n", "a.yaml:1:11 config/syntax"],
])("%s is shown where it stands", async (_, text, expected) => {
  const [first, ...more] = await findings({ "a.yaml": text });
  expect(first?.slice(0, expected.length)).toBe(expected);
  expect(more).toEqual([]);
});

test("a key twice does not hide what else is wrong", async () => {
  const text = "district: a\nsite: { host: b, app: c }\nstore: { kind: sqlite, path: x.db }\nownr: me\ndistrict: d\n";
  const found = await findings({ "a.yaml": text });
  expect(found.map((one) => one.split(" <")[0])).toEqual([
    "a.yaml:4:1 config/unknown-key",
    "a.yaml:5:1 config/duplicate-key",
  ]);
});

test("aliases that expand to millions are refused at once", async () => {
  const levels = Array.from(
    { length: 12 },
    (_, at) => `l${at}: &l${at} [${Array.from({ length: 12 }, () => (at === 0 ? "x" : `*l${at - 1}`)).join(", ")}]\n`,
  );
  expect(await findings({ "a.yaml": levels.join("") })).toEqual([
    expect.stringContaining("a.yaml:1:1 config/alias-bomb"),
  ]);
});

test("a document nested without end is refused", async () => {
  expect(await findings({ "a.yaml": `a: ${"[".repeat(20_000)}\n` })).toEqual([
    expect.stringContaining("config/too-deep"),
  ]);
});

test.each(["district", "project", "catalogue"])(
  "a %s with a newer schema version is refused for that reason alone",
  async (which) => {
    const future = (kind: string) => (kind === which ? "schema: 2\nmystery: true\n" : "");
    const documents = {
      "rosterform.yaml": `${future("project")}${project("catalogue: vendors.yaml\n")}`,
      "districts/a.yaml": `${future("district")}${district("a")}`,
      "vendors.yaml": `${future("catalogue")}vendors: {}\n`,
    };
    expect(await findings(documents)).toEqual([expect.stringMatching(/yaml:1:9 config\/schema-from-the-future <2>$/u)]);
  },
);

test("the present schema version may be written", async () => {
  expect((await load({ "a.yaml": `schema: 1\n${alone("  Otus: ignore\n")["springfield.yaml"]}` })).kind).toBe("loaded");
});

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "rosterform-config-"));
  for (const path of ["districts/north/deep", "districts/.hidden", "districts/node_modules"])
    mkdirSync(join(folder, path), { recursive: true });
  writeFileSync(
    join(folder, "rosterform.yaml"),
    "districts: ./districts/**/*.yaml\nstore: { kind: sqlite, path: ./campus.db }\n",
  );
  for (const [index, path] of ["b.yaml", "north/a.yaml", "north/deep/c.yaml"].entries())
    writeFileSync(join(folder, "districts", path), district(`d${index}`));
  for (const path of ["notes.txt", ".hidden/x.yaml", "node_modules/y.yaml"])
    writeFileSync(join(folder, "districts", path), "not: a district\n");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("a folder on the disk is read with its project file, hidden folders left out", async () => {
  const result = await loadProject({ path: folder });
  if (result.kind === "broken") throw new Error(result.diagnostics.map(told).join("\n"));
  expect(result.project.desired.districts.map((one) => [one.district, one.place.file])).toEqual([
    ["d0", "districts/b.yaml"],
    ["d1", "districts/north/a.yaml"],
    ["d2", "districts/north/deep/c.yaml"],
  ]);
  expect(result.project.folder).toBe(folder);
});

test("a folder or a link to itself where a file is named cannot be read", async () => {
  symlinkSync("loop.yaml", join(folder, "loop.yaml"));
  for (const path of ["districts/north", "loop.yaml"]) {
    writeFileSync(join(folder, "other.yaml"), `districts: ${path}\nstore: { kind: sqlite, path: x }\n`);
    const result = await loadProject({ path: join(folder, "other.yaml") });
    expect(result.kind === "broken" ? result.diagnostics.map((one) => one.code) : []).toEqual([
      "config/file-unreadable",
    ]);
  }
});

test("several districts in one file stand alone together", async () => {
  const text = `${alone("  Otus: { version: 1.1, kind: other }\n")["springfield.yaml"]}---\n${district("shelbyville")}`;
  const { desired } = await loaded({ "all.yaml": text });
  expect(desired.districts.map((one) => [one.district, one.place.document])).toEqual([
    ["shelbyville", 1],
    ["springfield", 0],
  ]);
});

test("a project and its districts fit into one file", async () => {
  const text = `store: { kind: sqlite, path: x }\ngroups: { all: { vendors: { Otus: { version: 1.1, kind: other } } } }\n---\n${district("a", "groups: [all]\n")}`;
  expect((await loaded({ "all.yaml": text })).desired.districts[0]?.connections).toHaveLength(1);
});
