import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { planDistricts } from "../../src/plan/make-plan.ts";
import { liveAround } from "../../src/terraform/translate/around.ts";
import { play } from "../plan/scenario.ts";

const folder = new URL("../plan/scenarios/", import.meta.url);

describe("what of a district concerns one address", () => {
  it.each(readdirSync(folder).sort())("is enough for the same plan: %s", (file) => {
    const { plan, live } = play(readFileSync(new URL(file, folder), "utf8"));
    for (const district of plan.districts) {
      const lines = district.addresses.map(({ desired }) => desired);
      for (const desired of lines) {
        const tied = lines.filter((one) => one.replaces === desired.address || one.address === desired.replaces);
        const limits = { disable: 1, switch: 1, atLeast: lines.length };
        const alone = (seen: typeof live) =>
          planDistricts({
            desired: {
              limits,
              districts: [
                {
                  ...{
                    district: district.district,
                    site: district.site,
                    mode: "manage",
                    limits,
                    freeze: [],
                    ignored: [],
                  },
                  ...{ connections: [desired, ...tied], place: desired.place },
                },
              ],
            },
            live: new Map([[live.district, seen]]),
            now: plan.madeAt,
            selection: { targets: [desired.address] },
          }).districts[0]?.addresses;
        expect(alone(liveAround(live, [desired, ...tied]))).toEqual(alone(live));
      }
    }
  });
});
