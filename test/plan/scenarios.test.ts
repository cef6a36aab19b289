import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { bless, play } from "./scenario.ts";

const folder = new URL("scenarios/", import.meta.url);

/** Set to write down what the plan comes to today. Whoever does that reads every changed line before committing it. */
const isBlessing = process.env["ROSTERFORM_BLESS"] === "1";

describe("a plan", () => {
  for (const file of readdirSync(folder).sort()) {
    const path = new URL(file, folder);
    const text = readFileSync(path, "utf8");
    it(`${file.replace(/\.yaml$/, "")}: ${play(text).story}`, () => {
      if (isBlessing) writeFileSync(path, bless(text));
      const { expected, actual } = play(readFileSync(path, "utf8"));
      expect(actual).toEqual(expected);
    });
  }
});
