import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { demand } from "../../src/cli/commands/confirm.ts";
import { openWriter } from "../../src/drivers.ts";
import type { DistrictId } from "../../src/model/address.ts";
import { OutsideError } from "../../src/diagnostics/outside-error.ts";
import { openStage, type Shown, type Stage } from "./stage.ts";

const DISTRICT = "districts/springfield.yaml";

let stage: Stage;
beforeEach(async () => {
  stage = await openStage();
  await stage.rosterform(["init"]);
});
afterEach(() => stage.close());

/** Runs words that must fail, and answers what was said about it. */
async function told(...args: readonly string[]): Promise<string> {
  const { code, stderr } = await stage.rosterform(args);
  expect(code).toBe(1);
  return stderr;
}

async function rewrite(file: string, change: (text: string) => string): Promise<void> {
  const before = await stage.read(file);
  const after = change(before);
  expect(after).not.toBe(before);
  await stage.write(file, after);
}

async function apply(...more: readonly string[]): Promise<Shown> {
  return stage.rosterform(["apply", "--auto-approve", ...more]);
}

describe("a store that no campus has served", () => {
  it("is warned of before connections are opened in it, and no more once it was", async () => {
    expect((await stage.rosterform(["plan"])).stderr).toContain("cli/never-served");
    await stage.openCampus();
    expect((await stage.rosterform(["plan"])).stderr).toBe("");
  });
});

describe("a plan that was reviewed", () => {
  it("is not applied to other documents", async () => {
    await stage.openCampus();
    await stage.rosterform(["plan", "--out", "plan.json"]);
    await rewrite(DISTRICT, (text) => text.replace("schools: [Lincoln]", "schools: [Roosevelt]"));
    expect(await told("apply", "plan.json")).toContain("cli/plan-stale");
    expect((await stage.rosterform(["status"])).stdout).not.toContain("active");
  });

  it("is not applied under another digest", async () => {
    expect(await told("apply", "--digest", "0".repeat(64))).toContain("cli/digest-differs");
  });

  it("is looked for before anything is done", async () => {
    expect(await told("apply", "no-such-plan.json")).toContain("cli/plan-file-unreadable");
  });
});

describe("giving up", () => {
  it("needs a candidate", async () => {
    expect(await told("abort", "springfield/Otus", "--auto-approve")).toContain("cli/nothing-to-abort");
  });

  it("is refused once the vendor uses the candidate", async () => {
    await stage.openCampus();
    await apply();
    await rewrite(DISTRICT, (text) => text.replace("version: 1.1", "accept: [user-ids 1.1->1.2], version: 1.2"));
    await apply();
    await stage.pull("credentials/springfield/otus.txt");
    expect(await told("abort", "springfield/Otus", "--auto-approve")).toContain("cli/candidate-in-use");
  });
});

describe("a write the store does not make", () => {
  it.each([
    [{ kind: "stale", expected: 1, found: 2 }, "somebody else changed this address"],
    [{ kind: "refused", why: "there is no cut-over" }, "there is no cut-over"],
    [{ kind: "asked", task: "click there" }, "click there"],
  ] as const)("is a failure of the world outside: %o", (written, why) => {
    expect(() => demand(written)).toThrow(OutsideError);
    expect(() => demand(written)).toThrow(expect.objectContaining({ code: "stores/not-written" }));
    expect(() => demand(written)).toThrow(why);
  });
});

describe("what a command needs", () => {
  it("is a connection, to confirm one", async () => {
    expect(await told("confirm", "springfield/Otus")).toContain("cli/nothing-to-confirm");
  });

  it("is the name of a district, to begin one", async () => {
    expect(await told("init", "other", "--district", "North High")).toContain("cli/district-name");
  });

  it("is a place that can be written", async () => {
    expect(await told("plan", "--out", "no-such-folder/plan.json")).toContain("cli/cannot-write");
  });

  it("is a list of operators that can be read", async () => {
    expect(await told("serve", "--port", "0", "--operators", "nobody.yaml")).toContain("cli/operators-unreadable");
  });

  it("is a vendor key behind a reference", async () => {
    expect(await told("serve", "--port", "0", "--vendor-key", "Otus=env:NO_SUCH_KEY")).toContain(
      "server/bad-vendor-key",
    );
  });

  it("is an empty folder, for the quickstart", async () => {
    expect(await told("quickstart", "--folder", stage.folder)).toContain("cli/folder-unusable");
  });
});

describe("adopting", () => {
  it("says which line it could not write, and leaves the document as it is", async () => {
    await stage.write(
      DISTRICT,
      "district: springfield\nsite: { host: springfield.example.org, app: springfield, kind: sandbox }\nvendors:\n  Edlink: { connections: { north: { version: 1.2, kind: other } } }\n",
    );
    await findOneOf("Edlink");
    const before = await stage.read(DISTRICT);
    expect(await told("adopt", "--write")).toContain("cli/adoption-not-written");
    expect(await stage.read(DISTRICT)).toBe(before);
  });
});

/** Somebody clicked a connection together that no document knows. */
async function findOneOf(application: string): Promise<void> {
  const settings = {
    kind: "sqlite",
    path: join(stage.folder, "campus.db"),
    keyFile: join(stage.folder, "rosterform.key"),
  } as const;
  const campus = await openWriter(settings, { clock: { now: stage.now }, by: "campus" });
  try {
    await campus.createByHand({
      district: "springfield" as DistrictId,
      site: { host: "springfield.example.org", app: "springfield", kind: "sandbox" },
      application,
      make: { version: "1.2", kind: "other", schools: "all", share: [] },
      by: "kim",
    });
  } finally {
    await campus.close();
  }
}
