import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createStore, openRegistry } from "../../src/drivers.ts";
import type { DistrictId } from "../../src/model/address.ts";
import { Secret } from "../../src/model/secret.ts";
import type { Day } from "../../src/model/time.ts";
import { edit } from "./desk.ts";
import { openStage, type Stage } from "./stage.ts";

const DOCUMENT = `district: springfield
site: { host: springfield.example.org, app: springfield }
store: { kind: by-hand, path: ./registry.db }
owner: kim@springfield.example.org
vendors:
  Otus: { version: 1.1, kind: supported, adopt: 0123456789abcdef0123456789abcdef }
`;
const SECRET = "canary-secret-that-no-page-may-show";
const SITE = { host: "springfield.example.org", app: "springfield", kind: "production" } as const;
const DISTRICT = "springfield" as DistrictId;

let stage: Stage;
beforeEach(async () => {
  stage = await openStage();
  await stage.write("rosterform.yaml", DOCUMENT);
  await createStore(settings(), { clock: { now: stage.now } });
});
afterEach(() => stage.close());

function settings() {
  const [path, keyFile] = [join(stage.folder, "registry.db"), join(stage.folder, "rosterform.key")];
  return { kind: "by-hand", path, keyFile } as const;
}

/** Dana reads the screens of Campus to the registry, and signs. */
async function report({ isSigned }: { readonly isSigned: boolean }): Promise<void> {
  const registry = await openRegistry(settings(), { clock: { now: stage.now }, by: "dana" });
  await registry.reportFound({
    district: DISTRICT,
    site: SITE,
    application: "Otus",
    make: { version: "1.1", kind: "supported", schools: "all", share: [] },
    status: "active",
    clientId: "0123456789abcdef0123456789abcdef",
    clientSecret: new Secret(SECRET),
    tokenUrl: "https://springfield.example.org/campus/oauth2/token?appName=springfield",
    baseUrl: "https://springfield.example.org/campus/api/oneroster/v1p1/springfield/ims/oneroster/v1p1",
    by: "dana",
  });
  if (isSigned)
    await registry.signInventory({ district: DISTRICT, site: SITE, by: "dana", asOf: stage.now().slice(0, 10) as Day });
  await registry.close();
}

const runbook = (...args: readonly string[]) => stage.rosterform(["runbook", ...args]);
const wanted = (line: string) => edit(stage, "rosterform.yaml", /Otus: .*/.exec(DOCUMENT)?.[0] ?? "", line);

describe("rosterform runbook over a registry that people keep", () => {
  it("says that nobody signed, and asks for no click that generates", async () => {
    await report({ isSigned: false });
    await wanted("Bluebird Reading: { version: 1.2, kind: other }");
    const { code, stdout } = await runbook();
    expect(code).toBe(1);
    expect(stdout).toContain("Registry: Nobody signed that the registry of this site is complete.");
    expect(stdout).toContain("plan/inventory-unsigned");
    expect(stdout).not.toContain("- [ ]");
  });

  it("says who reported what, and that a tick is no record", async () => {
    await report({ isSigned: true });
    const { code, stdout } = await runbook();
    expect(code).toBe(0);
    expect(stdout).toContain("Registry: dana signed on 2027-03-01 08:00 UTC");
    expect(stdout.replace(/\s+/g, " ")).toContain("reported by dana on 2027-03-01");
    expect(stdout).toContain("rosterform do --target 'springfield/Otus'");
    expect(stdout).toContain("rosterform cannot stop a click in Campus.");
  });

  it("has the clicks of the next move once the connection is known, and never its secret", async () => {
    await report({ isSigned: true });
    await stage.rosterform(["apply", "--auto-approve"]);
    await wanted("Otus: { version: 1.2, kind: supported, accept: [user-ids 1.1->1.2] }");
    const pages = [await runbook(), await runbook("--html"), await runbook("--json")];
    expect(pages.map(({ code }) => code)).toEqual([0, 0, 0]);
    const [text = ""] = pages.map(({ stdout }) => stdout.replace(/\s+/g, " "));
    expect(text).toContain("Choose **Generate New OneRoster Connection**, and the version 1.2.");
    expect(text).toContain("waiting for a named person's statement that the vendor moved");
    expect(text).toContain("kim@springfield.example.org, in Campus");
    for (const { stdout } of pages) expect(stdout).not.toContain(SECRET);
  });

  it("remembers that somebody was asked and has not reported", async () => {
    await report({ isSigned: true });
    await wanted("Bluebird Reading: { version: 1.2, kind: other }");
    await stage.rosterform(["apply", "--auto-approve"]);
    const { stdout } = await runbook();
    expect(stdout).toContain("**ASKED BEFORE** dana was asked on 2027-03-01 to generate a connection here");
  });
});
