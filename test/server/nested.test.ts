import { describe, expect, it } from "vitest";
import { VERSIONS } from "../../src/model/traits.ts";
import { NESTED } from "../../src/server/oneroster/nested.ts";
import { openStage, readAll, trafficOf, vendorOf, wrapperOf } from "./stage.ts";

const idsOf = (objects: readonly { readonly sourcedId: string }[]): readonly string[] =>
  objects.map(({ sourcedId }) => sourcedId).toSorted();

const unique = (ids: readonly string[]): readonly string[] => [...new Set(ids)].toSorted();

describe.each(VERSIONS)("nested reads of a %s connection", (version) => {
  it("give what the whole collection says belongs there", async () => {
    const stage = await openStage({ data: { studentsPerSchool: 12 } });
    const read = await vendorOf(await stage.connect({ version }));
    const all = async (path: string) => {
      const last = path.split("/").at(-1) ?? "";
      const objects = [];
      let next: string | undefined = `${path}?limit=50`;
      while (next !== undefined) {
        const page = await read(next);
        expect([path, page.status]).toEqual([path, 200]);
        objects.push(...page.json[wrapperOf(last)]);
        next = /<([^>]+)>; rel="next"/.exec(page.headers.get("link") ?? "")?.[1];
      }
      return objects;
    };
    const classes = await readAll(read, "classes", 500);
    const enrollments = await readAll(read, "enrollments", 5000);
    const [school] = await readAll(read, "schools");
    const group = classes.find((one) => one.school.sourcedId === school.sourcedId);
    const inSchool = classes.filter((one) => one.school.sourcedId === school.sourcedId);
    expect(idsOf(await all(`schools/${school.sourcedId}/classes`))).toEqual(idsOf(inSchool));
    const ofClass = enrollments.filter((one) => one.class.sourcedId === group.sourcedId);
    expect(idsOf(await all(`schools/${school.sourcedId}/classes/${group.sourcedId}/enrollments`))).toEqual(
      idsOf(ofClass),
    );
    for (const role of ["student", "teacher"]) {
      const wanted = unique(ofClass.filter((one) => one.role === role).map((one) => one.user.sourcedId));
      for (const path of [`classes/${group.sourcedId}`, `schools/${school.sourcedId}/classes/${group.sourcedId}`])
        expect(idsOf(await all(`${path}/${role}s`))).toEqual(wanted);
      const [one] = wanted;
      const own = enrollments.filter(({ user }) => user.sourcedId === one);
      const theirs = unique(own.map((each) => each.class.sourcedId));
      for (const kind of ["users", `${role}s`]) expect(idsOf(await all(`${kind}/${one}/classes`))).toEqual(theirs);
    }
    const [term] = await readAll(read, "terms");
    const periods = (await readAll(read, "gradingPeriods")).filter((one) => one.parent.sourcedId === term.sourcedId);
    expect(idsOf(await all(`terms/${term.sourcedId}/gradingPeriods`))).toEqual(idsOf(periods));
    expect((await all(`terms/${term.sourcedId}/classes`)).length).toBeGreaterThan(0);
    const course = group.course.sourcedId;
    expect(idsOf(await all(`courses/${course}/classes`))).toEqual(
      idsOf(classes.filter((one) => one.course.sourcedId === course)),
    );
    for (const part of ["courses", "enrollments", "students", "teachers", "terms"])
      expect((await all(`schools/${school.sourcedId}/${part}`)).length).toBeGreaterThan(0);
  });

  it("hide what lies outside the schools of the connection, as if it did not exist", async () => {
    const stage = await openStage({ data: { studentsPerSchool: 8 } });
    const whole = await vendorOf(await stage.connect({ version }));
    const part = await vendorOf(await stage.connect({ version, schools: ["Lincoln"] }));
    const schools = await readAll(whole, "schools");
    const hidden = schools.find((one) => one.name === "North High");
    const classes = (await whole(`schools/${hidden.sourcedId}/classes?limit=1`)).json.classes;
    const students = (await whole(`schools/${hidden.sourcedId}/students?limit=1`)).json.users;
    const paths = [
      ...["classes", "courses", "enrollments", "students", "teachers", "terms"].map(
        (one) => `schools/${hidden.sourcedId}/${one}`,
      ),
      `classes/${classes[0].sourcedId}/students`,
      `schools/${hidden.sourcedId}/classes/${classes[0].sourcedId}/teachers`,
      `students/${students[0].sourcedId}/classes`,
      `schools/${schools.find((one) => one.name === "Lincoln").sourcedId}/classes/${classes[0].sourcedId}/students`,
    ];
    for (const path of paths) expect([path, (await part(path)).status]).toEqual([path, 404]);
  });

  it("need the scope for nested reads, and another version's paths are not there", async () => {
    const stage = await openStage({ data: { studentsPerSchool: 4 } });
    const connected = await stage.connect({ version });
    const prefix = `https://purl.imsglobal.org/spec/or/${version === "1.1" ? "v1p1" : "v1p2"}/scope/`;
    const read = await vendorOf(connected, { scope: `${prefix}roster-core.readonly` });
    const [school] = await readAll(read, "schools");
    expect((await read(`schools/${school.sourcedId}/classes`)).status).toBe(403);
    expect((await read(`schools/${school.sourcedId}/nothing`)).status).toBe(404);
    const other = await vendorOf(await stage.connect({ version: version === "1.1" ? "1.2" : "1.1" }));
    expect((await other(`${connected.root}/schools/${school.sourcedId}/classes`)).status).toBe(404);
  });
});

describe("filters, order and fields over HTTP", () => {
  it("choose, sort and cut, with totals and links of what was chosen", async () => {
    const stage = await openStage({ data: { studentsPerSchool: 12 } });
    const connected = await stage.connect();
    const read = await vendorOf(connected);
    const ask = (path: string, filter: string, more = "") =>
      read(`${path}?filter=${encodeURIComponent(filter)}${more}`);
    const everybody = await readAll(read, "users", 500);
    const wanted = everybody.filter((one) => one.familyName >= "M");
    const page = await ask(
      "users",
      "familyName>='M'",
      "&sort=familyName&orderBy=desc&limit=5&fields=sourcedId,familyName",
    );
    expect(page.headers.get("x-total-count")).toBe(String(wanted.length));
    expect(page.headers.get("link")).toContain("filter=familyName");
    const names = page.json.users.map((one: { familyName: string }) => one.familyName);
    expect(names).toEqual(
      wanted
        .map((one) => String(one.familyName))
        .toSorted()
        .toReversed()
        .slice(0, 5),
    );
    expect(Object.keys(page.json.users[0])).toEqual(["sourcedId", "familyName"]);
    const [school] = (await ask("schools", "name='Lincoln'")).json.orgs;
    const own = await ask("classes", `school.sourcedId='${school.sourcedId}'`, "&limit=1");
    expect(Number(own.headers.get("x-total-count"))).toBeGreaterThan(0);
    const delta = await ask("users", "dateLastModified>='2126-01-01'");
    expect([delta.status, delta.json]).toEqual([200, { users: [] }]);
    const [last] = (await trafficOf(stage, connected)).slice(-1);
    expect(last).toMatchObject({ what: "users", status: 200, rows: 0, isDelta: true });
  });

  it("warn in 1.1 and refuse in 1.2 when a field is not known", async () => {
    const stage = await openStage({ data: { studentsPerSchool: 2 } });
    const older = await (await vendorOf(await stage.connect({ version: "1.1" })))("orgs?fields=nothing&sort=nothing");
    expect([older.status, older.json.orgs.length]).toEqual([200, 5]);
    expect(older.json.statusInfoSet).toMatchObject([{ imsx_severity: "warning" }, { imsx_severity: "warning" }]);
    const newer = await (await vendorOf(await stage.connect()))("orgs?fields=nothing");
    expect([newer.status, newer.json.imsx_CodeMinor.imsx_codeMinorField[0].imsx_codeMinorFieldValue]).toEqual([
      400,
      "invalid_selection_field",
    ]);
  });

  it("know every nested read of the specification", () => {
    expect(NESTED.size).toBe(17);
  });
});
