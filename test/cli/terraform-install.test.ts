import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { VERSION } from "../../src/version.ts";
import { buildUnlessFresh } from "../setup/built.ts";
import { hasTerraform, makeTerraform } from "../terraform/run-terraform.ts";
import { openStage, type Stage } from "./stage.ts";

describe("rosterform terraform install", () => {
  beforeAll(buildUnlessFresh, 120_000);

  let stage: Stage;
  let home: string;
  beforeEach(async () => {
    stage = await openStage();
    home = mkdtempSync(join(tmpdir(), "rosterform-home-"));
  });
  afterEach(async () => {
    await stage.close();
    rmSync(home, { recursive: true, force: true });
  });

  const install = (...words: readonly string[]) =>
    stage.rosterform(["terraform", "install", ...words], { env: { HOME: home } });
  const plugins = () =>
    join(home, ".terraform.d", "plugins", "registry.terraform.io", "rosterform", "oneroster", VERSION);

  it("puts the provider where Terraform looks without a registry, and says what to write", async () => {
    const { code, stdout } = await install();
    expect(code).toBe(0);
    expect(stdout).toContain(`oneroster = { source = "rosterform/oneroster", version = "${VERSION}" }`);
    const [platform = ""] = readdirSync(plugins());
    const folder = join(plugins(), platform);
    expect(statSync(join(folder, `terraform-provider-oneroster_v${VERSION}`)).mode & 0o111).not.toBe(0);
    expect(readdirSync(folder).filter((name) => name.endsWith(".node")).length).toBeGreaterThan(0);
  });

  it("replaces what is there whole, and leaves nothing beside it", async () => {
    await install();
    const [platform = ""] = readdirSync(plugins());
    writeFileSync(join(plugins(), platform, "old"), "");
    expect((await install()).code).toBe(0);
    expect(readdirSync(plugins())).toEqual([platform]);
    expect(existsSync(join(plugins(), platform, "old"))).toBe(false);
  });

  it("takes a mirror of one's own, and says how Terraform finds it", async () => {
    const { stdout } = await install("--into", "mirror");
    expect(stdout).toContain("filesystem_mirror");
    expect(existsSync(join(stage.folder, "mirror", "registry.terraform.io"))).toBe(true);
    const told = JSON.parse((await install("--into", "mirror", "--json")).stdout);
    expect(told).toMatchObject({ version: VERSION });
  });

  it("says so where the folder cannot be written", async () => {
    await stage.write("file", "");
    const { code, stderr } = await install("--into", "file");
    expect(code).toBe(1);
    expect(stderr).toContain("cli/provider-not-installed");
  });

  it.skipIf(!hasTerraform())("is all that the real Terraform needs", async () => {
    await install();
    await stage.rosterform(["init", "."], {});
    const terraform = makeTerraform({ implied: true, environment: { HOME: home } });
    try {
      terraform.write(
        "main.tf",
        `terraform {
  required_providers {
    oneroster = { source = "rosterform/oneroster", version = "${VERSION}" }
  }
}
output "name" {
  value = provider::oneroster::parse_address("springfield/Otus").vendor
}
`,
      );
      expect(await terraform.ok("init")).toContain("successfully initialized");
      expect(await terraform.ok("apply", "-auto-approve")).toContain('name = "Otus"');
    } finally {
      terraform.remove();
    }
  });
});
