import { App, Testing, TerraformVariable } from "cdktn";
import { describe, expect, it } from "vitest";
import { District, type DistrictShape, OnerosterProvider } from "../../src/constructs/index.ts";
import { connectionsOf, stackFor, synthesised } from "./synthesised.ts";

const SPRINGFIELD: DistrictShape = {
  district: "springfield",
  site: { host: "springfield.example.org", app: "springfield" },
  owner: "dana@springfield.example.org",
  vendors: {
    Otus: { version: 1.1, kind: "supported", share: ["demographics"] },
    "Old Quiz Tool": { version: "1.1", kind: "other", state: "disabled", owner: "kim@springfield.example.org" },
  },
};

describe("a district", () => {
  it("becomes one resource for each connection, with what its YAML would say", () => {
    const stack = stackFor();
    new District(stack, "springfield", SPRINGFIELD);
    const site = { host: "springfield.example.org", app: "springfield" };
    expect(connectionsOf(stack)).toEqual({
      springfield_Otus: {
        district: "springfield",
        vendor: "Otus",
        site,
        version: "1.1",
        kind: "supported",
        share: ["demographics"],
        owner: "dana@springfield.example.org",
      },
      springfield_Old_Quiz_Tool__75680c65: expect.objectContaining({
        state: "disabled",
        owner: "kim@springfield.example.org",
      }),
    });
  });

  it("gives every key of a connection to its resource", () => {
    const stack = stackFor();
    new District(stack, "springfield", {
      ...SPRINGFIELD,
      confirm: { require: ["probed", "used"], within: "30d", syncs: 2 },
      freeze: [{ from: "2027-08-16", to: "2027-08-27", why: "first weeks of term" }],
      vendors: {
        Otus: {
          version: 1.2,
          kind: "other",
          schools: ["Lincoln"],
          rotate: 1,
          accept: ["user-ids 1.1->1.2"],
          adopt: "123456",
          replaces: "Quiz",
          protected: true,
          attest: {
            connection: "c1",
            fingerprint: "0123456789abcdef",
            by: "Dana",
            at: "2027-01-01",
            reason: "saw it",
          },
          expires: "2028-01-01",
          ends: "2027-12-31",
          contact: "help@otus.example",
          labels: { tier: 1, core: true },
          "deliver-from": "2027-06-15",
          "sync-period": "24h",
          confirm: { require: ["probed", "attested"] },
          was: "Otis",
        },
        Quiz: { version: 1.1, kind: "other", state: "disabled", schools: "all" },
      },
      onDestroy: "disable",
      wait: "10m",
      lifecycle: { preventDestroy: true },
    });
    expect(connectionsOf(stack)["springfield_Otus"]).toMatchInlineSnapshot(`
      {
        "accept": [
          "user-ids 1.1->1.2",
        ],
        "adopt": "123456",
        "attest": {
          "at": "2027-01-01",
          "by": "Dana",
          "connection": "c1",
          "fingerprint": "0123456789abcdef",
          "reason": "saw it",
        },
        "confirmation": {
          "require": [
            "probed",
            "attested",
          ],
          "syncs": 2,
          "wait": "10m",
          "within": "30d",
        },
        "contact": "help@otus.example",
        "deliver_from": "2027-06-15",
        "district": "springfield",
        "ends": "2027-12-31",
        "expires": "2028-01-01",
        "freeze": [
          {
            "from": "2027-08-16",
            "to": "2027-08-27",
            "why": "first weeks of term",
          },
        ],
        "kind": "other",
        "labels": {
          "core": "true",
          "tier": "1",
        },
        "lifecycle": {
          "prevent_destroy": true,
        },
        "on_destroy": "disable",
        "owner": "dana@springfield.example.org",
        "protected": true,
        "replaces": "springfield/Quiz",
        "rotate": 1,
        "schools": [
          "Lincoln",
        ],
        "site": {
          "app": "springfield",
          "host": "springfield.example.org",
        },
        "sync_period": "24h",
        "vendor": "Otus",
        "version": "1.2",
        "was": "springfield/Otis",
      }
    `);
  });

  it("takes over its groups as in a project file, and leaves out what it ignores", () => {
    const stack = stackFor();
    new District(stack, "shelbyville", {
      district: "shelbyville",
      site: { host: "cloud.example.org", app: "shelbyville" },
      groups: ["all", "wave-1"],
      project: {
        groups: {
          all: {
            vendors: {
              "Google Classroom": { version: 1.2, kind: "supported" },
              Schoology: { version: 1.1, kind: "supported", labels: { tier: "core" } },
            },
          },
          "wave-1": { vendors: { Schoology: { version: 1.2, labels: { wave: 1 } } } },
        },
      },
      vendors: {
        Schoology: { accept: ["user-ids 1.1->1.2"] },
        "Google Classroom": "ignore",
        Edlink: {
          connections: {
            north: { version: 1.2, kind: "other", schools: ["North High"] },
            south: { version: 1.2, kind: "other", schools: ["South High"] },
          },
        },
      },
    });
    const found = connectionsOf(stack);
    expect(Object.keys(found)).toEqual([
      "shelbyville_Edlink_north",
      "shelbyville_Edlink_south",
      "shelbyville_Schoology",
    ]);
    expect(found["shelbyville_Edlink_north"]).toMatchObject({
      vendor: "Edlink",
      name: "north",
      schools: ["North High"],
    });
    expect(found["shelbyville_Schoology"]).toMatchObject({
      version: "1.2",
      labels: { tier: "core", wave: "1" },
      accept: ["user-ids 1.1->1.2"],
    });
  });

  it("that is only observed has no resources", () => {
    const stack = stackFor();
    const observed = new District(stack, "springfield", { ...SPRINGFIELD, mode: "observe" });
    expect(connectionsOf(stack)).toEqual({});
    expect(observed.connections.size).toBe(0);
    expect(() => observed.connection("Otus")).toThrow("only observed");
  });

  it("shows its resources by address", () => {
    const district = new District(stackFor(), "springfield", SPRINGFIELD);
    expect([...district.connections.keys()]).toEqual(["springfield/Otus", "springfield/Old Quiz Tool"]);
    expect(district.connection("springfield/Otus")).toBe(district.connections.get("springfield/Otus"));
    expect(district.connection("Otus")).toBe(district.connections.get("springfield/Otus"));
    expect(() => district.connection("Otis")).toThrow(
      'agency/springfield has no connection "Otis". It has springfield/Otus, springfield/Old Quiz Tool.',
    );
  });

  it("may stand on another provider than the first", () => {
    const stack = stackFor();
    const provider = new OnerosterProvider(stack, "north", { alias: "north" });
    new District(stack, "springfield", { ...SPRINGFIELD, provider });
    expect(connectionsOf(stack)["springfield_Otus"]).toMatchObject({ provider: "oneroster.north" });
  });

  it("takes free text that only Terraform will know", () => {
    const stack = stackFor();
    const owner = new TerraformVariable(stack, "owner", { type: "string" }).stringValue;
    new District(stack, "springfield", { ...SPRINGFIELD, owner });
    expect(connectionsOf(stack)["springfield_Otus"]).toMatchObject({ owner: "${var.owner}" });
  });

  it("says what Terraform does not carry", () => {
    const stack = stackFor();
    const district = new District(stack, "springfield", {
      ...SPRINGFIELD,
      vendors: {
        Otus: {
          version: 1.2,
          kind: "other",
          approved: { by: "Board", on: "2027-01-01" },
          fields: { "client-id": "Key" },
        },
      },
    });
    expect(district.node.metadata.map(({ data }) => data)).toEqual([
      'springfield/Otus has "fields", which Terraform does not carry: it has no effect here.',
      'springfield/Otus has "approved", which Terraform does not carry: it has no effect here.',
    ]);
  });
});

describe("the name of a resource", () => {
  const namesOf = (...districts: readonly DistrictShape[]) => {
    const stack = stackFor();
    for (const district of districts) new District(stack, `of ${district.district}`, district);
    return Object.keys(connectionsOf(stack));
  };
  const vendors = (...names: readonly string[]) =>
    Object.fromEntries(names.map((name) => [name, { version: 1.2, kind: "other" } as const]));

  it("stays when another vendor comes before it", () => {
    const before = namesOf(SPRINGFIELD);
    const after = namesOf({ ...SPRINGFIELD, vendors: { ...vendors("A", "Otus A", "Zzz"), ...SPRINGFIELD.vendors } });
    expect(after).toEqual(expect.arrayContaining(before));
  });

  it("does not depend on where in the app the district stands", () => {
    const stack = stackFor();
    const app = new App({ outdir: "unused" });
    new District(stack, "springfield", SPRINGFIELD);
    const other = stackFor("other", app);
    new District(
      new District(other, "elsewhere", { ...SPRINGFIELD, district: "x", site: { host: "h", app: "x" } }),
      "deeper",
      SPRINGFIELD,
    );
    expect(Object.keys(connectionsOf(other))).toEqual(expect.arrayContaining(Object.keys(connectionsOf(stack))));
  });

  it("is another one for every address, however alike they are", () => {
    const alike = [
      "Google Classroom",
      "Google_Classroom",
      "Google-Classroom",
      "Google  Classroom",
      "Google",
      "Écoles",
      "École",
    ];
    const names = namesOf({
      ...SPRINGFIELD,
      vendors: {
        ...vendors(...alike),
        Same: { connections: vendors("Google", "Classroom", "1") },
        "Same Google": { version: 1.2, kind: "other" },
      },
    });
    expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(alike.length + 4);
    expect(names.filter((name) => !/^[A-Za-z_][A-Za-z0-9_-]*$/.test(name))).toEqual([]);
  });

  it("begins as names in Terraform begin", () => {
    expect(namesOf({ ...SPRINGFIELD, district: "12th-street", vendors: vendors("1st") })).toEqual(["_12th-street_1st"]);
  });
});

describe("a stack", () => {
  it("has nothing in it for districts that want nothing", () => {
    const stack = stackFor();
    const { resource: _, ...before } = synthesised(stackFor());
    new District(stack, "springfield", { ...SPRINGFIELD, vendors: {} });
    expect(synthesised(stack)).toEqual(before);
    expect(Testing.synthHcl(stack)).not.toContain("oneroster_connection");
  });
});
