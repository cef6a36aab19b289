import { execFile } from "node:child_process";
import { describe, expect, it } from "vitest";
import { type OneRosterVersion, VERSIONS } from "../../src/model/traits.ts";
import { openGradeBook, VENDOR_KEY } from "./gradebook-stage.ts";
import { type Connected, openStage } from "./stage.ts";

/** What the client in Python could read: sourcedIds by collection, or the status that refused it. */
type Synced = Readonly<Record<string, readonly string[] | number>>;

/** Runs a consumer in another language that knows nothing but the four values and its version. */
function sync(connected: Connected, version: OneRosterVersion): Promise<Synced> {
  return runClient("stock-client.py", connected, version);
}

// biome-ignore lint/suspicious/noExplicitAny: what a client prints is looked into by the tests.
function runClient(file: string, { credentials }: Connected, version: OneRosterVersion): Promise<any> {
  const { clientId, clientSecret, tokenUrl, baseUrl } = credentials;
  const values = { clientId, clientSecret: clientSecret.reveal(), tokenUrl, baseUrl, version, vendorKey: VENDOR_KEY };
  return new Promise((resolve, reject) => {
    const script = new URL(file, import.meta.url).pathname;
    const child = execFile("python3", [script], { maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) =>
      error === null ? resolve(JSON.parse(stdout)) : reject(new Error(stderr)),
    );
    child.stdin?.end(JSON.stringify(values));
  });
}

const idsIn = (synced: Synced, collection: string): readonly string[] => {
  const ids = synced[collection];
  return typeof ids === "object" ? ids : [];
};

describe("a consumer in Python that is given the four values", () => {
  it.each(VERSIONS)("syncs everything that its connection may see, each once: %s", async (version) => {
    const stage = await openStage({ data: { studentsPerSchool: 20 } });
    const whole = await sync(await stage.connect({ version, share: ["demographics"] }), version);
    for (const [collection, ids] of Object.entries(whole)) {
      expect([collection, typeof ids]).toEqual([collection, "object"]);
      expect(new Set(ids as readonly string[]).size).toBe((ids as readonly string[]).length);
    }
    expect(idsIn(whole, "orgs")).toHaveLength(5);
    expect(idsIn(whole, "schools")).toHaveLength(4);
    expect(idsIn(whole, "students").length).toBeGreaterThanOrEqual(80);
    const users = new Set(idsIn(whole, "users"));
    for (const part of ["students", "teachers", "demographics"])
      expect(idsIn(whole, part).every((id) => users.has(id))).toBe(true);
  });

  it.each(VERSIONS)(
    "sees nothing outside its schools, and no demographics that are not shared: %s",
    async (version) => {
      const stage = await openStage({ data: { studentsPerSchool: 20 } });
      const whole = await sync(await stage.connect({ version }), version);
      const part = await sync(await stage.connect({ version, schools: ["Lincoln"] }), version);
      expect(part["demographics"]).toBe(403);
      expect(idsIn(part, "schools")).toHaveLength(1);
      for (const collection of ["students", "teachers", "classes", "enrollments"]) {
        const all = new Set(idsIn(whole, collection));
        const own = idsIn(part, collection);
        expect([collection, own.length > 0, own.length < all.size, own.every((id) => all.has(id))]).toEqual([
          collection,
          true,
          true,
          true,
        ]);
      }
    },
  );

  it("knows every person by another id in the other version", async () => {
    const stage = await openStage({ data: { studentsPerSchool: 20 } });
    const older = await sync(await stage.connect({ version: "1.1" }), "1.1");
    const newer = await sync(await stage.connect({ version: "1.2" }), "1.2");
    const known = new Set(idsIn(older, "users"));
    expect(known.size).toBe(idsIn(newer, "users").length);
    expect(idsIn(newer, "users").filter((id) => known.has(id))).toEqual([]);
    expect(idsIn(newer, "classes")).toEqual(idsIn(older, "classes"));
  });
});

describe("a grade book client in Python that is given the four values and its vendor key", () => {
  it.each(VERSIONS)("writes line items and results and reads them back: %s", async (version) => {
    const stage = await openGradeBook({ data: { studentsPerSchool: 20 } });
    const written = await runClient("stock-grader.py", await stage.connect({ version, kind: "supported" }), version);
    expect(written).toEqual({
      statuses: [201, 201, 201, 200],
      lineItems: ["Reading log"],
      scores: [9],
      student: true,
    });
  });
});
