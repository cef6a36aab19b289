import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { hasTerraform } from "./run-terraform.ts";
import { flat, openTerraformStage, schoology, type TerraformStage } from "./stage.ts";

const CATALOGUE = `vendors:
  Otus: { status: partner, versions: [1.1, 1.2], data: [demographics], sync-period: 24h, contact: help@otus.example }
  Edlink: { status: other, versions: [1.2] }
`;

const DISTRICT = `district: springfield
site: { host: cloud.example.org, app: springfield }
groups: [all]
freeze: [{ from: 2027-05-01, to: 2027-05-14, why: state testing }]
vendors:
  Otus: { share: [demographics] }
  Edlink:
    connections:
      north: { version: 1.2, kind: other, schools: [North High] }
      south: { version: 1.2, kind: other, schools: [South High], protected: true }
`;

const PROJECT = `districts: districts/*.yaml
store: { kind: sqlite, path: ./campus.db }
catalogue: vendors.yaml
groups:
  all: { vendors: { Otus: { version: 1.1, kind: supported } } }
`;

describe.skipIf(!hasTerraform())("what the provider reads", () => {
  let on: TerraformStage;

  beforeEach(async () => {
    on = await openTerraformStage();
  });
  afterEach(() => on.close());

  const output = async (name: string): Promise<unknown> => JSON.parse(await on.terraform.ok("output", "-json", name));

  it("is the catalogue, by vendor", async () => {
    await on.stage.write("vendors.yaml", CATALOGUE);
    const provider = 'store = { kind = "sqlite", path = "./campus.db" }\n  catalogue = "vendors.yaml"';
    on.given(
      `data "oneroster_vendors" "all" {}\noutput "all" {\n  value = data.oneroster_vendors.all.vendors\n}\n`,
      provider,
    );
    await on.apply();
    expect(await output("all")).toEqual({
      Otus: {
        status: "partner",
        versions: ["1.1", "1.2"],
        share: ["demographics"],
        sync_period: "24h",
        contact: "help@otus.example",
        owner: null,
      },
      Edlink: { status: "other", versions: ["1.2"], share: null, sync_period: null, contact: null, owner: null },
    });
  });

  it("is every live connection, filtered, with the role that it has", async () => {
    on.given(schoology("1.1") + schoology("1.1").replaceAll("choology", "eesaw"));
    await on.apply();
    const query = (filter: string) =>
      `data "oneroster_connections" "some" {\n  ${filter}\n}\noutput "some" {\n  value = [for one in data.oneroster_connections.some.connections : "\${one.vendor} \${one.role} \${one.status}"]\n}\n`;
    on.given(schoology("1.2", 'accept = ["user-ids 1.1->1.2"]') + schoology("1.1").replaceAll("choology", "eesaw"));
    await on.apply();
    const asked = async (filter: string) => {
      on.given(
        schoology("1.2", 'accept = ["user-ids 1.1->1.2"]') +
          schoology("1.1").replaceAll("choology", "eesaw") +
          query(filter),
      );
      await on.apply();
      return ((await output("some")) as string[]).toSorted();
    };
    expect(await asked("")).toEqual([
      "Schoology candidate active",
      "Schoology current active",
      "Seesaw current active",
    ]);
    expect(await asked('vendor = "seesaw"')).toEqual(["Seesaw current active"]);
    expect(await asked('districts = ["shelbyville"]')).toEqual([]);
    expect(await asked('districts = ["springfield"]\n status = "disabled"')).toEqual([]);
    expect(await asked("managed = false")).toEqual([]);
    on.given(query('districts = ["Springfield!"]\n status = "asleep"'));
    const { code, text } = await on.plan();
    expect(code).toBe(1);
    expect(text).toContain("Springfield!");
    expect(text).toContain("asleep");
    expect(flat(text)).toContain("(terraform/bad-filter)");
  });

  it("is a district's file with its groups, from which everything is managed by for_each", async () => {
    await on.stage.write("rosterform.yaml", PROJECT);
    await on.stage.write("vendors.yaml", CATALOGUE);
    await on.stage.write("springfield.yaml", DISTRICT);
    const configuration = `data "oneroster_district" "springfield" {
  file = "springfield.yaml"
}
resource "oneroster_connection" "all" {
  for_each     = data.oneroster_district.springfield.connections
  district     = each.value.district
  vendor       = each.value.vendor
  name         = each.value.name
  site         = each.value.site
  version      = each.value.version
  kind         = each.value.kind
  state        = each.value.state
  schools      = each.value.schools
  share        = each.value.share
  rotate       = each.value.rotate
  protected    = each.value.protected
  freeze       = each.value.freeze
  confirmation = each.value.confirmation
  sync_period  = each.value.sync_period
}
`;
    on.given(configuration, 'project = "rosterform.yaml"');
    await on.apply();
    expect((await on.plan()).code).toBe(0);
    expect((await on.active()).map(({ application, version }) => `${application} ${version}`).toSorted()).toEqual([
      "Edlink 1.2",
      "Edlink 1.2",
      "Otus 1.1",
    ]);
    await on.stage.write(
      "springfield.yaml",
      DISTRICT.replace("Otus:", "Ottus:").replace(
        "version: 1.2, kind: other, schools: [North",
        "version: 1.3, kind: other, schools: [North",
      ),
    );
    const { code, text } = await on.plan();
    expect(code).toBe(1);
    expect(flat(text)).toContain("springfield.yaml:9");
    expect(text).toMatch(/\d+:\s+file = "springfield.yaml"/);
    expect(await on.active()).toHaveLength(3);
  });

  it("is an address, taken apart", async () => {
    on.given(`output "parts" {\n  value = provider::oneroster::parse_address("springfield/Edlink[\\"north\\"]")\n}\n`);
    await on.apply();
    expect(await output("parts")).toEqual({ district: "springfield", vendor: "Edlink", name: "north" });
    on.given(`output "parts" {\n  value = provider::oneroster::parse_address("nonsense")\n}\n`);
    const { code, text } = await on.plan();
    expect(code).toBe(1);
    expect(flat(text)).toContain('"nonsense" is no address');
  });

  it("opens the four values for one phase, and leaves the secret in no state, plan file or log", async () => {
    const configuration = `${schoology("1.1")}
ephemeral "oneroster_credentials" "schoology" {
  district = oneroster_connection.schoology.district
  vendor   = oneroster_connection.schoology.vendor
  connection_id = oneroster_connection.schoology.current.id
}
resource "terraform_data" "asserts" {
  input = oneroster_connection.schoology.current.secret_fingerprint
  lifecycle {
    postcondition {
      condition     = ephemeral.oneroster_credentials.schoology.secret_fingerprint == self.input && length(ephemeral.oneroster_credentials.schoology.client_secret) > 20
      error_message = "the four values were not opened"
    }
  }
}
`;
    on.given(configuration);
    const env = { TF_LOG: "trace", TF_LOG_PATH: join(on.terraform.folder, "trace.log") };
    await on.terraform.ok("plan", "-out=first.plan");
    const applied = await on.terraform.runWith(env, "apply", "-auto-approve");
    expect([applied.code, applied.stderr]).toEqual([0, expect.anything()]);
    await on.terraform.ok("plan", "-out=second.plan");
    const [one] = await on.active();
    const secret = await on.secretOf(one?.id);
    expect(secret.length).toBeGreaterThan(20);
    for (const file of readdirSync(on.terraform.folder, { recursive: true, withFileTypes: true })) {
      if (!file.isFile()) continue;
      expect(readFileSync(join(file.parentPath, file.name)).includes(secret), file.name).toBe(false);
    }
    expect(applied.stdout + applied.stderr).not.toContain(secret);
    for (const plan of ["first.plan", "second.plan"])
      expect(JSON.stringify(await on.terraform.show(plan))).not.toContain(secret);
  });

  it("opens no candidate before the day on which it may be handed over", async () => {
    on.given(schoology("1.1"));
    await on.apply();
    const held = schoology("1.2", 'accept = ["user-ids 1.1->1.2"]\n  deliver_from = "2027-06-15"');
    on.given(held);
    await on.apply();
    const opens = (more: string) => `${held}ephemeral "oneroster_credentials" "s" {
  district = "springfield"
  vendor   = "Schoology"
  ${more}
}
resource "terraform_data" "opened" {
  input = "x"
  lifecycle {
    precondition {
      condition     = ephemeral.oneroster_credentials.s.client_id == oneroster_connection.schoology.current.client_id
      error_message = "another one was opened"
    }
  }
}
`;
    on.given(opens(""));
    await on.apply();
    on.given(opens("connection_id = oneroster_connection.schoology.candidate.id"));
    const { code, text } = await on.plan();
    expect(code).toBe(1);
    expect(flat(text)).toContain("(terraform/held-back)");
  });

  it("opens them also where what only a delivery needs is missing", async () => {
    on.given(schoology("1.1"));
    await on.apply();
    const vault =
      'store = { kind = "sqlite", path = "./campus.db" }\n  deliver = { kind = "vault", address = "https://vault.example.org", token = "env:NOT_SET" }';
    const ask = 'ephemeral "oneroster_credentials" "s" {\n  district = "springfield"\n  vendor = "Schoology"\n}\n';
    on.given(schoology("1.1") + ask, vault);
    expect((await on.plan()).code).toBe(0);
  });

  it("says what it found where there is nothing to open", async () => {
    on.given(`ephemeral "oneroster_credentials" "none" {\n  district = "springfield"\n  vendor = "Nobody"\n}\n`);
    const { code, text } = await on.plan();
    expect(code).toBe(1);
    expect(flat(text)).toContain("(terraform/no-credentials)");
  });
});

describe.skipIf(!hasTerraform())("how the provider is configured", () => {
  let on: TerraformStage;
  afterEach(() => on.close());

  it("is said by the variables of the command line, too", async () => {
    on = await openTerraformStage({ environment: { ROSTERFORM_STORE: "campus.db" } });
    on.given(schoology("1.1"), "");
    await on.apply();
    expect(await on.active()).toHaveLength(1);
  });

  it("is refused with everything that is wrong, at its attributes", async () => {
    on = await openTerraformStage();
    on.given(
      schoology("1.1"),
      'store = { kind = "sqlite", path = "./campus.db", key = "the key itself" }\n  lock_timeout = "soon"\n  confirmation = { require = ["probed"] }',
    );
    const { code, text } = await on.plan();
    expect(code).toBe(1);
    expect(text).not.toContain("the key itself (");
    for (const line of [/store\s+= /, /lock_timeout = "soon"/, /confirmation\s+= /]) expect(text).toMatch(line);
    on.given(schoology("1.1"), "");
    expect(flat((await on.plan()).text)).toContain("No store is named");
    on.given(schoology("1.1"), 'store = { kind = "by-hand", path = "./registry.db" }');
    expect(flat((await on.plan()).text)).toContain("(terraform/by-hand)");
    on.given(schoology("1.1"), 'store = { kind = "sqlite", path = "./campus.db" }\n  deliver = { kind = "terminal" }');
    expect(flat((await on.plan()).text)).toContain("(terraform/no-terminal)");
  });

  it("delivers where the configuration says, as the command line does", async () => {
    on = await openTerraformStage();
    on.given(
      schoology("1.1"),
      'store = { kind = "sqlite", path = "./campus.db" }\n  deliver = { kind = "file", folder = "./sheets" }',
    );
    await on.apply();
    expect(await on.stage.read("sheets/springfield/schoology.txt")).toContain("Client Secret");
    expect((await on.plan()).code).toBe(0);
  });

  it("cannot depend on what is made in the same run", async () => {
    on = await openTerraformStage();
    on.given(
      `resource "terraform_data" "later" {\n  input = "./campus.db"\n}\n${schoology("1.1")}`,
      'store = { kind = "sqlite", path = terraform_data.later.output }',
    );
    const { code, text } = await on.plan();
    expect(code).toBe(1);
    expect(flat(text)).toContain("(terraform/not-known-yet)");
  });
});
