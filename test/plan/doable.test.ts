import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { isDoable } from "../../src/plan/doable.ts";
import { play } from "./scenario.ts";

/** A switch whose candidate was handed over; what is known of it follows. */
const SWITCH =
  "story: a switch\ndesired:\n  Otus: { version: 1.2 }\nplan: {}\nlive:\n  Otus:\n    current: { version: 1.1, used: 9d }\n    candidate: ";

function isDoableWith(candidate: string): boolean | undefined {
  const [district] = play(`${SWITCH}${candidate}\n`).plan.districts;
  const [address] = district?.addresses ?? [];
  return address && isDoable(address);
}

const folder = new URL("scenarios/", import.meta.url);

/** The scenarios in which some address has steps, and none of them can be taken now. */
const WAITING: readonly string[] = [
  "attest-line-about-another",
  "cutover-overdue",
  "deliver-from-waiting",
  "deliver-what-the-candidate-is",
  "freeze-holds-closing",
  "freeze-holds-disabling",
  "replaces-a-renamed-line",
  "replaces-cut-off-while-waiting",
  "replaces-protected",
  "replaces-tie-waiting",
  "replaces-waiting",
  "requirement-too-weak",
  "statement-contradicted",
  "use-not-observable-attested",
  "use-not-observable-while-waiting",
  "waiting-for-a-person",
  "waiting-for-quiet",
  "waiting-for-the-vendor",
];

describe("whether a run would bring an address forward", () => {
  it("is asked of every scenario", () => {
    const waiting = readdirSync(folder)
      .sort()
      .filter((file) =>
        play(readFileSync(new URL(file, folder), "utf8")).plan.districts.some((district) =>
          district.addresses.some((one) => one.steps.length > 0 && !isDoable(one)),
        ),
      );
    expect(waiting.map((file) => file.replace(/\.yaml$/, ""))).toEqual(WAITING);
  });

  it.each([
    ["nobody looked at the candidate yet", "{ delivered: true }", true],
    ["the last look could not decide", "{ probed: inconclusive }", true],
    ["it works, and the vendor has not come", "{ probed: confirmed }", false],
    ["it works, and the vendor came", "{ probed: confirmed, used: 2h }", true],
    ["it worked two days ago, and the vendor has not come", "{ probed: confirmed 2d }", false],
    ["it worked two days ago, and the vendor came", "{ probed: confirmed 2d, used: 2h }", true],
  ])("while a cut-over is open: %s", (_, candidate, expected) => {
    expect(isDoableWith(candidate)).toBe(expected);
  });

  it("is no where there are no steps", () => {
    const [district] = play(readFileSync(new URL("keep.yaml", folder), "utf8")).plan.districts;
    expect(district?.addresses.map((one) => [one.steps.length, isDoable(one)])).toContainEqual([0, false]);
  });
});
