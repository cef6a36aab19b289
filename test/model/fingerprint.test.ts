import { expect, it } from "vitest";
import { parseFingerprint, spokenFingerprint } from "../../src/model/fingerprint.ts";

it("is spoken in groups of four, and what is unknown stays a word", () => {
  expect(spokenFingerprint("3f9a12bc77d0e001")).toBe("3f9a 12bc 77d0 e001");
  expect(spokenFingerprint("unknown")).toBe("unknown");
});

it("is understood as people read it out", () => {
  expect(parseFingerprint(" 3F9A 12bc-77D0 e001\n")).toBe("3f9a12bc77d0e001");
  for (const text of ["", "3f9a", "3f9a12bc77d0e00g", "3f9a12bc77d0e0011"])
    expect(parseFingerprint(text)).toBeUndefined();
});
