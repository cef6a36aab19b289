import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isInShard } from "../../../src/cli/fleet/scope.ts";
import type { DistrictId } from "../../../src/model/address.ts";
import { districtText, type FleetStage, openFleetStage } from "./fleet-stage.ts";

const DISTRICTS = ["ash", "birch", "cedar", "dogwood", "elm"] as const;
let stage: FleetStage;
beforeEach(async () => {
  stage = await openFleetStage(DISTRICTS);
});
afterEach(() => stage.close());

describe("--shard", () => {
  it("puts each district into exactly one part, whatever other districts there are", () => {
    const id = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,20}$/).map((text) => text as DistrictId);
    fc.assert(
      fc.property(id, fc.integer({ min: 1, max: 50 }), (district, count) => {
        const parts = Array.from({ length: count }, (_, index) => isInShard(district, { index: index + 1, count }));
        expect(parts.filter(Boolean)).toHaveLength(1);
      }),
    );
    // What is in a part is written down in pipelines; it must never move.
    const places = DISTRICTS.map((one) =>
      [1, 2, 3].find((index) => isInShard(one as string as DistrictId, { index, count: 3 })),
    );
    expect(places).toMatchInlineSnapshot(`
      [
        1,
        2,
        3,
        2,
        2,
      ]
    `);
  });

  it.each(["whole", "fleet"] as const)(
    "divides a fleet so that the parts together are the whole, read as %s",
    async (way) => {
      const seen: string[] = [];
      for (const index of [1, 2, 3]) {
        const { stdout } = await stage.inWay(way, ["plan", "--shard", `${index}/3`]);
        expect(stdout).toContain("This is a partial plan");
        seen.push(...[...stdout.matchAll(/# (\S+)\/Otus will be generated/gu)].map(([, district = ""]) => district));
      }
      expect(seen.toSorted()).toEqual([...DISTRICTS]);
    },
  );

  it.each(["0/3", "4/3", "1", "a/b", "1/0", "1/1001", "-1/3"])("refuses %s", async (value) => {
    const { stderr, code } = await stage.rosterform(["plan", `--shard=${value}`]);
    expect(stderr).toContain("1 <= I <= N <= 1000");
    expect(code).toBe(1);
  });

  it.each(["whole", "fleet"] as const)("knows the addresses of the other parts, read as %s", async (way) => {
    for (const index of [1, 2, 3]) {
      const { stderr, stdout, code } = await stage.inWay(way, ["plan", `--shard=${index}/3`, "--exclude=elm/Otus"]);
      expect(stderr).not.toContain("Error");
      expect({ code, elm: stdout.includes("elm/Otus will") }).toEqual({ code: 0, elm: false });
    }
    const { stderr, code } = await stage.inWay(way, ["plan", "--shard=1/3", "--exclude=elm/Ottus"]);
    expect(stderr).toContain("elm/Ottus");
    expect(code).toBe(1);
  });

  it.each(["whole", "fleet"] as const)(
    "is a comment of its own that says which part it is, read as %s",
    async (way) => {
      const { stdout } = await stage.inWay(way, ["plan", "--shard", "2/3", "--markdown", "-"]);
      expect(stdout.split("\n")[0]).toBe("<!-- rosterform-plan: rosterform.yaml-2/3 -->");
      expect(stdout).toContain("Shard 2/3: 3 of 5 districts.");
      expect(stdout).not.toContain("To apply exactly this");
    },
  );

  it("is not taken together with a plan file, which brings its own", async () => {
    await stage.rosterform(["plan", "--shard", "1/2", "--out", "plan.json"]);
    const { stderr } = await stage.rosterform(["apply", "plan.json", "--shard", "1/2"]);
    expect(stderr.replaceAll(/\s+/gu, " ")).toContain("Leave out --shard");
  });
});

describe("--continue", () => {
  it("leaves out districts whose own files are wrong, says so, and ends with 1", async () => {
    await stage.write("districts/ash.yaml", districtText("ash", ["Otus: { versoin: 1.2 }"]));
    await stage.write("districts/elm.yaml", "district: elm\nvendors: [\n");
    const { stdout, stderr, code } = await stage.rosterform(["plan", "--continue"]);
    expect(stderr).toContain("config/unknown-key");
    expect(stdout).toContain(
      "Left out because of errors, and not touched: 2 files.\n  districts/ash.yaml\n  districts/elm.yaml",
    );
    expect(stdout).toContain("birch/Otus will be generated");
    expect(stdout).not.toContain("ash/Otus");
    expect(stdout).toContain("This is a partial plan");
    expect(code).toBe(1);
    expect((await stage.rosterform(["plan"])).stdout).toBe("");
  });

  it("says in every report that not all was looked at", async () => {
    await stage.write("districts/ash.yaml", districtText("ash", ["Otus: { versoin: 1.2 }"]));
    const { stdout, code } = await stage.rosterform(["plan", "--continue", "--markdown", "-", "--html", "plan.html"]);
    expect(stdout).toContain("Left out because of errors, and not touched: 1 file.");
    expect(stdout).not.toContain("To apply exactly this");
    expect(await stage.read("plan.html")).toContain("Left out because of errors, and not touched: 1 file.");
    expect(code).toBe(1);
  });

  it("takes what is named among the districts that are right", async () => {
    await stage.write("districts/ash.yaml", districtText("ash", ["Otus: { versoin: 1.2 }"]));
    const { stdout } = await stage.rosterform(["plan", "--continue", "--target", "elm/Otus"]);
    expect(stdout.match(/# \S+ will be generated/gu)).toEqual(["# elm/Otus will be generated"]);
  });

  it("does not go on where something is wrong with the project, or between two districts", async () => {
    await stage.write("districts/ash.yaml", districtText("elm"));
    expect(await stage.rosterform(["plan", "--continue"])).toMatchObject({ code: 1, stdout: "" });
    await stage.write("districts/ash.yaml", districtText("ash"));
    await stage.write("vendors.yaml", "vendors: 7\n");
    expect(await stage.rosterform(["plan", "--continue"])).toMatchObject({ code: 1, stdout: "" });
  });

  it("is an ordinary plan where nothing is wrong", async () => {
    expect(await stage.rosterform(["plan", "--continue"])).toEqual(await stage.rosterform(["plan"]));
  });
});
