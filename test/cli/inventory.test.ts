import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openRegistry } from "../../src/drivers.ts";
import { join } from "node:path";
import type { DistrictId } from "../../src/model/address.ts";
import { openStage, type Stage } from "./stage.ts";

let stage: Stage;

beforeEach(async () => {
  stage = await openStage();
  await stage.rosterform(["init", "--by-hand"]);
});
afterEach(() => stage.close());

const SPRINGFIELD = "springfield" as DistrictId;
const SITE = { host: "springfield.example.org", app: "springfield", kind: "production" } as const;

async function seen(clientId: string): Promise<void> {
  const settings = {
    kind: "by-hand",
    path: join(stage.folder, "registry.db"),
    keyFile: join(stage.folder, "rosterform.key"),
  } as const;
  const registry = await openRegistry(settings, { clock: stage, by: "lee" });
  await registry.reportFound({
    district: SPRINGFIELD,
    site: SITE,
    application: "Otus",
    make: { kind: "supported", version: "1.1", schools: "all", share: [] },
    status: "active",
    clientId,
    tokenUrl: "https://springfield.example.org/campus/oauth2/token?appName=springfield",
    baseUrl: "https://springfield.example.org/campus/api/ims/oneroster/v1p1",
    by: "lee",
  });
  await registry.close();
}

const asking = (answer: string) => ({ canAsk: true, ask: async () => answer });

describe("rosterform inventory", () => {
  it("lists what is known, who reported it and when, and that nobody signed", async () => {
    await seen("client-1");
    const { code, stdout } = await stage.rosterform(["inventory"]);
    expect(code).toBe(0);
    expect(stdout).toContain("Nobody signed");
    expect(stdout).toMatch(/Otus \(not managed\) +1\.1 +supported +active +clie\.\. +without-app +0d\n/);
    expect(stdout).toContain("    owner: nobody; no evidence; reported by lee, 2027-03-01\n");
    const json = await stage.rosterform(["inventory", "--json"]);
    expect(JSON.parse(json.stdout)).toMatchObject({
      type: "connection",
      client_id: "client-1",
      reported: { by: "lee" },
    });
  });

  it("says that nothing is known, and does not know another district", async () => {
    expect((await stage.rosterform(["inventory"])).stdout).toContain("No connection is known.");
    expect((await stage.rosterform(["inventory", "--district", "shelbyville"])).code).toBe(1);
  });
});

describe("rosterform inventory sign", () => {
  it("is said by name, by somebody who counted; from then on connections are generated", async () => {
    await seen("client-1");
    const signed = await stage.rosterform(["inventory", "sign", "--by", "dana"], asking("1"));
    expect(signed).toMatchObject({ code: 0, stderr: "" });
    expect(signed.stdout).toContain("Signed: dana says that on 2027-03-01");
    expect((await stage.rosterform(["inventory"])).stdout.replaceAll(/\s+/g, " ")).toContain(
      "dana signed on 2027-03-01",
    );
    expect((await stage.rosterform(["plan"])).stderr).not.toContain("plan/inventory-unsigned");
  });

  it("can be said in a pipeline, for a day that was", async () => {
    const args = ["inventory", "sign", "--connections", "0", "--as-of", "2027-02-27", "--by", "dana", "--json"];
    const { code, stdout } = await stage.rosterform(args);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ type: "inventory", signed: { by: "dana", asOf: "2027-02-27" } });
  });

  it.each([
    ["another number than the registry holds", ["--by", "dana"], "3", "cli/inventory-count"],
    ["no number", ["--by", "dana"], "all of them", "cli/inventory-count"],
    ["nobody to ask", ["--by", "dana", "--input", "false"], "0", "cli/inventory-count"],
    ["no name", [], "0", "cli/inventory-name"],
    ["no day", ["--by", "dana", "--as-of", "soon"], "0", "cli/inventory-day"],
    ["a day to come", ["--by", "dana", "--as-of", "2031-01-01"], "0", "cli/inventory-day"],
  ])("signs nothing for %s", async (_name, args, answer, code) => {
    const { code: exit, stderr } = await stage.rosterform(["inventory", "sign", ...args], asking(answer));
    expect([exit, stderr.includes(code)]).toEqual([1, true]);
    expect((await stage.rosterform(["inventory"])).stdout).toContain("Nobody signed");
  });

  it("is about one district", async () => {
    const text = await stage.read("districts/springfield.yaml");
    await stage.write("districts/shelbyville.yaml", text.replaceAll("springfield", "shelbyville"));
    const { code, stderr } = await stage.rosterform(["inventory", "sign", "--by", "dana"], asking("0"));
    expect([code, stderr.includes("cli/inventory-district")]).toEqual([1, true]);
    const one = await stage.rosterform(["inventory", "sign", "--by", "dana", "--district", "shelbyville"], asking("0"));
    expect(one.code).toBe(0);
  });

  it("is for registries only", async () => {
    await stage.rosterform(["init", "live"]);
    const { code, stderr } = await stage.rosterform(
      ["inventory", "sign", "--by", "dana", "--chdir", "live"],
      asking("0"),
    );
    expect([code, stderr.includes("stores/not-by-hand")]).toEqual([1, true]);
  });
});
