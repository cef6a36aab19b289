import { describe, expect, it } from "vitest";
import { RUNGS } from "../../src/model/evidence.ts";
import type { LiveConnection } from "../../src/model/live.ts";
import {
  type Behaviour,
  climb,
  connectionWith,
  findingOf,
  listOf,
  NOW,
  openSite,
  questionOf,
  schoolsOf,
  shortly,
} from "./site.ts";
import type { Instant } from "../../src/model/time.ts";
import type { Finding, Rung } from "../../src/model/evidence.ts";

async function sees(
  rung: Rung,
  behaviour: Behaviour,
  connection: Partial<LiveConnection> = {},
  more: { readonly readDemographics?: boolean; readonly now?: string } = {},
): Promise<Finding> {
  const site = await openSite(behaviour);
  const question = { ...questionOf(site, connection), now: (more.now ?? NOW) as Instant };
  const { findings } = await climb(question, { readDemographics: more.readDemographics ?? false });
  return findingOf(findings, rung);
}

describe("the ladder", () => {
  it("confirms every rung of a healthy connection, in order, asking for single rows where that answers", async () => {
    const site = await openSite();
    const { findings } = await climb(questionOf(site, { share: ["demographics"] }), { readDemographics: true });
    expect(shortly(findings)).toEqual(RUNGS.map((rung) => `${rung}: confirmed ok`));
    const asked = site.asked.slice(1).map(({ path, query }) => `${path.split("/").at(-1)} ${query.get("limit")}`);
    expect(asked).toEqual([
      "orgs 1",
      "schools 100",
      "academicSessions 100",
      "classes 1",
      "users 1",
      "enrollments 1",
      "demographics 1",
    ]);
  });

  it("appends the 1.2 path where the Base URL lacks it, and not where it has it", async () => {
    const site = await openSite();
    const question = questionOf(site);
    for (const baseUrl of [`${site.origin}/a/ims/oneroster`, `${site.origin}/a/ims/oneroster/rostering/v1p2/`]) {
      site.asked.length = 0;
      const { findings } = await climb({ ...question, credentials: { ...question.credentials, baseUrl } });
      expect(findings.at(-1)?.verdict).toBe("confirmed");
      expect(site.asked[1]?.path).toBe("/a/ims/oneroster/rostering/v1p2/orgs");
    }
  });

  it("reads 1.1 right below the Base URL", async () => {
    const site = await openSite();
    const question = questionOf(site, { version: "1.1" });
    const baseUrl = `${site.origin}/campus/ims/oneroster/v1p1`;
    await climb({ ...question, credentials: { ...question.credentials, baseUrl } });
    expect(site.asked[1]?.path).toBe("/campus/ims/oneroster/v1p1/orgs");
  });

  it("sends the token to no Base URL that is not https", async () => {
    const site = await openSite();
    const question = questionOf(site);
    const { findings } = await climb({
      ...question,
      credentials: { ...question.credentials, baseUrl: "http://site.example.org/x" },
    });
    expect(shortly(findings)).toEqual(["token: confirmed ok", "orgs: refuted insecure-url"]);
  });

  it.each<[string, Behaviour[string], string]>([
    ["401", { status: 401 }, "refuted token-not-accepted"],
    ["403", { status: 403 }, "refuted not-shared"],
    ["404", { status: 404 }, "refuted wrong-version"],
    ["a redirect", { status: 307, headers: { location: "https://elsewhere.example.org/" } }, "refuted redirect"],
    ["another refusal", { status: 400 }, "inconclusive unexpected-status"],
    ["a fault", { status: 500 }, "inconclusive server-error"],
    ["throttling", { status: 429 }, "inconclusive throttled"],
    ["a page", { text: "<html>" }, "refuted not-a-collection"],
    ["another object", { json: { users: [] } }, "refuted not-a-collection"],
    ["a cut line", "drop", "inconclusive unreachable"],
    ["a flood", { text: "x".repeat(9 * 1024 * 1024) }, "inconclusive answer-too-large"],
    ["an empty list", listOf("orgs", []), "refuted empty-orgs"],
  ])("makes %s on the first read a finding of its own, and asks nothing further", async (_name, orgs, expected) => {
    const site = await openSite({ orgs });
    const { findings } = await climb(questionOf(site));
    expect(shortly(findings).slice(0, 2)).toEqual(["token: confirmed ok", `orgs: ${expected}`]);
    expect(site.asked.some((asked) => asked.path.endsWith("/schools"))).toBe(false);
    expect(findings.slice(2).every((finding) => finding.code === "not-reached")).toBe(true);
  });

  it("says that a count is a lower bound where the site gives no total", async () => {
    const finding = await sees("orgs", { orgs: { json: { orgs: [{}] } } });
    expect(finding).toMatchObject({ verdict: "confirmed", says: "Organisations can be read (at least 1)." });
  });
});

describe("schools", () => {
  it.each<[string, readonly string[], readonly string[], string]>([
    ["the declared ones", ["Lincoln", "Roosevelt"], ["Lincoln", "Roosevelt"], "confirmed ok"],
    ["fewer", ["Lincoln"], ["Lincoln", "Roosevelt"], "refuted scope-too-narrow"],
    ["more", ["Lincoln", "Roosevelt"], ["Lincoln"], "refuted scope-too-wide"],
    ["others", ["Roosevelt"], ["Lincoln"], "refuted scope-differs"],
    ["none", [], ["Lincoln"], "refuted scope-too-narrow"],
  ])("compares what is readable with the declared list: %s", async (_name, readable, schools, expected) => {
    const finding = await sees("schools", { schools: schoolsOf(...readable) }, { schools });
    expect(`${finding.verdict} ${finding.code}`).toBe(expected);
  });

  it("names the schools that differ, ten at most", async () => {
    const names = Array.from({ length: 12 }, (_, index) => `School ${String(index).padStart(2, "0")}`);
    const finding = await sees("schools", { schools: schoolsOf(...names) }, { schools: ["Lincoln"] });
    expect(finding.says).toContain("not readable although declared: Lincoln;");
    expect(finding.says).toContain("School 00, School 01");
    expect(finding.says).toContain("School 09 and 2 more");
    expect(finding.says).not.toContain("School 10");
  });

  it("refutes `all` when there is none, and counts one as one", async () => {
    expect(await sees("schools", { schools: schoolsOf() })).toMatchObject({ verdict: "refuted", code: "no-schools" });
    expect((await sees("schools", { schools: schoolsOf("Lincoln") })).says).toBe("1 school can be read.");
  });

  it("passes trouble on", async () => {
    expect(await sees("schools", { schools: { status: 403 } })).toMatchObject({
      verdict: "refuted",
      code: "not-shared",
    });
  });

  it("reads page after page, leaving out deleted ones, also where the site says no total", async () => {
    const all = Array.from({ length: 250 }, (_, index) => ({
      name: `S${index}`,
      status: index === 7 ? "tobedeleted" : "active",
    }));
    for (const total of [true, false]) {
      const site = await openSite({
        schools: ({ query }) => {
          const offset = Number(query.get("offset"));
          const objects = all.slice(offset, offset + Number(query.get("limit")));
          return { json: { orgs: objects }, ...(total ? { headers: { "x-total-count": "250" } } : {}) };
        },
      });
      const { findings } = await climb(questionOf(site));
      expect(findingOf(findings, "schools").says).toBe("249 schools can be read.");
      expect(site.asked.filter(({ path }) => path.endsWith("/schools"))).toHaveLength(3);
    }
  });

  it("stops at a site whose paging never ends", async () => {
    const page = Array.from({ length: 100 }, () => ({ name: "Lincoln" }));
    const finding = await sees("schools", { schools: { json: { orgs: page } } });
    expect(finding).toMatchObject({ verdict: "inconclusive", code: "endless-paging" });
  });
});

describe("sessions", () => {
  const session = (startDate: unknown, endDate: unknown): Behaviour => ({
    academicSessions: listOf("academicSessions", [
      { startDate, endDate },
      { startDate: "2020-08-01", endDate: "2021-06-01" },
    ]),
  });

  it.each<[string, unknown, unknown, string]>([
    ["begins today", "2026-10-05", "2026-10-06", "confirmed ok"],
    ["ended today, because the end is exclusive", "2026-08-01", "2026-10-05", "inconclusive no-current-session"],
    ["begins tomorrow", "2026-10-06", "2027-06-01", "confirmed upcoming-session"],
    ["begins in 120 days", "2027-02-02", "2027-06-01", "confirmed upcoming-session"],
    ["begins in 121 days", "2027-02-03", "2027-06-01", "inconclusive no-current-session"],
    ["has no readable dates", "soon", 7, "inconclusive no-current-session"],
    ["has no start", undefined, "2027-06-01", "inconclusive no-current-session"],
    ["has no readable end", "2026-08-01", undefined, "inconclusive no-current-session"],
  ])("judges a session that %s", async (_name, start, end, expected) => {
    const finding = await sees("sessions", session(start, end));
    expect(`${finding.verdict} ${finding.code}`).toBe(expected);
  });

  it("shows when the next session begins", async () => {
    expect((await sees("sessions", session("2026-12-01", "2027-06-01"))).says).toContain("begins on 2026-12-01");
  });

  it("passes trouble on", async () => {
    expect(await sees("sessions", { academicSessions: { status: 404 } })).toMatchObject({
      verdict: "refuted",
      code: "wrong-version",
    });
  });

  it("goes on to the other questions when only the calendar is open", async () => {
    const site = await openSite({ academicSessions: listOf("academicSessions", []) });
    const { findings } = await climb(questionOf(site));
    expect(shortly(findings).slice(3)).toEqual([
      "sessions: inconclusive no-current-session",
      "data: confirmed ok",
      "sharing: confirmed not-asked",
    ]);
  });
});

describe("data", () => {
  it.each(["classes", "users", "enrollments"])("refutes when there are no %s", async (family) => {
    const finding = await sees("data", { [family]: listOf(family, []) });
    expect(finding).toMatchObject({ verdict: "refuted", code: "empty-data" });
    expect(finding.says).toContain(`There are no ${family}.`);
  });

  it("leaves missing classes and enrolments open while no session covers today, but not missing people", async () => {
    const summer = { academicSessions: listOf("academicSessions", []), classes: listOf("classes", []) };
    expect(await sees("data", { ...summer, enrollments: listOf("enrollments", []) })).toMatchObject({
      verdict: "inconclusive",
      code: "empty-out-of-season",
    });
    expect(await sees("data", { ...summer, users: listOf("users", []) })).toMatchObject({
      verdict: "refuted",
      code: "empty-data",
    });
  });

  it("passes trouble on", async () => {
    expect(await sees("data", { users: { status: 403 } })).toMatchObject({ verdict: "refuted", code: "not-shared" });
  });

  it("says that counts are lower bounds where the site gives no totals", async () => {
    const finding = await sees("data", { users: { json: { users: [{}] } } });
    expect(finding.says).toBe("40 classes, at least 1 users, 2000 enrollments can be read.");
  });
});

describe("sharing", () => {
  const readable = listOf("demographics", [{}], 9);

  it("reads no demographics without opt-in", async () => {
    const site = await openSite();
    const { findings } = await climb(questionOf(site, { share: ["demographics"] }));
    expect(findingOf(findings, "sharing")).toMatchObject({ verdict: "confirmed", code: "not-asked" });
    expect(site.asked.some(({ path }) => path.endsWith("/demographics"))).toBe(false);
  });

  it.each<[string, "shared" | "not shared", Behaviour[string], string]>([
    ["readable", "shared", readable, "confirmed ok"],
    ["readable", "not shared", readable, "refuted over-shared"],
    ["forbidden", "shared", { status: 403 }, "refuted under-shared"],
    ["forbidden", "not shared", { status: 403 }, "confirmed ok"],
    ["an empty list", "shared", listOf("demographics", []), "refuted under-shared"],
    ["an empty list", "not shared", listOf("demographics", []), "confirmed ok"],
    ["not found", "shared", { status: 404 }, "refuted wrong-version"],
    ["a fault", "not shared", { status: 500 }, "inconclusive server-error"],
  ])("judges demographics that are %s while %s", async (_name, shared, demographics, expected) => {
    const share = shared === "shared" ? (["demographics"] as const) : [];
    const finding = await sees("sharing", { demographics }, { share }, { readDemographics: true });
    expect(`${finding.verdict} ${finding.code}`).toBe(expected);
  });
});

describe("comparing with the old connection", () => {
  async function compared(
    oldBehaviour: Behaviour,
    {
      connection = {},
      old = {},
      site = {},
    }: { connection?: Partial<LiveConnection>; old?: Partial<LiveConnection>; site?: Behaviour } = {},
  ) {
    const fresh = await openSite(site);
    const before = await openSite(oldBehaviour);
    const asked = questionOf(before);
    const { findings } = await climb({
      ...questionOf(fresh, connection),
      old: { connection: connectionWith({ version: "1.1", ...old }), credentials: asked.credentials },
    });
    return { findings, before };
  }

  it("confirms when both see the same, asking the old one for one token and under the probe's name", async () => {
    const { findings, before } = await compared({});
    expect(findingOf(findings, "schools")).toMatchObject({
      code: "ok",
      says: "2 schools can be read, the same as over the old connection.",
    });
    expect(findingOf(findings, "data").says).toContain("within tolerance of the old connection");
    expect(before.asked.filter(({ path }) => path.endsWith("/token"))).toHaveLength(1);
    expect(before.asked.every(({ headers }) => headers["user-agent"]?.startsWith("rosterform-probe/"))).toBe(true);
  });

  it.each<[string, readonly string[], string]>([
    ["more", ["Lincoln", "Roosevelt", "North High"], "fewer-schools-than-old"],
    ["fewer", ["Lincoln"], "more-schools-than-old"],
    ["other schools", ["Lincoln", "North High"], "other-schools-than-old"],
  ])("refutes when the old connection sees %s", async (_name, schools, code) => {
    const { findings } = await compared({ schools: schoolsOf(...schools) });
    expect(findingOf(findings, "schools")).toMatchObject({ verdict: "refuted", code });
  });

  it.each([
    [555, "confirmed ok"],
    [556, "refuted fewer-than-old"],
  ])("tolerates a tenth fewer users than the old connection's %i", async (users, expected) => {
    const { findings } = await compared({ users: listOf("users", [{}], users) });
    const finding = findingOf(findings, "data");
    expect(`${finding.verdict} ${finding.code}`).toBe(expected);
  });

  it("says which counts are lower", async () => {
    const { findings } = await compared({ users: listOf("users", [{}], 900), classes: listOf("classes", [{}], 80) });
    expect(findingOf(findings, "data").says).toContain("40 classes instead of 80, 500 users instead of 900.");
  });

  it("compares nothing, and says so, when the old connection gives no token", async () => {
    const { findings } = await compared({ token: { status: 400, json: { error: "invalid_client" } } });
    expect(findingOf(findings, "schools")).toMatchObject({ verdict: "confirmed", code: "ok-not-compared" });
    expect(findingOf(findings, "data")).toMatchObject({ verdict: "confirmed", code: "ok-not-compared" });
    expect(findingOf(findings, "data").says).toContain("(invalid-client)");
  });

  it("compares nothing, and says so, when the old connection cannot be read", async () => {
    const { findings } = await compared({ schools: { status: 500 }, classes: { status: 500 } });
    expect(findingOf(findings, "schools").code).toBe("ok-not-compared");
    expect(findingOf(findings, "data").says).toContain("(server-error)");
  });

  it("compares no counts where one of the two says no totals", async () => {
    const bare = { classes: { json: { classes: [{}] } } };
    expect(findingOf((await compared(bare)).findings, "data").code).toBe("ok-not-compared");
    expect(findingOf((await compared({}, { site: bare })).findings, "data").code).toBe("ok-not-compared");
  });

  it("compares neither schools nor counts when the old connection had another scope", async () => {
    const { findings } = await compared({ schools: schoolsOf("Lincoln") }, { old: { schools: ["Lincoln"] } });
    expect(findingOf(findings, "schools")).toMatchObject({ verdict: "confirmed" });
    expect(findingOf(findings, "schools").says).toContain("another scope");
    expect(findingOf(findings, "data")).toMatchObject({ verdict: "confirmed", code: "ok-not-compared" });
  });

  it("does not let a silent old connection take the new one's time", async () => {
    const fresh = await openSite();
    const before = await openSite({ token: "hang" });
    const question = questionOf(fresh);
    const old = { connection: connectionWith(), credentials: questionOf(before).credentials };
    const { findings } = await climb({ ...question, old }, { deadlineMs: 4000 });
    expect(findings.every((finding) => finding.verdict === "confirmed")).toBe(true);
    expect(findingOf(findings, "data").says).toContain("(deadline)");
  });
});
