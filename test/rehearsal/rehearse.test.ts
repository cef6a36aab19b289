import { describe, expect, it } from "vitest";
import { BEHAVIOURS } from "../../src/rehearsal/script.ts";
import { before, documents, play, story } from "./theatre.ts";

const MOVE = "Otus: { version: 1.2, kind: supported, accept: [user-ids 1.1->1.2] }";

describe("a rehearsal of a switch", () => {
  it.each(BEHAVIOURS)("leaves a vendor that is %s with a working connection at every step", async (behaviour) => {
    const rehearsal = await play(await documents(MOVE), await before({ Otus: {} }), behaviour);
    console.log(
      behaviour,
      rehearsal.days,
      story(rehearsal),
      rehearsal.addresses[0]?.outcome,
      rehearsal.addresses[0]?.gaps,
    );
    expect(rehearsal.addresses.map((one) => one.gaps)).toEqual([{ longestMs: 0, times: 0 }]);
  });
});
