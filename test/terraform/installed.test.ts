import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { buildProvider, type BuiltProvider } from "./build-provider.ts";
import { collect, hasTerraform } from "./run-terraform.ts";
import { flat, openTerraformStage, schoology, slotAt, type TerraformStage } from "./stage.ts";

const ACCEPT = 'accept = ["user-ids 1.1->1.2"]';

describe.skipIf(!hasTerraform())("the provider out of a mirror", { timeout: 60_000 }, () => {
  let built: BuiltProvider;
  let on: TerraformStage;

  beforeAll(() => {
    built = buildProvider({});
  }, 120_000);
  afterAll(() => built.remove());
  beforeEach(async () => {
    on = await openTerraformStage({ mirror: built.mirror });
  });
  afterEach(() => on.close());

  /** Processes of this provider that are still there. */
  const left = (): readonly string[] =>
    readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .filter((id) => {
        try {
          const words = readFileSync(join("/proc", id, "cmdline"), "utf8");
          return words.includes("terraform-provider-oneroster") && words.includes(built.version) && isOurs(id);
        } catch {
          return false;
        }
      });
  const isOurs = (id: string): boolean =>
    readFileSync(join("/proc", id, "environ"), "utf8").includes(`TF_DATA_DIR=${on.terraform.folder}`);

  it("lives a whole life: init, first connection, switch, revert, end", async () => {
    on.given(schoology("1.1"));
    expect(await on.terraform.ok("init")).toContain("successfully initialized");
    expect(await on.apply()).toContain("1 added");
    expect((await on.plan()).code).toBe(0);
    on.given(schoology("1.2", ACCEPT));
    expect(flat(await on.apply())).toContain("Nothing was disabled. Waiting for");
    expect((await on.plan()).code).toBe(0);
    expect(await on.active()).toHaveLength(2);
    on.given(schoology("1.1"));
    await on.apply();
    expect((await on.plan()).code).toBe(0);
    expect(await on.active()).toHaveLength(1);
    expect(flat(await on.terraform.ok("destroy", "-auto-approve"))).toContain("is forgotten, not disabled");
    expect(await on.active()).toHaveLength(1);
    expect(left()).toEqual([]);
  });

  it("shows no secret in a state, a plan file or the most talkative log", async () => {
    on.given(`${schoology("1.1")}
ephemeral "oneroster_credentials" "schoology" {
  district      = oneroster_connection.schoology.district
  vendor        = oneroster_connection.schoology.vendor
  connection_id = oneroster_connection.schoology.current.id
}
resource "terraform_data" "asks" {
  input = oneroster_connection.schoology.current.secret_fingerprint
  lifecycle {
    postcondition {
      condition     = length(ephemeral.oneroster_credentials.schoology.client_secret) > 20
      error_message = "no secret was opened"
    }
  }
}
`);
    await on.terraform.ok("init");
    const trace = { TF_LOG: "trace", TF_LOG_PATH: join(on.terraform.folder, "trace.log") };
    await on.terraform.okWith(trace, "apply", "-auto-approve");
    await on.terraform.okWith(trace, "plan", "-out=saved.plan");
    const [one] = await on.active();
    const secret = await on.secretOf(one?.id);
    const files = readdirSync(on.terraform.folder, { recursive: true, withFileTypes: true }).filter((file) =>
      file.isFile(),
    );
    expect(files.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["trace.log", "saved.plan", "terraform.tfstate"]),
    );
    for (const { parentPath, name } of files) {
      expect(readFileSync(join(parentPath, name)).includes(secret), name).toBe(false);
    }
    expect(JSON.stringify(await on.terraform.show("saved.plan"))).not.toContain(secret);
  });

  it("leaves no process and no forgotten connection when Terraform is killed in the middle", async () => {
    on.given(schoology("1.1"));
    await on.terraform.ok("init");
    on.faults = [{ at: "token", what: { kind: "slow", ms: 3000 } }];
    const child = on.terraform.start("apply", "-auto-approve");
    const ended = collect(child);
    await expect.poll(async () => (await on.live()).connections.length, { timeout: 20_000 }).toBe(1);
    child.kill("SIGKILL");
    await ended;
    await expect.poll(left, { timeout: 20_000 }).toEqual([]);
    on.faults = [];
    await pause(100);
    await on.apply("-lock=false");
    expect((await on.plan("-lock=false")).code).toBe(0);
    const { connections } = await on.live();
    expect(connections).toHaveLength(1);
    expect(slotAt(await on.live(), "springfield/Schoology").current).toBe(connections[0]?.id);
  });
});
