import { describe, expect, it } from "vitest";
import type { LiveConnection } from "../../src/model/live.ts";
import { DAY_MS, shift } from "../../src/model/time.ts";
import { connection, district, documents, line, matchingWorld, NOW, planOf, slotFor, usedBefore } from "./world.ts";

const CLOSED = shift(NOW, -2 * DAY_MS);
const status = { kind: "disabled", at: CLOSED, by: "rosterform", how: "closed" } as const;

function warned(previous: Partial<LiveConnection> | undefined, contact?: string, isInUse = true) {
  const otus = line("Otus", contact === undefined ? {} : { contact });
  const world = matchingWorld(district([otus]));
  const [held] = world.connections;
  const old = connection("before", { status, ...previous });
  const slot = slotFor(otus.address, {
    ...(previous === undefined ? {} : { previous: old.id }),
    ...(isInUse && held !== undefined ? { current: held.id } : {}),
  });
  const live = {
    ...world,
    slots: [slot],
    connections: previous === undefined ? world.connections : [...world.connections, old],
  };
  const [plan] = planOf(documents(district([otus])), [live]).districts;
  return plan?.addresses.flatMap((one) => one.diagnostics).filter(({ code }) => code === "plan/vendor-had-not-moved");
}

describe("a vendor that asks with the old values after its cut-over", () => {
  it("is told of, with whom to ask and the way back", () => {
    expect(warned({ use: usedBefore(DAY_MS) }, "help@otus.example")).toMatchObject([
      { severity: "warning", address: "springfield/Otus", detail: expect.stringContaining("help@otus.example") },
    ]);
    const [unknown] = warned({ use: usedBefore(DAY_MS) }) ?? [];
    expect(unknown?.detail).toContain("no contact given");
    expect(unknown?.detail).toContain("rosterform rollback 'springfield/Otus'");
  });

  it("is not told of when it was last seen before, was never seen, or nobody can see", () => {
    expect(warned({ use: usedBefore(3 * DAY_MS) })).toEqual([]);
    expect(warned({ use: { kind: "observed", since: CLOSED, pulled: {} } })).toEqual([]);
    expect(warned({ use: { kind: "unobservable" } })).toEqual([]);
  });

  it("is not told of when a person or the document disabled the connection, or nothing is in use", () => {
    const use = usedBefore(DAY_MS);
    expect(warned({ use, status: { ...status, how: "outside" } })).toEqual([]);
    expect(warned({ use, status: { kind: "active" } })).toEqual([]);
    expect(warned(undefined)).toEqual([]);
    expect(warned({ use }, undefined, false)).toEqual([]);
  });
});
