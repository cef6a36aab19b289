import { describe, expect, it } from "vitest";
import type { Instant } from "../../src/model/time.ts";
import { createThrottle, LIMITS, networkOf } from "../../src/server/throttle.ts";

function stage(most?: number) {
  let now = "2026-10-05T08:00:00.000Z" as Instant;
  const throttle = createThrottle({ now: () => now }, most);
  const fail = (clientId: string, address: string, times = 1) => {
    let wait: number | undefined;
    for (let time = 0; time < times; time += 1) wait = throttle.countFailure({ clientId, address });
    return wait;
  };
  return { throttle, fail, setNow: (moment: string) => void (now = moment as Instant) };
}

describe("the throttle", () => {
  it("lets a Client ID wait at the address from which it failed too often, until the minute is over", () => {
    const { throttle, fail, setNow } = stage();
    const here = { clientId: "otus", address: "192.0.2.1" };
    fail("otus", "192.0.2.1", LIMITS.ofPair - 1);
    expect(throttle.waitBefore(here)).toBeUndefined();
    fail("otus", "192.0.2.1");
    expect(throttle.waitBefore(here)).toBe(60);
    setNow("2026-10-05T08:00:59.001Z");
    expect(throttle.waitBefore(here)).toBe(1);
    setNow("2026-10-05T08:01:00.000Z");
    expect(throttle.waitBefore(here)).toBeUndefined();
  });

  it("hears the same Client ID from an address that has not failed, and another one from the same address", () => {
    const { throttle, fail } = stage();
    fail("otus", "192.0.2.1", 500);
    expect(throttle.waitBefore({ clientId: "otus", address: "192.0.2.2" })).toBeUndefined();
    expect(throttle.waitBefore({ clientId: "canvas", address: "192.0.2.1" })).toBeUndefined();
  });

  it("lets a Client ID that failed from everywhere wait after one failure at an address", () => {
    const { throttle, fail } = stage();
    for (let host = 0; host < LIMITS.ofClientId; host += 1) fail("otus", `192.0.2.${host}`);
    expect(throttle.waitBefore({ clientId: "otus", address: "192.0.2.7" })).toBe(60);
    expect(throttle.waitBefore({ clientId: "otus", address: "198.51.100.1" })).toBeUndefined();
  });

  it("tells an address to wait when it failed too often, with whatever Client IDs", () => {
    const { fail } = stage();
    for (let id = 0; id < LIMITS.ofAddress; id += 1) expect(fail(`id-${id}`, "192.0.2.1")).toBeUndefined();
    expect(fail("one more", "192.0.2.1")).toBe(60);
    expect(fail("one more", "192.0.2.2")).toBeUndefined();
  });

  it("notes one throttled request a minute for each Client ID", () => {
    const { throttle, setNow } = stage();
    expect([1, 2, 3].map(() => throttle.isWorthNoting("otus"))).toEqual([true, false, false]);
    expect(throttle.isWorthNoting("canvas")).toBe(true);
    setNow("2026-10-05T08:01:00.000Z");
    expect(throttle.isWorthNoting("otus")).toBe(true);
  });

  it("forgets the oldest counts when it holds too many", () => {
    const { throttle, fail } = stage(3);
    for (const id of ["a", "b", "c", "d"]) fail(id, "192.0.2.1", LIMITS.ofPair);
    const waits = ["a", "b", "c", "d"].map((clientId) => throttle.waitBefore({ clientId, address: "192.0.2.1" }));
    expect(waits).toEqual([undefined, 60, 60, 60]);
  });

  it("forgets a minute that has not come yet when the clock is set back", () => {
    const { throttle, fail, setNow } = stage();
    fail("otus", "192.0.2.1", LIMITS.ofPair);
    setNow("2026-10-04T08:00:00.000Z");
    expect(throttle.waitBefore({ clientId: "otus", address: "192.0.2.1" })).toBeUndefined();
  });
});

it.each([
  ["192.0.2.1", "192.0.2.1"],
  ["::ffff:192.0.2.1", "192.0.2.1"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2"],
  ["2001:0db8:1:2::9", "2001:db8:1:2"],
  ["2001:db8::1", "2001:db8:0:0"],
  ["::1", "0:0:0:0"],
])("the network of %s is %s", (address, network) => {
  expect(networkOf(address)).toBe(network);
});
