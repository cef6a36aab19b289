import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Attached, attach } from "../../src/terraform/serve/debug.ts";
import { hasTerraform, makeTerraform, SOURCE, type Terraform } from "./run-terraform.ts";
import { type Seen, sampleProvider } from "./sample-provider.ts";

const HEAD = `terraform {
  required_providers {
    oneroster = { source = "rosterform/oneroster" }
  }
}
`;

describe.skipIf(!hasTerraform())("a provider under the real Terraform", () => {
  const seen: Seen = { configured: 0, stopped: 0, secrets: [], kept: [] };
  let attached: Attached;
  let terraform: Terraform;

  beforeAll(async () => {
    attached = await attach(async () => sampleProvider(seen), { source: SOURCE });
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
    write("main.tf", `${HEAD}resource "oneroster_thing" "a" { name = "b" }`);
    expect(await ok("apply", "-auto-approve")).toContain("0 added, 1 changed, 0 destroyed");
    expect(await ok("destroy", "-auto-approve")).toContain("1 destroyed");
  });
});
