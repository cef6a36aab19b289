import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { VERSIONS } from "../../src/model/traits.ts";
import type { DistrictData, Person } from "../../src/server/data/district-data.ts";
import { type Loaded, loadExport } from "../../src/server/data/export/load-export.ts";
import { loadExports } from "../../src/server/data/export/load-exports.ts";
import { visiblePart } from "../../src/server/data/visible-part.ts";
import { dangling, dataAt } from "./data.ts";
import { exportFiles, type Files, withManifest } from "./export-writer.ts";
import { openStage, readAll, SHELBYVILLE, SPRINGFIELD, vendorOf } from "./stage.ts";
import { type ZipEntry, zipOf } from "./zip-writer.ts";

const SAMPLE = dataAt("2027-05-20T08:00:00.000Z", { studentsPerSchool: 12 });

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "rosterform-export-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function load(
  files: Files | readonly ZipEntry[] | Buffer,
  limits?: Parameters<typeof loadExport>[2],
): Promise<Loaded> {
  const path = join(folder, "export.zip");
  const bytes = Buffer.isBuffer(files) ? files : zipOf("get" in files ? entriesOf(files) : files);
  await writeFile(path, bytes);
  return await loadExport(path, "export.zip", limits);
}

function entriesOf(files: Files): readonly ZipEntry[] {
  return [...files].map(([name, text]) => ({ name: `${name}.csv`, bytes: text }));
}

async function loadedData(files: Files): Promise<DistrictData> {
  const loaded = await load(files);
  if (loaded.kind === "wrong") throw new Error(JSON.stringify(loaded.diagnostics.slice(0, 3)));
  return loaded.data(SPRINGFIELD);
}

/** What is wrong with an export: where, and why. */
async function wrongs(files: Files | readonly ZipEntry[]): Promise<readonly string[]> {
  const loaded = await load(files);
  return loaded.kind === "export"
    ? []
    : loaded.diagnostics.map(({ code, at, detail }) => `${code} ${at?.file}:${at?.line} ${detail}`);
}

/** The sample with one file changed. */
function changed(version: "1.1" | "1.2", name: string, change: (text: string) => string | undefined): Files {
  const files = exportFiles(SAMPLE, version);
  const text = change(files.get(name) ?? "");
  if (text === undefined) files.delete(name);
  else files.set(name, text);
  return files;
}

/** Sets a cell of a line (the heading is line 1). */
function setCell(text: string, line: number, column: string, value: string): string {
  const lines = text.split("\r\n");
  const at = (lines[0] ?? "").split(",").indexOf(column);
  const cells = (lines[line - 1] ?? "").split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/);
  cells[at] = value;
  lines[line - 1] = cells.join(",");
  return lines.join("\r\n");
}

describe("an export that a site wrote", () => {
  it("is read back as it was, in 1.2", async () => {
    expect(await loadedData(exportFiles(SAMPLE, "1.2"))).toEqual(SAMPLE);
  });

  it("is read back as it was in 1.1, except for what 1.1 cannot say", async () => {
    const data = await loadedData(exportFiles(SAMPLE, "1.1"));
    const newIds = new Map(data.people.map(({ legacyId, guid }) => [legacyId, guid]));
    const byGuid = new Map(SAMPLE.people.map((person) => [person.guid, person]));
    const asLegacy = (person: Person): Person => {
      const role = person.role === "principal" ? "siteAdministrator" : person.role;
      const agents = person.agents.map((guid) => newIds.get(byGuid.get(guid)?.legacyId ?? "") ?? "");
      const guid = newIds.get(person.legacyId) ?? "";
      return { ...person, guid, agents, role, roles: person.roles.map(({ org }) => ({ role, org })) };
    };
    expect(data).toEqual({
      ...SAMPLE,
      people: SAMPLE.people.map(asLegacy),
      enrollments: SAMPLE.enrollments.map((row) => ({ ...row, person: asLegacy(row.person) })),
    });
  });

  it.each(VERSIONS)("has no reference that leads nowhere, whole or in part (%s)", async (version) => {
    const data = await loadedData(exportFiles(SAMPLE, version));
    expect(dangling(data)).toEqual([]);
    expect(dangling(visiblePart(data, ["Lincoln", "North High"]))).toEqual([]);
  });

  it("is read with a byte order mark, line feeds, a folder, blanks, and what archivers add", async () => {
    const files = exportFiles(SAMPLE, "1.2");
    const entries = [...files].map(([name, text]) => ({
      name: `Springfield bulk/${name}.csv`,
      bytes: `\uFEFF${text.replaceAll("\r\n", "\n")}\n`,
    }));
    const more = ["__MACOSX/Springfield bulk/._users.csv", "Springfield bulk/readme.txt", "Springfield bulk/"];
    const loaded = await load([...entries, ...more.map((name) => ({ name, bytes: "x" }))]);
    expect(loaded.kind === "export" && loaded.data(SPRINGFIELD)).toEqual(SAMPLE);
  });

  it("may leave status, time of change and days of enrolments empty, as bulk exports do", async () => {
    const files = exportFiles(SAMPLE, "1.2");
    for (const [name, text] of files) {
      const heading = text.split("\r\n")[0]?.split(",") ?? [];
      const emptied = ["status", "dateLastModified", "beginDate", "endDate"].filter((column) =>
        heading.includes(column),
      );
      if (name === "manifest" || name === "academicSessions") continue;
      const count = text.split("\r\n").length - 1;
      let written = text;
      for (let line = 2; line <= count; line += 1) {
        for (const column of emptied) written = setCell(written, line, column, "");
      }
      files.set(name, written);
    }
    const data = await loadedData(files);
    for (const row of [...data.people, ...data.classes, ...data.schools, ...data.resources, ...data.courses]) {
      expect(row).toMatchObject({ status: "active", modified: "2026-07-01T00:00:00.000Z" });
    }
    for (const { begin, end, group } of data.enrollments) {
      expect([begin, end]).toEqual([group.terms[0]?.start, group.terms.at(-1)?.end]);
    }
  });

  it("may name no district and other kinds of orgs; who belongs to those belongs to the district", async () => {
    const state = "state-1,active,,The State,state,,";
    const files = changed("1.2", "orgs", (text) => {
      const lines = text.split("\r\n");
      return [lines[0], ...lines.slice(2, -1), state, ""].join("\r\n");
    });
    const principal = SAMPLE.people.find(({ role }) => role === "principal");
    const reader = (text: string): string => text.replaceAll(SAMPLE.org.id, "state-1");
    files.set("courses", reader(files.get("courses") ?? ""));
    const roles = files.get("roles") ?? "";
    const line = roles.split("\r\n").findIndex((row) => row.includes(principal?.guid ?? "none")) + 1;
    files.set("roles", setCell(setCell(roles, line, "orgSourcedId", "state-1"), line, "role", "districtAdministrator"));
    const data = await loadedData(files);
    expect(data.org).toMatchObject({ kind: "district", name: "springfield district", identifier: "springfield" });
    const person = data.people.find(({ guid }) => guid === principal?.guid);
    expect(person).toMatchObject({ role: "districtAdministrator", org: data.org });
    expect(dangling(data)).toEqual([]);
    expect(visiblePart(data, ["Lincoln"]).people.some(({ guid }) => guid === principal?.guid)).toBe(false);
  });

  it("shows families that it says no school for at the school of their student", async () => {
    const files = exportFiles(SAMPLE, "1.1");
    const parent = SAMPLE.people.find(({ role, org }) => role === "parent" && org.name === "Lincoln");
    const users = files.get("users") ?? "";
    const line = users.split("\r\n").findIndex((row) => row.startsWith(parent?.legacyId ?? "none")) + 1;
    files.set("users", setCell(users, line, "orgSourcedIds", ""));
    const data = await loadedData(files);
    const seen = (names: readonly string[]) =>
      visiblePart(data, names).people.find(({ legacyId }) => legacyId === parent?.legacyId);
    expect(data.people.find(({ legacyId }) => legacyId === parent?.legacyId)?.org).toBe(data.org);
    expect(seen(["Lincoln"])?.org.name).toBe("Lincoln");
    expect(seen(["South High"])).toBeUndefined();
  });
});

describe("ids of the version that an export is not of", () => {
  it("of 1.2 follow from the id of 1.1, and the legacy id is the number or the whole id", async () => {
    const user = SAMPLE.people[0]?.legacyId ?? "";
    const files = exportFiles(SAMPLE, "1.1");
    for (const [name, text] of files) files.set(name, text.replaceAll(user, "odd one"));
    const [one, again] = [await loadedData(files), await loadedData(files)];
    expect(again).toEqual(one);
    expect(one.people[0]).toMatchObject({ legacyId: "odd one", number: "odd one" });
    expect(one.people[1]?.number).toBe(SAMPLE.people[1]?.number);
    expect(new Set(one.people.map(({ guid }) => guid)).size).toBe(one.people.length);
  });

  it("of 1.1 are the legacy id where the export says it, and made up where it does not", async () => {
    const files = changed("1.2", "users", (text) => {
      const count = text.split("\r\n").length - 1;
      let written = text;
      for (let line = 2; line <= count; line += 1) {
        written = setCell(
          written,
          line,
          "metadata.ic.legacysourceId",
          line === 2 ? "" : line === 3 ? "x77" : String(line),
        );
      }
      return written;
    });
    const [first, second, third] = (await loadedData(files)).people;
    expect(first?.legacyId).toMatch(/^t9\d{13}$/);
    expect(first?.number).toBe(first?.legacyId.slice(1));
    expect(second).toMatchObject({ legacyId: "x77", number: "77" });
    expect(third?.number).toBe("4");
    expect(third?.legacyId.slice(1)).toBe("4");
  });
});

describe("an export with something wrong in it", () => {
  it.each([
    ["orgs", "type", "castle", "type takes department, school"],
    ["orgs", "name", "", "name is empty"],
    ["orgs", "sourcedId", "", "sourcedId is empty"],
    ["orgs", "sourcedId", SAMPLE.org.id, "stands in line 2 already"],
    ["orgs", "status", "inactive", "status takes active, tobedeleted"],
    ["orgs", "dateLastModified", "yesterday", "dateLastModified is a moment"],
    ["academicSessions", "startDate", "2026-02-30", "startDate is a day"],
    ["academicSessions", "endDate", "2020-01-01", "endDate is not after startDate"],
    ["academicSessions", "schoolYear", "2026/27", "schoolYear is the year"],
    ["academicSessions", "parentSourcedId", "nobody", "parentSourcedId is not in the export"],
    ["courses", "orgSourcedId", "nobody", 'orgSourcedId names the org "nobody"'],
    ["classes", "courseSourcedId", "nobody", 'courseSourcedId names the course "nobody"'],
    ["classes", "termSourcedIds", "", "termSourcedIds is empty"],
    ["classes", "schoolSourcedId", SAMPLE.org.id, "names an org that is no school"],
    ["classes", "classType", "party", "classType takes homeroom, scheduled"],
    ["users", "enabledUser", "yes", "enabledUser takes true, false"],
    ["users", "agentSourcedIds", "nobody", "agentSourcedIds names a user"],
    ["roles", "role", "wizard", "role takes student"],
    ["roles", "role", "", "role is empty"],
    ["roles", "userSourcedId", "nobody", "userSourcedId names a user"],
    ["demographics", "sourcedId", "nobody", "sourcedId names a user"],
    ["demographics", "asian", "1", "asian takes true, false"],
    ["enrollments", "userSourcedId", "nobody\u001b[31m", 'userSourcedId names the user "nobody?[31m"'],
    ["enrollments", "schoolSourcedId", SAMPLE.org.id, "schoolSourcedId is not the school of the class"],
    ["enrollments", "role", "", "role is empty"],
    ["resources", "roles", "wizard", "roles takes roles of users"],
    ["classResources", "classSourcedId", "nobody", "classSourcedId names something"],
    ["classResources", "resourceSourcedId", "nobody", 'resourceSourcedId names the resource "nobody"'],
  ])("is told with file and line: %s, %s %s", async (file, column, value, why) => {
    const told = await wrongs(changed("1.2", file, (text) => setCell(text, 3, column, value)));
    expect(told.find((line) => line.includes(why))).toMatch(
      new RegExp(`^server/export-row export.zip/${file}.csv:3 .*Nothing is served`),
    );
  });

  it("of 1.1 is told in the words of 1.1", async () => {
    const users = (column: string, value: string) =>
      wrongs(changed("1.1", "users", (text) => setCell(text, 3, column, value)));
    expect((await users("role", "principal"))[0]).toContain("role takes administrator, aide");
    expect((await users("role", ""))[0]).toContain("The user has no role");
    expect((await users("orgSourcedIds", "")).join()).toContain("orgSourcedIds is empty");
  });

  it("tells two districts, two people of one legacy id, a user without a role, and demographics given twice", async () => {
    expect(await wrongs(changed("1.2", "orgs", (text) => setCell(text, 3, "type", "district")))).toContainEqual(
      expect.stringContaining("It is a second district"),
    );
    const number = SAMPLE.people[0]?.number ?? "";
    const twice = changed("1.2", "users", (text) => setCell(text, 4, "metadata.ic.legacysourceId", `t${number}`));
    expect((await wrongs(twice)).join()).toContain("users.csv:4 The legacy id is that of line 2 already");
    const lines = (text: string): readonly string[] => text.split("\r\n");
    const user = SAMPLE.people[0]?.guid ?? "";
    const noRole = changed("1.2", "roles", (text) =>
      lines(text)
        .filter((line) => !line.includes(user))
        .join("\r\n"),
    );
    expect((await wrongs(noRole)).join()).toContain("The user has no role");
    const double = changed("1.2", "demographics", (text) =>
      lines(text)
        .toSpliced(2, 0, lines(text)[1] ?? "")
        .join("\r\n"),
    );
    expect(await wrongs(double)).toEqual([expect.stringContaining("stand in the file already")]);
  });

  it("is told everything at once, a wrong row not again where it is referred to, up to a hundred", async () => {
    const both = changed("1.2", "classes", (text) => setCell(text, 2, "courseSourcedId", "nobody"));
    both.set("orgs", setCell(both.get("orgs") ?? "", 4, "status", "gone"));
    expect(await wrongs(both)).toHaveLength(2);
    const many = await wrongs(changed("1.2", "users", (text) => text.replaceAll(",true,", ",perhaps,")));
    expect(many).toHaveLength(101);
    expect(many.at(-1)).toContain("server/export-more");
    expect(many.at(-1)).toMatch(/ export.zip:1 \d+ more things/);
  });

  it.each([
    ["users", undefined, "users.csv: the manifest says bulk, but it is missing"],
    ["manifest", undefined, "manifest.csv: it is missing"],
    ["manifest", "propertyName\r\n", "it lacks the columns value"],
    ["manifest", "propertyName,value\r\nfile.users,bulk\r\n", "it does not say oneroster.version"],
    ["manifest", "propertyName,value\r\noneroster.version,1.0\r\n", "oneroster.version is 1.1 or 1.2"],
    [
      "manifest",
      "propertyName,value\r\noneroster.version,1.2\r\nfile.users,delta\r\n",
      "a delta export cannot be served",
    ],
    ["users", 'sourcedId,"username\r\n', "it is no table as RFC 4180 has it"],
    ["users", "sourcedId,username\r\n", "it lacks the columns enabledUser, givenName, familyName"],
    ["users", "", "it lacks the columns sourcedId"],
  ])("is told as a whole where a file is not what it should be: %s %j", async (name, text, why) => {
    const told = await wrongs(changed("1.2", name, () => text));
    expect(told.join("\n")).toContain(why);
  });

  it("is told where a needed file is absent, a row has too many cells, or a file is in another encoding", async () => {
    const files = changed("1.2", "enrollments", () => undefined);
    files.delete("manifest");
    expect((await wrongs(withManifest(files, "1.2"))).join()).toContain(
      "enrollments.csv: the manifest says that it is absent",
    );
    const long = changed("1.2", "orgs", (text) => text.replace("\r\n", "\r\nx,active,,More,school,,,,\r\n"));
    expect((await wrongs(long)).join()).toContain("orgs.csv:2 It has 9 cells where the heading has 7");
    const latin = entriesOf(exportFiles(SAMPLE, "1.2")).map((entry) =>
      entry.name === "users.csv" ? { ...entry, bytes: Buffer.from([0xe9, 0x0a]) } : entry,
    );
    expect((await wrongs(latin)).join()).toContain("users.csv: it is not in UTF-8");
    const noSchool = changed("1.2", "orgs", (text) => text.replaceAll(",school,", ",state,"));
    expect((await wrongs(noSchool)).join()).toContain("orgs.csv: it names no school");
  });
});

describe("an archive that is not what it should be", () => {
  const entries = entriesOf(exportFiles(SAMPLE, "1.2"));
  const withUsers = (claims: ZipEntry["claims"]): readonly ZipEntry[] =>
    entries.map((entry) => (entry.name === "users.csv" && claims !== undefined ? { ...entry, claims } : entry));

  it.each([
    ["no zip", Buffer.from("hello")],
    ["cut off", zipOf(entries).subarray(0, 5000)],
    ["with another checksum", withUsers({ crc: 1 })],
    ["with a file that unpacks to more than it says", withUsers({ size: 10 })],
    ["with a file that unpacks to less than it says", withUsers({ size: 10_000_000 })],
    ["with a path out of it", [...entries, { name: "../orgs.csv", bytes: "x" }]],
    ["with a file twice", [...entries, { name: "again/orgs.csv", bytes: "x" }]],
  ])("is refused: %s", async (_, files) => {
    await expect(load(files)).rejects.toMatchObject({ code: "server/export-unreadable" });
  });

  it("is refused when it is not there", async () => {
    await expect(loadExport(join(folder, "none.zip"), "none.zip")).rejects.toMatchObject({
      code: "server/export-unreadable",
      message: expect.stringContaining("none.zip"),
    });
  });

  it.each([
    ["a file", { entries: 100, fileBytes: 1000, totalBytes: 1_000_000 }],
    ["all together", { entries: 100, fileBytes: 1_000_000, totalBytes: 10_000 }],
    ["the number of files", { entries: 3, fileBytes: 1_000_000, totalBytes: 1_000_000 }],
  ])("is refused before it is unpacked when it is too large: %s", async (_, limits) => {
    await expect(load(entries, limits)).rejects.toMatchObject({ code: "server/export-too-large" });
  });

  it("is refused when a few bytes claim to unpack to gigabytes", async () => {
    const bomb = [...entries, { name: "results.csv", bytes: "x", claims: { size: 2 ** 31 } }];
    await expect(load(bomb)).rejects.toMatchObject({ code: "server/export-too-large" });
  });
});

describe("a campus that serves an export", () => {
  it("serves it to its district in both versions and whatever the clock says, and sample data to the others", async () => {
    const path = join(folder, "export.zip");
    await writeFile(path, zipOf(entriesOf(exportFiles(SAMPLE, "1.1"))));
    const { exportOf } = await loadExports([{ district: SPRINGFIELD, path, file: "export.zip" }]);
    const stage = await openStage({ data: { studentsPerSchool: 3, exportOf } });
    stage.setNow("2031-01-05T08:00:00.000Z");
    const old = await readAll(await vendorOf(await stage.connect({ version: "1.1" })), "users", 1000);
    expect(new Set(old.map(({ sourcedId }) => sourcedId))).toEqual(
      new Set(SAMPLE.people.map(({ legacyId }) => legacyId)),
    );
    const fresh = await readAll(await vendorOf(await stage.connect({ version: "1.2" })), "users", 1000);
    expect(new Set(fresh.map(({ metadata }) => metadata["ic.legacysourceId"]))).toEqual(
      new Set(SAMPLE.people.map(({ number }) => number)),
    );
    const others = await readAll(await vendorOf(await stage.connect({ district: SHELBYVILLE })), "students", 1000);
    expect(others).toHaveLength(12);
  });

  it("serves one without a district's name to every district that has none of its own", async () => {
    const path = join(folder, "export.zip");
    await writeFile(path, zipOf(entriesOf(exportFiles(SAMPLE, "1.2"))));
    const { exportOf, diagnostics } = await loadExports([{ path, file: "export.zip" }]);
    expect(diagnostics).toEqual([]);
    expect(exportOf(SHELBYVILLE)).toEqual({ ...SAMPLE, district: SHELBYVILLE });
    await writeFile(path, zipOf([{ name: "users.csv", bytes: "" }]));
    const broken = await loadExports([{ path, file: "export.zip" }]);
    expect(broken.diagnostics).toEqual([expect.objectContaining({ code: "server/export-file" })]);
    expect(broken.exportOf(SPRINGFIELD)).toBeUndefined();
  });
});
