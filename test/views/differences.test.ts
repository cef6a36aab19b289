import { describe, expect, it } from "vitest";
import { type Being, describeDifference, differencesBetween, wideningsBetween } from "../../src/views/differences.ts";

const being: Being = { version: "1.1", kind: "supported", rotate: 0, schools: "all", share: [] };
const schools = ["Adams", "Baker", "Clay", "Dale", "Elm"];

function said(before: Partial<Being>, after: Partial<Being>): readonly string[] {
  return differencesBetween({ ...being, ...before }, { ...being, ...after }).map(
    (one) => `${one.what}: ${describeDifference(one)}`,
  );
}

describe("the differences between two connections", () => {
  it("are none where the connections are equal, whatever the order of their sets", () => {
    expect(said({ schools: ["Adams", "Baker"] }, { schools: ["Baker", "Adams"] })).toEqual([]);
  });

  it("come in the same order, in the words of documents", () => {
    const other = { version: "1.2", kind: "other", rotate: 2, schools: ["Adams"], share: ["demographics"] } as const;
    expect(said({}, other)).toEqual([
      "version: 1.1 -> 1.2",
      "kind: supported -> other",
      "rotate: 0 -> 2",
      "schools: all -> Adams",
      "share: rostering -> rostering, demographics",
    ]);
  });

  it("name what comes and goes where a list is long", () => {
    expect(said({ schools }, { schools: schools.slice(1) })).toEqual(["schools: drops Adams; 4 stay"]);
    expect(said({ schools }, { schools: [...schools, "Fir"] })).toEqual(["schools: adds Fir; 5 stay"]);
    expect(said({ schools: schools.slice(0, 3) }, { schools: schools.slice(3) })).toEqual([
      "schools: adds Dale, Elm; drops Adams, Baker, Clay",
    ]);
  });

  it("see schools with names that are special to JavaScript", () => {
    expect(said({ schools: ["__proto__"] }, { schools: ["constructor"] })).toEqual([
      "schools: __proto__ -> constructor",
    ]);
  });

  it("are said aloud where the vendor will see more", () => {
    const few = { ...being, schools: ["Adams"] };
    expect(wideningsBetween(few, being)).toEqual(["schools: the vendor will see all schools, not only Adams"]);
    expect(wideningsBetween(few, { ...being, schools: ["Adams", "Baker"], share: ["demographics"] })).toEqual([
      "schools: the vendor will also see Baker",
      "share: the vendor will also get demographics",
    ]);
    expect(wideningsBetween(being, few)).toEqual([]);
    expect(wideningsBetween(few, { ...being, schools: [] })).toEqual([]);
  });
});
