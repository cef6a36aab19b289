import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openRegistry } from "../../src/drivers.ts";
import type { DistrictId } from "../../src/model/address.ts";
import type { Traits } from "../../src/model/traits.ts";
import { openStage, type Stage } from "./stage.ts";

let stage: Stage;

beforeEach(async () => {
  stage = await openStage();
  await stage.rosterform(["init", "--by-hand"]);
  await document("Otus: { version: 1.2, kind: supported, accept: [user-ids 1.1->1.2], adopt: otus }");
});
afterEach(() => stage.close());

const OLD = "https://springfield.example.org/campus/api/ims/oneroster/v1p1";
const NEW = "https://springfield.example.org/campus/api/oneroster/v1p2/springfield/ims/oneroster";

async function document(...vendors: readonly string[]): Promise<void> {
  await stage.write("districts/springfield.yaml", "");
  await stage.write(
    "rosterform.yaml",
    [
      "district: springfield",
      "site: { host: springfield.example.org, app: springfield }",
      "store: { kind: by-hand, path: ./registry.db }",
      "owner: dana@springfield.example.org",
      "freeze: [{ from: 2027-04-12, to: 2027-04-30, why: state testing }]",
      "vendors:",
      ...vendors.map((one) => `  ${one}`),
      "",
    ].join("\n"),
  );
}

async function seen(application: string, baseUrl: string, make: Partial<Traits> = {}): Promise<void> {
  const settings = {
    kind: "by-hand",
    path: join(stage.folder, "registry.db"),
    keyFile: join(stage.folder, "rosterform.key"),
  } as const;
  const registry = await openRegistry(settings, { clock: stage, by: "lee" });
  await registry.reportFound({
    district: "springfield" as DistrictId,
    site: { host: "springfield.example.org", app: "springfield", kind: "production" },
    application,
    make: { kind: "supported", version: "1.1", schools: "all", share: [], ...make },
    status: "active",
    clientId: application.toLowerCase(),
    tokenUrl: "https://springfield.example.org/campus/oauth2/token?appName=springfield",
    baseUrl,
    by: "lee",
  });
  await registry.close();
}

const plain = (text: string): string => text.replaceAll(/\s+/g, " ");

describe("rosterform inventory --before", () => {
  it("shows what must still move and the last safe day of every vendor, and what is assumed", async () => {
    await seen("Otus", OLD);
    await seen("Maple", OLD);
    await seen("Schoology", NEW, { version: "1.2" });
    const { code, stdout } = await stage.rosterform(["inventory", "--before", "2027-05-05", "--legacy-urls"]);
    expect(code).toBe(0);
    expect(plain(stdout)).toContain("does not say which shape is the legacy one; these are assumed");
    expect(stdout).toMatch(/springfield: Maple +1\.1 +without-app +start +2027-05-01/);
    expect(stdout).toContain("  Maple: 2027-05-01 (1 connection, sync period 2d)\n");
    expect(stdout).not.toContain("Schoology");
    expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it("goes back over a freeze, and says what is too late", async () => {
    await seen("Otus", OLD);
    const before = (day: string) => stage.rosterform(["inventory", "--before", day, "--legacy-urls", "without-app"]);
    expect((await before("2027-04-20")).stdout).toContain("2027-04-08");
    const late = await before("2027-03-03");
    expect(late.stdout).toContain("too late");
    expect(plain(late.stdout)).toContain("begun today it can be over on 2027-03-04 at the earliest");
    expect(plain(late.stdout)).not.toContain("assumed");
  });

  it("ends with 2 where that is asked for, and with 0 when nothing has to move", async () => {
    await seen("Otus", OLD);
    const args = ["inventory", "--before", "2027-05-05", "--detailed-exitcode", "--legacy-urls"];
    expect((await stage.rosterform(args)).code).toBe(2);
    const none = await stage.rosterform([...args, "with-app"]);
    expect([none.code, none.stdout]).toEqual([0, expect.stringContaining("Nothing has to move.")]);
  });

  it("is one object a line for machines, and a table for spreadsheets", async () => {
    await seen("Otus", OLD);
    const args = ["inventory", "--before", "2027-05-05", "--legacy-urls"];
    const json = (await stage.rosterform([...args, "--json"])).stdout.trim().split("\n");
    expect(json.map((line) => JSON.parse(line))).toMatchObject([
      { type: "due_move", vendor: "Otus", next: "start", by: "2027-05-01", too_late: false, url_shape: "without-app" },
      { type: "vendor_deadline", vendor: "Otus", by: "2027-05-01", connections: 1 },
    ]);
    const csv = parse((await stage.rosterform([...args, "--csv"])).stdout, { columns: true });
    expect(csv).toMatchObject([{ vendor: "Otus", by: "2027-05-01", too_late: "false" }]);
  });

  it("takes more days for the vendor", async () => {
    await seen("Otus", OLD);
    const args = ["inventory", "--before", "2027-04-10", "--legacy-urls", "--vendor-days"];
    expect((await stage.rosterform([...args, "14"])).stdout).toContain("2027-03-24");
  });

  it("says everything that is wrong with the question at once", async () => {
    const wrong = ["inventory", "--before", "yesterday", "--legacy-urls", "with-ap,x", "--shared"];
    const { code, stderr } = await stage.rosterform(wrong);
    expect([code, stderr.split("(cli/inventory-question)").length]).toEqual([1, 5]);
    expect(plain(stderr)).toContain("Did you mean `with-app`?");
    const past = await stage.rosterform(["inventory", "--before", "2027-03-01"]);
    expect(plain(past.stderr)).toContain("a day that is to come");
    expect(plain(past.stderr)).toContain("add --legacy-urls");
  });
});

describe("rosterform inventory", () => {
  it("lists only Base URLs of some shapes, and what it takes for legacy ones", async () => {
    await seen("Otus", OLD);
    await seen("Schoology", NEW, { version: "1.2" });
    const { stdout } = await stage.rosterform(["inventory", "--legacy-urls"]);
    expect(stdout).not.toContain("Schoology");
    expect(plain(stdout)).toContain("Base URLs that are without-app and other.");
    const other = await stage.rosterform(["inventory", "--legacy-urls", "with-app"]);
    expect([other.stdout.includes("Otus"), other.stdout.includes("Schoology")]).toEqual([false, true]);
  });

  it("is a table for spreadsheets that runs nothing", async () => {
    await seen("=cmd", OLD);
    const { stdout } = await stage.rosterform(["inventory", "--csv"]);
    const [row] = parse(stdout, { columns: true }) as Record<string, string>[];
    expect(row).toMatchObject({
      application: "'=cmd",
      url_shape: "without-app",
      owner: "dana@springfield.example.org",
      last_evidence: "",
      reported_by: "lee",
      reported_on: "2027-03-01",
    });
    expect(stdout.split("\r\n")[0]).toContain("district,address,application,version,kind,status,url_shape");
  });
});

describe("rosterform inventory --shared", () => {
  it("tells what is shared with whom, demographics first, and who approved it", async () => {
    await document(
      "Otus: { version: 1.1, kind: supported, adopt: otus, ends: 2027-06-30, approved: { by: kim, on: 2026-08-03, reference: DPA 14 } }",
      "Maple: { version: 1.1, kind: other, share: [demographics], adopt: maple }",
    );
    await seen("Otus", OLD);
    await seen("Maple", OLD, { kind: "other", share: ["demographics"] });
    await seen("Forgotten", OLD, { kind: "other", schools: ["Lincoln"] });
    await stage.rosterform(["inventory", "sign", "--connections", "3", "--by", "dana"]);
    await stage.rosterform(["apply", "--auto-approve"]);
    const { code, stdout } = await stage.rosterform(["inventory", "--shared", "--detailed-exitcode"]);
    expect(code).toBe(2);
    const order = ["springfield/Maple", "springfield: Forgotten", "springfield/Otus"].map((one) => stdout.indexOf(one));
    expect(order.every((at, index) => at >= 0 && at > (order[index - 1] ?? -1))).toBe(true);
    expect(stdout).toMatch(/springfield\/Maple +active +2027-03-01 +DEMOGRAPHICS, rostering/);
    expect(stdout).toMatch(/springfield\/Otus +active +2027-03-01 +grade book, assessments, rostering/);
    expect(plain(stdout)).toContain("approved by kim on 2026-08-03 (DPA 14); owner: dana@springfield.example.org;");
    expect(plain(stdout)).toContain("rosterform.yaml:7; the agreement ends on 2027-06-30");
    expect(plain(stdout)).toContain("schools: Lincoln; no evidence approved by nobody who is named");
    expect(plain(stdout)).toContain("no document speaks of it");
    expect(plain(stdout)).toContain("3 connections, 1 with demographics and 2 that nobody is named to have approved.");
    const [first] = (await stage.rosterform(["inventory", "--shared", "--json"])).stdout.split("\n");
    expect(JSON.parse(first ?? "")).toMatchObject({
      type: "sharing",
      shared: ["demographics", "rostering"],
      approved_by: null,
    });
    const csv = parse((await stage.rosterform(["inventory", "--shared", "--csv"])).stdout, { columns: true });
    expect(csv).toMatchObject([{ shared: "demographics, rostering" }, { schools: "Lincoln" }, { approved_by: "kim" }]);
  });

  it("says so when nothing is shared", async () => {
    expect((await stage.rosterform(["inventory", "--shared"])).stdout).toBe("Nothing is shared with anybody.\n");
  });
});
