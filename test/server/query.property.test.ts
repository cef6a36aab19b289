import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { matches, orderOf, readFilter, valueAt } from "../../src/server/oneroster/query/filter.ts";
import { readSelection, selected, sorted } from "../../src/server/oneroster/query/selection.ts";

const KNOWN = new Set(["name", "grade", "tags", "org", "dateLastModified"]);
const object = fc.record(
  {
    name: fc.constantFrom("Ada", "ada", "Ben", "O'Neil", ""),
    grade: fc.integer({ min: 0, max: 5 }),
    tags: fc.uniqueArray(fc.constantFrom("a", "b", "c")),
    org: fc.record({ sourcedId: fc.constantFrom("1", "2") }),
    dateLastModified: fc.constantFrom(
      "2026-10-01T00:00:00.000Z",
      "2026-10-01T02:00:00.000+02:00",
      "2026-11-01T00:00:00Z",
    ),
  },
  { requiredKeys: ["name", "grade"] },
);
type Sample = (typeof object)["generate"] extends (...all: never[]) => { value: infer V } ? V : never;

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
const read = (text: string) => {
  const filter = readFilter(text, KNOWN);
  if ("status" in filter) throw new Error(filter.description);
  return filter;
};

describe("a filter", () => {
  it("law: with = lets through what equals, without regard to capitals, and with != the rest", () => {
    fc.assert(
      fc.property(object, fc.constantFrom("Ada", "Ben", "O'Neil", ""), (one: Sample, name) => {
        const isSame = String(one.name).toLowerCase() === name.toLowerCase();
        expect(matches(one, read(`name=${quoted(name)}`))).toBe(isSame);
        expect(matches(one, read(`name != ${quoted(name)}`))).toBe(!isSame);
      }),
    );
  });

  it("law: compares numbers as numbers and moments as moments", () => {
    fc.assert(
      fc.property(object, fc.integer({ min: 0, max: 12 }), (one: Sample, wanted) => {
        const grade = Number(one.grade);
        expect(matches(one, read(`grade>'${wanted}'`))).toBe(grade > wanted);
        expect(matches(one, read(`grade<='${wanted}'`))).toBe(grade <= wanted);
        const modified = one.dateLastModified;
        const since = matches(one, read("dateLastModified>='2026-10-01T00:00:00Z'"));
        expect(since).toBe(modified !== undefined);
        expect(matches(one, read("dateLastModified>'2026-10-01'"))).toBe(modified === "2026-11-01T00:00:00Z");
      }),
    );
  });

  it("law: with AND lets through what both let through, with OR what one does", () => {
    const parts = ["name='ada'", "grade<'3'", "tags~'a'", "org.sourcedId='1'", "name~'N'"];
    fc.assert(
      fc.property(object, fc.constantFrom(...parts), fc.constantFrom(...parts), (one: Sample, a, b) => {
        const [first, second] = [matches(one, read(a)), matches(one, read(b))];
        expect(matches(one, read(`${a} AND ${b}`))).toBe(first && second);
        expect(matches(one, read(`${a} or ${b}`))).toBe(first || second);
      }),
    );
  });

  it("law: of a list wants every value with =, and one of them with ~", () => {
    fc.assert(
      fc.property(object, fc.subarray(["a", "b", "c"], { minLength: 1 }), (one: Sample, wanted) => {
        const tags: readonly string[] = one.tags ?? [];
        const has = (tag: string): boolean => tags.includes(tag);
        expect(matches(one, read(`tags='${wanted.join(",")}'`))).toBe(wanted.every(has));
        expect(matches(one, read(`tags~'${wanted.join(", ")}'`))).toBe(wanted.some(has));
      }),
    );
  });

  it("law: is read or refused, whatever it says", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const filter = readFilter(text, KNOWN);
        if ("status" in filter) expect(filter.status).toBe(400);
        else expect(filter.comparisons.length).toBeGreaterThan(0);
      }),
    );
  });

  it("finds nothing along a path that is not there, nor what every object inherits", () => {
    expect(valueAt({ org: { sourcedId: "1" } }, ["org", "name"])).toBeUndefined();
    expect(valueAt({ roles: [{ role: "a" }, { role: "b" }, {}] }, ["roles", "role"])).toEqual(["a", "b"]);
    expect(valueAt({}, ["constructor"])).toBeUndefined();
    expect(orderOf("10", "9")).toBe(-1);
    expect(orderOf(10, "9")).toBe(1);
    expect(readFilter("toString='x'", KNOWN)).toMatchObject({ status: 400, minor: "invalid_filter_field" });
  });
});

describe("an order and a selection", () => {
  const query = (text: string, version: "1.1" | "1.2" = "1.2") => {
    const selection = readSelection(new URLSearchParams(text), KNOWN, version);
    if ("status" in selection) throw new Error(selection.minor);
    return selection;
  };

  it("law: put every object in its place and lose none", () => {
    fc.assert(
      fc.property(fc.array(object), fc.boolean(), (objects: readonly Sample[], isDescending) => {
        const chosen = query(`sort=grade${isDescending ? "&orderBy=DESC" : ""}`);
        const grades = sorted(objects, chosen, (one) => one).map(({ grade }) => Number(grade));
        expect(grades).toEqual(
          objects.map(({ grade }) => Number(grade)).toSorted((a, b) => (isDescending ? b - a : a - b)),
        );
      }),
    );
  });

  it("law: those without the field come last, in whichever direction", () => {
    fc.assert(
      fc.property(fc.array(object), fc.constantFrom("", "&orderBy=desc"), (objects: readonly Sample[], order) => {
        const found = sorted(objects, query(`sort=org.sourcedId${order}`), (one) => one).map(
          ({ org }) => org === undefined,
        );
        expect(found).toEqual(found.toSorted((a, b) => Number(a) - Number(b)));
      }),
    );
  });

  it("law: tells the fields that are asked for and no others", () => {
    fc.assert(
      fc.property(object, fc.subarray([...KNOWN], { minLength: 1 }), (one: Sample, fields) => {
        const told = Object.keys(selected(one, query(`fields=${fields.join(",")}`)));
        expect(told.toSorted()).toEqual(fields.filter((name) => Object.hasOwn(one, name)).toSorted());
      }),
    );
  });

  it("are warned of in 1.1 and refused in 1.2 when a field is not known", () => {
    expect(query("sort=nothing&fields=name,nothing", "1.1")).toEqual({
      warnings: ["invalid_sort_field", "invalid_selection_field"],
    });
    expect(() => query("sort=nothing")).toThrow("invalid_sort_field");
    expect(() => query("fields=")).toThrow("invalid_selection_field");
  });
});
