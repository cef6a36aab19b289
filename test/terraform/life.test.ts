import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Attached, attach } from "../../src/terraform/serve/debug.ts";
import { hasTerraform, makeTerraform, type Terraform } from "./run-terraform.ts";
import { HEAD, type Seen, sampleProvider } from "./sample-provider.ts";

/** One value of every kind, each as a variable and a constant. */
const EVERY = {
  number: "9007199254740993",
  flag: "false",
  list: '["a", "", "ü"]',
  set: "[0.1, 1, 12345678901234567890.123456789]",
  map: '{ __proto__ = "x", "a b" = "" }',
  object: '{ inner = "in", count = 0.5 }',
  several: '[{ inner = null, tags = [] }, { inner = "x", tags = ["t"] }]',
  by_key: "{ k = {} }",
} as const;

describe.skipIf(!hasTerraform())("a provider under the real Terraform", () => {
  const seen: Seen = { configured: 0, stopped: 0, closed: 0, secrets: [], kept: [] };
  let attached: Attached;
  let terraform: Terraform;

  beforeAll(async () => {
    attached = await attach(async () => sampleProvider(seen));
  });
  afterAll(() => attached.close());
  afterEach(() => terraform.remove());

  function given(configuration: string): Terraform {
    terraform = makeTerraform({ reattach: attached.reattach });
    terraform.write("main.tf", HEAD + configuration);
    return terraform;
  }

  it("creates, changes, finds nothing to do, and destroys", async () => {
    const { ok, write, state } = given(`resource "oneroster_thing" "a" { name = "a" }`);
    expect(await ok("apply", "-auto-approve")).toContain("1 added, 0 changed, 0 destroyed");
    expect(JSON.stringify(state())).toContain("id of a");
    expect(await ok("plan")).toContain("No changes");
    expect(seen.kept).toContain("kept");
    write("main.tf", `${HEAD}resource "oneroster_thing" "a" { name = "b" }`);
    expect(await ok("apply", "-auto-approve")).toContain("0 added, 1 changed, 0 destroyed");
    expect(await ok("destroy", "-auto-approve")).toContain("1 destroyed");
  });

  it("is closed once, when nobody is served any more", async () => {
    const own: Seen = { configured: 0, stopped: 0, closed: 0, secrets: [], kept: [] };
    const { reattach, close } = await attach(async () => sampleProvider(own));
    terraform = makeTerraform({ reattach });
    terraform.write("main.tf", `${HEAD}resource "oneroster_thing" "a" { name = "a" }`);
    await terraform.ok("plan");
    expect(own).toMatchObject({ closed: 0 });
    await close();
    expect(own).toMatchObject({ stopped: 1, closed: 1 });
  });

  it("keeps a value of every kind, and finds nothing to do afterwards", async () => {
    const lines = Object.entries(EVERY).map(([name, value]) => `${name} = ${value}`);
    const { ok, state } = given(`resource "oneroster_thing" "a" {\nname = "a"\n${lines.join("\n")}\n}`);
    await ok("apply", "-auto-approve");
    expect(await ok("plan", "-detailed-exitcode")).toContain("No changes");
    const text = JSON.stringify(state());
    expect(text).toContain('"__proto__":"x"');
    expect(await ok("show", "-json")).toContain("12345678901234567890.123456789");
    expect(await ok("show", "-json")).toContain("9007199254740993");
  });

  it.each(["name", ...Object.keys(EVERY)])("plans with an unknown %s, and knows it when applying", async (name) => {
    const known: Record<string, string> = { name: '"a"', ...EVERY };
    const lines = Object.entries(known).map(([one, value]) =>
      one === name ? `${one} = terraform_data.later.output` : `${one} = ${value}`,
    );
    const { ok } = given(
      `resource "terraform_data" "later" { input = ${known[name]} }\nresource "oneroster_thing" "a" {\n${lines.join("\n")}\n}`,
    );
    expect(await ok("validate")).toContain("Success");
    expect(await ok("plan")).toContain("(known after apply)");
    expect(await ok("apply", "-auto-approve")).toContain("2 added");
    expect(await ok("plan", "-detailed-exitcode")).toContain("No changes");
  });

  it("is shown unknowns inside of values, prefixes known or not", async () => {
    const { ok } = given(`
resource "terraform_data" "later" { input = "x" }
resource "oneroster_thing" "a" {
  name    = "pre-\${terraform_data.later.output}"
  list    = [terraform_data.later.output]
  map     = { k = terraform_data.later.output }
  several = [{ inner = terraform_data.later.output, tags = ["a", terraform_data.later.output] }]
}`);
    await ok("apply", "-auto-approve");
    expect(await ok("plan", "-detailed-exitcode")).toContain("No changes");
  });

  it("shows the line that a notice is about, index 0 included, and goes on after a warning", async () => {
    const { run, write } = given(`
resource "oneroster_thing" "a" {
  name     = "a"
  map      = { k = "v" }
  several  = [
    { inner = "zero" },
    { inner = "one" },
  ]
  complain = ["several.0.inner", "several.1.inner", "map.@k"]
}`);
    const refused = await run("validate", "-json");
    expect(refused.code).toBe(1);
    const { diagnostics } = JSON.parse(refused.stdout) as {
      diagnostics: { severity: string; summary: string; range: { start: { line: number } } }[];
    };
    expect(diagnostics.map(({ severity, summary, range }) => [severity, summary, range.start.line])).toEqual([
      ["error", "Complaint about several.0.inner", expect.any(Number)],
      ["error", "Complaint about several.1.inner", expect.any(Number)],
      ["error", "Complaint about map.@k", expect.any(Number)],
    ]);
    const shown = (await run("validate")).stderr;
    expect(shown).toContain("on main.tf line");
    expect(shown).toContain("several");
    write("main.tf", `${HEAD}resource "oneroster_thing" "a" {\n name = "a"\n complain = ["warn:name"]\n}`);
    const warned = await run("apply", "-auto-approve");
    expect(warned.code).toBe(0);
    expect(warned.stdout).toContain("Warning: Complaint about warn:name");
  });

  it("keeps what was made before an error, as something to be replaced", async () => {
    const { run, state } = given(`resource "oneroster_thing" "a" { name = "half" }`);
    const { code, stderr } = await run("apply", "-auto-approve");
    expect([code, stderr]).toEqual([1, expect.stringContaining("Only half done")]);
    expect(JSON.stringify(state())).toContain('"status":"tainted"');
  });

  it("tells what failed outside, and hides the words of a mistake of ours", async () => {
    const { run, write } = given(`resource "oneroster_thing" "a" { name = "offline" }`);
    expect((await run("apply", "-auto-approve")).stderr).toMatch(/The site is offline[\s\S]+Try again\./);
    write("main.tf", `${HEAD}resource "oneroster_thing" "a" { name = "broken" }`);
    const { stdout, stderr } = await run("apply", "-auto-approve");
    expect(stderr).toContain("This is a bug in the provider");
    expect(stderr).toContain("TypeError");
    expect(stdout + stderr).not.toContain("s3cret");
  });

  it("notices that a thing is gone", async () => {
    const { ok } = given(`resource "oneroster_thing" "a" { name = "gone" }`);
    await ok("apply", "-auto-approve");
    expect(await ok("plan")).toContain("1 to add, 0 to change, 0 to destroy");
  });

  it("reads states of an older version", async () => {
    const { ok, write, state } = given(`resource "oneroster_thing" "a" { name = "a" }`);
    await ok("apply", "-auto-approve");
    const text = JSON.stringify(state()).replace('"schema_version":1', '"schema_version":0');
    write("terraform.tfstate", text);
    expect(await ok("plan")).toContain('"upgraded a" -> "a"');
  });

  it("imports, by command and by block", async () => {
    const { ok, write } = given(`resource "oneroster_thing" "a" { name = "a" }`);
    expect(await ok("import", "oneroster_thing.a", "id of a")).toContain("Import successful");
    expect(await ok("plan", "-detailed-exitcode")).toContain("No changes");
    write(
      "main.tf",
      `${HEAD}resource "oneroster_thing" "a" { name = "a" }\nresource "oneroster_thing" "b" { name = "b" }\nimport {\n to = oneroster_thing.b\n id = "id of b"\n}`,
    );
    expect(await ok("apply", "-auto-approve")).toContain("1 imported, 0 added, 0 changed");
  });

  it("takes over what another type kept, where it knows that type", async () => {
    const { ok, write } = given(`resource "terraform_data" "old" { input = "x" }`);
    await ok("apply", "-auto-approve");
    write(
      "main.tf",
      `${HEAD}resource "oneroster_thing" "a" { name = "moved" }\nmoved {\n from = terraform_data.old\n to = oneroster_thing.a\n}`,
    );
    expect(await ok("apply", "-auto-approve")).toContain("0 added, 0 changed, 0 destroyed");
  });

  it("hands an ephemeral value to a write-only attribute, and neither is in a state or a plan", async () => {
    const { ok, folder, show } = given(`
ephemeral "oneroster_token" "t" { of = "me" }
resource "oneroster_thing" "a" {
  name   = "a"
  secret = ephemeral.oneroster_token.t.token
}`);
    seen.secrets = [];
    await ok("plan", "-out", "plan.bin");
    expect(JSON.stringify(await show("plan.bin"))).not.toContain("eph-me");
    await ok("apply", "plan.bin");
    expect(seen.secrets).toEqual(["eph-me"]);
    expect(folder).not.toBe("");
    expect(JSON.stringify(await show())).not.toContain("eph-me");
  });

  it("reads data, and computes with functions", async () => {
    const { ok, run, write } = given(`
data "oneroster_echo" "e" { said = "hello" }
output "echoed" { value = data.oneroster_echo.e.echoed }
output "doubled" { value = provider::oneroster::double(4503599627370497) }`);
    await ok("apply", "-auto-approve");
    const outputs = JSON.parse(await ok("output", "-json")) as Record<string, { value: unknown }>;
    expect(outputs["echoed"]?.value).toBe("hello");
    expect(await ok("output", "-json")).toContain("9007199254740994");
    write("main.tf", `${HEAD}output "x" { value = provider::oneroster::double(-1) }`);
    expect((await run("plan")).stderr).toMatch(/Invalid value for "number" parameter: no negative\s+numbers/);
  });
});
