import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { instantOf } from "../../src/model/time.ts";
import { indexesOf } from "../../src/server/data/indexes.ts";
import { isFamily } from "../../src/server/data/roles.ts";
import { visiblePart } from "../../src/server/data/visible-part.ts";
import { dangling, dataAt, rowsOf } from "./data.ts";

const moments = fc
  .integer({ min: Date.parse("2026-07-01T00:00:00Z"), max: Date.parse("2027-06-30T23:59:59Z") })
  .map(instantOf);
const NAMES = ["Lincoln", "Roosevelt", "North High", "South High", "Maple Grove", "Cedar Ridge Middle", "Nowhere"];
const scopes = fc.subarray(NAMES);
const SIZE = { schools: 6, studentsPerSchool: 24 };
const seeds = fc.constantFrom("", "a", "b");

describe("whatever the scope and the moment", () => {
  it("every reference leads to something that may be seen, in the very version that may be seen", () => {
    fc.assert(
      fc.property(moments, scopes, seeds, (now, schools, seed) => {
        expect(dangling(dataAt(now, { ...SIZE, seed }, schools))).toEqual([]);
        expect(dangling(dataAt(now, { ...SIZE, seed }))).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  it("two scopes together show what each of them shows, and families of both and nothing else", () => {
    fc.assert(
      fc.property(moments, scopes, scopes, (now, one, other) => {
        const data = dataAt(now, SIZE);
        const keys = (names: readonly string[]) => new Set(rowsOf(visiblePart(data, names)).keys());
        expect(keys([...one, ...other])).toEqual(new Set([...keys(one), ...keys(other)]));
      }),
      { numRuns: 40 },
    );
  });

  it("nobody is seen without a role at a visible school or a student who is seen", () => {
    fc.assert(
      fc.property(moments, scopes, (now, names) => {
        const part = dataAt(now, SIZE, names);
        const schools = new Set<object>(part.schools);
        for (const person of part.people) {
          expect(person.roles.every(({ org }) => schools.has(org))).toBe(true);
          if (!isFamily(person.role)) continue;
          expect(
            indexesOf(part)
              .agentsOf(person)
              .some(({ role }) => role === "student"),
          ).toBe(true);
        }
      }),
      { numRuns: 40 },
    );
  });

  it("the whole district named school by school is the whole district", () => {
    fc.assert(
      fc.property(moments, (now) => {
        const data = dataAt(now, SIZE);
        const names = data.schools.map(({ name }) => name);
        expect(visiblePart(data, names)).toEqual(data);
      }),
      { numRuns: 10 },
    );
  });
});

describe("as the clock moves through a year", () => {
  it("nothing vanishes or changes its place, and what changed says so", () => {
    fc.assert(
      fc.property(moments, moments, scopes, (one, other, names) => {
        const [before, after] = [one, other].sort();
        const [earlier, later] = [dataAt(before ?? one, SIZE, names), dataAt(after ?? one, SIZE, names)];
        for (const [old, young] of [
          [earlier.people, later.people],
          [earlier.enrollments, later.enrollments],
        ] as const) {
          old.forEach((row, index) => {
            const same = young[index];
            const { guid, id } = row as { guid?: string; id?: string };
            expect(same).toMatchObject(guid === undefined ? { id } : { guid });
            const said = "person" in row ? { ...row, person: undefined } : row;
            const says = same !== undefined && "person" in same ? { ...same, person: undefined } : same;
            if (row.modified === same?.modified) expect(says).toEqual(said);
            else expect(same !== undefined && same.modified > one && same.modified <= other).toBe(one < other);
          });
        }
      }),
      { numRuns: 30 },
    );
  });

  it("ids are those of one person, in each version", () => {
    fc.assert(
      fc.property(moments, seeds, (now, seed) => {
        const { people, enrollments } = dataAt(now, { ...SIZE, seed });
        for (const ids of [
          people.map(({ legacyId }) => legacyId),
          people.map(({ number }) => number),
          people.map(({ guid }) => guid),
          people.map(({ username }) => username),
          enrollments.map(({ id }) => id),
        ]) {
          expect(new Set(ids).size).toBe(ids.length);
        }
        for (const { legacyId, number } of people) expect(legacyId.slice(1)).toBe(number);
      }),
      { numRuns: 20 },
    );
  });
});
