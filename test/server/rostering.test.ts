import { describe, expect, it } from "vitest";
import { VERSIONS } from "../../src/model/traits.ts";
import { legacyRoleOf } from "../../src/server/data/roles.ts";
import { COLLECTIONS } from "../../src/server/oneroster/collections.ts";
import {
  askToken,
  type Got,
  openStage,
  readAll,
  send,
  SHELBYVILLE,
  trafficOf,
  vendorOf,
  withSecret,
  wrapperOf,
} from "./stage.ts";

const COLLECTION_NAMES = [...COLLECTIONS.keys()];
const ALL_SCHOOLS = ["Lincoln", "Roosevelt", "North High", "South High"];

describe.each(VERSIONS)("a vendor with the four values of a %s connection", (version) => {
  it("pulls everything, page after page, every object exactly once", async () => {
    const stage = await openStage();
    const read = await vendorOf(await stage.connect({ version, share: ["demographics"] }));
    for (const collection of COLLECTION_NAMES) {
      const objects = await readAll(read, collection, 50);
      const total = Number((await read(`${collection}?limit=1`)).headers.get("x-total-count"));
      expect(objects).toHaveLength(total);
      expect(new Set(objects.map(({ sourcedId }) => sourcedId)).size).toBe(total);
      expect(total).toBeGreaterThan(0);
    }
  });

  it.each(["other", "supported"] as const)(
    "finds every reference, by the href and by the id, and each object under its singular: %s",
    async (kind) => {
      const stage = await openStage({ data: { studentsPerSchool: 4 } });
      const read = await vendorOf(await stage.connect({ version, kind, share: ["demographics"] }));
      const hrefs = new Set<string>();
      for (const collection of COLLECTION_NAMES) {
        const [object] = (await read(`${collection}?limit=1`)).json[wrapperOf(collection)];
        const one = await read(`${collection}/${object.sourcedId}`);
        expect(Object.values(one.json)).toEqual([object]);
        for (const href of JSON.stringify(await readAll(read, collection, 10_000)).match(/http[^"]+/g) ?? [])
          hrefs.add(href);
      }
      expect(hrefs.size).toBeGreaterThan(20);
      for (const href of hrefs) {
        expect(href.startsWith(stage.origin)).toBe(true);
        expect((await read(href)).status).toBe(200);
      }
    },
  );

  it("gets the errors of its version", async () => {
    const stage = await openStage();
    const read = await vendorOf(await stage.connect({ version }));
    const minors = async (path: string): Promise<[number, string]> => {
      const { status, json } = await read(path);
      const info = version === "1.1" ? json.statusInfoSet[0] : json;
      expect(info).toMatchObject({ imsx_codeMajor: "failure", imsx_severity: "error" });
      return [status, info.imsx_CodeMinor.imsx_codeMinorField[0].imsx_codeMinorFieldValue];
    };
    expect(await minors("orgs/nobody")).toEqual([404, "unknownobject"]);
    expect(await minors("nothing")).toEqual([404, "unknownobject"]);
    expect(await minors("schools/a/b/c")).toEqual([404, "unknownobject"]);
    expect(await minors("demographics")).toEqual([403, "forbidden"]);
    expect(await minors("orgs?filter=nothing='x'")).toEqual([400, "invalid_filter_field"]);
    for (const bad of ["name", "name=x", "name='x' AND", "name='x' XOR name='y'", "a='1' OR b='2' OR c='3'"])
      expect(await minors(`orgs?filter=${encodeURIComponent(bad)}`)).toEqual([400, "invaliddata"]);
    for (const bad of ["limit=0", "limit=-1", "limit=ten", "offset=-1", "offset=1.5", "limit="]) {
      expect(await minors(`orgs?${bad}`)).toEqual([400, "invaliddata"]);
    }
  });
});

describe("paging", () => {
  it("gives an empty list past the end, the total always, and links as far as there is something", async () => {
    const stage = await openStage();
    const read = await vendorOf(await stage.connect());
    const rels = ({ headers }: Got) =>
      [...(headers.get("link") ?? "").matchAll(/offset=(\d+)>; rel="(\w+)"/g)].map(([, at, rel]) => `${rel} ${at}`);
    const first = await read("schools?limit=3");
    expect(first.json.orgs).toHaveLength(3);
    expect(rels(first)).toEqual(["first 0", "next 3", "last 3"]);
    const last = await read("schools?limit=3&offset=3");
    expect(last.json.orgs).toHaveLength(1);
    expect(rels(last)).toEqual(["first 0", "prev 0", "last 3"]);
    const past = await read("schools?limit=3&offset=99");
    expect(past.status).toBe(200);
    expect(past.json).toEqual({ orgs: [] });
    expect(past.headers.get("x-total-count")).toBe("4");
    expect(rels(past)).toEqual(["first 0", "prev 1", "last 3"]);
  });

  it("gives a hundred by default, and ten thousand at most", async () => {
    const stage = await openStage({ data: { studentsPerSchool: 3000 } });
    const read = await vendorOf(await stage.connect());
    expect((await read("users")).json.users).toHaveLength(100);
    expect((await read("users?limit=999999")).json.users).toHaveLength(10_000);
  });
});

describe("school scope", () => {
  it.each(VERSIONS)("hides everything outside it in every collection, also by id (%s)", async (version) => {
    const stage = await openStage({ data: { studentsPerSchool: 10 } });
    const whole = await vendorOf(await stage.connect({ version, share: ["demographics"] }));
    const narrow = await vendorOf(await stage.connect({ version, share: ["demographics"], schools: ["Lincoln"] }));
    const schools = await readAll(whole, "schools");
    const lincoln = schools.find(({ name }) => name === "Lincoln").sourcedId;
    const outside = schools.filter(({ name }) => name !== "Lincoln").map(({ sourcedId }) => sourcedId);
    const users = await readAll(whole, "users", 1000);
    const belongs = (collection: string, object: Record<string, any>): boolean => {
      const person =
        collection === "demographics" ? users.find(({ sourcedId }) => sourcedId === object["sourcedId"]) : object;
      const text = JSON.stringify({ ...person, children: [] });
      return text.includes(lincoln) || !outside.some((id) => text.includes(id));
    };
    for (const collection of COLLECTION_NAMES) {
      const all = await readAll(whole, collection, 1000);
      const seen = new Set((await readAll(narrow, collection, 1000)).map(({ sourcedId }) => sourcedId));
      for (const object of all) {
        // Courses have no school of their own: those taught at Lincoln are the elementary ones.
        const expected = collection === "courses" ? object.grades[0] < "06" : belongs(collection, object);
        expect({ collection, id: object.sourcedId, seen: seen.has(object.sourcedId) }).toEqual({
          collection,
          id: object.sourcedId,
          seen: expected,
        });
      }
      const hidden = all.find(({ sourcedId }) => !seen.has(sourcedId));
      if (hidden !== undefined) expect((await narrow(`${collection}/${hidden.sourcedId}`)).status).toBe(404);
    }
    expect(JSON.stringify(await readAll(narrow, "orgs"))).not.toMatch(new RegExp(outside.join("|")));
  });

  it("shows nothing at all when no school is in it", async () => {
    const stage = await openStage();
    const read = await vendorOf(await stage.connect({ schools: ["Nowhere"] }));
    for (const collection of COLLECTION_NAMES.filter((name) => name !== "demographics")) {
      expect((await read(collection)).json).toEqual({ [wrapperOf(collection)]: [] });
    }
  });

  it("follows an edit by hand at once", async () => {
    const stage = await openStage();
    const connected = await stage.connect();
    const read = await vendorOf(connected);
    const change = { kind: "edit", schools: ["Roosevelt", "Lincoln"], share: [] } as const;
    await stage.store.changeByHand({ connection: connected.connection.id, by: "dana", change });
    expect((await readAll(read, "schools")).map(({ name }) => name)).toEqual(["Lincoln", "Roosevelt"]);
  });
});

describe("sharing and kinds", () => {
  it.each([
    [["demographics"], undefined, 200],
    [["demographics"], "roster-demographics.readonly", 200],
    [["demographics"], "roster-core.readonly", 403],
    [[], undefined, 403],
  ] as const)("demographics shared as %j with a token for %s answer %i", async (share, scope, status) => {
    const stage = await openStage();
    const connected = await stage.connect({ share: [...share] });
    const prefix = "https://purl.imsglobal.org/spec/or/v1p2/scope/";
    const read = await vendorOf(connected, scope === undefined ? {} : { scope: prefix + scope });
    expect((await read("demographics")).status).toBe(status);
  });

  it("a token for demographics alone reads no roster", async () => {
    const stage = await openStage();
    const scope = "https://purl.imsglobal.org/spec/or/v1p2/scope/roster-demographics.readonly";
    const read = await vendorOf(await stage.connect({ share: ["demographics"] }), { scope });
    expect((await read("users")).status).toBe(403);
  });

  it.each([
    ["other", 403],
    ["supported", 404],
  ] as const)("a grade book path that does not exist answers %s with %i", async (kind, status) => {
    const stage = await openStage();
    const old = await vendorOf(await stage.connect({ kind, version: "1.1" }));
    for (const path of ["lineItems/1/results", "results/1/a/b/c", "schools/1/classes/2/results/3"])
      expect((await old(path)).status).toBe(status);
    const connected = await stage.connect({ kind });
    const read = await vendorOf(connected);
    for (const path of ["lineItem", "classes/1/2/3"])
      expect((await read(`${connected.credentials.baseUrl}/gradebook/v1p2/${path}`)).status).toBe(status);
  });

  it("answers 405 to methods that a path does not take", async () => {
    const stage = await openStage();
    const connected = await stage.connect();
    const { json } = await askToken(connected.credentials);
    for (const method of ["PUT", "POST", "DELETE", "PATCH"]) {
      const got = await send(`${connected.root}/orgs`, {
        method,
        headers: { authorization: `Bearer ${json.access_token}` },
      });
      expect([method, got.status]).toEqual([method, 405]);
    }
  });
});

describe("versions and sites", () => {
  it("answers 404 for the other version's root and 401 for another site's", async () => {
    const stage = await openStage();
    const [older, newer, elsewhere] = [
      await stage.connect({ version: "1.1" }),
      await stage.connect(),
      await stage.connect({ district: SHELBYVILLE }),
    ];
    const read = await vendorOf(newer);
    expect((await read(`${older.root}/orgs`)).status).toBe(404);
    expect((await read(`${elsewhere.root}/orgs`)).status).toBe(401);
    expect((await (await vendorOf(older))(`${newer.root}/orgs`)).status).toBe(404);
  });

  it("serves the short Base URLs too", async () => {
    const stage = await openStage();
    const read = await vendorOf(await stage.connect());
    const old = await vendorOf(await stage.connect({ version: "1.1" }));
    expect((await read(`${stage.origin}/campus/api/ims/oneroster/rostering/v1p2/orgs`)).json.orgs).toHaveLength(5);
    expect((await old(`${stage.origin}/campus/api/ims/oneroster/v1p1/orgs`)).json.orgs).toHaveLength(5);
  });

  it("gives users other ids in 1.2, linked by the legacy id, and everything else the same", async () => {
    const stage = await openStage({ data: { studentsPerSchool: 5 } });
    const old = await readAll(await vendorOf(await stage.connect({ version: "1.1" })), "users", 1000);
    const fresh = await readAll(await vendorOf(await stage.connect()), "users", 1000);
    expect(fresh).toHaveLength(old.length);
    const oldById = new Map(old.map((user) => [user.sourcedId, user]));
    for (const user of fresh) {
      expect(oldById.has(user.sourcedId)).toBe(false);
      const [{ role, org }] = user.roles;
      const legacyRole = legacyRoleOf(role);
      const before = oldById.get(`${legacyRole[0]}${user.metadata["ic.legacysourceId"]}`);
      expect(before.username).toBe(user.username);
      expect([before.role, before.orgs[0].sourcedId]).toEqual([legacyRole, org.sourcedId]);
    }
  });

  it("admits nobody without a good token, whatever the path and method", async () => {
    const stage = await openStage();
    const { root, credentials } = await stage.connect();
    const wrong = ["", "Bearer ", "Bearer wrong", `Basic ${credentials.clientId}`];
    for (const authorization of wrong) {
      for (const [method, path] of [
        ["GET", "orgs"],
        ["GET", "nothing/at/all"],
        ["PUT", "orgs/1"],
        ["DELETE", "lineItems/1"],
      ] as const) {
        const answer = await send(`${root}/${path}`, { method, headers: { authorization } });
        expect(answer.status).toBe(401);
        expect(answer.headers.get("www-authenticate")).toContain("Bearer");
      }
    }
  });

  it("answers writes and broken paths with 4xx and never with 500", async () => {
    const stage = await openStage();
    const connected = await stage.connect();
    const { json } = await askToken(connected.credentials);
    const headers = { authorization: `Bearer ${json.access_token}`, "content-type": "application/json" };
    for (const [method, path, body] of [
      ["PUT", "orgs/1", "{}"],
      ["POST", "orgs", "{"],
      ["POST", "users", "x".repeat(300_000)],
      ["DELETE", "users/1", undefined],
      ["GET", "users/%zz", undefined],
      ["GET", `users/${"x".repeat(5000)}`, undefined],
      ["GET", "users/..%2f..%2fetc", undefined],
      ["GET", "users?limit=1%0d%0aX-Evil:1", undefined],
    ] as const) {
      const answer = await send(`${connected.root}/${path}`, {
        method,
        headers,
        ...(body === undefined ? {} : { body }),
      });
      expect({ method, path, status: Math.floor(answer.status / 100), json: answer.json !== undefined }).toEqual({
        method,
        path,
        status: 4,
        json: true,
      });
      expect(answer.headers.has("x-evil")).toBe(false);
    }
  });
});

describe("use", () => {
  it("counts the consumer's pulls by family, and not the tool's probes", async () => {
    const stage = await openStage();
    const connected = await stage.connect({ share: ["demographics"] });
    const useOf = async () => (await stage.store.connection(connected.connection.id))?.use;
    const probe = await vendorOf(connected, { agent: "rosterform-probe/0.1.0" });
    for (const collection of COLLECTION_NAMES) await probe(collection);
    expect(await useOf()).not.toHaveProperty("last");
    expect((await trafficOf(stage, connected)).every(({ by }) => by === "probe")).toBe(true);
    const read = await vendorOf(connected);
    stage.setNow("2026-10-05T08:10:00.000Z");
    await read("schools");
    await read("students?limit=1");
    expect(await useOf()).toMatchObject({
      last: "2026-10-05T08:10:00.000Z",
      pulled: { orgs: "2026-10-05T08:10:00.000Z", users: "2026-10-05T08:10:00.000Z" },
    });
    await read("enrollments?limit=oops");
    expect(await useOf()).not.toHaveProperty("pulled.enrollments");
    await read("enrollments");
    expect(await useOf()).toHaveProperty("pulled.enrollments");
  });

  it("logs the token call and every read, refused ones and late ones included", async () => {
    const stage = await openStage();
    const connected = await stage.connect();
    const read = await vendorOf(connected);
    await read("orgs");
    await read("demographics");
    await read("nothing");
    await askToken(withSecret(connected.credentials, "no"));
    expect((await trafficOf(stage, connected)).map(({ what, ok, by, pull }) => [what, ok, by, pull])).toEqual([
      ["token", true, "consumer", undefined],
      ["orgs", true, "consumer", "orgs"],
      ["demographics", false, "consumer", undefined],
      ["unknown", false, "consumer", undefined],
      ["token", false, "consumer", undefined],
    ]);
  });

  it("answers nothing that it cannot log", async () => {
    const stage = await openStage();
    const connected = await stage.connect();
    const read = await vendorOf(connected);
    stage.store.recordTraffic = () => Promise.reject(new Error("disk full"));
    expect((await read("orgs")).status).toBe(503);
    expect((await askToken(connected.credentials)).status).toBe(503);
  });
});

describe("sample data", () => {
  it("is the same every time, differs between districts, and has the same schools everywhere", async () => {
    const [one, two] = [await openStage(), await openStage()];
    const usersOf = async (stage: typeof one, district?: typeof SHELBYVILLE) =>
      readAll(await vendorOf(await stage.connect(district === undefined ? {} : { district })), "users", 1000);
    const strip = (users: object[], origin: string) => JSON.stringify(users).replaceAll(origin, "");
    expect(strip(await usersOf(one), one.origin)).toBe(strip(await usersOf(two), two.origin));
    const elsewhere = await vendorOf(await one.connect({ district: SHELBYVILLE }));
    expect(strip(await readAll(elsewhere, "users", 1000), one.origin)).not.toBe(strip(await usersOf(one), one.origin));
    expect((await readAll(elsewhere, "schools")).map(({ name }) => name)).toEqual(ALL_SCHOOLS);
  });

  it.each([
    ["2026-06-30T23:00:00.000Z", "2025-08-10", "2026-07-01"],
    ["2026-07-01T00:00:00.000Z", "2026-08-10", "2027-07-01"],
    ["2027-01-01T00:00:00.000Z", "2026-08-10", "2027-07-01"],
  ])("at %s shows the school year from %s to before %s", async (now, start, end) => {
    const stage = await openStage();
    stage.setNow(now);
    const [year, ...parts] = await readAll(await vendorOf(await stage.connect()), "academicSessions");
    expect(year).toMatchObject({ type: "schoolYear", startDate: start, endDate: end, schoolYear: end.slice(0, 4) });
    expect(parts.map(({ type }) => type)).toEqual([
      "term",
      "term",
      "gradingPeriod",
      "gradingPeriod",
      "gradingPeriod",
      "gradingPeriod",
    ]);
  });

  it("has as many students in each school as asked for", async () => {
    const stage = await openStage({ data: { studentsPerSchool: 31 } });
    const read = await vendorOf(await stage.connect());
    const students = await readAll(read, "students", 1000);
    const counts = new Map<string, number>();
    for (const { primaryOrg } of students)
      counts.set(primaryOrg.sourcedId, (counts.get(primaryOrg.sourcedId) ?? 0) + 1);
    expect([...counts.values()]).toEqual([31, 31, 31, 31]);
  });
});
