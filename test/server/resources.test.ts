import { describe, expect, it } from "vitest";
import { VERSIONS } from "../../src/model/traits.ts";
import { openStage, readAll, trafficOf, vendorOf } from "./stage.ts";

type Ided = { readonly sourcedId: string };

describe.each(VERSIONS)("resources in %s", (version) => {
  it("are read as a whole, one by one, and where they are used", async () => {
    const stage = await openStage();
    const connected = await stage.connect({ kind: "supported", version });
    const read = await vendorOf(connected);
    const root = version === "1.1" ? connected.root : `${connected.credentials.baseUrl}/resources/v1p2`;
    const all = await readAll((path) => read(path.startsWith("http") ? path : `${root}/${path}`), "resources");
    expect(all.length).toBeGreaterThan(0);
    const ids = new Set(all.map(({ sourcedId }: Ided) => sourcedId));
    expect(ids.size).toBe(all.length);
    const [first] = all;
    expect((await read(`${root}/resources/${first.sourcedId}`)).json.resource).toEqual(first);
    expect((await read(`${root}/resources/none`)).status).toBe(404);
    const holders = version === "1.1" ? ["courses", "classes"] : ["courses", "classes", "users"];
    for (const holder of holders) {
      const [one] = (await read(`${connected.root}/${holder}?limit=1`)).json[holder];
      const below = await read(`${root}/${holder}/${one.sourcedId}/resources`);
      expect([holder, below.status]).toEqual([holder, 200]);
      for (const { sourcedId } of below.json.resources) expect(ids.has(sourcedId)).toBe(true);
      expect((await read(`${root}/${holder}/none/resources`)).status).toBe(404);
    }
    expect((await trafficOf(stage, connected)).at(-1)?.what).toBe("resources");
  });

  it("are not for the kind other, nor for another version, nor beyond the scope", async () => {
    const stage = await openStage();
    const prefix = `https://purl.imsglobal.org/spec/or/${version === "1.1" ? "v1p1" : "v1p2"}/scope/`;
    const short = `${stage.origin}/campus/api/ims/oneroster/${version === "1.1" ? "v1p1" : "resources/v1p2"}`;
    const other = await vendorOf(await stage.connect({ kind: "other", version }));
    expect((await other(`${short}/resources`)).status).toBe(403);
    const wrong = await vendorOf(
      await stage.connect({ kind: "supported", version: version === "1.1" ? "1.2" : "1.1" }),
    );
    expect((await wrong(`${short}/resources`)).status).toBe(404);
    const connected = await stage.connect({ kind: "supported", version });
    const rosterOnly = await vendorOf(connected, { scope: `${prefix}roster.readonly` });
    expect((await rosterOnly(`${short}/resources`)).status).toBe(403);
    if (version === "1.1") return;
    const core = await vendorOf(connected, { scope: `${prefix}resource-core.readonly ${prefix}roster.readonly` });
    expect((await core(`${short}/resources`)).status).toBe(200);
    const [one] = (await core(`${connected.root}/classes?limit=1`)).json.classes;
    expect((await core(`${short}/classes/${one.sourcedId}/resources`)).status).toBe(403);
  });

  it("of classes outside its schools are not seen", async () => {
    const stage = await openStage();
    const wide = await stage.connect({ kind: "supported", version });
    const narrow = await stage.connect({ kind: "supported", version, schools: ["Lincoln"] });
    const short = `${stage.origin}/campus/api/ims/oneroster/${version === "1.1" ? "v1p1" : "resources/v1p2"}`;
    const [all, own] = [
      await (await vendorOf(wide))(`${short}/resources`),
      await (await vendorOf(narrow))(`${short}/resources`),
    ];
    expect(own.json.resources.length).toBeLessThan(all.json.resources.length);
    const seen = new Set(all.json.resources.map(({ sourcedId }: Ided) => sourcedId));
    expect(own.json.resources.every(({ sourcedId }: Ided) => seen.has(sourcedId))).toBe(true);
  });
});
