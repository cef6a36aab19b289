import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DOCUMENTS, edit, type Expected, expectTrouble, openDesk } from "./desk.ts";
import type { Stage } from "./stage.ts";

/** Documents in trouble, as somebody at the command line meets it. */

let stage: Stage;

beforeEach(async () => {
  stage = await openDesk();
  // Something is there that could be lost.
  await stage.openCampus();
  expect((await stage.rosterform(["apply", "--auto-approve", "--target", "shelbyville/Schoology"])).code).toBe(0);
});

afterEach(() => stage.close());

const SPRINGFIELD = "districts/springfield.yaml";

interface Case {
  readonly make: () => Promise<unknown>;
  readonly expected: Expected;
}

const cases: Readonly<Record<string, Case>> = {
  "an empty project file": {
    make: () => stage.write("rosterform.yaml", ""),
    expected: { code: "config/empty-document", says: ["rosterform.yaml", "says nothing", "fill it in"] },
  },
  "an empty district file": {
    make: () => stage.write(SPRINGFIELD, "# nothing yet\n"),
    expected: { code: "config/empty-document", says: [SPRINGFIELD, "never means", "fill it in"] },
  },
  "a project file that is missing": {
    make: () => rm(join(stage.folder, "rosterform.yaml")),
    expected: { code: "config/no-project", says: ["rosterform.yaml", "--config", "rosterform init"] },
  },
  "no district file at all": {
    make: () => rm(join(stage.folder, "districts"), { recursive: true }),
    expected: { code: "config/no-district-files", says: ["rosterform.yaml line 1", "districts/*.yaml", "Correct it"] },
  },
  "YAML that cannot be read": {
    make: () => edit(stage, SPRINGFIELD, "share: [demographics]", "share: [demographics"),
    expected: { code: "config/syntax", says: [`${SPRINGFIELD} line 5`, "^"] },
  },
  "a file that is no text": {
    make: () => writeFile(join(stage.folder, SPRINGFIELD), Buffer.from([0xff, 0xfe, 0x00, 0x41])),
    expected: { code: "config/not-utf-8", says: [SPRINGFIELD, "UTF-8", "Save it"] },
  },
  "a folder in the place of a named file": {
    make: async () => {
      await mkdir(join(stage.folder, "north.yaml"));
      await edit(stage, "rosterform.yaml", "districts/*.yaml", "[districts/*.yaml, north.yaml]");
    },
    expected: { code: "config/file-unreadable", says: ["north.yaml", "not a regular file", "name a YAML file"] },
  },
  "a vendor that stands twice": {
    make: () => edit(stage, SPRINGFIELD, "  Otus:", "  Bluebird Reading:"),
    expected: { code: "config/duplicate-key", says: [`${SPRINGFIELD} line 5`, "Bluebird Reading", "^"] },
  },
  "a named connection that stands twice": {
    make: () =>
      stage.write(
        SPRINGFIELD,
        `${DOCUMENTS[SPRINGFIELD]}  Schoology:
    connections:
      north: { version: 1.2, kind: other }
      north: { version: 1.2, kind: other }
`,
      ),
    expected: { code: "config/duplicate-key", says: [`${SPRINGFIELD} line 9`, "north", "^"] },
  },
  "a district that is described twice": {
    make: () =>
      stage.write("districts/copy.yaml", DOCUMENTS[SPRINGFIELD].replace("app: springfield", "app: springfield-2")),
    expected: { code: "config/duplicate-district", says: [`${SPRINGFIELD} line 1`, "districts/copy.yaml", "^"] },
  },
  "two districts with one host and app": {
    make: () => edit(stage, SPRINGFIELD, "app: springfield", "app: shelbyville"),
    expected: { code: "config/shared-site", says: [`${SPRINGFIELD} line 2`, "shelbyville", "^"] },
  },
  "a vendor the catalogue does not know": {
    make: () => edit(stage, SPRINGFIELD, "  Otus:", "  Ottus:"),
    expected: { code: "config/unknown-vendor", says: [`${SPRINGFIELD} line 5`, "Ottus", 'Did you mean "Otus"?'] },
  },
  "a version there never was": {
    make: () => edit(stage, SPRINGFIELD, "version: 1.1", "version: 1.3"),
    expected: { code: "config/unknown-value", says: [`${SPRINGFIELD} line 5`, "1.3", "1.1", "1.2", "^"] },
  },
  "a version the vendor does not work with": {
    make: () => edit(stage, SPRINGFIELD, "version: 1.1", "version: 1.2"),
    expected: { code: "config/version-not-offered", says: [`${SPRINGFIELD} line 5`, "works with 1.1", "Correct"] },
  },
  "a key with a slip of the pen": {
    make: () => edit(stage, SPRINGFIELD, "schools:", "school:"),
    expected: { code: "config/unknown-key", says: [`${SPRINGFIELD} line 4`, "school", "schools", "^"] },
  },
  "a district from the future": {
    make: () => edit(stage, SPRINGFIELD, "district:", "schema: 2\ndistrict:"),
    expected: { code: "config/schema-from-the-future", says: [`${SPRINGFIELD} line 1`, "version 2", "Update"] },
  },
  "a project from the future": {
    make: () => edit(stage, "rosterform.yaml", "districts:", "schema: 99\ndistricts:"),
    expected: { code: "config/schema-from-the-future", says: ["rosterform.yaml line 1", "version 99", "up to 1"] },
  },
  "a catalogue that is missing": {
    make: () => rm(join(stage.folder, "vendors.yaml")),
    expected: { code: "config/file-missing", says: ["rosterform.yaml line 2", "vendors.yaml", "Correct the path"] },
  },
};

describe("documents in trouble", () => {
  it.each(Object.entries(cases))("are told once and stop every command: %s", async (_, { make, expected }) => {
    await make();
    for (const command of [["validate"], ["plan"], ["apply", "--auto-approve"], ["status"]])
      await expectTrouble(stage, command, expected);
  });

  it("are told all at once, each with its own place", async () => {
    await edit(stage, SPRINGFIELD, "  Otus:", "  Ottus:");
    await edit(stage, "districts/shelbyville.yaml", "version: 1.1", "version: 1.4");
    const { code, stderr } = await stage.rosterform(["validate"]);
    expect(stderr.match(/^Error: .*$/gm)).toHaveLength(2);
    expect(stderr).toContain("districts/shelbyville.yaml line 4");
    expect(stderr).toContain("districts/springfield.yaml line 5");
    expect(code).toBe(1);
  });

  it("are not touched when they are right again", async () => {
    await edit(stage, SPRINGFIELD, "  Otus:", "  Ottus:");
    expect((await stage.rosterform(["plan"])).code).toBe(1);
    await edit(stage, SPRINGFIELD, "  Ottus:", "  Otus:");
    expect((await stage.rosterform(["validate"])).stdout).toBe(
      "Success! The configuration is valid: 2 districts, 3 connections.\n",
    );
  });
});
