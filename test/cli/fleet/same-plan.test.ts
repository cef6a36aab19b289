import { mkdtemp, rm, unlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Bundle, bundleForChild } from "../../setup/bundle.ts";
import { districtText, type FleetStage, openFleetStage, PROJECT, type Way } from "./fleet-stage.ts";

const DISTRICTS = ["ash", "birch", "cedar", "dogwood", "elm", "fir"] as const;
const WAYS: readonly Way[] = ["whole", "fleet", "cached", "workers", "cached"];

/** Something that happens to the documents or to the live side between two plans. */
const HAPPENINGS: Readonly<Record<string, (stage: FleetStage, district: string) => Promise<unknown>>> = {
  "a vendor is added": (stage, id) =>
    stage.write(`districts/${id}.yaml`, districtText(id, ["Quiz: { version: 1.2, kind: other }"])),
  "a version moves": (stage, id) =>
    stage.write(`districts/${id}.yaml`, districtText(id, ["Otus: { version: 1.2, accept: [user-ids 1.1->1.2] }"])),
  "a comment is written": (stage, id) => stage.write(`districts/${id}.yaml`, `# looked at\n${districtText(id)}`),
  "a contract ends soon": (stage, id) =>
    stage.write(`districts/${id}.yaml`, districtText(id, ["Otus: { ends: 2027-03-20 }"])),
  "a key is misspelt": (stage, id) => stage.write(`districts/${id}.yaml`, districtText(id, ["Otus: { versoin: 1.2 }"])),
  "the YAML breaks": (stage, id) => stage.write(`districts/${id}.yaml`, `${districtText(id)}vendors: [\n`),
  "a district is described twice": (stage, id) =>
    stage.write(`districts/${id}.yaml`, districtText(id === "ash" ? "fir" : "ash")),
  "a group is left": (stage, id) => stage.write(`districts/${id}.yaml`, districtText(id, [], "[wave-1, wave-1]")),
  "a file is two districts": (stage, id) =>
    stage.write(`districts/${id}.yaml`, `${districtText(id)}---\n${districtText(`${id}-2`)}`),
  "a file goes": (stage, id) => unlink(join(stage.folder, "districts", `${id}.yaml`)).catch(() => undefined),
  "a file is as it was": (stage, id) => stage.write(`districts/${id}.yaml`, districtText(id)),
  "the group changes": (stage) => stage.write("rosterform.yaml", PROJECT.replace("[North]", "[North, South]")),
  "a group is unused": (stage) => stage.write("rosterform.yaml", `${PROJECT}  wave-3: { vendors: {} }\n`),
  "the project is as it was": (stage) => stage.write("rosterform.yaml", PROJECT),
  "somebody disables it": (stage, id) => stage.byHand("disable", `${id}/Otus`),
  "somebody enables it": (stage, id) => stage.byHand("enable", `${id}/Otus`),
  "it is applied": (stage) => stage.applyAll().catch(() => undefined),
  "a month goes by": async (stage) => stage.moveClock("30d"),
};

describe("a plan", () => {
  let worker: Bundle;
  beforeAll(async () => {
    worker = await bundleForChild(new URL("../../../src/cli/fleet/worker.ts", import.meta.url));
  });
  afterAll(() => worker.remove());

  it("is the same, byte for byte, however a fleet is read", { timeout: 120_000 }, async () => {
    const happening = fc.tuple(fc.constantFrom(...Object.keys(HAPPENINGS)), fc.constantFrom(...DISTRICTS));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(happening, { maxLength: 3 }), { minLength: 1, maxLength: 4 }),
        async (days) => {
          const stage = await openFleetStage(DISTRICTS, pathToFileURL(worker.path));
          try {
            await stage.applyAll();
            for (const day of [[], ...days]) {
              for (const [what, district] of day) await HAPPENINGS[what]?.(stage, district);
              for (const command of ["plan", "validate"]) {
                const shown = [];
                for (const way of WAYS) shown.push(await stage.inWay(way, [command]));
                for (const one of shown) expect(one).toEqual(shown[0]);
              }
            }
          } finally {
            await stage.close();
          }
        },
      ),
      { numRuns: 12 },
    );
  });

  it("is the same in every report, however a fleet is read", async () => {
    const stage = await openFleetStage(DISTRICTS);
    try {
      await stage.applyAll();
      await stage.write("districts/elm.yaml", districtText("elm", ["Quiz: { version: 1.2, kind: other }"]));
      for (const [command, kind] of [
        ["plan", "--markdown"],
        ["plan", "--html"],
        ["plan", "--junit"],
        ["validate", "--junit"],
        ["validate", "--sarif"],
      ] as const) {
        const shown = [];
        for (const way of ["whole", "fleet", "cached", "cached"] as const)
          shown.push(await stage.inWay(way, [command, kind, "-"]));
        for (const one of shown) expect(one).toEqual(shown[0]);
      }
    } finally {
      await stage.close();
    }
  });

  it("has the same digests and says the same of every address in JSON", async () => {
    const stage = await openFleetStage(DISTRICTS);
    try {
      await stage.applyAll();
      await stage.write("districts/elm.yaml", districtText("elm", ["Quiz: { version: 1.2, kind: other }"]));
      const [whole, fleet] = [
        await stage.inWay("whole", ["plan", "--json"]),
        await stage.inWay("cached", ["plan", "--json"]),
      ];
      expect(fleet).toEqual(whole);
      const digest = JSON.parse(whole.stdout.split("\n", 1)[0] ?? "").digests.whole;
      expect((await stage.inWay("cached", ["plan"])).stdout).toContain(`Digest: ${digest}`);
    } finally {
      await stage.close();
    }
  });
});

describe("a worker that cannot start", () => {
  it("costs time and nothing else", async () => {
    const folder = await mkdtemp(join(tmpdir(), "rosterform-worker-"));
    const stage = await openFleetStage(DISTRICTS, pathToFileURL(join(folder, "missing.js")));
    try {
      await stage.applyAll();
      expect(await stage.inWay("workers", ["plan"])).toEqual(await stage.inWay("whole", ["plan"]));
    } finally {
      await stage.close();
      await rm(folder, { recursive: true });
    }
  });
});
