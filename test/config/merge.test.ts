import { expect, test } from "vitest";
import { DEFAULT_LIMITS } from "../../src/model/desired.ts";
import { HOUR_MS } from "../../src/model/time.ts";
import { alone, connectionAt, district, findings, loaded, project } from "./load.ts";

const GROUPS = `groups:
  all:
    vendors:
      Schoology: { version: 1.1, kind: supported, share: [demographics], labels: { wave: 0, cost: x }, owner: group@a.example }
      Otus: { version: 1.1, kind: supported }
      Edlink: { version: 1.2, kind: other }
  wave-1:
    vendors:
      Schoology: { version: 1.2, share: [], labels: { wave: 1 } }
`;

test("later wins, maps merge, lists replace, and every value remembers where it stands", async () => {
  const merged = await loaded({
    "rosterform.yaml": project(GROUPS),
    "districts/a.yaml": district(
      "a",
      "groups: [all, wave-1]\nvendors:\n  Schoology: { accept: [user-ids 1.1 -> 1.2] }\n",
    ),
  });
  const one = connectionAt(merged, "a/Schoology");
  expect(one).toMatchObject({
    version: "1.2",
    kind: "supported",
    share: [],
    labels: { wave: "1", cost: "x" },
    owner: "group@a.example",
    accepts: ["user-ids 1.1->1.2"],
    place: { file: "districts/a.yaml", path: ["vendors", "Schoology"] },
  });
  const group = ["groups", "wave-1", "vendors", "Schoology"];
  expect(one.places["version"]).toEqual({ file: "rosterform.yaml", document: 0, path: [...group, "version"] });
  expect(one.places["kind"]?.path).toEqual(["groups", "all", "vendors", "Schoology", "kind"]);
  expect(one.places["labels.cost"]?.path).toEqual(["groups", "all", "vendors", "Schoology", "labels", "cost"]);
  expect(one.places["labels.wave"]?.path).toEqual([...group, "labels", "wave"]);
  expect(one.places["accept"]).toEqual({
    file: "districts/a.yaml",
    document: 0,
    path: ["vendors", "Schoology", "accept"],
  });
});

test("the order of the groups decides", async () => {
  const merged = await loaded({
    "rosterform.yaml": project(GROUPS),
    "districts/a.yaml": district("a", "groups: [wave-1, all]\n"),
  });
  expect(connectionAt(merged, "a/Schoology")).toMatchObject({ version: "1.1", share: ["demographics"] });
});

test("what a district ignores is not there, and whoever names it again starts afresh", async () => {
  const groups = `${GROUPS}  less:\n    vendors: { Otus: ignore, Schoology: ignore }\n`;
  const merged = await loaded({
    "rosterform.yaml": project(groups),
    "districts/a.yaml": district(
      "a",
      "groups: [all, wave-1, less]\nvendors:\n  Schoology: { version: 1.1, kind: other }\n  Unheard: ignore\n",
    ),
  });
  const [only] = merged.desired.districts;
  expect(only?.ignored).toEqual(["Otus", "Unheard"]);
  expect(connectionAt(merged, "a/Schoology")).toMatchObject({ kind: "other", share: [], labels: {} });
});

test("named connections take what a group gives to their vendor", async () => {
  const merged = await loaded({
    "rosterform.yaml": project(GROUPS),
    "districts/a.yaml": district(
      "a",
      "groups: [all, wave-1]\nvendors:\n  Edlink: { connections: { s: { schools: [South High] }, n: { kind: supported } } }\n",
    ),
  });
  expect(
    merged.desired.districts[0]?.connections.map(({ address, version, kind }) => [address, version, kind]),
  ).toEqual([
    ['a/Edlink["n"]', "1.2", "supported"],
    ['a/Edlink["s"]', "1.2", "other"],
    ["a/Otus", "1.1", "supported"],
    ["a/Schoology", "1.2", "supported"],
  ]);
});

test("one group may be taken over by many districts without one changing another", async () => {
  const documents = {
    "rosterform.yaml": project(GROUPS),
    "districts/a.yaml": district("a", "groups: [all, wave-1]\nvendors:\n  Schoology: { labels: { mine: a } }\n"),
    "districts/b.yaml": district("b", "groups: [all, wave-1]\n"),
  };
  const merged = await loaded(documents);
  expect(connectionAt(merged, "a/Schoology").labels).toEqual({ wave: "1", cost: "x", mine: "a" });
  expect(connectionAt(merged, "b/Schoology").labels).toEqual({ wave: "1", cost: "x" });
});

test("defaults are what a short document means", async () => {
  const merged = await loaded(alone("  Otus: { version: 1.1, kind: supported }\n"));
  const [only] = merged.desired.districts;
  expect(only).toMatchObject({
    mode: "manage",
    site: { kind: "production" },
    limits: DEFAULT_LIMITS,
    freeze: [],
    ignored: [],
  });
  expect(connectionAt(merged, "springfield/Otus")).toEqual({
    address: "springfield/Otus",
    district: "springfield",
    vendor: "Otus",
    version: "1.1",
    kind: "supported",
    schools: "all",
    share: [],
    state: "active",
    rotate: 0,
    requires: ["probed", "used-or-attested"],
    quietMs: 48 * HOUR_MS,
    accepts: [],
    protected: false,
    labels: {},
    place: { file: "springfield.yaml", document: 0, path: ["vendors", "Otus"] },
    places: {
      version: { file: "springfield.yaml", document: 0, path: ["vendors", "Otus", "version"] },
      kind: { file: "springfield.yaml", document: 0, path: ["vendors", "Otus", "kind"] },
    },
  });
  expect(merged.settings).toEqual({
    store: { kind: "sqlite", path: "/project/campus.db", keyFile: "/project/rosterform.key" },
    deliver: { kind: "file", folder: "/project/credentials", shownAs: "credentials" },
    probe: { deadlineMs: 60_000, readDemographics: false, tolerance: 0.1 },
  });
});

test("every key of a connection reaches the model", async () => {
  const merged = await loaded(
    alone(`  Otus:
    version: "1.1"
    kind: supported
    schools: [Roosevelt, Lincoln, Lincoln]
    share: [demographics]
    rotate: 2
    accept: [cut-off, "schools Roosevelt, Lincoln -> Lincoln"]
    was: Otter
    adopt: "0123"
    protected: true
    attest: { connection: c-1, fingerprint: 0123456789abcdef, by: dana, at: 2027-01-02, reason: told }
    approved: { by: kim, on: 2026-08-03, reference: DPA 14 }
    expires: 2027-12-31
    ends: 2027-06-30
    owner: dana@a.example
    contact: help@b.example
    deliver-from: 2027-06-15
    sync-period: 7d
    fields: { client-id: Consumer Key }
    confirm: { require: [attested, probed], within: 2w }
    labels: { wave: 1, pilot: true }
`),
  );
  expect(connectionAt(merged, "springfield/Otus")).toMatchObject({
    version: "1.1",
    schools: ["Lincoln", "Roosevelt"],
    share: ["demographics"],
    rotate: 2,
    accepts: ["cut-off", "schools Lincoln, Roosevelt->Lincoln"],
    was: "springfield/Otter",
    adopt: "0123",
    protected: true,
    attest: { connection: "c-1", fingerprint: "0123456789abcdef", by: "dana", at: "2027-01-02", reason: "told" },
    approved: { by: "kim", on: "2026-08-03", reference: "DPA 14" },
    expires: "2027-12-31",
    ends: "2027-06-30",
    owner: "dana@a.example",
    contact: "help@b.example",
    deliverFrom: "2027-06-15",
    quietMs: 7 * 24 * HOUR_MS,
    withinMs: 14 * 24 * HOUR_MS,
    requires: ["probed", "attested"],
    fieldNames: { clientId: "Consumer Key", clientSecret: "Client Secret", tokenUrl: "Token URL", baseUrl: "Base URL" },
    labels: { wave: "1", pilot: "true" },
  });
});

test("project, catalogue, district and connection say what they know, the nearer the stronger", async () => {
  const merged = await loaded({
    "rosterform.yaml": project(
      "catalogue: vendors.yaml\nowner: agency\nconfirm: { within: 21d, quiet: 10h }\nlimits: { disable: 20%, at-least: 5 }\nfreeze: [{ from: 2027-04-01, to: 2027-04-02, why: p }]\n",
    ),
    "vendors.yaml":
      "vendors: { A: { sync-period: 24h, contact: a@v.example, fields: { client-id: Key }, keys: [age1abc] }, B: {}, C: { sync-period: 24h } }\n",
    "districts/a.yaml": district(
      "a",
      "owner: dana\nmode: observe\nconfirm: { within: 5d }\nlimits: { at-least: 1, switch: 50% }\nfreeze: [{ from: 2027-05-01, to: 2027-05-02, why: d }]\nvendors:\n  A: { version: 1.1, kind: other }\n  B: { version: 1.1, kind: other }\n  C: { version: 1.1, kind: other, sync-period: 1h, owner: lee }\n",
    ),
    "districts/b.yaml": district("b", "vendors:\n  B: { version: 1.1, kind: other }\n"),
  });
  const a = connectionAt(merged, "a/A");
  expect(a).toMatchObject({
    quietMs: 24 * HOUR_MS,
    contact: "a@v.example",
    recipients: ["age1abc"],
    owner: "dana",
    withinMs: 120 * HOUR_MS,
  });
  expect(a.fieldNames?.clientId).toBe("Key");
  expect(a.places["sync-period"]).toEqual({ file: "vendors.yaml", document: 0, path: ["vendors", "A", "sync-period"] });
  expect(connectionAt(merged, "a/B")).toMatchObject({ quietMs: 10 * HOUR_MS });
  expect(connectionAt(merged, "a/C")).toMatchObject({ quietMs: HOUR_MS, owner: "lee" });
  expect(connectionAt(merged, "b/B")).toMatchObject({ owner: "agency", withinMs: 504 * HOUR_MS });
  expect(merged.desired.limits).toEqual({ disable: 0.2, switch: 1, atLeast: 5 });
  expect(
    merged.desired.districts.map(({ mode, limits, freeze, owner }) => [
      mode,
      limits,
      freeze.map(({ why }) => why),
      owner,
    ]),
  ).toEqual([
    ["observe", { disable: 0.2, switch: 0.5, atLeast: 1 }, ["p", "d"], "dana"],
    ["manage", { disable: 0.2, switch: 1, atLeast: 5 }, ["p"], "agency"],
  ]);
});

test("the machinery is read from the project, its paths relative to it", async () => {
  const text = `store: { kind: sqlite, path: ../x.db, key: file:keys/k }\nprobe: { deadline: 5m, demographics: true, tolerance: 2.5% }\ndeliver: { kind: age, folder: out, recipients: [age1abc] }\n---\n${district("a")}`;
  expect((await loaded({ "p.yaml": text })).settings).toEqual({
    store: { kind: "sqlite", path: "/x.db", keyFile: "/project/keys/k" },
    deliver: { kind: "age", folder: "/project/out", shownAs: "out", recipients: ["age1abc"] },
    probe: { deadlineMs: 300_000, readDemographics: true, tolerance: 0.025 },
  });
  const terminal = text.replace(/deliver: .*/u, "deliver: { kind: terminal }");
  expect((await loaded({ "p.yaml": terminal })).settings.deliver).toEqual({ kind: "terminal" });
});

test("the environment may name another store, relative to where the command runs", async () => {
  const documents = alone("  Otus: ignore\n");
  const storeWith = async (path: string) => (await loaded(documents, { ROSTERFORM_STORE: path })).settings.store;
  expect(await storeWith("other.db")).toMatchObject({ path: "/elsewhere/other.db" });
  expect(await storeWith("")).toMatchObject({ path: "/project/campus.db" });
});

test("a store in PostgreSQL is named by where its URL is kept, and its URL is not shown", async () => {
  const url = "postgresql://dana:hunter2canary@db.example.org/agency";
  const settingsOf = async (store: string, env = {}) =>
    (await loaded({ "p.yaml": `store: ${store}\n---\n${district("a")}` }, env)).settings.store;
  const set = await settingsOf("{ kind: postgres, url: env:STORE_URL }", { STORE_URL: url });
  expect(JSON.parse(JSON.stringify(set))).toEqual({
    kind: "postgres",
    url: { named: "env:STORE_URL", value: "[secret]" },
    schema: "rosterform",
    keyFile: "/project/rosterform.key",
  });
  expect("url" in set && set.url.value?.reveal()).toBe(url);
  expect(await settingsOf("{ kind: postgres, url: env:STORE_URL, schema: north }")).toMatchObject({
    url: { named: "env:STORE_URL" },
    schema: "north",
  });
  expect(await settingsOf("{ kind: by-hand, url: file:../url, key: file:k }")).toEqual({
    kind: "by-hand",
    url: { named: "file:../url", file: "/url" },
    schema: "rosterform",
    keyFile: "/project/k",
  });
  expect(await settingsOf("{ kind: by-hand, path: hands.db }")).toMatchObject({
    kind: "by-hand",
    path: "/project/hands.db",
  });
});

test("a store in PostgreSQL is not exchanged for a file by the environment, silently or at all", async () => {
  const text = `store: { kind: postgres, url: env:STORE_URL }\n---\n${district("a")}`;
  const refused = loaded({ "p.yaml": text }, { ROSTERFORM_STORE: "other.db" });
  await expect(refused).rejects.toMatchObject({ code: "config/store-override" });
});

test("anchors, aliases and merge keys work, and places lead to where the value is written", async () => {
  const text = alone(`  Otus: &base
    version: 1.1
    kind: supported
  Schoology:
    <<: *base
    share: [demographics]
  Edlink: *base
`);
  const merged = await loaded(text);
  expect(connectionAt(merged, "springfield/Schoology")).toMatchObject({
    version: "1.1",
    kind: "supported",
    share: ["demographics"],
  });
  expect(connectionAt(merged, "springfield/Edlink")).toMatchObject({ version: "1.1", kind: "supported" });
  const broken = { "springfield.yaml": String(text["springfield.yaml"]).replace("version: 1.1", "version: 1.4") };
  expect(await findings(broken)).toEqual(["springfield.yaml:6:14 config/unknown-value <1.4>"]);
});
