import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { hasPostgres, openPostgres, type TestServer } from "../setup/postgres.ts";
import { collect, hasTerraform } from "./run-terraform.ts";
import {
  CANARIES,
  flat,
  openTerraformStage,
  schoology,
  SCHOOLOGY_ON_1_2,
  slotAt,
  type StageOptions,
  type TerraformStage,
} from "./stage.ts";

const ACCEPT = 'accept = ["user-ids 1.1->1.2"]';

describe.skipIf(!hasTerraform())("trouble in the middle of an apply", () => {
  let on: TerraformStage;

  beforeEach(async () => {
    on = await openTerraformStage();
  });
  afterEach(() => on.close());

  const states = (): string => JSON.stringify(on.terraform.state());

  /** A plan of a switch is saved, and the command line applies the same switch first. */
  async function overtakenByCommandLine(): Promise<void> {
    on.given(schoology("1.1"));
    await on.apply();
    on.given(schoology("1.2", ACCEPT));
    await on.terraform.ok("plan", "-out=switch.plan");
    await on.stage.write("rosterform.yaml", SCHOOLOGY_ON_1_2);
    expect((await on.stage.rosterform(["apply", "--auto-approve"])).code).toBe(0);
  }

  it("in a first connection leaves nothing tainted, and the next apply goes on with what was generated", async () => {
    on.faults = [{ at: "data", what: { kind: "not-a-collection" } }];
    on.given(schoology("1.1"));
    const { code, stdout, stderr } = await on.terraform.run("apply", "-auto-approve");
    expect(code).toBe(1);
    expect(flat(stdout + stderr)).toContain("nothing is generated a second time");
    expect(states()).not.toContain("tainted");
    const [first, second] = (await on.live()).connections;
    expect(second).toBeUndefined();
    on.faults = [];
    const { text } = await on.plan();
    expect(text).toContain("will be created");
    await on.apply();
    expect((await on.live()).connections.map(({ id }) => id)).toEqual([first?.id]);
    expect((await on.plan()).code).toBe(0);
  });

  it("in a switch keeps the connection in use and both in the state, and is mended by the next apply", async () => {
    on.given(schoology("1.1"));
    await on.apply();
    on.faults = [{ at: "data", what: { kind: "not-a-collection" } }];
    on.given(schoology("1.2", ACCEPT));
    expect((await on.terraform.run("apply", "-auto-approve")).code).toBe(1);
    expect(await on.active()).toHaveLength(2);
    expect(states()).toContain('"cutover":"waiting"');
    on.faults = [];
    expect((await on.plan()).code).toBe(2);
    await on.apply();
    expect((await on.plan()).code).toBe(0);
    expect(slotAt(await on.live(), "springfield/Schoology").generation).toBe(2);
  });

  it("that could not decide anything is no failure, and what is missing is looked for again", async () => {
    on.faults = [{ at: "data", what: { kind: "status", status: 503 } }];
    on.given(schoology("1.1"));
    const said = flat(await on.apply());
    expect(said).toContain("a probe that can decide");
    expect(states()).toContain('"probed":"inconclusive"');
    on.faults = [];
    expect((await on.plan()).code).toBe(2);
    await on.apply();
    expect((await on.plan()).code).toBe(0);
  });

  it("is told, when somebody else finished the cut-over that a saved plan was to begin", async () => {
    await overtakenByCommandLine();
    const begun = slotAt(await on.live(), "springfield/Schoology");
    await on.pull(begun.cutover?.to);
    on.stage.moveClock("3d");
    expect((await on.stage.rosterform(["apply", "--auto-approve"])).code).toBe(0);
    const { code, stdout, stderr } = await on.terraform.run("apply", "switch.plan");
    expect(code).toBe(1);
    expect(flat(stdout + stderr)).toContain("(terraform/moved-meanwhile)");
    expect(flat(stdout + stderr)).not.toContain("bug in the provider");
    const after = slotAt(await on.live(), "springfield/Schoology");
    expect([after.current, after.generation]).toEqual([begun.cutover?.to, 2]);
    await on.apply();
    expect((await on.plan()).code).toBe(0);
  });

  it("is none, when somebody else began the cut-over that a saved plan was to begin", async () => {
    await overtakenByCommandLine();
    await on.terraform.ok("apply", "switch.plan");
    expect(slotAt(await on.live(), "springfield/Schoology").generation).toBe(2);
    expect((await on.plan()).code).toBe(0);
  });

  it("is none, when a hand edits what a saved plan of words said nothing about", async () => {
    on.given(schoology("1.1", 'schools = ["Lincoln", "Roosevelt"]'));
    await on.apply();
    const [one] = await on.active();
    on.given(schoology("1.1", 'schools = ["Lincoln", "Roosevelt"]\n  owner = "dana@springfield.example.org"'));
    await on.terraform.ok("plan", "-out=words.plan");
    await on.changeByHand(one?.id, { kind: "edit", schools: ["Lincoln"], share: [] });
    await on.terraform.ok("apply", "words.plan");
    expect((await on.plan()).code).toBe(2);
    await on.apply();
    expect((await on.plan()).code).toBe(0);
  });

  it("by a taint is harmless where destroying forgets: the connection is taken up again", async () => {
    on.given(schoology("1.1"));
    await on.apply();
    const [one] = await on.active();
    await on.terraform.ok("taint", "oneroster_connection.schoology");
    expect((await on.plan()).text).toContain("is tainted, so must be replaced");
    await on.apply();
    expect((await on.live()).connections.map(({ id }) => id)).toEqual([one?.id]);
    expect((await on.plan()).code).toBe(0);
  });

  it("by a taint is refused where the state says that destroying disables, whatever the configuration says by now", async () => {
    on.given(schoology("1.1", 'on_destroy = "disable"'));
    await on.apply();
    on.stage.moveClock("9d");
    await on.terraform.ok("taint", "oneroster_connection.schoology");
    for (const more of ['on_destroy = "disable"', ""]) {
      on.given(schoology("1.1", more));
      for (const words of [[], ["-refresh=false"]]) {
        const { code, text } = await on.plan(...words);
        expect([code, flat(text)]).toEqual([1, expect.stringContaining("(terraform/replaced)")]);
      }
    }
    expect(await on.active()).toHaveLength(1);
    await on.terraform.ok("untaint", "oneroster_connection.schoology");
    await on.apply();
    expect(await on.active()).toHaveLength(1);
  });

  it("by a block with another name is refused where destroying the old one would disable", async () => {
    on.given(schoology("1.1", 'on_destroy = "disable"'));
    await on.apply();
    on.stage.moveClock("9d");
    on.given(schoology("1.1").replace('"schoology" {', '"renamed" {'));
    const { code, text } = await on.plan();
    expect(code).toBe(1);
    expect(flat(text)).toContain("`moved` block");
    expect(await on.active()).toHaveLength(1);
  });

  it("with the checks keeps a resource that was to be disabled, and says what is wrong", async () => {
    const catalogue = (vendor: string) =>
      on.stage.write("vendors.yaml", `vendors:\n  ${vendor}: { status: partner }\n`);
    const provider = 'store = { kind = "sqlite", path = "./campus.db" }\n  catalogue = "vendors.yaml"';
    await catalogue("Schoology");
    on.given(schoology("1.1", 'on_destroy = "disable"'), provider);
    await on.apply();
    on.stage.moveClock("9d");
    await catalogue("Otus");
    on.given("", provider);
    const { code, text } = await on.plan();
    expect(code).toBe(1);
    expect(flat(text)).toContain("config/unknown-vendor");
    expect(states()).toContain("springfield/Schoology");
    expect(await on.active()).toHaveLength(1);
  });

  it("is no second connection: two resources for one address are refused", async () => {
    on.given(schoology("1.1") + schoology("1.1").replace('"schoology" {', '"again" {'));
    const { code, text } = await on.plan();
    expect(code).toBe(1);
    expect(flat(text)).toContain("(terraform/two-resources)");
  });

  it("is finished cleanly when somebody presses Ctrl-C: the step in hand is kept, and no other is begun", async () => {
    on.faults = [{ at: "token", what: { kind: "slow", ms: 1500 } }];
    on.given(schoology("1.1"));
    const child = on.terraform.start("apply", "-auto-approve");
    const ended = collect(child);
    await expect.poll(async () => (await on.live()).connections.length, { timeout: 10_000 }).toBe(1);
    child.kill("SIGINT");
    const { stdout } = await ended;
    expect(stdout).toContain("Interrupt received");
    expect(stdout).not.toContain("Plugin did not respond");
    expect(states()).toContain("springfield/Schoology");
    expect(states()).not.toContain("tainted");
    on.faults = [];
    await on.apply();
    expect((await on.plan()).code).toBe(0);
    expect((await on.live()).connections).toHaveLength(1);
  });

  it("is none for two connections of one vendor, one of which takes over from the other", async () => {
    const edlink = (name: string, more: string) => `resource "oneroster_connection" "${name}" {
  district = "springfield"
  vendor   = "Edlink"
  name     = "${name}"
  version  = "1.2"
  kind     = "other"
  site     = { host = "cloud.example.org", app = "springfield" }
  ${more}
}
`;
    on.given(edlink("north", ""));
    await on.apply();
    const successor = edlink("south", 'replaces = "springfield/Edlink[\\"north\\"]"');
    on.given(successor + edlink("north", 'state = "disabled"\n  depends_on = [oneroster_connection.south]'));
    await on.apply();
    expect((await on.plan()).code).toBe(0);
    expect(await on.active()).toHaveLength(2);
    const { cutover } = slotAt(await on.live(), 'springfield/Edlink["south"]');
    expect(cutover?.from).toBe(slotAt(await on.live(), 'springfield/Edlink["north"]').current);
    on.given(`variable "where" {\n  type = string\n}\n${successor.replace('"springfield"', "var.where")}`);
    await on.terraform.ok("validate");
  });

  it("with a replaced address is told apart: who replaces it is planned first where it is depended on", async () => {
    on.given(schoology("1.1"));
    await on.apply();
    const [old] = await on.active();
    await on.pull(old?.id);
    const successor = `resource "oneroster_connection" "otus" {
  district = "springfield"
  vendor   = "Otus"
  version  = "1.1"
  kind     = "supported"
  replaces = "springfield/Schoology"
}
`;
    const leaving = schoology("1.1", 'state = "disabled"\n  depends_on = [oneroster_connection.otus]');
    on.given(successor + leaving);
    await on.apply();
    expect((await on.plan()).code).toBe(0);
    expect(await on.active()).toHaveLength(2);
    const { cutover } = slotAt(await on.live(), "springfield/Otus");
    expect(cutover?.from).toBe(old?.id);
    await on.pull(cutover?.to);
    on.stage.moveClock("3d");
    await on.apply();
    await on.apply();
    expect((await on.active()).map(({ id }) => id)).toEqual([cutover?.to]);
    expect((await on.plan()).code).toBe(0);
  });
});

describe.skipIf(!hasTerraform())("over every store", () => {
  let on: TerraformStage | undefined;
  let server: TestServer | undefined;
  afterEach(async () => {
    await on?.close();
    await server?.end();
    [on, server] = [undefined, undefined];
  });

  const stores: readonly (readonly [string, boolean, () => Promise<StageOptions>])[] = [
    ["SQLite", false, async () => ({})],
    ["a campus over HTTP", false, async () => ({ over: "http" })],
    [
      "PostgreSQL",
      !hasPostgres(),
      async () => {
        server = await openPostgres();
        return { url: server.url() };
      },
    ],
  ];

  for (const [name, isSkipped, options] of stores) {
    it.skipIf(isSkipped)(
      `the switch is the same: ${name}`,
      async () => {
        on = await openTerraformStage(await options());
        on.given(schoology("1.1"));
        await on.apply();
        expect((await on.plan()).code).toBe(0);
        on.given(schoology("1.2", ACCEPT));
        await on.apply();
        expect((await on.plan()).code).toBe(0);
        const { cutover } = slotAt(await on.live(), "springfield/Schoology");
        await on.pull(cutover?.to);
        on.stage.moveClock("3d");
        expect((await on.plan()).code).toBe(2);
        await on.apply();
        expect((await on.plan()).code).toBe(0);
        expect((await on.active()).map(({ id }) => id)).toEqual([cutover?.to]);
        const kept = JSON.stringify(on.terraform.state());
        for (const word of [...CANARIES, await on.secretOf(cutover?.to)]) expect(kept).not.toContain(word);
      },
      60_000,
    );
  }

  it("a plan reads a district once, however many connections it has", async () => {
    on = await openTerraformStage({ over: "http" });
    const many = (count: number, districts: number) => `resource "oneroster_connection" "all" {
  for_each = { for n in range(${count}) : n => n }
  district = "district-\${each.value % ${districts}}"
  vendor   = "Vendor \${each.value}"
  version  = "1.2"
  kind     = "other"
  site     = { host = "cloud.example.org", app = "district-\${each.value % ${districts}}" }
}
`;
    const counted = async (count: number, districts: number): Promise<number> => {
      on?.given(many(count, districts));
      await on?.apply();
      const before = on?.requests.length ?? 0;
      expect((await on?.plan())?.code).toBe(0);
      return (on?.requests.length ?? 0) - before;
    };
    const [few, more] = [await counted(6, 2), await counted(24, 2)];
    // Districts, and what the store is: never the connections.
    expect(Math.max(few, more)).toBeLessThanOrEqual(2 + 1);
  }, 60_000);
});
