import { describe, expect, it } from "vitest";
import { hasErrors, problem, warning } from "../../src/diagnostics/diagnostic.ts";
import { Bug, invariant } from "../../src/diagnostics/invariant.ts";
import { OutsideError } from "../../src/diagnostics/outside-error.ts";
import { nearest } from "../../src/diagnostics/suggest.ts";

const fields = { code: "test/example", summary: "An example", detail: "What, why, how to fix." };

describe("diagnostics", () => {
  it("block when one of them is an error", () => {
    expect(hasErrors([])).toBe(false);
    expect(hasErrors([warning(fields)])).toBe(false);
    expect(hasErrors([warning(fields), problem(fields)])).toBe(true);
  });
});

describe("an invariant", () => {
  it("lets what is true pass, and calls the rest our bug", () => {
    expect(() => invariant(true, "holds")).not.toThrow();
    expect(() => invariant(undefined, "a slot leads somewhere")).toThrow(new Bug("a slot leads somewhere"));
    expect(new Bug("x").name).toBe("Bug");
  });
});

describe("a failure of the world outside", () => {
  it("carries a code, a cause, a fix and whether trying again may help", () => {
    const cause = new Error("ENOSPC");
    const failure = new OutsideError("sinks/disk-full", "the disk is full", {
      retryable: true,
      fix: "Free some.",
      cause,
    });
    expect(failure).toMatchObject({
      name: "OutsideError",
      code: "sinks/disk-full",
      message: "the disk is full",
      retryable: true,
      fix: "Free some.",
      cause,
    });
  });

  it("is not worth a retry unless said so, and names no cause it does not have", () => {
    const failure = new OutsideError("stores/locked", "the store is locked");
    expect(failure.retryable).toBe(false);
    expect(failure.fix).toBeUndefined();
    expect(failure).not.toHaveProperty("cause");
  });
});

describe("did you mean", () => {
  const vendors = ["Otus", "Schoology", "Google Classroom"];

  it.each([
    ["Schoolgy", "Schoology"],
    ["schoology", "Schoology"],
    ["Shcoology", "Schoology"],
    ["Google Clasroom", "Google Classroom"],
    ["Otis", "Otus"],
    ["Ots", "Otus"],
    ["Otuss", "Otus"],
  ])("takes %s for %s", (text, meant) => {
    expect(nearest(text, vendors)).toBe(meant);
  });

  it("counts two swapped neighbours as one slip", () => {
    expect(nearest("ab", ["ba"])).toBe("ba");
    expect(nearest("tOus", vendors)).toBe("Otus");
    expect(nearest("abcd", ["badc"])).toBeUndefined();
  });

  it("prefers the nearer, and of equals the first", () => {
    expect(nearest("Otus", ["Otis", "Otus"])).toBe("Otus");
    expect(nearest("Otxs", ["Otis", "Otus"])).toBe("Otis");
  });

  it("says nothing where nothing is near", () => {
    expect(nearest("Bluebird", vendors)).toBeUndefined();
    expect(nearest("", vendors)).toBeUndefined();
    expect(nearest("Otus", [])).toBeUndefined();
  });
});
