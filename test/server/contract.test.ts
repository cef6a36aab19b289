import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { describe, expect, it } from "vitest";
import { DOCUMENT_NAMES, endpointsOf } from "../../src/server/oneroster/discovery/document.ts";
import { objectSchemas, schemaName } from "../../src/server/oneroster/discovery/objects.ts";
import type { Service } from "../../src/server/oneroster/roots.ts";
import {
  type GradeClient,
  gradeClient,
  lineItem,
  openGradeBook,
  placeAt,
  result,
  writeOne,
} from "./gradebook-stage.ts";
import { type Got, send } from "./stage.ts";

const SERVICES = ["rostering", "gradebook", "resources"] as const;
const NOT_IN_11 =
  /scoreScales|assessment|academicSessions\/.*results|users\/.*resources|classes\/\{sourcedId\}\/categories/;

/** Says what is wrong with a body, by the schemas of a document. */
function checker(schemas: Readonly<Record<string, unknown>>) {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema({ components: { schemas } }, "document");
  return (name: string, body: unknown): readonly string[] => {
    const validate = ajv.compile({ $ref: `document#/components/schemas/${name}` });
    return validate(body)
      ? []
      : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
  };
}

/** Ids for the parts of paths, of objects that exist and belong together. */
async function idsFor(client: GradeClient, version: "1.1" | "1.2"): Promise<Readonly<Record<string, string>>> {
  const place = await placeAt(client);
  await writeOne(client, place);
  await client.put("categories/lone", { category: { title: "In no use" } });
  const first = async (path: string): Promise<string> => {
    const { json } = await client.roster(`${path}${path.includes("?") ? "&" : "?"}limit=1`);
    return (Object.values(json)[0] as { readonly sourcedId: string }[])[0]?.sourcedId ?? "";
  };
  const collections = [
    "orgs",
    "academicSessions",
    "terms",
    "gradingPeriods",
    "courses",
    "users",
    "students",
    "teachers",
  ];
  const ids: Record<string, string> = { categories: "lone", lineItems: "fractions", results: "one" };
  for (const name of [...collections, "enrollments", "demographics"]) ids[name] = await first(name);
  const resources =
    version === "1.1" ? client.connected.root : `${client.connected.credentials.baseUrl}/resources/v1p2`;
  ids["resources"] = await first(`${resources}/resources`);
  if (version === "1.2") {
    await client.put("scoreScales/letters", {
      scoreScale: {
        title: "Letters",
        type: "grade",
        class: { sourcedId: place.group },
        scoreScaleValue: [{ itemValueLHS: "A", itemValueRHS: "90-100" }],
      },
    });
    await client.put("assessmentLineItems/test", { assessmentLineItem: { title: "Test", resultValueMax: 5 } });
    await client.put("assessmentResults/mark", {
      assessmentResult: {
        assessmentLineItem: { sourcedId: "test" },
        student: { sourcedId: place.student },
        scoreStatus: "submitted",
        scoreDate: "2026-09-22",
        late: "true",
      },
    });
  }
  const written = { scoreScales: "letters", assessmentLineItems: "test", assessmentResults: "mark" };
  return { ...ids, ...written, classes: place.group, schools: place.school, member: place.student };
}

/** The path with ids: of the collection before each, and below a class its own student. */
function filled(path: string, ids: Readonly<Record<string, string>>): string {
  const parts = path.split("/").slice(1);
  return parts
    .map((part, index) => {
      if (!part.startsWith("{")) return part;
      const collection = parts[index - 1] ?? "";
      return (collection === "students" && index > 2 ? ids["member"] : ids[collection]) ?? "";
    })
    .join("/");
}

/** A body that a write takes. */
async function bodyFor(client: GradeClient, one: string, path: string, method: string): Promise<unknown> {
  const version = client.connected.connection.version;
  const place = await placeAt(client);
  if (method === "post")
    return one === "lineItem"
      ? { lineItems: [lineItem(place, version)] }
      : { results: [result(place, "fractions", { scoreDate: "2026-09-22" })] };
  const { json } = await client.get(path);
  const { [one]: object } = json;
  const plain = Object.entries(object).map(([name, value]) => {
    const id = (value as { readonly sourcedId?: string }).sourcedId;
    return [name, id === undefined ? value : { sourcedId: id }];
  });
  return { [one]: Object.fromEntries(plain) };
}

describe.each(["1.1", "1.2"] as const)("every endpoint of %s", (version) => {
  it("answers what its schema says, and refuses in the payload of its version", async () => {
    const stage = await openGradeBook({ data: { studentsPerSchool: 25 } });
    const client = await gradeClient(stage, { version, share: ["demographics"] });
    const ids = await idsFor(client, version);
    const check = checker(objectSchemas(version));
    const wrong: unknown[] = [];
    let count = 0;
    const endpoints = SERVICES.flatMap((service) => endpointsOf(service).map((endpoint) => ({ ...endpoint, service })))
      .filter(({ method, path }) => version === "1.2" || (method !== "post" && !NOT_IN_11.test(path)))
      // What hangs on something is deleted before it.
      .toReversed()
      .toSorted((a, b) => Number(a.method === "delete") - Number(b.method === "delete"));
    for (const { service, method, path, one, answers } of endpoints) {
      const root = rootOf(client, service);
      const way = filled(path, ids);
      const body = method === "put" || method === "post" ? await bodyFor(client, one, way, method) : undefined;
      const got = await ask(client, method, `${root}/${way}${answers === "list" ? "?limit=3" : ""}`, body);
      const name = { list: `ListOf${schemaName(one)}`, one: `Single${schemaName(one)}`, ids: "Ids", nothing: "" }[
        answers
      ];
      const problems = name === "" || name === "Ids" ? [] : check(name, got.json);
      const many: unknown = answers === "list" ? Object.values(got.json)[0] : [1];
      const isFull = Array.isArray(many) && many.length > 0;
      const isPaged = answers !== "list" || (got.headers.get("link") ?? "").includes('rel="last"');
      count += 1;
      if (got.status >= 300 || problems.length > 0 || !isPaged) wrong.push([method, path, got.status, problems]);
      if (method === "get" && !isFull && !/resources/.test(path)) wrong.push([method, path, "nothing to check"]);
      const refused = [
        await send(`${root}/${way}`, { method: method.toUpperCase() }),
        await ask(client, "get", `${root}/${way.replace(/[^/]+$/, "nowhere")}`),
        ...(answers === "list" ? [await ask(client, "get", `${root}/${way}?filter=none`)] : []),
      ];
      for (const { status, json } of refused) {
        const faults = check("Error", json);
        if (status < 400 || faults.length > 0) wrong.push([method, path, "refusal", status, faults]);
      }
    }
    expect(wrong).toEqual([]);
    expect(count).toBe(endpoints.length);
    expect(count).toBeGreaterThan(version === "1.1" ? 50 : 75);
  });
});

function rootOf({ connected }: GradeClient, service: Service): string {
  return connected.connection.version === "1.1" ? connected.root : `${connected.credentials.baseUrl}/${service}/v1p2`;
}

/** Asks below any root: the client's own calls are below the grade book's. */
function ask(client: GradeClient, method: string, url: string, body?: unknown): Promise<Got> {
  const path = url.startsWith(`${client.root}/`) ? url.slice(client.root.length + 1) : undefined;
  if (path === undefined) return client.roster(url);
  if (method === "put") return client.put(path, body);
  if (method === "post") return client.post(path, body);
  return method === "delete" ? client.remove(path) : client.get(path);
}

describe("discovery", () => {
  it.each(SERVICES)("tells every path of %s to anybody, at both shapes of root", async (service) => {
    const stage = await openGradeBook();
    const { credentials } = await stage.connect();
    for (const root of [
      `${credentials.baseUrl}/${service}/v1p2`,
      `${stage.origin}/campus/api/ims/oneroster/${service}/v1p2`,
    ]) {
      const { status, json } = await send(`${root}/discovery/${DOCUMENT_NAMES[service]}`);
      expect(status).toBe(200);
      expect(json).toMatchObject({ openapi: "3.0.3", servers: [{ url: root }] });
      expect(Object.keys(json.paths)).toEqual([...new Set(endpointsOf(service).map(({ path }) => path))]);
      const names = [...JSON.stringify(json).matchAll(/#\/components\/schemas\/(\w+)/g)].map(([, name]) => name);
      expect(names.filter((name) => json.components.schemas[name ?? ""] === undefined)).toEqual([]);
      const ids = Object.values<Record<string, { readonly operationId: string }>>(json.paths)
        .flatMap((path) => Object.values(path))
        .map(({ operationId }) => operationId);
      expect(new Set(ids).size).toBe(ids.length);
      expect(JSON.stringify(json.paths)).not.toContain("springfield");
    }
  });
});
