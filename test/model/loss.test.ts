import { describe, expect, it } from "vitest";
import { acceptanceOf, type Loss, parseAcceptance } from "../../src/model/loss.ts";

describe("the acceptance of a loss", () => {
  it.each<readonly [Loss, string]>([
    [{ kind: "user-ids", from: "1.1", to: "1.2" }, "user-ids 1.1->1.2"],
    [{ kind: "grade-book", from: "supported", to: "other" }, "grade-book supported->other"],
    [{ kind: "assessments", from: "supported", to: "other" }, "assessments supported->other"],
    [{ kind: "schools", from: "all", to: ["Roosevelt", "Lincoln"] }, "schools all->Lincoln, Roosevelt"],
    [{ kind: "share", from: ["demographics"], to: [] }, "share demographics->none"],
    [{ kind: "cut-off" }, "cut-off"],
  ])("names one move: %j", (loss, text) => {
    expect(acceptanceOf(loss)).toBe(text);
    expect(parseAcceptance(text)).toBe(text);
  });

  it("does not depend on spaces or on the order of names", () => {
    expect(parseAcceptance("  user-ids   1.1 -> 1.2 ")).toBe("user-ids 1.1->1.2");
    expect(parseAcceptance("schools all -> Roosevelt ,Lincoln")).toBe("schools all->Lincoln, Roosevelt");
    expect(parseAcceptance(" cut-off ")).toBe("cut-off");
  });

  it("of one move is not the acceptance of the move back", () => {
    expect(parseAcceptance("user-ids 1.2->1.1")).not.toBe(parseAcceptance("user-ids 1.1->1.2"));
  });

  it.each(["", "user-ids", "user-ids 1.1", "user-ids ->1.2", "user-ids 1.1->", "everything 1.1->1.2", "cut-off 1->2"])(
    "is not %j",
    (text) => {
      expect(parseAcceptance(text)).toBeUndefined();
    },
  );
});
