import { describe, expect, it } from "vitest";
import { inTerraformsWords } from "../../src/terraform/translate/notices.ts";

describe("what documents are told, in Terraform's words", () => {
  it.each([
    ["Set `rotate: 1` to try.", "Set `rotate = 1` to try."],
    ["Say `state: disabled`.", 'Say `state = "disabled"`.'],
    [
      'add `accept: ["user-ids 1.1->1.2"]` to this connection in the district\'s file.',
      'add `accept = ["user-ids 1.1->1.2"]` to this resource.',
    ],
    ["accept it with `accept: [cut-off]`.", 'accept it with `accept = ["cut-off"]`.'],
    ["Add `site: { host: a.example.org, app: a }`.", 'Add `site = { host = "a.example.org", app = "a" }`.'],
    ["until `deliver-from` has come", "until `deliver_from` has come"],
    ["run `rosterform abort 'a/B'`", "run `rosterform abort 'a/B'`"],
  ])("%s", (said, told) => {
    expect(inTerraformsWords(said)).toBe(told);
  });
});
