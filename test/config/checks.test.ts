import { describe, expect, test } from "vitest";
import { alone, type Documents, diagnosed, district, findings, load, project } from "./load.ts";

const CATALOGUE = `vendors:
  Otus: { status: partner, versions: [1.1], data: [demographics] }
  Schoology: { versions: [1.1, 1.2], data: [] }
  Edlink: { status: other }
`;

/** A project with a catalogue, one group and one district with these vendors. */
function agency(vendors: string, group = "{}"): Documents {
  return {
    "rosterform.yaml": project(`catalogue: vendors.yaml\ngroups: { all: { vendors: ${group} } }\n`),
    "districts/a.yaml": district("a", `groups: [all]\nvendors:\n${vendors}`),
    "vendors.yaml": CATALOGUE,
  };
}

describe("districts and sites", () => {
  test("a district described twice is an error, in one file or two", async () => {
    const twice = {
      "rosterform.yaml": project(),
      "districts/a.yaml": district("a"),
      "districts/b.yaml": `${district("b")}---\n${district("a")}`,
    };
    expect(await findings(twice)).toEqual(["districts/b.yaml:4:11 config/duplicate-district <a>"]);
  });

  test("two districts with one host and app are an error, whatever the case of the host", async () => {
    const documents = {
      "rosterform.yaml": project(),
      "districts/a.yaml": district("a"),
      "districts/b.yaml": "district: b\nsite: { host: CLOUD.example.org, app: a }\n",
    };
    expect(await findings(documents)).toEqual(["districts/b.yaml:2:39 config/shared-site <a>"]);
  });

  test("one host with two apps is fine", async () => {
    expect(
      await findings({
        "rosterform.yaml": project(),
        "districts/a.yaml": district("a"),
        "districts/b.yaml": district("b"),
      }),
    ).toEqual([]);
  });

  test("a host is not production and sandbox at once", async () => {
    const documents = {
      "rosterform.yaml": project(),
      "districts/a.yaml": district("a"),
      "districts/b.yaml": "district: b\nsite: { host: cloud.example.org, app: b, kind: sandbox }\n",
    };
    expect(await findings(documents)).toEqual(["districts/b.yaml:2:48 config/mixed-site-kinds <sandbox>"]);
    const swapped = {
      "rosterform.yaml": project(),
      "districts/a.yaml": "district: a\nsite: { host: cloud.example.org, app: a, kind: sandbox }\n",
      "districts/b.yaml": district("b"),
    };
    expect(await findings(swapped)).toEqual(["districts/b.yaml:2:15 config/mixed-site-kinds <cloud.example.org>"]);
  });

  test("names that differ only in case or spaces are warned about", async () => {
    const vendors = "  Old Quiz: { version: 1.1, kind: other }\n  OldQuiz: { version: 1.1, kind: other }\n";
    expect(await findings(alone(vendors))).toEqual(["springfield.yaml:6:3 warning config/similar-names <OldQuiz>"]);
  });
});

describe("the machinery", () => {
  test("a document without a store is an error", async () => {
    expect(await findings({ "a.yaml": district("a") })).toEqual(["a.yaml:1:1 config/no-store <district>"]);
  });

  test("store, sink, probe and catalogue stand in the project only", async () => {
    const own = "store: { kind: sqlite, path: x }\ndeliver: { kind: terminal }\nprobe: {}\ncatalogue: v.yaml\n";
    expect(await findings({ "rosterform.yaml": project(), "districts/a.yaml": district("a", own) })).toEqual([
      "districts/a.yaml:3:1 config/only-in-project <store>",
      "districts/a.yaml:4:1 config/only-in-project <deliver>",
      "districts/a.yaml:5:1 config/only-in-project <probe>",
      "districts/a.yaml:6:1 config/only-in-project <catalogue>",
    ]);
  });

  test("where several districts stand alone, the first one says where the store is", async () => {
    const text = `${alone("  Otus: ignore\n")["springfield.yaml"]}---\n${district("b", "store: { kind: sqlite, path: y }\n")}`;
    expect(await findings({ "all.yaml": text })).toEqual(["all.yaml:9:1 config/only-in-project <store>"]);
  });

  test("a second project document is an error", async () => {
    const documents = { "rosterform.yaml": `${project()}---\nowner: dana\n`, "districts/a.yaml": district("a") };
    expect(await findings(documents)).toEqual(["rosterform.yaml:4:1 config/second-project <owner>"]);
  });
});

describe("groups", () => {
  test("an unknown group comes with the one that was meant", async () => {
    const documents = { ...agency("  Otus: ignore\n"), "districts/a.yaml": district("a", "groups: [all, al1]\n") };
    const said = await diagnosed(documents);
    expect(said.map((one) => one.detail)).toEqual(['There is no group "al1". Did you mean "all"?']);
    expect(await findings(documents)).toEqual(["districts/a.yaml:3:15 config/unknown-group <al1>"]);
  });

  test("a district that stands alone has no groups", async () => {
    const [said] = await diagnosed(alone("  Otus: ignore\n", "groups: [all]\n"));
    expect(said).toMatchObject({ code: "config/unknown-group", detail: expect.stringContaining("stands alone") });
  });

  test("a group nobody uses, or uses twice, is warned about", async () => {
    const groups = "groups: { all: { vendors: {} }, rest: { vendors: {} } }\n";
    const documents = { "rosterform.yaml": project(groups), "districts/a.yaml": district("a", "groups: [all, all]\n") };
    expect(await findings(documents)).toEqual([
      "districts/a.yaml:3:15 warning config/repeated-group <all>",
      "rosterform.yaml:3:33 warning config/unused-group <rest>",
    ]);
    expect((await load(documents)).kind).toBe("loaded");
  });

  test("a group is not called unused while a district cannot be read", async () => {
    const documents = {
      "rosterform.yaml": project("groups: { all: { vendors: {} } }\n"),
      "districts/a.yaml": "district: [\n",
    };
    expect((await findings(documents)).join()).not.toContain("unused-group");
  });

  test.each([
    "accept: [cut-off]",
    "adopt: abc",
    "attest: { connection: c, fingerprint: 0123456789abcdef, by: d, at: 2027-01-01, reason: r }",
    "approved: { by: d, on: 2027-01-01 }",
  ])("%s in a group is an error, also in a named connection", async (key) => {
    const keys = `version: 1.1, kind: supported, ${key}`;
    const word = key.split(":")[0];
    const single = await findings(agency("  Edlink: ignore\n", `{ Otus: { ${keys} } }`));
    const named = await findings(agency("  Edlink: ignore\n", `{ Otus: { connections: { n: { ${keys} } } } }`));
    expect(single).toEqual([`rosterform.yaml:4:68 config/not-in-a-group <${word}>`]);
    expect(named).toEqual([`rosterform.yaml:4:88 config/not-in-a-group <${word}>`]);
  });

  test("was and replaces may stand in a group", async () => {
    const group =
      "{ Otus: { version: 1.1, kind: supported, was: Otter }, Edlink: { version: 1.2, kind: other, replaces: Schoology }, Schoology: { version: 1.1, kind: other, state: disabled } }";
    expect(await findings(agency("  Otus: { share: [demographics] }\n", group))).toEqual([]);
  });
});

describe("vendors and the catalogue", () => {
  test("an unknown vendor comes with the one that was meant, and a group is blamed once", async () => {
    const documents = {
      ...agency("  Otsu: { version: 1.1, kind: supported }\n", "{ Scoology: { version: 1.1, kind: other } }"),
      "districts/b.yaml": district("b", "groups: [all]\n"),
    };
    expect(await findings(documents)).toEqual([
      "districts/a.yaml:5:3 config/unknown-vendor <Otsu>",
      "rosterform.yaml:4:29 config/unknown-vendor <Scoology>",
    ]);
    expect((await diagnosed(documents))[0]?.detail).toBe(
      'The catalogue has no "Otsu". Did you mean "Otus"? Else add it to vendors.yaml.',
    );
  });

  test("a version the vendor does not offer is an error, but not on a connection to be disabled", async () => {
    expect(await findings(agency("  Otus: { version: 1.2, kind: supported }\n"))).toEqual([
      "districts/a.yaml:5:20 config/version-not-offered <1.2>",
    ]);
    expect(await findings(agency("  Otus: { version: 1.2, kind: supported, state: disabled }\n"))).toEqual([]);
  });

  test("a kind that differs from the catalogue is a warning and nothing more", async () => {
    const documents = agency("  Otus: { version: 1.1, kind: other }\n  Edlink: { version: 1.2, kind: supported }\n");
    expect(await findings(documents)).toEqual([
      "districts/a.yaml:5:31 warning config/kind-differs <other>",
      "districts/a.yaml:6:33 warning config/kind-differs <supported>",
    ]);
    const result = await load(documents);
    expect(
      result.kind === "loaded" ? result.project.desired.districts[0]?.connections.map(({ kind }) => kind) : [],
    ).toEqual(["supported", "other"]);
  });

  test("sharing more than the vendor asks for is a warning", async () => {
    const vendors = "  Schoology: { version: 1.1, kind: supported, share: [demographics] }\n";
    expect(await findings(agency(vendors))).toEqual([
      "districts/a.yaml:5:54 warning config/share-not-needed <[demographics]>",
    ]);
  });

  test("version and kind have to be known after the merge", async () => {
    expect(
      await findings(
        agency(
          "  Otus: { version: 1.1 }\n  Edlink: { connections: { n: { kind: other } } }\n  Schoology: { version: 1.2 }\n",
          "{ Schoology: { kind: supported } }",
        ),
      ),
    ).toEqual(["districts/a.yaml:5:3 config/kind-missing <Otus>", "districts/a.yaml:6:28 config/version-missing <n>"]);
  });

  test("a named connection beside keys of a single one, in two layers, is an error", async () => {
    const vendors = "  Otus: { version: 1.1 }\n";
    expect(
      await findings(agency(vendors, "{ Otus: { connections: { n: { version: 1.1, kind: supported } } } }")),
    ).toEqual(["districts/a.yaml:5:3 config/connections-and-keys <Otus>"]);
  });
});

describe("acceptances, adoptions and requirements", () => {
  test("an acceptance that accepts nothing is an error, each item at its place", async () => {
    const vendors =
      "  Otus:\n    version: 1.1\n    kind: other\n    accept:\n      - cut-off\n      - everything\n      - user-ids\n";
    expect(await findings(alone(vendors))).toEqual([
      "springfield.yaml:10:9 config/bad-acceptance <everything>",
      "springfield.yaml:11:9 config/bad-acceptance <user-ids>",
    ]);
  });

  test("one found connection is adopted once", async () => {
    const vendors =
      "  A: { version: 1.1, kind: other, adopt: id-1 }\n  B: { version: 1.1, kind: other, adopt: id-1 }\n  C: { version: 1.1, kind: other, adopt: id-2 }\n";
    expect(await findings(alone(vendors))).toEqual(["springfield.yaml:6:42 config/adopted-twice <id-1>"]);
  });

  test.each(["[probed]", "[used]", "[attested, used]"])(
    "require: %s is too weak wherever it stands",
    async (require) => {
      const weak = `confirm: { require: ${require} }`;
      const documents = {
        "rosterform.yaml": project(`${weak}\n`),
        "districts/a.yaml": district("a", `${weak}\nvendors:\n  Otus: { version: 1.1, kind: other, ${weak} }\n`),
      };
      expect(await findings(documents)).toEqual([
        `districts/a.yaml:3:21 config/require-too-weak <${require}>`,
        `districts/a.yaml:5:58 config/require-too-weak <${require}>`,
        `rosterform.yaml:3:21 config/require-too-weak <${require}>`,
      ]);
    },
  );

  test("a freeze window that ends before it begins is an error", async () => {
    const freeze = "freeze: [ { from: 2027-04-30, to: 2027-04-12, why: x } ]\n";
    const documents = { "rosterform.yaml": project(freeze), "districts/a.yaml": district("a", freeze) };
    expect(await findings(documents)).toEqual([
      "districts/a.yaml:3:35 config/freeze-backwards <2027-04-12>",
      "rosterform.yaml:3:35 config/freeze-backwards <2027-04-12>",
    ]);
  });

  test("a freeze window of one day is fine", async () => {
    expect(
      await findings(alone("  Otus: ignore\n", "freeze: [ { from: 2027-04-12, to: 2027-04-12, why: x } ]\n")),
    ).toEqual([]);
  });
});

describe("replacing and renaming", () => {
  const old = "  Old: { version: 1.1, kind: other, state: disabled }\n";
  const fresh = (keys: string) => `  New: { version: 1.1, kind: other, ${keys} }\n`;

  test.each([
    ["an old connection to be disabled can be replaced", `${old}${fresh("replaces: Old")}`, []],
    ["an address can be written in full", `${old}${fresh("replaces: springfield/Old")}`, []],
    [
      "nothing is there to be replaced",
      fresh("replaces: Old"),
      ["springfield.yaml:5:47 config/replaces-nowhere <Old>"],
    ],
    [
      "what is ignored is not there",
      `  Old: ignore\n${fresh("replaces: Old")}`,
      ["springfield.yaml:6:47 config/replaces-nowhere <Old>"],
    ],
    [
      "another district cannot be replaced",
      `${old}${fresh("replaces: other/Old")}`,
      ["springfield.yaml:6:47 config/replaces-nowhere <other/Old>"],
    ],
    [
      "an address has to be readable",
      `${old}${fresh("replaces: a/b/c")}`,
      ["springfield.yaml:6:47 config/replaces-nowhere <a/b/c>"],
    ],
    ["nothing replaces itself", fresh("replaces: New"), ["springfield.yaml:5:47 config/replaces-itself <New>"]],
    [
      "the replaced one is no longer wanted",
      `  Old: { version: 1.1, kind: other }\n${fresh("replaces: Old")}`,
      ["springfield.yaml:5:3 config/replaced-still-active <Old>"],
    ],
    [
      "the replaced one does not say active",
      `  Old: { version: 1.1, kind: other, state: active }\n${fresh("replaces: Old")}`,
      ["springfield.yaml:5:37 config/replaced-still-active <state>"],
    ],
    [
      "one is replaced once",
      `${old}${fresh("replaces: Old")}  More: { version: 1.1, kind: other, replaces: Old }\n`,
      ["springfield.yaml:7:48 config/replaced-twice <Old>"],
    ],
    ["a former name that is free is fine", fresh("was: Old"), []],
    ["a former name has to be readable", fresh("was: a/b/c"), ["springfield.yaml:5:42 config/was-nowhere <a/b/c>"]],
    [
      "a former name is of the same district",
      fresh("was: other/Old"),
      ["springfield.yaml:5:42 config/was-nowhere <other/Old>"],
    ],
    ["a former name is not the present one", fresh("was: New"), ["springfield.yaml:5:42 config/was-itself <New>"]],
    [
      "a former name is not in use",
      `${old}${fresh("was: Old")}`,
      ["springfield.yaml:6:42 config/was-still-there <Old>"],
    ],
    [
      "one name was had once",
      `${fresh("was: Old")}  More: { version: 1.1, kind: other, was: Old }\n`,
      ["springfield.yaml:6:43 config/was-twice <Old>"],
    ],
    [
      "a single connection becomes one of several",
      "  Edlink: { connections: { n: { version: 1.2, kind: other, was: Edlink } } }\n",
      [],
    ],
    [
      "a named connection can be replaced",
      `  E: { connections: { n: { version: 1.2, kind: other, state: disabled } } }\n${fresh("replaces: 'E[\"n\"]'")}`,
      [],
    ],
  ])("%s", async (_, vendors, expected) => {
    expect(await findings(alone(vendors))).toEqual(expected);
  });
});
