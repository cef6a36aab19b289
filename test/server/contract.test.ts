import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { describe, expect, it } from "vitest";
import { DOCUMENT_NAMES, endpointsOf } from "../../src/server/oneroster/discovery/document.ts";
import { objectSchemas, schemaName } from "../../src/server/oneroster/discovery/objects.ts";
import { ask, endpointsIn, filled, idsFor, rootOf, SERVICES } from "./endpoints.ts";
import { type GradeClient, gradeClient, lineItem, openGradeBook, placeAt, result } from "./gradebook-stage.ts";
import { send } from "./stage.ts";

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
    const endpoints = endpointsIn(version);
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
