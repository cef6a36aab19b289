import { describe, expect, test } from "vitest";
import { openLocator } from "../../src/config/load-project.ts";
import { renderedText, renderProject } from "../../src/config/render.ts";
import { connectionAt, diagnosed, district, type Documents, findings, loaded, project } from "./load.ts";

const OTUS = "vendors:\n  Otus: { version: 1.1, kind: supported }\n";

/** A project with locks and one district with these lines. */
function agency(locked: string, own: string, more = ""): Documents {
  return {
    "rosterform.yaml": project(`locked: ${locked}\n${more}`),
    "districts/a.yaml": district("a", own),
  };
}

describe("a locked key", () => {
  test("is an error in every district's file that sets it, all at once", async () => {
    const own =
      "vendors:\n  Otus: { version: 1.1, kind: supported, owner: me }\n  Edlink:\n    connections:\n      north: { version: 1.2, kind: other, share: [demographics] }\n";
    const documents = { ...agency("[owner, share]", own), "districts/b.yaml": district("b", `owner: kim\n${OTUS}`) };
    expect(await findings(documents)).toEqual([
      "districts/a.yaml:4:42 config/locked <owner>",
      "districts/a.yaml:7:43 config/locked <share>",
      "districts/b.yaml:3:1 config/locked <owner>",
    ]);
  });

  test("names the lock, too", async () => {
    const [found] = await diagnosed(agency("[owner, share]", `owner: kim\n${OTUS}`));
    expect(found?.detail).toContain('The agency locked "owner"');
    expect(found?.detail).toMatch(/ Locked here: rosterform\.yaml:3\.$/);
  });

  test("counts where a district says it for all of its connections", async () => {
    const own = `confirm: { within: 21d }\n${OTUS}`;
    expect(await findings(agency("[confirm]", own))).toEqual(["districts/a.yaml:3:1 config/locked <confirm>"]);
  });

  test("is set by groups, the catalogue and the project", async () => {
    const documents = {
      ...agency(
        "[contact, owner, version, kind, share]",
        "groups: [all]\nvendors:\n  Otus: {}\n",
        "owner: kim\ncatalogue: v.yaml\ngroups: { all: { vendors: { Otus: { version: 1.1, kind: supported, share: [demographics] } } } }\n",
      ),
      "v.yaml": "vendors: { Otus: { contact: help@otus.example } }\n",
    };
    expect(await findings(documents)).toEqual([]);
    expect(connectionAt(await loaded(documents), "a/Otus")).toMatchObject({
      owner: "kim",
      contact: "help@otus.example",
      share: ["demographics"],
    });
  });

  test("leaves alone what is ignored, and what is not on the list", async () => {
    expect(
      await findings(agency("[owner]", "vendors:\n  Otus: ignore\n  Edlink: { version: 1.2, kind: other }\n")),
    ).toEqual([]);
  });

  test("has to be a key of connections", async () => {
    expect(await findings(agency("[ownr]", OTUS))).toEqual(["rosterform.yaml:3:10 config/unknown-value <ownr>"]);
  });

  test("is shown as locked in the merged result, beside where it comes from", async () => {
    const documents = agency(
      "[share]",
      "groups: [all]\nvendors:\n  Otus: { version: 1.1, kind: supported }\n",
      "groups: { all: { vendors: { Otus: { share: [demographics] } } } }\n",
    );
    const project = await loaded(documents);
    const text = renderedText(renderProject(project.desired, await openLocator(project)));
    expect(text).toMatch(/^ {4}share: \[demographics\] +# rosterform\.yaml:4, locked$/m);
    expect(text).toMatch(/^ {4}version: 1\.1 +# districts\/a\.yaml:5$/m);
  });
});

describe("owner and contact", () => {
  const layers = (keys: string, own: string, vendor: string, all: string): Documents => ({
    "rosterform.yaml": project(`catalogue: v.yaml\n${all}`),
    "districts/a.yaml": district("a", `${own}vendors:\n  Otus: { version: 1.1, kind: supported${keys} }\n`),
    "v.yaml": `vendors: { Otus: { status: partner${vendor} } }\n`,
  });
  const ownerOf = async (documents: Documents) => connectionAt(await loaded(documents), "a/Otus").owner;

  test("the nearest owner counts: connection, district, catalogue, project", async () => {
    const [keys, own, vendor, all] = [", owner: one", "owner: two\n", ", owner: three", "owner: four\n"] as const;
    expect(await ownerOf(layers(keys, own, vendor, all))).toBe("one");
    expect(await ownerOf(layers("", own, vendor, all))).toBe("two");
    expect(await ownerOf(layers("", "", vendor, all))).toBe("three");
    expect(await ownerOf(layers("", "", "", all))).toBe("four");
    expect(await ownerOf(layers("", "", "", ""))).toBeUndefined();
  });

  test("the catalogue is named as the place only where its owner counts", async () => {
    const place = async (own: string) =>
      connectionAt(await loaded(layers("", own, ", owner: three", "")), "a/Otus").places["owner"]?.file;
    expect(await place("")).toBe("v.yaml");
    expect(await place("owner: two\n")).toBeUndefined();
  });

  test("a connection's contact wins over the catalogue's", async () => {
    const contact = async (keys: string) =>
      connectionAt(await loaded(layers(keys, "", ", contact: b@otus.example", "")), "a/Otus").contact;
    expect(await contact(", contact: a@otus.example")).toBe("a@otus.example");
    expect(await contact("")).toBe("b@otus.example");
  });
});
