import { describe, expect, it } from "vitest";
import type { ConnectionId } from "../../src/model/live.ts";
import { SYNC_PAUSE_MS, syncsOf } from "../../src/model/sync.ts";
import { type Instant, shift } from "../../src/model/time.ts";
import type { Traffic } from "../../src/model/traffic.ts";

const NIGHT = "2026-10-05T02:00:00.000Z" as Instant;
const line = (what: string, afterMs = 0, more: Partial<Traffic> = {}): Traffic => ({
  connection: "c-1" as ConnectionId,
  at: shift(NIGHT, afterMs),
  by: "consumer",
  what,
  ok: true,
  ...more,
});
const pull = (family: "orgs" | "users" | "enrollments", more: Partial<Traffic> = {}) =>
  line(family, 0, { pull: family, status: 200, rows: 10, ...more });
const ALL = ["orgs", "users", "enrollments"] as const;
const kindOf = (lines: readonly Traffic[]) => syncsOf(lines)[0]?.kind;

describe("a sync", () => {
  it("holds the requests between which no long pause lies, whatever tokens are asked for meanwhile", () => {
    const syncs = syncsOf([
      line("token"),
      line("users", 1000),
      line("token", SYNC_PAUSE_MS + 1000),
      line("token", 2 * SYNC_PAUSE_MS + 1001),
    ]);
    expect(syncs.map(({ from, to }) => [from, to])).toEqual([
      [NIGHT, shift(NIGHT, SYNC_PAUSE_MS + 1000)],
      [shift(NIGHT, 2 * SYNC_PAUSE_MS + 1001), shift(NIGHT, 2 * SYNC_PAUSE_MS + 1001)],
    ]);
    expect(syncsOf([])).toEqual([]);
  });

  it("begins and ends with its earliest and latest request, in whatever order they were written down", () => {
    const [sync] = syncsOf([line("users", 5000), line("users", 1000), line("users", 3000)]);
    expect(sync).toMatchObject({ from: shift(NIGHT, 1000), to: shift(NIGHT, 5000) });
  });

  it("never holds a probe", () => {
    expect(syncsOf([line("token", 0, { by: "probe" })])).toEqual([]);
  });

  it("counts what was read, what was written and what was refused", () => {
    const [sync] = syncsOf([
      line("token"),
      pull("users"),
      pull("users", { rows: 3 }),
      line("users", 0, { ok: false, status: 403 }),
      line("results", 0, { status: 201, rows: 20, wrote: "created" }),
      line("results", 0, { status: 200, wrote: "replaced" }),
      line("results", 0, { status: 204, wrote: "deleted" }),
      line("results", 0, { ok: false, status: 422 }),
      line("results", 0, { ok: false, status: 422 }),
      line("results", 0, { ok: false }),
    ]);
    expect(sync?.parts).toEqual([
      { what: "token", requests: 1, reads: 1, wrote: { created: 0, replaced: 0, deleted: 0 }, refused: new Map() },
      {
        what: "users",
        requests: 2,
        reads: 2,
        rows: 13,
        wrote: { created: 0, replaced: 0, deleted: 0 },
        refused: new Map([[403, 1]]),
      },
      {
        what: "results",
        requests: 3,
        reads: 0,
        wrote: { created: 20, replaced: 1, deleted: 1 },
        refused: new Map([
          [422, 2],
          [0, 1],
        ]),
      },
    ]);
  });

  it("is full when orgs, users and enrollments were read", () => {
    expect(kindOf(ALL.map((family) => pull(family)))).toBe("full");
    expect(kindOf(ALL.map((family) => pull(family, { isDelta: family === "orgs" })))).toBe("part");
    expect(kindOf(ALL.map((family) => pull(family, { ok: family !== "users" })))).toBe("part");
  });

  it("is one of changes when nothing was read but by date of change", () => {
    expect(kindOf([line("token"), pull("users", { isDelta: true })])).toBe("changes");
    expect(kindOf([line("token")])).toBe("part");
  });
});
