import { describe, expect, it } from "vitest";
import { linesOf, openApi, RITA } from "./api-stage.ts";
import { askToken, SHELBYVILLE, vendorOf } from "./stage.ts";

describe("the usage log over HTTP", () => {
  it("is told line by line, from a moment on, to whoever may see the district", async () => {
    const api = await openApi();
    const connected = await api.connect();
    const path = `/connections/${connected.connection.id}/traffic`;
    await askToken(connected.credentials);
    api.setNow("2026-10-06T02:00:00.000Z");
    const read = await vendorOf(connected);
    await read("orgs");
    const requests = linesOf(await api.get(path, RITA));
    expect(requests.map(({ kind, value }) => value?.what ?? kind)).toEqual(["token", "token", "orgs", "end"]);
    expect(requests[2].value).toMatchObject({ by: "consumer", ok: true, status: 200, rows: 5, pull: "orgs" });
    expect(linesOf(await api.get(`${path}?since=2026-10-06`))).toHaveLength(3);
    expect((await api.get(`${path}?since=soon`)).status).toBe(400);
  });

  it("is not told of a connection that the operator may not know", async () => {
    const api = await openApi();
    const { connection } = await api.connect({ district: SHELBYVILLE });
    for (const id of [connection.id, "c-none", "%00", "x".repeat(201)]) {
      const answer = await api.get(`/connections/${id}/traffic`);
      expect([answer.status, answer.json.error.code]).toEqual([404, "not-found"]);
    }
  });
});
