import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkUnder, loadDistrict, loadPolicy, type Policy } from "../../src/config/policy.ts";

describe("a policy", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "rosterform-policy-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  const load = (said: Readonly<Record<string, unknown>>, path?: string, env: Readonly<Record<string, string>> = {}) =>
    loadPolicy({ said, saidIn: "a block", env, cwd: folder, ...(path === undefined ? {} : { path }) });
  const loaded = async (...what: Parameters<typeof load>): Promise<Policy> => {
    const result = await load(...what);
    if (result.kind === "broken") throw new Error(JSON.stringify(result.diagnostics));
    return result.policy;
  };

  const STORE = { kind: "sqlite", path: "./said.db" };

  it("comes from what is said, with paths relative to where it is said", async () => {
    const { settings, delivers } = await loaded({ store: STORE });
    expect(settings.store).toMatchObject({ kind: "sqlite", path: join(folder, "said.db") });
    expect(delivers).toBe(false);
  });

  it("comes from a project file, over which what is said wins, key by key", async () => {
    const store = "store: { kind: sqlite, path: ./file.db }";
    write("rosterform.yaml", `${store}\nconfirm: { within: 21d }\ndeliver: { kind: file, folder: ./sheets }\n`);
    const file = await loaded({}, "rosterform.yaml");
    expect(file.settings.store).toMatchObject({ path: join(folder, "file.db") });
    expect(file.delivers).toBe(true);
    const both = await loaded({ store: STORE, confirm: { syncs: 2 } }, "rosterform.yaml");
    expect(both.settings.store).toMatchObject({ path: join(folder, "said.db") });
    expect(both.settings.deliver).toMatchObject({ kind: "file", folder: join(folder, "sheets") });
    expect(both.docs.project.value.confirm).toEqual({ within: "21d", syncs: 2 });
  });

  it("tells everything that is wrong at once, at the place where it was said", async () => {
    write("rosterform.yaml", "catalogue: vendors.yaml\nconfirm: { require: [probed] }\n");
    write("vendors.yaml", "vendors:\n  Otus: { status: friend }\n---\nvendors: {}\n");
    const result = await load(
      { store: { kind: "sqlite" }, freeze: [{ from: "2027-05-02", to: "2027-05-01", why: "x" }] },
      "rosterform.yaml",
    );
    if (result.kind === "loaded") throw new Error("that is not right");
    expect(result.diagnostics.map(({ code, at }) => `${at?.file}:${at?.line} ${code}`)).toEqual([
      "a block:1 config/freeze-backwards",
      "a block:1 config/missing-key",
      "rosterform.yaml:2 config/require-too-weak",
      "vendors.yaml:2 config/unknown-value",
      "vendors.yaml:4 config/second-document",
    ]);
    expect(await load({}, "nowhere.yaml")).toMatchObject({
      kind: "broken",
      diagnostics: [{ code: "config/file-missing" }],
    });
  });

  const DISTRICT = { district: "springfield", site: { host: "cloud.example.org", app: "springfield" } };

  it("holds for a district that is handed in, and only what is about that district is told", async () => {
    write("vendors.yaml", "vendors:\n  Otus: { status: partner, versions: [1.1] }\n");
    const policy = await loaded({ store: STORE, catalogue: "vendors.yaml", confirm: { within: "7d" } });
    const good = checkUnder(policy, { ...DISTRICT, vendors: { Otus: { version: "1.1", kind: "supported" } } }, "here");
    expect(good).toMatchObject({ troubles: [], desired: { connections: [{ withinMs: 7 * 86_400_000 }] } });
    const bad = checkUnder(policy, { ...DISTRICT, vendors: { Ottus: { version: "1.2", kind: "other" } } }, "here");
    expect(bad.desired).toBeUndefined();
    expect(bad.troubles).toMatchObject([{ code: "config/unknown-vendor", place: { path: ["vendors", "Ottus"] } }]);
    expect(checkUnder(policy, "nonsense", "here").troubles).toMatchObject([{ code: "config/wrong-type" }]);
    expect(
      checkUnder(undefined, { ...DISTRICT, vendors: { Ottus: { version: 1.2, kind: "other" } } }, "here").troubles,
    ).toEqual([]);
  });

  it("holds for a district's file, with the groups of the project", async () => {
    write(
      "rosterform.yaml",
      "store: { kind: sqlite, path: ./x.db }\ngroups:\n  all: { vendors: { Otus: { version: 1.1, kind: supported } } }\n",
    );
    write(
      "springfield.yaml",
      "district: springfield\nsite: { host: cloud.example.org, app: springfield }\ngroups: [all]\nvendors: {}\n",
    );
    const policy = await loaded({}, "rosterform.yaml");
    const read = await loadDistrict(policy, "springfield.yaml", folder);
    expect(read).toMatchObject({ kind: "loaded", desired: { connections: [{ address: "springfield/Otus" }] } });
    write(
      "springfield.yaml",
      "district: springfield\nsite: { host: cloud.example.org, app: springfield }\ngroups: [al]\nvendors: {}\n",
    );
    expect(await loadDistrict(policy, "springfield.yaml", folder)).toMatchObject({
      kind: "broken",
      diagnostics: [{ code: "config/unknown-group", at: { file: "springfield.yaml", line: 3 } }],
    });
    expect(await loadDistrict(policy, "gone.yaml", folder)).toMatchObject({
      kind: "broken",
      diagnostics: [{ code: "config/file-missing" }],
    });
  });
});
