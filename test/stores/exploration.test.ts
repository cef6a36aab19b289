import { describe, expect, it } from "vitest";
import { beginning, explore } from "./exploration/explore.ts";
import * as rules from "./exploration/rules.ts";
import { PLAYS } from "./exploration/plays.ts";

describe("every state that a cut-over can reach", () => {
  it.each(PLAYS)(
    "$play.name",
    ({ play, isInUse }) => {
      const t = Date.now();
      const found = explore(play, rules, beginning(play, rules, isInUse));
      console.log(play.name, found.states, found.transitions, Date.now() - t, found.violation, [...found.ways].sort());
      expect(found.violation).toBeUndefined();
    },
    120_000,
  );
});
