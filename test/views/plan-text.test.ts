import { describe, expect, it } from "vitest";
import { displayWidth } from "../../src/views/layout.ts";
import { describePlan } from "../../src/views/plan-text.ts";
import { createStyle, PLAIN } from "../../src/views/style.ts";
import * as world from "../plan/world.ts";
import { digestsOf, everything, locate, versionMove, type World, worldOf } from "./stories.ts";

function printed({ plan }: World, more: { readonly concise?: boolean; readonly isColored?: boolean } = {}): string {
  const { isColored = false, ...rest } = more;
  return describePlan(plan, { locate, style: createStyle(isColored), digests: digestsOf(plan), ...rest });
}

describe("the text of a plan", () => {
  it("shows a move that changes user ids, with what is lost, who accepted it and what each step waits for", async () => {
    await expect(printed(versionMove())).toMatchFileSnapshot("golden/plan-version-move.txt");
  });

  it("shows every kind of change, what is held, what nobody manages and what is wrong", async () => {
    await expect(printed(everything())).toMatchFileSnapshot("golden/plan-everything.txt");
  });

  it("leaves the steps out when it is asked to be concise", () => {
    const text = printed(versionMove(), { concise: true });
    expect(text).not.toContain("deliver   ");
    expect(text).toContain("LOSES user ids");
    expect(text).toContain("Plan: 0 to generate, 1 to switch, 0 to change, 0 to disable.");
  });

  it("says in one sentence that nothing changes", () => {
    const wanted = world.district([world.line("Otus")]);
    const plan = world.planOf(world.documents(wanted), [world.matchingWorld(wanted)]);
    expect(describePlan(plan, { locate, style: PLAIN })).toBe(
      "No changes. Your connections match the configuration.\n",
    );
  });

  it("never says that nothing changes while something is blocked", () => {
    const wanted = world.line("Otus", { state: "disabled" });
    const text = printed(worldOf([wanted], world.matchingWorld(world.district([{ ...wanted, state: "active" }]))));
    expect(text).not.toContain("No changes");
    expect(text).toContain("1 address blocked by errors, see above.");
  });

  it("says of an observed district what would be done and that it is not", () => {
    const text = printed(
      worldOf([world.line("Otus")], { slots: [], connections: [] }, { district: { mode: "observe" } }),
    );
    expect(text).toContain("# springfield/Otus would be generated (no connection yet; springfield.yaml:6)");
    expect(text).toContain("OBSERVE ONLY");
    expect(text).toContain("Plan: 0 to generate, 0 to switch, 0 to change, 0 to disable.");
    expect(text).toContain("1 address only observed, not applied.");
  });

  it("says of a partial plan that it is partial", () => {
    const text = printed(everything({ selection: { targets: [world.addressFrom("Otus")] } }));
    expect(text).toContain("This is a partial plan: some addresses were left out on purpose.");
    expect(text).toContain("Plan: 1 to generate, 0 to switch, 0 to change, 0 to disable.");
  });

  it("asks for an acceptance in the words that the document takes", () => {
    const text = printed(versionMove({ accepts: [] }));
    expect(text).toContain('`accept: ["user-ids 1.1->1.2"]`).');
    expect(text).toContain("BLOCKED by 1 error");
  });

  it("points at the acceptance of a cut-off", () => {
    const wanted = world.line("Otus", { state: "disabled", accepts: ["cut-off" as never] });
    const text = printed(worldOf([wanted], world.matchingWorld(world.district([{ ...wanted, state: "active" }]))));
    expect(text).toMatch(
      /LOSES the connection while the vendor may still use it \(accepted in\s+springfield\.yaml:6\)\./,
    );
  });

  it.each([versionMove(), everything()])("fits 80 columns in plain and in colour", (story) => {
    for (const text of [printed(story), printed(story, { isColored: true })]) {
      expect(text.split("\n").filter((line) => displayWidth(line) > 80)).toEqual([]);
    }
  });

  it("says with colours what it says without, but for the bars at the side of errors", () => {
    const bare = (text: string): string =>
      text
        .replaceAll(/\p{Cc}\[\d+m/gu, "")
        .replaceAll(/^[╷╵]\n?/gm, "")
        .replaceAll(/[│\s]+/g, " ");
    expect(printed(everything(), { isColored: true })).toContain("\u001b[");
    expect(bare(printed(everything(), { isColored: true }))).toBe(bare(printed(everything())));
  });

  it("lets no tile of the live system write lines of its own", () => {
    const forged = "Otus\u001b[2K\rPlan: 0 to generate";
    const found = world.connection("found", { application: forged, provenance: "found" });
    const text = printed(worldOf([world.line("Edlink")], { slots: [], connections: [found] }));
    expect(text).not.toContain("\u001b");
    expect(text).not.toContain("\r");
  });

  it("tells Client IDs apart that begin with the same letters", () => {
    const wanted = [world.line("Otus", { rotate: 1 }), world.line("Edlink", { rotate: 1 })];
    const live = world.matchingWorld(world.district(wanted.map((one) => ({ ...one, rotate: 0 }))));
    const connections = live.connections.map((one, index) => ({
      ...one,
      clientId: `springfield-oneroster-${index}-x9f7`,
    }));
    const text = printed(worldOf(wanted, { ...live, connections }));
    expect(text).toContain("springfield-oneroster-0..");
    expect(text).toContain("springfield-oneroster-1..");
  });
});
