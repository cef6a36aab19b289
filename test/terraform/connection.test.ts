import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { hasTerraform } from "./run-terraform.ts";
import { flat, openTerraformStage, schoology, slotAt, type TerraformStage } from "./stage.ts";

const WHOLE = `resource "oneroster_connection" "north" {
  district     = "springfield"
  vendor       = "Edlink"
  name         = "north"
  site         = { host = "cloud.example.org", app = "springfield", kind = "production" }
  version      = "1.2"
  kind         = "other"
  state        = "active"
  schools      = ["Lincoln", "Roosevelt"]
  share        = ["demographics"]
  rotate       = 0
  accept       = ["user-ids 1.1->1.2"]
  protected    = false
  deliver_from = "2026-01-01"
  sync_period  = "24h"
  ends         = "2099-06-30"
  expires      = "2099-06-30"
  owner        = "dana@springfield.example.org"
  contact      = "help@edlink.example"
  labels       = { team = "curriculum", "cost-center" = "7" }
  freeze       = [{ from = "2027-04-12", to = "2027-04-30", why = "state testing" }]
  confirmation = { require = ["used-or-attested", "probed"], syncs = 1, within = "21d" }
  on_destroy   = "forget"
}
`;

describe.skipIf(!hasTerraform())("a connection under Terraform", () => {
  let on: TerraformStage;

  beforeEach(async () => {
    on = await openTerraformStage();
  });
  afterEach(() => on.close());

  const noChanges = async () => expect(await on.plan()).toMatchObject({ code: 0 });

  it("is generated once, with every attribute that there is, and then nothing changes", async () => {
    on.given(WHOLE);
    await on.apply();
    await noChanges();
    const { connections } = await on.live();
    expect(connections).toMatchObject([{ kind: "other", version: "1.2", schools: ["Lincoln", "Roosevelt"] }]);
  });

  it("changes schools and words in place, and keeps its credentials", async () => {
    on.given(WHOLE);
    await on.apply();
    const [before] = await on.active();
    on.given(
      WHOLE.replace('["Lincoln", "Roosevelt"]', '["Lincoln"]')
        .replace("24h", "48h")
        .replace('["user-ids 1.1->1.2"]', '["schools Lincoln, Roosevelt->Lincoln"]'),
    );
    await on.apply();
    await noChanges();
    const [after] = await on.active();
    expect(after).toMatchObject({ id: before?.id, schools: ["Lincoln"], fingerprint: before?.fingerprint });
    on.given(WHOLE.replace('["Lincoln", "Roosevelt"]', '["Lincoln"]').replace("curriculum", "reading"));
    const { text } = await on.plan();
    expect(text).not.toContain("(known after apply)");
    await on.apply();
    await noChanges();
  });

  it("can be planned while nothing of it is known yet, attribute by attribute", async () => {
    const lines = WHOLE.trim().split("\n").slice(1, -1);
    for (const line of lines) {
      const [, name = "", value = ""] = /^\s*(\w+)\s*= (.*)$/.exec(line) ?? [];
      const unknown =
        name === "labels" || name === "site" || name === "confirmation"
          ? "terraform_data.later.output"
          : `terraform_data.later.output`;
      on.given(
        `resource "terraform_data" "later" {\n  input = ${value}\n}\n${WHOLE.replace(line, `  ${name} = ${unknown}`)}`,
      );
      const { code, text } = await on.plan();
      expect(text, name).not.toMatch(/bug in the provider|invalid plan/i);
      expect([name, code]).toEqual([name, 2]);
    }
  }, 120_000);

  it("is generated from values that are known only while Terraform applies", async () => {
    const all = ["district", "vendor", "name", "version", "kind", "sync_period", "owner"];
    const inputs = {
      district: "springfield",
      vendor: "Edlink",
      name: "north",
      version: "1.2",
      kind: "other",
      sync_period: "24h",
      owner: "dana",
    };
    const later = `resource "terraform_data" "later" {\n  input = jsondecode(${JSON.stringify(JSON.stringify(inputs))})\n}\n`;
    const unknown = all.reduce(
      (text, name) =>
        text.replace(new RegExp(`^  ${name} +=.*$`, "m"), `  ${name} = terraform_data.later.output.${name}`),
      WHOLE,
    );
    on.given(later + unknown);
    await on.apply();
    await noChanges();
    expect(await on.active()).toHaveLength(1);
    on.given(later.replace("1.2", "1.1") + unknown.replace("user-ids 1.1->1.2", "user-ids 1.2->1.1"));
    await on.apply();
    await noChanges();
    expect(await on.active()).toHaveLength(2);
  });

  it("is forgotten when it is destroyed, with a warning, and taken up again without another one", async () => {
    on.given(schoology("1.1"));
    await on.apply();
    const [first] = await on.active();
    const said = flat(await on.terraform.ok("destroy", "-auto-approve"));
    expect(said).toContain("springfield/Schoology is forgotten, not disabled");
    expect(said).toContain("stays active and untouched");
    expect(await on.active()).toHaveLength(1);
    await on.apply();
    await noChanges();
    expect((await on.live()).connections.map(({ id }) => id)).toEqual([first?.id]);
  });

  it("is not disabled by destroying while a vendor may use it, and says so before anything is done", async () => {
    on.given(schoology("1.1", 'on_destroy = "disable"'));
    await on.apply();
    const [first] = await on.active();
    await on.pull(first?.id);
    const { code, stdout, stderr } = await on.terraform.run("destroy", "-auto-approve");
    expect(code).toBe(1);
    expect(flat(stdout + stderr)).toContain("A connection that may be in use would be disabled");
    expect(await on.active()).toHaveLength(1);
    await noChanges();
    on.stage.moveClock("3d");
    await on.terraform.ok("destroy", "-auto-approve");
    expect(await on.active()).toHaveLength(0);
    expect(JSON.stringify(on.terraform.state())).not.toContain("Schoology");
  });

  it("is disabled by its state, under the same guard, and then leaves without a warning", async () => {
    on.given(schoology("1.1"));
    await on.apply();
    const [first] = await on.active();
    await on.pull(first?.id);
    on.given(schoology("1.1", 'state = "disabled"'));
    expect((await on.plan()).code).toBe(1);
    on.stage.moveClock("3d");
    await on.apply();
    await noChanges();
    expect(await on.active()).toHaveLength(0);
    expect(await on.terraform.ok("destroy", "-auto-approve")).not.toContain("Warning");
  });

  it("that was disabled by hand is told, and neither enabled nor generated again silently", async () => {
    on.given(schoology("1.1"));
    await on.apply();
    const [first] = await on.active();
    await on.changeByHand(first?.id, { kind: "disable" });
    const { code, text } = await on.plan();
    expect(code).toBe(1);
    expect(flat(text)).toContain("The connection in use was disabled by someone outside");
    expect(flat(text)).toContain("`rotate = 1`");
    expect(await on.terraform.ok("plan", "-refresh-only")).toContain('"active" -> "disabled"');
    on.given(schoology("1.1", "rotate = 1"));
    await on.apply();
    await noChanges();
    expect(await on.active()).toHaveLength(1);
  });

  it("whose schools were edited by hand is put back", async () => {
    on.given(schoology("1.1", 'schools = ["Lincoln", "Roosevelt"]'));
    await on.apply();
    const [first] = await on.active();
    await on.changeByHand(first?.id, { kind: "edit", schools: ["Lincoln"], share: [] });
    const { code, text } = await on.plan();
    expect(code).toBe(2);
    expect(text).toContain('+ "Roosevelt"');
    await on.apply();
    await noChanges();
    expect(await on.active()).toMatchObject([{ id: first?.id, schools: ["Lincoln", "Roosevelt"] }]);
  });

  it("that was only declared disabled generates nothing", async () => {
    on.given(schoology("1.1", 'state = "disabled"'));
    await on.apply();
    await noChanges();
    expect((await on.live()).connections).toEqual([]);
  });

  it("is imported by its address, with a configuration that changes nothing", async () => {
    on.given(WHOLE);
    await on.apply();
    await on.terraform.ok("state", "rm", "oneroster_connection.north");
    on.given(`import {\n  to = oneroster_connection.north\n  id = "springfield/Edlink[\\"north\\"]"\n}\n`);
    await on.terraform.ok("plan", "-generate-config-out=generated.tf");
    await on.apply();
    await noChanges();
    expect((await on.live()).connections).toHaveLength(1);
    on.given(schoology("1.1").replace('"schoology" {', '"other" {'));
    const missing = await on.terraform.run("import", "oneroster_connection.other", "springfield/Nobody");
    expect(missing.code).toBe(1);
    expect(flat(missing.stderr)).toContain("(terraform/not-managed)");
    const nonsense = await on.terraform.run("import", "oneroster_connection.other", "nonsense");
    expect(flat(nonsense.stderr)).toContain("(terraform/no-address)");
  });

  it("moves to another name in the configuration without anything being done", async () => {
    on.given(schoology("1.1"));
    await on.apply();
    const [first] = await on.active();
    const moved = `moved {\n  from = oneroster_connection.schoology\n  to = oneroster_connection.all["Schoology"]\n}\n`;
    const each = schoology("1.1", 'for_each = toset(["Schoology"])')
      .replace('"schoology" {', '"all" {')
      .replace('"Schoology"\n', "each.key\n");
    on.given(moved + each);
    expect(await on.apply()).toContain("0 added, 0 changed, 0 destroyed");
    expect((await on.live()).connections.map(({ id }) => id)).toEqual([first?.id]);
    await noChanges();
  });

  it("follows a vendor that was renamed, and refuses to become another address", async () => {
    on.given(schoology("1.1"));
    await on.apply();
    const renamed = schoology("1.1").replace('"Schoology"\n', '"PowerSchool LMS"\n');
    on.given(renamed);
    const { code, text } = await on.plan();
    expect(code).toBe(1);
    expect(flat(text)).toContain('add `was = "Schoology"`');
    expect(flat(text)).toContain("(terraform/other-address)");
    on.given(renamed.replace("kind     =", 'was = "Schoology"\n  kind     ='));
    await on.apply();
    await noChanges();
    const live = await on.live();
    expect(slotAt(live, "springfield/PowerSchool LMS").generation).toBe(1);
    expect(live.connections).toHaveLength(1);
  });

  it("keeps to prevent_destroy and to -target", async () => {
    on.given(schoology("1.1", "lifecycle {\n    prevent_destroy = true\n  }"));
    await on.apply();
    expect((await on.terraform.run("destroy", "-auto-approve")).code).toBe(1);
    on.given(schoology("1.1") + WHOLE);
    await on.apply("-target=oneroster_connection.north");
    expect(await on.active()).toHaveLength(2);
    await noChanges();
  });

  it("reads a state of an older version, and drops what it no longer knows", async () => {
    on.given(schoology("1.1"));
    await on.apply();
    const state = JSON.parse(JSON.stringify(on.terraform.state()));
    const [instance] = state.resources[0].instances;
    instance.schema_version = 0;
    instance.attributes.notes = "of an earlier version";
    delete instance.attributes.evidence;
    on.terraform.write("terraform.tfstate", JSON.stringify(state));
    await noChanges();
  });

  it("tells at the attribute what the documents' own checks find, all at once", async () => {
    await on.stage.write("vendors.yaml", "vendors:\n  Schoology: { status: partner, versions: [1.1] }\n");
    const provider = 'store = { kind = "sqlite", path = "./campus.db" }\n  catalogue = "./vendors.yaml"';
    on.given(schoology("1.2").replace('"Schoology"\n', '"Scoology"\n'), provider);
    const typo = await on.plan();
    expect(typo.code).toBe(1);
    expect(typo.text).toMatch(/\d+:\s+vendor\s+= "Scoology"/);
    expect(flat(typo.text)).toContain('Did you mean "Schoology"?');
    on.given(
      schoology(
        "1.2",
        'ends = "soon"\n  confirmation = { require = ["probed"], wait = "long" }\n  schools = []\n  on_destroy = "explode"',
      ),
      provider,
    );
    const { code, text } = await on.plan();
    expect(code).toBe(1);
    for (const line of [/ends = "soon"/, /confirmation = /, /schools = \[\]/, /on_destroy = "explode"/])
      expect(text).toMatch(line);
    for (const code of ["terraform/on-destroy", "terraform/unreadable-wait"]) expect(flat(text)).toContain(code);
    on.given(schoology("1.2"), provider);
    const offered = await on.plan();
    expect(offered.code).toBe(1);
    expect(offered.text).toMatch(/version\s+= "1.2"/);
  });

  it("says what it needs where the store has never heard of the district", async () => {
    on.given(schoology("1.1").replace(/^.*site.*$/m, ""));
    const { code, text } = await on.plan();
    expect(code).toBe(1);
    expect(flat(text)).toContain("(terraform/no-site)");
    expect(text).not.toContain("unknown.invalid");
  });

  it("cannot become of another type of resource, and says how it is taken over", async () => {
    on.given('resource "terraform_data" "old" {\n  input = "x"\n}\n');
    await on.apply();
    on.given(`moved {\n  from = terraform_data.old\n  to = oneroster_connection.schoology\n}\n${schoology("1.1")}`);
    const { code, text } = await on.plan();
    expect(code).toBe(1);
    expect(flat(text)).toContain("(terraform/other-type)");
  });

  it("waits with leaving until a freeze is over", async () => {
    const freeze = 'freeze = [{ from = "2027-02-20", to = "2027-03-10", why = "first weeks" }]';
    on.given(schoology("1.1", `on_destroy = "disable"\n  ${freeze}`));
    await on.apply();
    on.stage.moveClock("3d");
    const early = await on.terraform.run("destroy", "-auto-approve");
    expect(early.code).toBe(1);
    expect(flat(early.stderr)).toContain("(terraform/not-disabled-yet)");
    expect(await on.active()).toHaveLength(1);
    on.stage.moveClock("10d");
    await on.terraform.ok("destroy", "-auto-approve");
    expect(await on.active()).toHaveLength(0);
  });
});
