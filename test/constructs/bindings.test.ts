import { readFileSync } from "node:fs";
import { join } from "node:path";
import { App, TerraformOutput, TerraformStack, Testing } from "cdktn";
import { describe, expect, it } from "vitest";
import {
  Connection,
  DataOnerosterConnections,
  DataOnerosterDistrict,
  DataOnerosterVendors,
  EphemeralOnerosterCredentials,
  OnerosterProvider,
} from "../../src/constructs/index.ts";
import { root } from "../setup/source.ts";
import { stackFor, synthesised } from "./synthesised.ts";

const { version }: { version: string } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

describe("the bindings", () => {
  it("name the provider as its schema does, and pin the version of this package", () => {
    const { provider_schemas } = JSON.parse(readFileSync(join(root, "schemas", "terraform-provider.json"), "utf8"));
    expect(synthesised(stackFor())).toMatchObject({
      terraform: { required_providers: { oneroster: { source: Object.keys(provider_schemas)[0], version } } },
    });
  });

  it("say everything that a provider can be told", () => {
    const stack = new TerraformStack(new App({ outdir: "unused" }), "agency");
    new OnerosterProvider(stack, "oneroster", {
      alias: "north",
      store: { kind: "sqlite", path: "./campus.db", key: "file:./rosterform.key" },
      catalogue: "vendors.yaml",
      deliver: { kind: "age", folder: "./credentials", recipients: ["age1qqq"] },
      confirmation: { require: ["probed", "used"], quiet: "48h", syncs: 2, within: "21d" },
      lockTimeout: "30s",
    });
    expect(synthesised(stack)).toMatchInlineSnapshot(`
      {
        "provider": {
          "oneroster": [
            {
              "alias": "north",
              "catalogue": "vendors.yaml",
              "confirmation": {
                "quiet": "48h",
                "require": [
                  "probed",
                  "used",
                ],
                "syncs": 2,
                "within": "21d",
              },
              "deliver": {
                "folder": "./credentials",
                "kind": "age",
                "recipients": [
                  "age1qqq",
                ],
              },
              "lock_timeout": "30s",
              "store": {
                "key": "file:./rosterform.key",
                "kind": "sqlite",
                "path": "./campus.db",
              },
            },
          ],
        },
        "terraform": {
          "required_providers": {
            "oneroster": {
              "source": "registry.terraform.io/rosterform/oneroster",
              "version": "0.1.0",
            },
          },
        },
      }
    `);
  });

  it("make a resource with all its arguments", () => {
    const stack = stackFor();
    new Connection(stack, "otus", {
      district: "springfield",
      vendor: "Otus",
      version: "1.2",
      kind: "supported",
      site: { host: "springfield.example.org", app: "springfield" },
      accept: ["user-ids 1.1->1.2"],
      protected: true,
      rotate: 2,
      labels: { tier: "core" },
      freeze: [{ from: "2027-04-12", to: "2027-04-30", why: "state testing" }],
      confirmation: { require: ["probed", "attested"], wait: "10m" },
      onDestroy: "disable",
    });
    expect(synthesised(stack).resource).toMatchInlineSnapshot(`
      {
        "oneroster_connection": {
          "otus": {
            "accept": [
              "user-ids 1.1->1.2",
            ],
            "confirmation": {
              "require": [
                "probed",
                "attested",
              ],
              "wait": "10m",
            },
            "district": "springfield",
            "freeze": [
              {
                "from": "2027-04-12",
                "to": "2027-04-30",
                "why": "state testing",
              },
            ],
            "kind": "supported",
            "labels": {
              "tier": "core",
            },
            "on_destroy": "disable",
            "protected": true,
            "rotate": 2,
            "site": {
              "app": "springfield",
              "host": "springfield.example.org",
            },
            "vendor": "Otus",
            "version": "1.2",
          },
        },
      }
    `);
  });

  it("refer to what the provider finds", () => {
    const stack = stackFor();
    const otus = new Connection(stack, "otus", {
      district: "springfield",
      vendor: "Otus",
      version: "1.2",
      kind: "other",
    });
    const file = new DataOnerosterDistrict(stack, "file", { file: "districts/springfield.yaml" });
    const found = new DataOnerosterConnections(stack, "found", { managed: false });
    const vendors = new DataOnerosterVendors(stack, "vendors");
    // Both libraries write the key of a map as it is given: it needs its quotes.
    const outputs = {
      client: otus.current.clientId,
      awaits: otus.evidence.awaits,
      wanted: file.connections.get('"Otus"').version,
      first: found.connections.get(0).status,
      partner: vendors.vendors.get('"Otus"').status,
    };
    for (const [name, value] of Object.entries(outputs)) new TerraformOutput(stack, name, { value });
    expect(synthesised(stack)).toMatchInlineSnapshot(`
      {
        "data": {
          "oneroster_connections": {
            "found": {
              "managed": false,
            },
          },
          "oneroster_district": {
            "file": {
              "file": "districts/springfield.yaml",
            },
          },
          "oneroster_vendors": {
            "vendors": {},
          },
        },
        "output": {
          "awaits": {
            "value": "\${oneroster_connection.otus.evidence.awaits}",
          },
          "client": {
            "value": "\${oneroster_connection.otus.current.client_id}",
          },
          "first": {
            "value": "\${data.oneroster_connections.found.connections[0].status}",
          },
          "partner": {
            "value": "\${data.oneroster_vendors.vendors.vendors["Otus"].status}",
          },
          "wanted": {
            "value": "\${data.oneroster_district.file.connections["Otus"].version}",
          },
        },
        "provider": {
          "oneroster": [
            {
              "project": "./rosterform.yaml",
            },
          ],
        },
        "resource": {
          "oneroster_connection": {
            "otus": {
              "district": "springfield",
              "kind": "other",
              "vendor": "Otus",
              "version": "1.2",
            },
          },
        },
        "terraform": {
          "required_providers": {
            "oneroster": {
              "source": "registry.terraform.io/rosterform/oneroster",
              "version": "0.1.0",
            },
          },
        },
      }
    `);
  });
});

describe("ephemeral credentials", () => {
  const open = (stack: TerraformStack) =>
    new EphemeralOnerosterCredentials(stack, "otus", { district: "springfield", vendor: "Otus" });

  it("say themselves which Terraform they need, where the project names none", () => {
    const stack = stackFor();
    const { clientSecret } = open(stack);
    new TerraformOutput(stack, "secret", { value: clientSecret, sensitive: true });
    expect(synthesised(stack)).toMatchObject({
      ephemeral: { oneroster_credentials: { otus: { district: "springfield", vendor: "Otus" } } },
      output: { secret: { value: "${ephemeral.oneroster_credentials.otus.client_secret}" } },
    });
  });

  it("are refused in a project that is to run on a Terraform without them", () => {
    const app = new App({ outdir: "unused", context: { targetVersions: { terraform: ">=1.5.7" } } });
    const stack = stackFor("agency", app);
    open(stack);
    expect(() => Testing.synth(stack, true)).toThrow(/ephemeral resources requires terraform >=1\.10\.0/);
  });
});
