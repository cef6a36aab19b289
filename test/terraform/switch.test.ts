import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { hasTerraform } from "./run-terraform.ts";
import { flat, openTerraformStage, schoology, SCHOOLOGY_ON_1_2, slotAt, type TerraformStage } from "./stage.ts";

const ACCEPT = 'accept = ["user-ids 1.1->1.2"]';

describe.skipIf(!hasTerraform())("a switch under Terraform", () => {
  let on: TerraformStage;

  beforeEach(async () => {
    on = await openTerraformStage();
    on.given(schoology("1.1"));
    await on.apply();
  });
  afterEach(() => on.close());

  const slot = async () => slotAt(await on.live(), "springfield/Schoology");

  it("is an update that holds both connections, and then waits without changes", async () => {
    const { current: first } = await slot();
    on.given(schoology("1.2", ACCEPT));
    const { code, text } = await on.plan("-out=switch.plan");
    expect(code).toBe(2);
    expect(text).toContain("will be updated in-place");
    expect(text).not.toContain("must be replaced");
    expect(flat(text)).toContain("Warning: springfield/Schoology will be switched (1.1 -> 1.2)");
    expect(flat(text)).toContain("LOSES (accepted: user-ids 1.1->1.2): every user gets a new sourcedId");
    expect(text).not.toMatch(/~ current/);
    expect(flat(await on.terraform.ok("apply", "switch.plan"))).toContain(
      "Nothing was disabled. Waiting for: - the vendor: a full pull",
    );
    const { current, cutover, generation } = await slot();
    expect(current).toBe(first);
    expect(cutover?.from).toBe(first);
    expect(generation).toBe(2);
    expect(await on.active()).toHaveLength(2);
    for (const later of ["0h", "1d", "30d"]) {
      on.stage.moveClock(later);
      expect(await on.plan()).toMatchObject({ code: 0, text: expect.stringContaining("No changes") });
    }
    expect(await on.active()).toHaveLength(2);
  });

  it("ends in a promotion as soon as the vendor has moved, and not before", async () => {
    on.given(schoology("1.2", ACCEPT));
    await on.apply();
    const { current: old, cutover } = await slot();
    on.stage.moveClock("1d");
    await on.pull(cutover?.to);
    expect((await on.plan()).code).toBe(0);
    on.stage.moveClock("2d");
    const { code, text } = await on.plan();
    expect(code).toBe(2);
    expect(flat(text)).toContain("The cut-over of springfield/Schoology will be closed");
    expect(flat(text)).toContain("The store judges once more before it does so");
    await on.apply();
    const after = await slot();
    expect(after.current).toBe(cutover?.to);
    expect(after.previous).toBe(old);
    expect((await on.active()).map(({ id }) => id)).toEqual([cutover?.to]);
    expect((await on.plan()).code).toBe(0);
    expect(JSON.stringify(on.terraform.state())).toContain('"cutover":"done"');
  });

  it("that is reverted keeps the original, gives the candidate up, and generates nothing third", async () => {
    const { current: first } = await slot();
    on.given(schoology("1.2", ACCEPT));
    await on.apply();
    const { cutover } = await slot();
    on.stage.moveClock("5d");
    on.given(schoology("1.1"));
    const { text } = await on.plan();
    expect(flat(text)).toContain("The candidate of springfield/Schoology will be abandoned");
    expect(text).not.toMatch(/~ current/);
    await on.apply();
    const after = await slot();
    expect(after.current).toBe(first);
    expect(after.cutover).toBeUndefined();
    expect(after.generation).toBe(2);
    const { connections } = await on.live();
    const standing = connections.map(({ id, status }) => `${id} ${status.kind}`).toSorted();
    expect(standing).toEqual([`${first} active`, `${cutover?.to} disabled`].toSorted());
    expect((await on.plan()).code).toBe(0);
  });

  it("that is reverted after the vendor moved turns round, and cuts nobody off", async () => {
    on.given(schoology("1.2", ACCEPT));
    await on.apply();
    const { current: first, cutover } = await slot();
    await on.pull(cutover?.to);
    on.given(schoology("1.1", 'accept = ["user-ids 1.2->1.1"]'));
    await on.apply();
    expect(await on.active()).toHaveLength(2);
    const turned = await slot();
    expect(turned.cutover).toMatchObject({ from: cutover?.to, to: first });
    expect((await on.plan()).code).toBe(0);
  });

  it("is refused at plan time while a loss is not accepted, at the attribute that asks for it", async () => {
    on.given(schoology("1.2"));
    const { code, text } = await on.plan();
    expect(code).toBe(1);
    expect(text).toMatch(/version\s+= "1.2"/);
    expect(flat(text)).toContain('add `accept = ["user-ids 1.1->1.2"]` to this resource');
    expect((await slot()).generation).toBe(1);
  });

  it("waits in the same apply, where the configuration says so, until the vendor has moved", async () => {
    on.given(schoology("1.2", `${ACCEPT}\n  confirmation = { wait = "20s" }`));
    const applying = on.apply();
    const isProbed = async () =>
      (await on.active()).some(({ version, evidence }) => version === "1.2" && evidence.length > 0);
    await expect.poll(isProbed, { timeout: 10_000 }).toBe(true);
    const { cutover } = await slot();
    await on.pull(cutover?.to);
    on.stage.moveClock("3d");
    await applying;
    expect((await slot()).current).toBe(cutover?.to);
    expect((await on.plan()).code).toBe(0);
  });

  it("records a person's statement and closes on it", async () => {
    on.given(schoology("1.2", ACCEPT));
    await on.apply();
    const { cutover } = await slot();
    const made = (await on.live()).connections.find(({ id }) => id === cutover?.to);
    on.stage.moveClock("1d");
    const attest = `attest = { connection = "${made?.id}", fingerprint = "${made?.fingerprint}", by = "lee@vendor.example", at = "2027-03-02", reason = "pasted on the phone" }`;
    on.given(schoology("1.2", `${ACCEPT}\n  ${attest}`));
    await on.apply();
    expect((await slot()).current).toBe(cutover?.to);
    expect((await on.plan()).code).toBe(0);
  });

  it("by `rotate` replaces like for like, and by -replace is refused with that word", async () => {
    const { code, text } = await on.plan("-replace=oneroster_connection.schoology");
    expect(code).toBe(1);
    expect(flat(text)).toContain("(terraform/replaced)");
    expect(flat(text)).toContain("set `rotate = 1`");
    expect(await on.active()).toHaveLength(1);
    on.given(schoology("1.1", "rotate = 1"));
    await on.apply();
    expect(await on.active()).toHaveLength(2);
    expect((await on.plan()).code).toBe(0);
  });

  it("is what taking `rotate` away again asks for, as in a document, and the plan says so", async () => {
    on.given(schoology("1.1", "rotate = 1"));
    await on.apply();
    const { current: first, cutover } = await slot();
    on.given(schoology("1.1"));
    const { code, text } = await on.plan();
    expect(code).toBe(2);
    expect(text).toMatch(/~ rotate\s+= 1 -> 0/);
    expect(flat(text)).toContain("The candidate of springfield/Schoology will be abandoned");
    await on.apply();
    expect((await on.plan()).code).toBe(0);
    const { connections } = await on.live();
    expect(new Set(connections.map(({ id }) => id))).toEqual(new Set([first, cutover?.to]));
    expect((await on.active()).map(({ id }) => id)).toEqual([first]);
  });

  it("takes up what the command line began, and the command line what it began", async () => {
    on.given(schoology("1.2", ACCEPT));
    await on.apply();
    const before = await slot();
    await on.stage.write("rosterform.yaml", SCHOOLOGY_ON_1_2);
    const planned = await on.stage.rosterform(["plan"]);
    expect(planned.stdout).toContain("a cut-over is open");
    expect((await on.stage.rosterform(["apply", "--auto-approve"])).code).toBe(0);
    expect((await slot()).cutover?.to).toBe(before.cutover?.to);
    expect((await on.plan()).code).toBe(0);
  });
});
