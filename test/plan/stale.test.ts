import { describe, expect, it } from "vitest";
import type { LiveConnection, LiveDistrict } from "../../src/model/live.ts";
import { DAY_MS } from "../../src/model/time.ts";
import { staleIn } from "../../src/plan/stale.ts";
import * as world from "./world.ts";

const QUIET_MS = 30 * DAY_MS;
const otus = world.line("Otus");
const matching = world.matchingWorld(world.district([otus]));

function withUse(use: LiveConnection["use"], more: Partial<LiveDistrict> = {}): LiveDistrict {
  return { ...matching, connections: matching.connections.map((one) => ({ ...one, use })), ...more };
}

const staleOf = (live: LiveDistrict) => staleIn([live], QUIET_MS, world.NOW);

describe("a stale connection", () => {
  it("is active and was not used for so long", () => {
    expect(staleOf(withUse(world.usedBefore(29 * DAY_MS))).stale).toEqual([]);
    const { stale } = staleOf(withUse(world.usedBefore(31 * DAY_MS)));
    expect(stale).toMatchObject([
      { address: otus.address, quietSince: "2027-05-17T08:00:00.000Z", isCandidate: false },
    ]);
  });

  it("was never used, and watched for so long", () => {
    expect(staleOf(withUse(world.neverUsed(29 * DAY_MS))).stale).toEqual([]);
    expect(staleOf(withUse(world.neverUsed(31 * DAY_MS))).stale).toHaveLength(1);
  });

  it("may be managed by nobody, and is none once it is disabled", () => {
    const live = withUse(world.neverUsed(31 * DAY_MS), { slots: [] });
    expect(staleOf(live).stale).toEqual([expect.not.objectContaining({ address: otus.address })]);
    const status = { kind: "disabled", at: world.NOW, by: "kim", how: "outside" } as const;
    const disabled = { ...live, connections: live.connections.map((one) => ({ ...one, status })) };
    expect(staleOf(disabled)).toEqual({ stale: [], unobservable: [] });
  });

  it("is never one of a store that cannot see use: nothing is known of those", () => {
    for (const live of [
      withUse({ kind: "unobservable" }),
      withUse(world.neverUsed(99 * DAY_MS), { observesUse: false }),
    ]) {
      expect(staleOf(live)).toMatchObject({ stale: [], unobservable: [{ address: otus.address }] });
    }
  });

  it("comes by name where the silence is as long", () => {
    const names = ["zebra", "ant", "mole"];
    const connections = names.map((name) => ({ ...world.connection(name), use: world.usedBefore(40 * DAY_MS) }));
    const { stale } = staleOf({ ...matching, slots: [], connections });
    expect(stale.map(({ connection }) => connection.id)).toEqual(names.toSorted());
  });

  it("comes in the order of silence, the longest first", () => {
    const [one] = matching.connections;
    if (one === undefined) throw new Error("Otus is there");
    const others = [40, 90, 60].map((days) => ({
      ...world.connection(`quiet-${days}`),
      use: world.usedBefore(days * DAY_MS),
    }));
    const { stale } = staleOf({ ...matching, connections: [one, ...others] });
    expect(stale.map(({ connection }) => connection.id)).toEqual(["quiet-90", "quiet-60", "quiet-40"]);
  });
});
