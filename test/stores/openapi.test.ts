import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type Exchange, recordExchanges } from "../../src/conformance/over-http/exchanges.ts";
import { createShapes, operationOf } from "../../src/conformance/over-http/shapes.ts";
import { openApiDocument } from "../../src/server/api/openapi.ts";
import { VERSION } from "../../src/version.ts";
import { describeStoreContract } from "./contract.ts";
import { openHttpWorld } from "./http-world.ts";
import { openMemoryWorld } from "./world.ts";

const text = readFileSync(new URL("../../schemas/connection-store.openapi.json", import.meta.url), "utf8");
const document: {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly operationId: string }>>>>;
} = JSON.parse(text);
const shapes = createShapes(document);

/** What an exchange does otherwise than the document says. */
function breaches(exchange: Exchange): readonly string[] {
  return [...shapes.request(exchange), ...shapes.answer(exchange)];
}

describe("the OpenAPI document of the connection-store API", () => {
  const { exchanges, watch } = recordExchanges();
  describeStoreContract("told over HTTP, a campus in memory behind it", async () =>
    openHttpWorld(await openMemoryWorld(), { watch, rehearses: true }),
  );

  it("says everything that the stories above sent and got, and they use all of it", () => {
    const wrong = exchanges.flatMap(breaches);
    expect([...new Set(wrong)].slice(0, 5)).toEqual([]);
    const seen = new Set(
      exchanges
        .filter(({ status }) => status === 200)
        .map((one) => Reflect.get(Object(operationOf(document, one)), "operationId")),
    );
    const all = Object.values(document.paths).flatMap((path) =>
      Object.values(path).map(({ operationId }) => operationId),
    );
    expect(all.filter((id) => !seen.has(id))).toEqual(["attempts", "rehearsal", "rehearsal-pass"]);
    expect(exchanges.length).toBeGreaterThan(1000);
  });

  it("is what the campus says of itself", () => {
    expect(openApiDocument(VERSION)).toEqual(document);
  });

  it("would notice an answer that is otherwise", () => {
    const exchange = { method: "POST", path: "/release", sent: '{"address":"a/b"}', status: 412, date: "" };
    expect(breaches({ ...exchange, got: '{"kind":"stale","expected":1,"found":2}' })).toEqual([]);
    expect(breaches({ ...exchange, got: '{"kind":"stale","expected":1}' })).toHaveLength(1);
    expect(breaches({ ...exchange, sent: "{}", got: '{"kind":"stale","expected":1,"found":2}' })).toHaveLength(1);
    expect(breaches({ ...exchange, status: 418, got: "{}" })).toHaveLength(1);
    expect(breaches({ ...exchange, path: "/destroy", got: "{}" })).toHaveLength(1);
  });
});
