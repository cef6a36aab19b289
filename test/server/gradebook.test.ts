import { describe, expect, it } from "vitest";
import type { Instant } from "../../src/model/time.ts";
import { VERSIONS } from "../../src/model/traits.ts";
import { createGradeBooks } from "../../src/server/gradebook/records.ts";
import { gradeClient, lineItem, openGradeBook, placeAt, result, VENDOR_KEY, writeOne } from "./gradebook-stage.ts";
import { SHELBYVILLE, SPRINGFIELD, trafficOf } from "./stage.ts";

const idsOf = (list: readonly { readonly sourcedId: string }[]) => list.map(({ sourcedId }) => sourcedId);

describe.each(VERSIONS)("a grade book client of %s", (version) => {
  it("writes a category, a line item and a result, and reads them back everywhere they belong", async () => {
    const client = await gradeClient(await openGradeBook(), { version });
    const place = await placeAt(client);
    expect(await writeOne(client, place)).toEqual([201, 201, 201]);
    expect((await client.get("lineItems/fractions")).json.lineItem).toMatchObject({
      sourcedId: "fractions",
      status: "active",
      title: "Fractions",
      class: { sourcedId: place.group, type: "class" },
      category: { sourcedId: "homework", type: "category", href: `${client.root}/categories/homework` },
      resultValueMax: 20,
    });
    const lists = [
      ["results", "results"],
      [`classes/${place.group}/results`, "results"],
      [`classes/${place.group}/lineItems/fractions/results`, "results"],
      [`classes/${place.group}/students/${place.student}/results`, "results"],
      [`classes/${place.group}/lineItems`, "lineItems"],
      ["categories", "categories"],
      ...(version === "1.2" ? [[`classes/${place.group}/categories`, "categories"]] : []),
    ] as const;
    for (const [path, many] of lists)
      expect([path, idsOf((await client.get(path)).json[many])]).toEqual([
        path,
        [{ results: "one", lineItems: "fractions", categories: "homework" }[many]],
      ]);
    expect((await client.get("results/one")).json.result).toMatchObject({
      score: 17.5,
      student: { sourcedId: place.student },
    });
  });

  it("replaces what it wrote, filters it by time, and deletes a line item with its results", async () => {
    const stage = await openGradeBook();
    const client = await gradeClient(stage, { version });
    const place = await placeAt(client);
    await writeOne(client, place);
    stage.setNow("2026-10-05T08:45:00.000Z");
    const better = { result: result(place, "fractions", { score: 25, comment: "second try" }) };
    expect((await client.put("results/one", better)).status).toBe(200);
    const since = encodeURIComponent("dateLastModified>'2026-10-05T08:30:00.000Z'");
    expect((await client.get(`results?filter=${since}`)).json.results).toMatchObject([{ score: 25 }]);
    expect((await client.get(`lineItems?filter=${since}`)).json.lineItems).toEqual([]);
    expect((await client.remove("categories/homework")).json).toMatchObject(
      version === "1.1" ? { statusInfoSet: [{ imsx_severity: "error" }] } : { imsx_severity: "error" },
    );
    const gone = await client.remove("lineItems/fractions");
    expect([gone.status, gone.text]).toEqual([204, ""]);
    expect((await client.get("results")).json.results).toMatchObject([{ sourcedId: "one", status: "tobedeleted" }]);
    expect((await client.remove("lineItems/fractions")).status).toBe(404);
    expect((await client.remove("categories/homework")).status).toBe(204);
  });

  it("is told everything that is wrong with what it wrote, in words", async () => {
    const client = await gradeClient(await openGradeBook(), { version });
    const place = await placeAt(client);
    await writeOne(client, place);
    const item = (more: object) => ["lineItems/x", { lineItem: { ...lineItem(place, version), ...more } }] as const;
    const score = (more: object) => ["results/x", { result: { ...result(place, "fractions"), ...more } }] as const;
    const rows: readonly (readonly [string, unknown, RegExp])[] = [
      [...item({ dueDate: "2027-08-01" }), /dueDate 2027-08-01 lies outside the section's term/],
      [...item({ assignDate: "2026-09-22" }), /dueDate is before assignDate/],
      [...item({ dueDate: "soon" }), /dueDate is no day or moment/],
      [...item({ category: { sourcedId: "nope" } }), /category names nothing/],
      [...item({ class: { sourcedId: "nope" } }), /class names nothing/],
      [...item({ resultValueMin: 30 }), /resultValueMin is greater/],
      [...item({ sourcedId: "y" }), /sourcedId is not the id of the path/],
      [...item({ title: undefined, colour: "red" }), /title is missing; colour is no member/],
      [...item({ status: "tobedeleted" }), /DELETE the object/],
      [...score({ scoreStatus: "excellent" }), /scoreStatus has to be one of exempt, fully graded/],
      [...score({ score: "17" }), /score has to be of type number/],
      [...score({ scoreDate: "2025-01-01" }), /scoreDate 2025-01-01 lies outside/],
      [...score({ student: { sourcedId: place.stranger } }), /student is not enrolled/],
      [...score({ student: { sourcedId: "nobody" } }), /student names nothing/],
      [...score({ lineItem: { sourcedId: "nope" } }), /lineItem names nothing/],
      [...score({ lineItem: "fractions" }), /lineItem has to be of type object/],
      ["results/x", { results: [] }, /the body has to be/],
      ["results/x", [], /the body has to be/],
    ];
    for (const [path, body, words] of rows) {
      const got = await client.put(path, body);
      const info = version === "1.1" ? got.json.statusInfoSet[0] : got.json;
      expect([got.status, info.imsx_description]).toEqual([422, expect.stringMatching(words)]);
      expect(info.imsx_CodeMinor.imsx_codeMinorField[0].imsx_codeMinorFieldValue).toBe("invaliddata");
    }
    expect(idsOf((await client.get("results")).json.results)).toEqual(["one"]);
    expect(idsOf((await client.get("lineItems")).json.lineItems)).toEqual(["fractions"]);
  });

  it("writes what is legal though it looks odd", async () => {
    const client = await gradeClient(await openGradeBook(), { version });
    const place = await placeAt(client);
    await writeOne(client, place);
    const long = { lineItem: lineItem(place, version, { title: "a".repeat(5000) }) };
    expect((await client.put("lineItems/long", long)).status).toBe(201);
    const over = { result: result(place, "fractions", { score: 250 }) };
    expect((await client.put("results/over", over)).status).toBe(201);
    const exempt = { result: { ...result(place, "fractions", { scoreStatus: "exempt" }), score: undefined } };
    expect((await client.put("results/exempt", exempt)).status).toBe(201);
  });

  it("gets in with its own vendor key only, and as a supported connection only", async () => {
    const stage = await openGradeBook();
    for (const vendorKey of [undefined, "wrong:key", "m1-key:m1-secret-0123456789"]) {
      const client = await gradeClient(stage, { version }, { vendorKey });
      const got = await client.get("categories");
      expect([vendorKey, got.status, got.text.includes("x-vendor-authorization")]).toEqual([vendorKey, 403, true]);
    }
    const other = await gradeClient(stage, { version, kind: "other" });
    expect((await other.get("categories")).status).toBe(403);
    expect((await other.put("categories/x", { category: { title: "X" } })).status).toBe(403);
  });

  it("does what its scopes say and nothing else", async () => {
    const stage = await openGradeBook();
    const prefix = `https://purl.imsglobal.org/spec/or/${version === "1.1" ? "v1p1" : "v1p2"}/scope/gradebook.`;
    const deeds = ["readonly", "createput", "delete"];
    for (const allowed of deeds) {
      const client = await gradeClient(stage, { version }, { vendorKey: VENDOR_KEY, scope: prefix + allowed });
      const statuses = [
        (await client.get("categories")).status,
        (await client.put("categories/scoped", { category: { title: "S" } })).status,
        (await client.remove("categories/none")).status,
      ];
      const open = [200, allowed === "createput" ? 201 : 200, 404];
      expect([allowed, statuses]).toEqual([
        allowed,
        deeds.map((deed, index) => (deed === allowed ? open[index] : 403)),
      ]);
    }
  });

  it("sees no line item, result or class outside its schools", async () => {
    const stage = await openGradeBook();
    const wide = await gradeClient(stage, { version });
    const place = await placeAt(wide);
    await writeOne(wide, place);
    const narrow = await gradeClient(stage, { version, schools: ["Roosevelt"] });
    for (const path of [
      "lineItems/fractions",
      "results/one",
      `classes/${place.group}/lineItems`,
      `classes/${place.group}/results`,
    ])
      expect([path, (await narrow.get(path)).status]).toEqual([path, 404]);
    expect((await narrow.get("lineItems")).json.lineItems).toEqual([]);
    expect((await narrow.get("results")).json.results).toEqual([]);
    expect((await narrow.put("lineItems/fractions", { lineItem: lineItem(place, version) })).status).toBe(403);
    expect((await narrow.put("lineItems/new", { lineItem: lineItem(place, version) })).status).toBe(422);
    expect((await narrow.remove("lineItems/fractions")).status).toBe(404);
    const elsewhere = await gradeClient(stage, { version, district: SHELBYVILLE });
    expect((await elsewhere.get("results")).json.results).toEqual([]);
  });

  it("leaves counts of its writes in the usage log, and no content", async () => {
    const stage = await openGradeBook();
    const client = await gradeClient(stage, { version });
    await writeOne(client, await placeAt(client));
    await client.remove("results/one");
    await client.put("results/one", { result: { title: "Confidential" } });
    const lines = (await trafficOf(stage, client.connected)).slice(-5);
    expect(lines.map(({ what, wrote, ok, status }) => [what, wrote, ok, status])).toEqual([
      ["categories", "created", true, 201],
      ["lineItems", "created", true, 201],
      ["results", "created", true, 201],
      ["results", "deleted", true, 204],
      ["results", undefined, false, 422],
    ]);
    expect(JSON.stringify(lines)).not.toMatch(/Fractions|Confidential/);
  });
});

describe("what 1.2 adds to the grade book", () => {
  it("adds lists of objects under ids that the campus allocates, or none of them", async () => {
    const client = await gradeClient(await openGradeBook());
    const place = await placeAt(client);
    await writeOne(client, place);
    const good = lineItem(place, "1.2", { sourcedId: "mine" });
    for (const path of [`classes/${place.group}/lineItems`, `schools/${place.school}/lineItems`]) {
      const { status, json } = await client.post(path, { lineItems: [good, lineItem(place, "1.2")] });
      expect([path, status]).toEqual([path, 201]);
      expect(json.sourcedIdPairs).toMatchObject([{ suppliedSourcedId: "mine" }, {}]);
      expect((await client.get(`lineItems/${json.sourcedIdPairs[0].allocatedSourcedId}`)).status).toBe(200);
    }
    const before = (await client.get("lineItems")).headers.get("x-total-count");
    const bad = await client.post(`classes/${place.group}/lineItems`, { lineItems: [good, { title: "x" }] });
    expect([bad.status, bad.json.imsx_description]).toEqual([422, expect.stringContaining("lineItems[1]: ")]);
    expect((await client.get("lineItems")).headers.get("x-total-count")).toBe(before);
    const session = place.gradingPeriod;
    for (const path of ["lineItems/fractions/results", `classes/${place.group}/academicSessions/${session}/results`])
      expect((await client.post(path, { results: [result(place, "fractions")] })).status).toBe(201);
    const late = { results: [result(place, "fractions", { scoreDate: "2026-12-01" })] };
    const outside = await client.post(`classes/${place.group}/academicSessions/${session}/results`, late);
    expect(outside.json.imsx_description).toMatch(/outside the session/);
    for (const path of [
      "classes/no/lineItems",
      "schools/no/lineItems",
      "lineItems/no/results",
      "classes/no/academicSessions/no/results",
    ])
      expect((await client.post(path, { results: [], lineItems: [] })).status).toBe(404);
  });

  it("refuses objects of another place than the path's", async () => {
    const client = await gradeClient(await openGradeBook());
    const [here, there] = [await placeAt(client), await placeAt(client, "Roosevelt")];
    await writeOne(client, here);
    await client.put("lineItems/other", { lineItem: lineItem(there, "1.2") });
    const item = { lineItems: [lineItem(here, "1.2")] };
    const score = { results: [result(here, "fractions")] };
    const rows = [
      [`classes/${there.group}/lineItems`, item, /class is not/],
      [`schools/${there.school}/lineItems`, item, /school is not/],
      ["lineItems/other/results", score, /lineItem is not/],
      [`classes/${there.group}/academicSessions/${here.gradingPeriod}/results`, score, /lineItem is not of the class/],
    ] as const;
    for (const [path, body, words] of rows)
      expect((await client.post(path, body)).json.imsx_description).toMatch(words);
    const moved = { lineItem: lineItem(there, "1.2") };
    expect((await client.put("lineItems/fractions", moved)).json.imsx_description).toMatch(/class cannot change/);
    const crossed = { lineItem: lineItem(here, "1.2", { school: { sourcedId: there.school } }) };
    expect((await client.put("lineItems/crossed", crossed)).json.imsx_description).toMatch(/school is not the school/);
    const elsewhere = { result: result(here, "fractions", { class: { sourcedId: there.group } }) };
    expect((await client.put("results/crossed", elsewhere)).json.imsx_description).toMatch(
      /class is not the line item's/,
    );
  });

  it("keeps score scales, assessments and their results", async () => {
    const client = await gradeClient(await openGradeBook());
    const place = await placeAt(client);
    const scoreScale = {
      title: "Letters",
      type: "grade",
      class: { sourcedId: place.group },
      scoreScaleValue: [{ itemValueLHS: "A", itemValueRHS: "90-100" }],
    };
    const whole = { title: "Unit test", class: { sourcedId: place.group }, scoreScale: { sourcedId: "letters" } };
    const part = { title: "Part one", parentAssessmentLineItem: { sourcedId: "whole" } };
    const assessed = {
      assessmentLineItem: { sourcedId: "whole" },
      student: { sourcedId: place.student },
      scoreStatus: "fully graded",
      scoreDate: "2026-09-22",
      scorePercentile: 80,
      late: "true",
    };
    const puts = [
      ["scoreScales/letters", { scoreScale }],
      ["assessmentLineItems/whole", { assessmentLineItem: whole }],
      ["assessmentLineItems/part", { assessmentLineItem: part }],
      ["assessmentResults/mark", { assessmentResult: assessed }],
    ] as const;
    for (const [path, body] of puts) {
      expect([path, (await client.put(path, body)).status]).toEqual([path, 201]);
      expect((await client.get(path)).json).toMatchObject(body);
    }
    const itself = {
      assessmentLineItem: { ...part, sourcedId: "part", parentAssessmentLineItem: { sourcedId: "part" } },
    };
    expect((await client.put("assessmentLineItems/part", itself)).status).toBe(422);
    expect((await client.get(`classes/${place.group}/scoreScales`)).json.scoreScales).toHaveLength(1);
    expect((await client.remove("scoreScales/letters")).status).toBe(422);
    expect((await client.remove("assessmentLineItems/whole")).status).toBe(422);
    expect((await client.remove("assessmentLineItems/part")).status).toBe(204);
    expect((await client.remove("assessmentLineItems/whole")).status).toBe(204);
    expect((await client.get("assessmentResults")).json.assessmentResults[0].status).toBe("tobedeleted");
    expect((await client.remove("scoreScales/letters")).status).toBe(204);
  });

  it("does not show them to 1.1", async () => {
    const client = await gradeClient(await openGradeBook(), { version: "1.1" });
    for (const path of ["scoreScales", "assessmentLineItems", "assessmentResults", "classes/x/scoreScales"])
      expect([path, (await client.get(path)).status]).toEqual([path, 404]);
    expect((await client.post("lineItems", { lineItems: [] })).status).toBe(405);
  });
});

describe("what one connection wrote", () => {
  it.each([
    ["1.1", "1.2"],
    ["1.2", "1.1"],
  ] as const)("in %s is read by another one in %s, in its own ids and shape", async (from, to) => {
    const stage = await openGradeBook();
    const writer = await gradeClient(stage, { version: from });
    await writeOne(writer, await placeAt(writer));
    const reader = await gradeClient(stage, { version: to });
    const there = await placeAt(reader);
    const { lineItem: item } = (await reader.get("lineItems/fractions")).json;
    expect(item.class.sourcedId).toBe(there.group);
    expect(to === "1.2" ? item.school.sourcedId : item.gradingPeriod.sourcedId).toBe(
      to === "1.2" ? there.school : there.gradingPeriod,
    );
    const { result: read } = (await reader.get("results/one")).json;
    expect(read.student).toMatchObject({ sourcedId: there.student, type: "user" });
    // The vendor moved: its new connection goes on with what the old one wrote.
    expect((await reader.put("results/one", { result: result(there, "fractions", { score: 3 }) })).status).toBe(200);
    expect((await writer.get("results/one")).json.result.score).toBe(3);
  });

  it("disappears with the school year it belongs to", async () => {
    const stage = await openGradeBook();
    const client = await gradeClient(stage);
    await writeOne(client, await placeAt(client));
    stage.setNow("2027-07-02T08:00:00.000Z");
    const again = await gradeClient(stage);
    expect((await again.get("lineItems")).json.lineItems).toEqual([]);
    expect((await again.get("results/one")).status).toBe(404);
  });
});

describe("a grade book that is full", () => {
  it("takes replacements and no more objects, in any collection of the district", () => {
    const books = createGradeBooks(2);
    const record = (id: string, kind: "categories" | "results") => ({
      kind,
      id,
      district: SHELBYVILLE,
      owner: "Otus",
      values: {},
      references: {},
      status: "active" as const,
      modified: "2026-10-05T08:00:00.000Z" as Instant,
    });
    expect(books.hasRoom(SHELBYVILLE, 2)).toBe(true);
    books.put([record("a", "categories"), record("b", "results")]);
    books.put([record("b", "results")]);
    expect(books.hasRoom(SHELBYVILLE, 1)).toBe(false);
    expect(books.hasRoom(SPRINGFIELD, 2)).toBe(true);
  });

  it("answers 503 to what has no room, and keeps what it has", async () => {
    const client = await gradeClient(await openGradeBook({ gradeBooks: createGradeBooks(2) }));
    const category = { category: { title: "X" } };
    for (const id of ["a", "b"]) expect((await client.put(`categories/${id}`, category)).status).toBe(201);
    const full = await client.put("categories/c", category);
    expect([full.status, full.json.imsx_description]).toEqual([503, expect.stringContaining("hold no more")]);
    expect((await client.put("categories/a", { category: { title: "Y" } })).status).toBe(200);
  });
});
