import { describe, expect, it } from "vitest";
import { type ConnectionId, isActive } from "../../src/model/live.ts";
import { DAY_MS, HOUR_MS } from "../../src/model/time.ts";
import type { Stage } from "../../src/rehearsal/mirror.ts";
import type { Rehearsal } from "../../src/rehearsal/rehearse.ts";
import { judgeRehearsals, longestGapMs } from "../../src/rehearsal/verdict.ts";
import { BEHAVIOURS } from "../../src/rehearsal/script.ts";
import { before, documents, play, SPRINGFIELD, story } from "./theatre.ts";

const MOVE = "Otus: { version: 1.2, kind: supported, accept: [user-ids 1.1->1.2] }";
const NO_GAP = { longestMs: 0, times: 0 };
const gapsIn = (rehearsal: Rehearsal) => rehearsal.addresses.map(({ gaps }) => gaps);
const outcomesIn = (rehearsal: Rehearsal) => rehearsal.addresses.map(({ outcome }) => outcome?.kind);

const MOVED = [
  "springfield/Otus day 0: synced",
  "springfield/Otus day 0: generated",
  "springfield/Otus day 0: delivered",
  "springfield/Otus day 0: entered",
  "springfield/Otus day 0: synced",
];
const TOLD = MOVED.slice(0, 3);

const STORIES: Readonly<Record<(typeof BEHAVIOURS)[number], readonly [readonly string[], string]>> = {
  prompt: [[...MOVED, "springfield/Otus day 2: closed"], "unchanged"],
  late: [
    [...TOLD, "springfield/Otus day 9: entered", "springfield/Otus day 9: synced", "springfield/Otus day 11: closed"],
    "unchanged",
  ],
  silent: [TOLD, "waiting"],
  "half-moved": [["springfield/Otus day 0: synced", ...MOVED], "waiting"],
  "wrong-version": [[...MOVED.slice(0, 4), "springfield/Otus day 0: sync-failed"], "waiting"],
  "back-to-old": [
    [
      ...MOVED,
      "springfield/Otus day 2: closed",
      "springfield/Otus day 3: went-back",
      "springfield/Otus day 3: sync-failed",
    ],
    "unchanged",
  ],
};

describe("a rehearsal of a switch", () => {
  it.each(BEHAVIOURS)(
    "tells what becomes of a vendor that is %s, who always has a working connection",
    async (name) => {
      const rehearsal = await play(await documents(MOVE), await before({ Otus: {} }), name);
      const [happened, outcome] = STORIES[name];
      expect(story(rehearsal)).toEqual(happened);
      expect([outcomesIn(rehearsal), gapsIn(rehearsal)]).toEqual([[outcome], [NO_GAP]]);
      expect(judgeRehearsals([rehearsal])).toEqual([]);
    },
  );

  it("never closes in a freeze window, nor hands over before its day", async () => {
    const frozen = await documents(
      "Otus: { version: 1.2, kind: supported, accept: [user-ids 1.1->1.2], deliver-from: 2026-10-08 }",
      "freeze: [{ from: 2026-10-09, to: 2026-10-16, why: fall break }]",
    );
    const rehearsal = await play(frozen, await before({ Otus: {} }), "prompt");
    expect(story(rehearsal).slice(1)).toEqual([
      "springfield/Otus day 0: generated",
      "springfield/Otus day 3: delivered",
      "springfield/Otus day 3: entered",
      "springfield/Otus day 3: synced",
      "springfield/Otus day 12: closed",
    ]);
    expect(gapsIn(rehearsal)).toEqual([NO_GAP]);
  });

  it("waits for a person's word where nobody can see use, and gets it once the vendor moved", async () => {
    const unseen = await before({ Otus: {} }, { observesUse: false });
    const moved = await play(await documents(MOVE), unseen, "late");
    expect(story(moved).slice(-4)).toEqual([
      "springfield/Otus day 9: entered",
      "springfield/Otus day 9: synced",
      "springfield/Otus day 9: attested",
      "springfield/Otus day 10: closed",
    ]);
    const half = await play(await documents(MOVE), unseen, "half-moved");
    expect([story(half).includes("springfield/Otus day 0: attested"), outcomesIn(half)]).toEqual([false, ["waiting"]]);
  });

  it("goes on with a cut-over that is open already, and with one that turns back", async () => {
    const opened = async (store: Stage) => {
      for await (const { connections, slots } of store.read([SPRINGFIELD])) {
        const [one] = connections;
        const [slot] = slots;
        if (one === undefined || slot === undefined) continue;
        await store.open({
          address: slot.address,
          revision: slot.revision,
          site: { host: "springfield.example.org", app: "springfield", kind: "production" },
          generation: slot.generation + 1,
          application: one.application,
          make: { kind: "supported", version: "1.2", schools: "all", share: [], rotate: 0 },
          from: one.id,
          requires: { clauses: ["probed", "used-or-attested"], quietMs: 48 * 60 * 60 * 1000 },
        });
      }
    };
    const live = await before({ Otus: {} }, { change: opened });
    const on = await play(await documents(MOVE), live, "prompt");
    expect([story(on).at(-1), gapsIn(on)]).toEqual(["springfield/Otus day 2: closed", [NO_GAP]]);
    expect(story(on)).not.toContain("springfield/Otus day 0: generated");
    const back = await play(await documents("Otus: { version: 1.1, kind: supported }"), live, "prompt");
    expect([story(back).at(-1), gapsIn(back)]).toEqual(["springfield/Otus day 0: given-up", [NO_GAP]]);
  });

  it("follows an application that another one replaces", async () => {
    const lost = "accept: [grade-book supported->other, assessments supported->other]";
    const moved = await documents(`Old Quiz: { version: 1.1, kind: supported, state: disabled }
      New Quiz: { version: 1.1, kind: other, replaces: Old Quiz, ${lost} }`);
    const rehearsal = await play(moved, await before({ "Old Quiz": {} }), "late");
    expect(story(rehearsal).slice(-3)).toEqual([
      "springfield/New Quiz day 9: entered",
      "springfield/New Quiz day 9: synced",
      "springfield/New Quiz day 11: closed",
    ]);
    expect(gapsIn(rehearsal).every(({ times }) => times === 0)).toBe(true);
  });

  it("has nothing to play where nothing is to be done", async () => {
    const rehearsal = await play(
      await documents("Otus: { version: 1.1, kind: supported }"),
      await before({ Otus: {} }),
      "prompt",
    );
    expect(rehearsal.addresses).toEqual([]);
  });
});

describe("the watch of a rehearsal", () => {
  it("sees a store that disables the old connection without asking", async () => {
    const spoil = (store: Stage): Stage => ({
      ...store,
      closeCutover: async (at) => {
        for await (const { slots } of store.read([SPRINGFIELD])) {
          const from: ConnectionId | undefined = slots.find((one) => one.address === at.address)?.cutover?.from;
          const old = from === undefined ? undefined : await store.connection(from);
          if (old !== undefined && isActive(old))
            await store.changeByHand({ connection: old.id, by: "a broken store", change: { kind: "disable" } });
        }
        return store.closeCutover(at);
      },
    });
    const live = await before({ Otus: {} });
    const hasty = await documents(MOVE);
    const morningToNoon = { longestMs: 4 * HOUR_MS, times: 1 };
    const spoilt = await play(hasty, live, "prompt", { spoil });
    expect(gapsIn(spoilt)).toEqual([morningToNoon]);
    expect([longestGapMs([spoilt]), judgeRehearsals([spoilt])]).toMatchObject([
      4 * HOUR_MS,
      [{ code: "rehearsal/gap", severity: "error", address: "springfield/Otus" }],
    ]);
    const threeDays = { longestMs: 2 * DAY_MS + 18 * HOUR_MS, times: 1 };
    expect(gapsIn(await play(hasty, live, "silent", { spoil, days: 3 }))).toEqual([threeDays]);
  });
});
