import { describe, expect, it } from "vitest";
import type { Finding } from "../../src/model/evidence.ts";
import type { LiveConnection } from "../../src/model/live.ts";
import { type Behaviour, climb, connectionWith, findingOf, listOf, openSite, questionOf, type Site } from "./site.ts";

const NUMBERS = Array.from({ length: 20 }, (_, index) => 1000 + index);

/** People as 1.1 has them, and as 1.2 has them with what links the two. */
const people11 = NUMBERS.map((number) => ({ sourcedId: `${number % 2 === 0 ? "s" : "t"}${number}` }));
const people12 = NUMBERS.map((number) => ({
  sourcedId: `guid-${number}`,
  metadata: { "ic.legacysourceId": number % 3 === 0 ? number : String(number) },
}));
const classes = listOf("classes", [{ sourcedId: "class-1" }, { sourcedId: "class-2" }]);

function siteOf(users: readonly object[], more: Behaviour = {}): Behaviour {
  return { classes, users: listOf("users", users), ...more };
}

async function compared(
  from: { readonly version: LiveConnection["version"]; readonly site: Behaviour },
  to: { readonly version: LiveConnection["version"]; readonly site: Behaviour },
): Promise<{ readonly data: Finding; readonly sites: readonly Site[] }> {
  const [before, fresh] = [await openSite(from.site), await openSite(to.site)];
  const old = { connection: connectionWith({ version: from.version }), credentials: questionOf(before).credentials };
  const { findings } = await climb({ ...questionOf(fresh, { version: to.version }), old });
  return { data: findingOf(findings, "data"), sites: [before, fresh] };
}

const rowOf = ({ compared: rows = [] }: Finding, what: string) => rows.find((row) => row.what === what);
const ENROLLMENTS = { what: "enrollments", old: 2000, now: 2000 };

describe("the ids behind the old connection and the new one", () => {
  it("are the same within one version", async () => {
    const side = { version: "1.2", site: siteOf(people12) } as const;
    const { data, sites } = await compared(side, side);
    expect(data).toMatchObject({ verdict: "confirmed", code: "ok" });
    expect(data.says).not.toContain("not compared");
    expect(data.compared).toEqual([
      { what: "classes", old: 2, now: 2, again: 2 },
      { what: "users", old: 20, now: 20, again: 20 },
      ENROLLMENTS,
    ]);
    const asked = sites.map((site) => site.asked.findLast(({ path }) => path.endsWith("/users"))?.query.toString());
    expect(asked).toEqual(Array(2).fill("limit=1000&offset=0&fields=sourcedId"));
  });

  it("are linked by the number in the metadata where the version changes, in both directions", async () => {
    const [one, two] = [
      { version: "1.1", site: siteOf(people11) },
      { version: "1.2", site: siteOf(people12) },
    ] as const;
    for (const [from, to] of [
      [one, two],
      [two, one],
    ] as const) {
      const { data } = await compared(from, to);
      expect(data.verdict).toBe("confirmed");
      expect(rowOf(data, "users")).toEqual({ what: "users", old: 20, now: 20, again: 20 });
    }
  });

  it("tolerate as many strangers as counts may fall, and no more", async () => {
    const strangers = (count: number) => [
      ...people12.slice(count),
      ...people12.slice(0, count).map((_, index) => ({ sourcedId: `other-${index}` })),
    ];
    const from = { version: "1.2", site: siteOf(people12) } as const;
    const within = await compared(from, { version: "1.2", site: siteOf(strangers(2)) });
    expect(within.data).toMatchObject({ verdict: "confirmed" });
    expect(rowOf(within.data, "users")?.again).toBe(18);
    const beyond = await compared(from, { version: "1.2", site: siteOf(strangers(3)) });
    expect(beyond.data).toMatchObject({ verdict: "refuted", code: "other-ids-than-old" });
    expect(beyond.data.says).toContain("17 of 20 users");
    expect(rowOf(beyond.data, "users")?.again).toBe(17);
  });

  it("are not compared where nothing links them, and that is said", async () => {
    const bare = people12.map(({ sourcedId }, index) => (index === 0 ? { sourcedId, metadata: {} } : { sourcedId }));
    const { data } = await compared({ version: "1.1", site: siteOf(people11) }, { version: "1.2", site: siteOf(bare) });
    expect(data.verdict).toBe("confirmed");
    expect(data.says).toContain("the ids of users were not compared (no object names one)");
    expect(rowOf(data, "users")).toEqual({ what: "users", old: 20, now: 20 });
  });

  it("are not compared where the site links its versions in another way", async () => {
    const otherwise = people12.map((user, index) => ({ ...user, metadata: { "ic.legacysourceId": `x-${index}` } }));
    const { data } = await compared(
      { version: "1.1", site: siteOf(people11) },
      { version: "1.2", site: siteOf(otherwise) },
    );
    expect(data).toMatchObject({ verdict: "confirmed", code: "ok" });
    expect(data.says).toContain("the ids of users were not compared (nothing links the two versions)");
  });

  it("are refuted within one version where nobody is found again", async () => {
    const strangers = people12.map((_, index) => ({ sourcedId: `other-${index}` }));
    const { data } = await compared(
      { version: "1.2", site: siteOf(people12) },
      { version: "1.2", site: siteOf(strangers) },
    );
    expect(data).toMatchObject({ verdict: "refuted", code: "other-ids-than-old" });
    expect(data.says).toContain("0 of 20 users");
  });

  it.each([
    ["old", 0],
    ["new", 1],
  ] as const)("are not compared where the %s connection does not let them be read to the end", async (name, index) => {
    const sites = [siteOf(people12), siteOf(people12)];
    const users: Behaviour[string] = ({ query }) =>
      query.has("fields") ? { status: 403 } : listOf("users", people12.slice(0, 1), 20);
    sites[index] = siteOf(people12, { users });
    const [from = {}, to = {}] = sites;
    const { data } = await compared({ version: "1.2", site: from }, { version: "1.2", site: to });
    expect(data.verdict).toBe("confirmed");
    expect(data.says).toContain(`the ids of users were not compared (the ${name} connection was not read to the end`);
  });

  it.each([
    ["old", 20_001, 20_000],
    ["new", 20_000, 20_001],
  ])("are not read where the %s connection sees too many for a probe", async (_name, old, now) => {
    const many = (total: number) => siteOf([], { users: listOf("users", people12.slice(0, 1), total) });
    const { data, sites } = await compared({ version: "1.2", site: many(old) }, { version: "1.2", site: many(now) });
    expect(data.says).toContain("the ids of users were not compared (there are more than 20000)");
    expect(rowOf(data, "users")).toEqual({ what: "users", old, now });
    expect(sites.map(({ asked }) => asked.filter(({ path }) => path.endsWith("/users")).length)).toEqual([1, 1]);
  });

  it("are not read where the counts say enough", async () => {
    const { data } = await compared(
      { version: "1.2", site: siteOf(people12) },
      { version: "1.2", site: siteOf(people12.slice(5)) },
    );
    expect(data).toMatchObject({ verdict: "refuted", code: "fewer-than-old" });
    expect(data.compared).toEqual([
      { what: "classes", old: 2, now: 2 },
      { what: "users", old: 20, now: 15 },
      ENROLLMENTS,
    ]);
  });
});
