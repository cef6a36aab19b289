import { readFileSync } from "node:fs";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { describe, expect, it } from "vitest";
import { openApiDocument } from "../../src/server/api/openapi.ts";
import { VERSION } from "../../src/version.ts";
import { describeStoreContract } from "./contract.ts";
import { type Exchange, recordExchanges } from "./exchanges.ts";
import { openHttpWorld } from "./http-world.ts";
import { openMemoryWorld } from "./world.ts";

interface Operation {
  readonly operationId: string;
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly $ref?: string; readonly content?: Content }>>;
}
type Content = Readonly<Record<string, { readonly schema: object }>>;

const text = readFileSync(new URL("../../schemas/connection-store.openapi.json", import.meta.url), "utf8");
const document: {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly responses: Readonly<Record<string, { readonly content?: Content }>> };
} = JSON.parse(text);

const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats.default(ajv);
ajv.addSchema(document, "store");
const compiled = new Map<object, ValidateFunction>();

/** Compiled once, with references into the whole document. */
function checkerOf(schema: object): ValidateFunction {
  const known = compiled.get(schema);
  if (known !== undefined) return known;
  const whole = JSON.parse(JSON.stringify(schema).replaceAll('"#/components', '"store#/components'));
  const check = ajv.compile(whole);
  compiled.set(schema, check);
  return check;
}

function operationOf({ method, path }: Exchange): Operation | undefined {
  const named = path.replace(/^\/connections\/[^/]+\//, "/connections/{id}/") || "/";
  return document.paths[named]?.[method.toLowerCase()];
}

/** What an exchange does otherwise than the document says. */
function breaches(exchange: Exchange): readonly string[] {
  const operation = operationOf(exchange);
  const where = `${exchange.method} ${exchange.path} ${exchange.status}`;
  if (operation === undefined) return [`${where}: no such path`];
  const listed = operation.responses[String(exchange.status)];
  if (listed === undefined) return [`${where}: no such status`];
  const content = listed.content ?? document.components.responses[listed.$ref?.split("/").at(-1) ?? ""]?.content ?? {};
  const isList = content["application/x-ndjson"] !== undefined;
  const bodies = isList ? exchange.got.trimEnd().split("\n") : [exchange.got];
  const answer = (content["application/x-ndjson"] ?? content["application/json"])?.schema ?? {};
  const asked = operation.requestBody?.content["application/json"]?.schema;
  return [
    ...(asked === undefined ? [] : said(asked, exchange.sent, `${where}: request`)),
    ...bodies.flatMap((body) => said(answer, body, `${where}: answer`)),
  ];
}

function said(schema: object, body: string, where: string): readonly string[] {
  const check = checkerOf(schema);
  return check(JSON.parse(body)) ? [] : [`${where} ${ajv.errorsText(check.errors)} in ${body.slice(0, 300)}`];
}

describe("the OpenAPI document of the connection-store API", () => {
  const { exchanges, end } = recordExchanges();
  describeStoreContract("told over HTTP, a campus in memory behind it", async () =>
    openHttpWorld(await openMemoryWorld()),
  );

  it("says everything that the stories above sent and got, and they use all of it", () => {
    end();
    const wrong = exchanges.flatMap(breaches);
    expect([...new Set(wrong)].slice(0, 5)).toEqual([]);
    const seen = new Set(exchanges.filter(({ status }) => status === 200).map((one) => operationOf(one)?.operationId));
    const all = Object.values(document.paths).flatMap((path) =>
      Object.values(path).map(({ operationId }) => operationId),
    );
    expect(all.filter((id) => !seen.has(id))).toEqual(["attempts", "traffic"]);
    expect(exchanges.length).toBeGreaterThan(1000);
  });

  it("is what the campus says of itself", () => {
    expect(openApiDocument(VERSION)).toEqual(document);
  });

  it("would notice an answer that is otherwise", () => {
    const exchange = { method: "POST", path: "/release", sent: '{"address":"a/b"}', status: 412 };
    expect(breaches({ ...exchange, got: '{"kind":"stale","expected":1,"found":2}' })).toEqual([]);
    expect(breaches({ ...exchange, got: '{"kind":"stale","expected":1}' })).toHaveLength(1);
    expect(breaches({ ...exchange, sent: "{}", got: '{"kind":"stale","expected":1,"found":2}' })).toHaveLength(1);
    expect(breaches({ ...exchange, status: 418, got: "{}" })).toHaveLength(1);
    expect(breaches({ ...exchange, path: "/destroy", got: "{}" })).toHaveLength(1);
  });
});
