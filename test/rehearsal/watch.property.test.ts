import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Address } from "../../src/model/address.ts";
import type { ConnectionId } from "../../src/model/live.ts";
import { type Instant, instantOf } from "../../src/model/time.ts";
import { createWatch } from "../../src/rehearsal/watch.ts";

const OTUS = "springfield/Otus" as Address;
const ONE = "c-1" as ConnectionId;

const looks = fc.array(fc.record({ afterMs: fc.nat(100_000), works: fc.boolean() }), { maxLength: 30 });

/** What the watch should say, found the slow way: every run of looks without a working connection, from its first. */
function slowly(seen: readonly { readonly at: number; readonly works: boolean }[]) {
  const first = seen.findIndex(({ works }) => works);
  let longestMs = 0;
  let times = 0;
  seen.forEach(({ at, works }, index) => {
    if (first < 0 || index <= first) return;
    const isBeginning = !works && seen[index - 1]?.works === true;
    if (isBeginning) times += 1;
    if (works) return;
    const end = seen.slice(index).find((one) => one.works) ?? seen.at(-1);
    if (end !== undefined) longestMs = Math.max(longestMs, end.at - at);
  });
  return { longestMs, times };
}

describe("the watch", () => {
  it("law: tells the longest time from a first look without a working connection to the next with one", () => {
    fc.assert(
      fc.property(looks, (steps) => {
        const watch = createWatch();
        const system = { address: OTUS, holds: new Set([ONE]) };
        let ms = 0;
        const seen = steps.map(({ afterMs, works }) => ({ at: (ms += afterMs), works }));
        for (const { at, works } of seen) watch.look(instantOf(at) satisfies Instant, [system], () => works);
        expect(watch.gapsAt(OTUS)).toEqual(slowly(seen));
      }),
    );
  });

  it("does not count a vendor that never had a working connection", () => {
    const watch = createWatch();
    watch.look(instantOf(0), [{ address: OTUS, holds: new Set() }], () => true);
    watch.look(instantOf(5), [{ address: OTUS, holds: new Set([ONE]) }], () => false);
    expect(watch.gapsAt(OTUS)).toEqual({ longestMs: 0, times: 0 });
  });
});
