import { request } from "undici";
import { describe, expect, it } from "vitest";
import { isActive } from "../../src/model/live.ts";
import { openStage, SHELBYVILLE, SPRINGFIELD } from "./stage.ts";

const APPS = "/campus/apps";

async function open() {
  const stage = await openStage({ screens: [SPRINGFIELD] });
  return {
    ...stage,
    get: async (path: string) => {
      const answer = await fetch(`${stage.origin}${path}`);
      return { status: answer.status, text: await answer.text(), headers: answer.headers };
    },
    post: async (path: string, form: string, headers: Readonly<Record<string, string>> = {}) => {
      const answer = await fetch(`${stage.origin}${path}`, {
        method: "POST",
        redirect: "manual",
        headers: { "content-type": "application/x-www-form-urlencoded", ...headers },
        body: form,
      });
      return { status: answer.status, to: answer.headers.get("location") ?? "", text: await answer.text() };
    },
    all: async () => {
      for await (const { connections } of stage.store.read([SPRINGFIELD])) return connections;
      return [];
    },
  };
}

const OTUS = "application=Otus&kind=supported&version=1.2";

describe("the pages of the campus", () => {
  it("are there only where somebody asked for them", async () => {
    const stage = await openStage();
    expect((await fetch(`${stage.origin}${APPS}`)).status).toBe(404);
  });

  it("list the districts that were named and those the store knows", async () => {
    const campus = await open();
    await campus.connect({ district: SHELBYVILLE });
    const { text } = await campus.get(APPS);
    expect(text).toContain(`href="${APPS}/springfield"`);
    expect(text).toContain(`href="${APPS}/shelbyville"`);
  });

  it("generate a connection and show its four values, which open the campus's doors", async () => {
    const campus = await open();
    const made = await campus.post(`${APPS}/springfield`, OTUS);
    expect(made.status).toBe(303);
    const [connection] = await campus.all();
    expect(connection).toMatchObject({ application: "Otus", kind: "supported", version: "1.2", provenance: "found" });
    const { text, headers } = await campus.get(made.to);
    const secret = /<dt>Client Secret<\/dt><dd><code>([^<]+)</.exec(text)?.[1] ?? "";
    const tokenUrl = /<dt>Token URL<\/dt><dd><code>([^<]+)</.exec(text)?.[1]?.replaceAll("&#38;", "&") ?? "";
    const token = await fetch(tokenUrl, {
      method: "POST",
      headers: { authorization: `Basic ${Buffer.from(`${connection?.clientId}:${secret}`).toString("base64")}` },
      body: new URLSearchParams({ grant_type: "client_credentials" }),
    });
    expect(token.status).toBe(200);
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("content-security-policy")).toContain("default-src 'none'");
  });

  it("edit schools and data to share", async () => {
    const campus = await open();
    const { to } = await campus.post(`${APPS}/springfield`, OTUS);
    await campus.post(`${to}/edit`, "school=Lincoln&share=demographics");
    expect((await campus.all())[0]).toMatchObject({ schools: ["Lincoln"], share: ["demographics"] });
    expect((await campus.get(to)).text).toMatch(/value="Lincoln" checked/);
    await campus.post(`${to}/edit`, "all=yes");
    expect((await campus.all())[0]).toMatchObject({ schools: "all", share: [] });
  });

  it("disable and enable, and say who did it", async () => {
    const campus = await open();
    const { to } = await campus.post(`${APPS}/springfield`, OTUS);
    await campus.post(`${to}/disable`, "");
    expect((await campus.all())[0]?.status).toMatchObject({ kind: "disabled", by: "a person at the campus" });
    expect((await campus.get(to)).text).toContain("Enable this connection");
    await campus.post(`${to}/enable`, "");
    expect((await campus.all()).every(isActive)).toBe(true);
  });

  it("show one tile for each application and kind, with all its connections", async () => {
    const campus = await open();
    await campus.post(`${APPS}/springfield`, OTUS);
    await campus.post(`${APPS}/springfield`, OTUS.replace("1.2", "1.1"));
    await campus.post(`${APPS}/springfield`, "application=Bluebird+Reading&kind=other&version=1.2");
    const { text } = await campus.get(`${APPS}/springfield`);
    expect(text.match(/<h2 id="tile-/g)).toHaveLength(2);
    expect(text.match(/<td>Active<\/td>/g)).toHaveLength(3);
    expect(text).not.toMatch(/Client Secret/);
  });

  it("escape what people type", async () => {
    const campus = await open();
    const { to } = await campus.post(
      `${APPS}/springfield`,
      `kind=other&version=1.2&application=${encodeURIComponent('<img src="x">')}`,
    );
    for (const path of [to, `${APPS}/springfield`]) expect((await campus.get(path)).text).not.toContain("<img");
  });

  it("answer what is not there and what cannot be read with a page that says so", async () => {
    const campus = await open();
    expect((await campus.get(`${APPS}/nowhere`)).status).toBe(404);
    expect((await campus.get(`${APPS}/springfield/c-none`)).status).toBe(404);
    expect((await campus.post(`${APPS}/nowhere`, OTUS)).status).toBe(404);
    for (const form of ["", "application=Otus", "application=+&kind=other&version=1.2", OTUS.replace("1.2", "9")]) {
      const answer = await campus.post(`${APPS}/springfield`, form);
      expect([answer.status, answer.text.includes("cannot be read")]).toEqual([400, true]);
    }
    const other = await campus.connect({ district: SHELBYVILLE });
    expect((await campus.get(`${APPS}/springfield/${other.connection.id}`)).status).toBe(404);
    expect((await campus.post(`${APPS}/springfield`, "x=".padEnd(20_000, "x"))).status).toBe(413);
    expect(await campus.all()).toEqual([]);
  });

  it("do nothing for a form or a name of another site", async () => {
    const campus = await open();
    const foreign = await campus.post(`${APPS}/springfield`, OTUS, { origin: "https://elsewhere.example" });
    expect(foreign.status).toBe(403);
    const renamed = await request(`${campus.origin}${APPS}/springfield`, { headers: { host: "elsewhere.example" } });
    expect(renamed.statusCode).toBe(403);
    expect(await campus.all()).toEqual([]);
    expect((await campus.post(`${APPS}/springfield`, OTUS, { origin: campus.origin })).status).toBe(303);
  });
});
