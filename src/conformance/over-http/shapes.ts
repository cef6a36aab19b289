import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { STORE_API } from "../../config/generated/store-api.ts";
import type { Exchange } from "./exchanges.ts";

/** Says what an exchange does otherwise than the OpenAPI document; nothing where it is as it should be. */
export interface Shapes {
  readonly answer: (exchange: Exchange) => readonly string[];
  readonly request: (exchange: Exchange) => readonly string[];
}

const LONGEST_BODY = 300;

/** Reads the published document. Schemas are compiled when they are first met. */
export function createShapes(document: unknown = STORE_API): Shapes {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  if (typeof document === "object" && document !== null) ajv.addSchema(document, "store");
  const compiled = new Map<object, ValidateFunction>();
  const checkerOf = (schema: object): ValidateFunction => {
    const known = compiled.get(schema);
    if (known !== undefined) return known;
    const whole: unknown = JSON.parse(JSON.stringify(schema).replaceAll('"#/components', '"store#/components'));
    const check = ajv.compile(Object(whole));
    compiled.set(schema, check);
    return check;
  };
  const wrong = (schema: unknown, body: string, where: string): readonly string[] => {
    const check = checkerOf(typeof schema === "object" && schema !== null ? schema : {});
    const value = parsed(body);
    if (value === undefined) return [`${where} is no JSON: ${body.slice(0, LONGEST_BODY)}`];
    return check(value.json) ? [] : [`${where} ${ajv.errorsText(check.errors)} in ${body.slice(0, LONGEST_BODY)}`];
  };
  const request: Shapes["request"] = (exchange) => {
    const asked = at(operationOf(document, exchange), "requestBody", "content", "application/json", "schema");
    return asked === undefined ? [] : wrong(asked, exchange.sent, `${exchange.method} ${exchange.path}: request`);
  };
  const answer: Shapes["answer"] = (exchange) => {
    const where = `${exchange.method} ${exchange.path} ${exchange.status}`;
    const operation = operationOf(document, exchange);
    if (operation === undefined) return exchange.status === 404 ? [] : [`${where}: no such path`];
    const listed = at(operation, "responses", String(exchange.status));
    if (listed === undefined) return [`${where}: no such status`];
    const reference = at(listed, "$ref");
    const response =
      typeof reference === "string" ? at(document, "components", "responses", reference.split("/").at(-1)) : listed;
    const list = at(response, "content", "application/x-ndjson", "schema");
    const bodies = list === undefined ? [exchange.got] : exchange.got.trimEnd().split("\n");
    const shape = list ?? at(response, "content", "application/json", "schema");
    return bodies.flatMap((body) => wrong(shape, body, `${where}: answer`));
  };
  return { answer, request };
}

/** What the document says of a request's path and method. */
export function operationOf(document: unknown, { method, path }: Pick<Exchange, "method" | "path">): unknown {
  const named = path.replace(/^\/connections\/[^/]+\//, "/connections/{id}/") || "/";
  return at(document, "paths", named, method.toLowerCase());
}

/** A member of a member of a value; `undefined` where there is none. */
function at(value: unknown, ...names: readonly (string | undefined)[]): unknown {
  return names.reduce<unknown>(
    (inner, name) => (typeof inner === "object" && inner !== null ? Reflect.get(inner, name ?? "") : undefined),
    value,
  );
}

function parsed(text: string): { readonly json: unknown } | undefined {
  try {
    return { json: JSON.parse(text) };
  } catch {
    return undefined;
  }
}
