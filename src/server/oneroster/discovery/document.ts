import { COLLECTION_POSTS, NESTED_READS } from "../../gradebook/paths.ts";
import { GRADE_KINDS, kindsOf } from "../../gradebook/kinds.ts";
import { COLLECTIONS } from "../collections.ts";
import { NESTED } from "../nested.ts";
import { resourceHolders } from "../resources.ts";
import type { Service } from "../roots.ts";
import { objectSchemas, schemaName } from "./objects.ts";

/** One operation of a service. */
interface Endpoint {
  readonly method: "get" | "put" | "post" | "delete";
  /** With ids in braces, such as `/classes/{sourcedId}/students`. */
  readonly path: string;
  /** The name of the object that it is about. */
  readonly one: string;
  readonly answers: "list" | "one" | "nothing" | "ids";
}

/** Every operation of a service in 1.2. */
export function endpointsOf(service: Service): readonly Endpoint[] {
  if (service === "rostering") return [...rostering()];
  if (service === "gradebook") return [...gradeBook()];
  const resource = { method: "get", one: "resource" } as const;
  return [
    { ...resource, path: "/resources", answers: "list" },
    { ...resource, path: "/resources/{sourcedId}", answers: "one" },
    ...resourceHolders("1.2").map(
      (holder): Endpoint => ({ ...resource, path: `/${holder}/{sourcedId}/resources`, answers: "list" }),
    ),
  ];
}

function* rostering(): Generator<Endpoint> {
  for (const [name, { one }] of COLLECTIONS) {
    yield { method: "get", path: `/${name}`, one, answers: "list" };
    yield { method: "get", path: `/${name}/{sourcedId}`, one, answers: "one" };
  }
  for (const [names, { kind }] of NESTED) {
    const [first = "", second = "", third] = names.split("/");
    const path = third === undefined ? second : `${second}/{innerId}/${third}`;
    yield { method: "get", path: `/${first}/{sourcedId}/${path}`, one: kind.one, answers: "list" };
  }
}

function* gradeBook(): Generator<Endpoint> {
  for (const { many, one } of kindsOf("1.2")) {
    yield { method: "get", path: `/${many}`, one, answers: "list" };
    const path = `/${many}/{sourcedId}`;
    yield { method: "get", path, one, answers: "one" };
    yield { method: "put", path, one, answers: "one" };
    yield { method: "delete", path, one, answers: "nothing" };
  }
  const braced = (path: string): string => path.replaceAll(/:(\w+)/g, "{$1}");
  for (const { path, many } of NESTED_READS)
    yield { method: "get", path: braced(path), one: GRADE_KINDS[many].one, answers: "list" };
  for (const { path, many } of COLLECTION_POSTS)
    yield { method: "post", path: braced(path), one: GRADE_KINDS[many].one, answers: "ids" };
}

/** The names of the documents (1EdTech OneRoster 1.2, service discovery). */
export const DOCUMENT_NAMES: Readonly<Record<Service, string>> = {
  rostering: "onerosterv1p2rostersservice_openapi3_v1p0.json",
  gradebook: "onerosterv1p2gradebookservice_openapi3_v1p0.json",
  resources: "onerosterv1p2resourcesservice_openapi3_v1p0.json",
};

/** What a service of 1.2 answers to, as OpenAPI 3.0: every path, and the shape of everything that it sends. */
export function discoveryDocument(service: Service, root: string) {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const endpoint of endpointsOf(service)) {
    paths[endpoint.path] = { ...paths[endpoint.path], [endpoint.method]: operation(endpoint, service) };
  }
  const tokenUrl = new URL("/campus/oauth2/token", root).href;
  return {
    openapi: "3.0.3",
    info: {
      title: `OneRoster 1.2 ${service} of a reference campus`,
      description: "A stand-in for rehearsals. It is not a real site, and nobody in it is real.",
      version: "1.2",
    },
    servers: [{ url: root }],
    paths,
    components: {
      schemas: { ...objectSchemas("1.2"), Ids: IDS },
      securitySchemes: {
        OAuth2CC: { type: "oauth2", flows: { clientCredentials: { tokenUrl, scopes: {} } } },
        ...(service === "gradebook"
          ? { VendorKey: { type: "apiKey", in: "header", name: "x-vendor-authorization" } }
          : {}),
      },
    },
    security: [service === "gradebook" ? { OAuth2CC: [], VendorKey: [] } : { OAuth2CC: [] }],
  };
}

const IDS = {
  type: "object",
  properties: {
    sourcedIdPairs: {
      type: "array",
      items: {
        type: "object",
        properties: { suppliedSourcedId: { type: "string" }, allocatedSourcedId: { type: "string" } },
        required: ["suppliedSourcedId", "allocatedSourcedId"],
        additionalProperties: false,
      },
    },
  },
  required: ["sourcedIdPairs"],
  additionalProperties: false,
};

const QUERY = ["limit", "offset", "sort", "orderBy", "filter", "fields"].map((name) => ({
  name,
  in: "query",
  required: false,
  schema: name === "limit" || name === "offset" ? { type: "integer", minimum: 0 } : { type: "string" },
}));

function operation({ method, path, one, answers }: Endpoint, service: Service) {
  const ids = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
  }));
  const schema = {
    list: `ListOf${schemaName(one)}`,
    one: `Single${schemaName(one)}`,
    ids: "Ids",
    nothing: undefined,
  }[answers];
  const content = (name: string) => ({
    content: { "application/json": { schema: { $ref: `#/components/schemas/${name}` } } },
  });
  const good = { description: "What was asked for.", ...(schema === undefined ? {} : content(schema)) };
  const statuses = { get: ["200"], put: ["200", "201"], post: ["201"], delete: ["204"] }[method];
  const sent = method === "post" ? `ListOf${schemaName(one)}` : `Single${schemaName(one)}`;
  return {
    operationId: [method, ...path.split("/").filter((part) => part !== "")].join("_").replaceAll(/[{}]/g, ""),
    tags: [service],
    parameters: [...ids, ...(answers === "list" ? QUERY : [])],
    ...(method === "put" || method === "post" ? { requestBody: { required: true, ...content(sent) } } : {}),
    responses: {
      ...Object.fromEntries(statuses.map((status) => [status, good])),
      default: { description: "Why it was refused.", ...content("Error") },
    },
  };
}
