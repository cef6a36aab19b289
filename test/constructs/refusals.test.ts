import { App, type TerraformStack, TerraformVariable, Testing } from "cdktn";
import { describe, expect, it } from "vitest";
import { District, type DistrictProps } from "../../src/constructs/index.ts";
import { stackFor } from "./synthesised.ts";

const SITE = { host: "springfield.example.org", app: "springfield" };

/** What is said about one district, without the lines that introduce it. */
function complaintsAbout(props: unknown, stack = stackFor()): readonly string[] {
  // From JavaScript, or from a YAML file, anything can come.
  new District(stack, "springfield", props as DistrictProps);
  const said = saidOf(stack);
  expect(said[1]).toBe("agency/springfield");
  return said.slice(2).map((line) => line.trim());
}

/** The lines of the error that a synthesis ends with. */
function saidOf(stack: TerraformStack): readonly string[] {
  try {
    Testing.synth(stack);
  } catch (error) {
    if (error instanceof Error) return error.message.split("\n");
  }
  return [];
}

/** What a path's complaints begin with. */
function pathsOf(complaints: readonly string[]): readonly string[] {
  return complaints.map((line) => line.replace(/: .*/, ""));
}

describe("a district with mistakes", () => {
  it("is told all of them at once, with the path to each value", () => {
    const said = complaintsAbout({
      district: "Springfield",
      site: { host: "https://springfield.example.org" },
      mode: "watch",
      freeze: [{ from: "2027-04-30", to: "2027-04-12", why: "state testing" }],
      confirm: { require: ["probed"] },
      vendors: {
        Otus: { version: 1.3, kind: "supported" },
        Schoology: { kind: "suported", version: 1.2 },
        "Google Classroom": { version: 1.2 },
        "Bluebird/Reading": { version: 1.2, kind: "other" },
        Edlink: { connections: { 'no"rth': { version: 1.2, kind: "other" } } },
        "Quiz Tool": {
          version: 1.1,
          kind: "other",
          accept: ["everything"],
          replaces: "Nowhere",
          rotate: -1,
          colour: "red",
        },
        Maple: "ignored",
      },
    });
    expect(pathsOf(said).toSorted()).toEqual(
      [
        "district",
        "site.host",
        "site",
        "mode",
        "freeze[0].to",
        "confirm.require",
        "vendors.Otus.version",
        "vendors.Schoology.kind",
        'vendors["Google Classroom"]',
        'vendors["Bluebird/Reading"]',
        'vendors.Edlink.connections["no\\"rth"]',
        'vendors["Quiz Tool"].accept[0]',
        'vendors["Quiz Tool"].replaces',
        'vendors["Quiz Tool"].rotate',
        'vendors["Quiz Tool"].colour',
        "vendors.Maple",
      ].toSorted(),
    );
  });

  it.each([
    [{ district: "springfield" }, 'This document needs "site".'],
    [{ site: SITE }, 'This document needs "district".'],
    [
      { district: "springfield", site: SITE, vendors: { Otus: { kind: "other" } } },
      'springfield/Otus has no "version". Add for example `version: 1.2`.',
    ],
    [
      { district: "springfield", site: SITE, vendors: { Otus: { version: 1.2 } } },
      'springfield/Otus has no "kind". Add for example `kind: supported`.',
    ],
    [
      { district: "springfield", site: SITE, vendors: { Otus: { version: 1.2, kind: "suported" } } },
      'Did you mean "supported"?',
    ],
    [
      { district: "springfield", site: SITE, vendor: {} },
      '"vendor" is no key of this document. Did you mean "vendors"?',
    ],
    [
      { district: "springfield", site: SITE, vendors: { " Otus": { version: 1.2, kind: "other" } } },
      '" Otus" cannot be a name',
    ],
    [
      { district: "springfield", site: SITE, vendors: { Otus: { secret: "hunter2" } } },
      '"secret" looks like a credential.',
    ],
    [
      { district: "springfield", site: SITE, store: { kind: "sqlite", path: "x.db" } },
      '"store" is not said district by district here. Say it in the provider',
    ],
    [
      { district: "springfield", site: SITE, limits: { disable: "10%" } },
      '"limits" is not said district by district here.',
    ],
    [{ district: "springfield", site: SITE, confirm: { quiet: "48h" } }, "Say it in the provider's `confirmation`"],
    [{ district: "springfield", site: SITE, groups: ["all"] }, 'There is no group "all"'],
    [
      { district: "springfield", site: SITE, groups: ["al"], project: { groups: { all: { vendors: {} } } } },
      'Did you mean "all"?',
    ],
    [
      {
        district: "springfield",
        site: SITE,
        groups: ["all"],
        project: { groups: { all: { vendors: { Otus: { version: 1.2, kind: "other", accept: ["cut-off"] } } } } },
      },
      "project.groups.all.vendors.Otus.accept: An acceptance names one move of one district",
    ],
  ])("is told what is wrong and how to fix it: %j", (props, text) => {
    expect(complaintsAbout(props).join("\n")).toContain(text);
  });

  it("never shows the secret that somebody wrote into it", () => {
    const said = complaintsAbout({
      district: "springfield",
      site: SITE,
      vendors: { Otus: { client_secret: "hunter2" } },
    });
    expect(said.join("\n")).not.toContain("hunter2");
  });

  it("is told where a value is not known before Terraform runs", () => {
    const stack = stackFor();
    const late = new TerraformVariable(stack, "late", { type: "string" });
    const said = complaintsAbout(
      {
        district: "springfield",
        site: { host: late.stringValue, app: "springfield" },
        vendors: { Otus: { version: late.stringValue, kind: "other", rotate: late.numberValue } },
      },
      stack,
    );
    expect(pathsOf(said)).toEqual(expect.arrayContaining(["site.host", "vendors.Otus.version", "vendors.Otus.rotate"]));
    expect(said.filter((line) => line.includes("known only when Terraform runs"))).toHaveLength(3);
    expect(said.join("\n")).not.toContain("TfToken");
  });

  it("has no resources, and says why to whoever asks for one", () => {
    const district = new District(stackFor(), "springfield", {
      district: "springfield",
      site: SITE,
      vendors: { Otus: { version: 1.2 } },
    });
    expect(district.connections.size).toBe(0);
    expect(() => district.connection("Otus")).toThrow(
      'agency/springfield has no connections, because something is wrong:\n  vendors.Otus: springfield/Otus has no "kind".',
    );
  });

  it("does not hide the mistakes of another district, in whichever stack it stands", () => {
    const app = new App({ outdir: "unused", skipValidation: true });
    const stacks = ["north", "south"].map((id) => stackFor(id, app));
    for (const [index, stack] of stacks.entries()) {
      new District(stack, "first", {
        district: "first",
        site: { ...SITE, app: `a${index}` },
        vendors: { Otus: { version: 1.2 } },
      });
    }
    expect(() => app.synth()).toThrow(
      /^2 things are wrong with the districts:\nnorth\/first\n {2}vendors\.Otus: .*\nsouth\/first\n {2}vendors\.Otus: /,
    );
    expect(() => Testing.synthHcl(stacks[0] ?? stackFor())).toThrow("2 things are wrong");
  });

  it("only warns where its YAML would only be warned about", () => {
    const stack = stackFor();
    const district = new District(stack, "springfield", {
      district: "springfield",
      site: SITE,
      vendors: { Otus: { version: 1.2, kind: "other" }, otus: { version: 1.2, kind: "other" } },
    });
    expect(saidOf(stack)).toEqual([]);
    expect(district.node.metadata.map(({ data }) => data)).toEqual([
      expect.stringContaining("vendors.otus: springfield/otus and springfield/Otus are two connections"),
    ]);
  });
});

describe("two districts of one stack", () => {
  const two = (first: Partial<DistrictProps>, second: Partial<DistrictProps>) => {
    const stack = stackFor();
    new District(stack, "one", { district: "one", site: { host: "cloud.example.org", app: "one" }, ...first });
    new District(stack, "two", { district: "two", site: { host: "cloud.example.org", app: "two" }, ...second });
    return saidOf(stack);
  };

  it("are two", () => {
    expect(two({}, {})).toEqual([]);
  });

  it("are not described twice, which would give one resource two descriptions", () => {
    expect(two({}, { district: "one" })).toEqual([
      "One thing is wrong with the districts:",
      "agency/two",
      expect.stringContaining('  district: "one" is already described in agency/one'),
    ]);
  });

  it("have not one site, and no host that is both production and sandbox", () => {
    expect(two({}, { site: { host: "cloud.example.org", app: "one" } })[2]).toMatch(
      /^ {2}site\.app: "two" and "one" \(agency\/one\)/,
    );
    expect(two({}, { site: { host: "cloud.example.org", app: "two", kind: "sandbox" } })[2]).toMatch(
      /^ {2}site\.kind: cloud/,
    );
  });
});
