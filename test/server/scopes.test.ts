import { describe, expect, it } from "vitest";
import { KINDS, VERSIONS } from "../../src/model/traits.ts";
import { SCOPE_NAMES, scopesOpenTo } from "../../src/server/scopes.ts";

const ROSTER = ["roster-core.readonly", "roster.readonly"];

describe("the scopes that a connection may have", () => {
  it.each(VERSIONS)("are rostering and nothing else for the kind other, in %s", (version) => {
    expect(scopesOpenTo({ kind: "other", version, share: [] })).toEqual(ROSTER);
  });

  it("are all of them for a supported connection of 1.2 that shares everything", () => {
    expect(scopesOpenTo({ kind: "supported", version: "1.2", share: ["demographics"] })).toEqual(SCOPE_NAMES);
  });

  it("are those that 1.1 knows for a supported connection of 1.1", () => {
    expect(scopesOpenTo({ kind: "supported", version: "1.1", share: [] })).toEqual([
      ...ROSTER,
      "resource.readonly",
      "gradebook.readonly",
      "gradebook.createput",
      "gradebook.delete",
    ]);
  });

  it("hold demographics where they are shared, and nowhere else", () => {
    for (const kind of KINDS) {
      for (const version of VERSIONS) {
        for (const share of [[], ["demographics"]] as const) {
          const names = scopesOpenTo({ kind, version, share });
          expect(names.includes("roster-demographics.readonly")).toBe(share.length === 1);
        }
      }
    }
  });
});
