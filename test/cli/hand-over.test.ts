import { createHash } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openStage, type Stage } from "./stage.ts";

let stage: Stage;
let sheet: string;

beforeEach(async () => {
  stage = await openStage();
  await stage.rosterform(["init"]);
  await stage.openCampus();
  await stage.rosterform(["apply", "--auto-approve"]);
  sheet = await stage.read("credentials/springfield/otus.txt");
});

afterEach(() => stage.close());

/** The value below a label of the sheet. */
function value(label: string): string {
  return new RegExp(`^${label}:\n(.*)$`, "m").exec(sheet)?.[1] ?? "";
}

const OTUS = "springfield/Otus";

describe("rosterform received", () => {
  it("records who said that the values arrived, once, and that it is no evidence of use", async () => {
    const first = await stage.rosterform(["received", OTUS, "--by", "Pat at Otus"]);
    expect(first.code).toBe(0);
    expect(first.stdout).toContain("Recorded: Pat at Otus received the values of springfield/Otus");
    expect(first.stdout).toContain("This says nothing about use");
    const again = await stage.rosterform(["received", OTUS, "--by", "somebody else", "--json"]);
    expect(JSON.parse(again.stdout)).toMatchObject({ type: "receipt", received: { by: "Pat at Otus" } });
    const explained = await stage.rosterform(["explain", OTUS]);
    expect(explained.stdout.replaceAll(/\s+/g, " ")).toContain("received by Pat at Otus on 2027-03-01");
  });

  it("has nothing to record where nothing was handed over, or nobody is named", async () => {
    await stage.write("rosterform.yaml", `${await stage.read("rosterform.yaml")}\n`);
    for (const args of [[OTUS, "--by", " "], ["springfield/Nobody", "--by", "Pat"], [OTUS]]) {
      const { code } = await stage.rosterform(["received", ...args]);
      expect(code).toBe(1);
    }
    const blank = await stage.rosterform(["received", OTUS, "--by", " "]);
    expect(blank.stderr).toContain("cli/nothing-received");
  });
});

describe("rosterform verify --fingerprint", () => {
  const digest = (): string =>
    createHash("sha256")
      .update(`${value("Client ID")}\n${value("Client Secret")}`)
      .digest("hex")
      .slice(0, 16);

  it("says that both sides hold the same secret, however it was read out", async () => {
    const { code, stdout } = await stage.rosterform(["verify", OTUS, "--fingerprint", digest().toUpperCase()]);
    expect(code).toBe(0);
    expect(stdout).toContain("The same");
    expect(stdout).toContain(digest().replace(/(.{4})(?=.)/g, "$1 "));
  });

  it("says that they differ, and fails", async () => {
    const { code, stdout } = await stage.rosterform(["verify", OTUS, "--fingerprint", "0000 0000 0000 0000"]);
    expect(code).toBe(1);
    expect(stdout).toContain("DIFFERENT");
  });

  it("asks for the secret, unseen, where none is read out, and never shows it", async () => {
    const asked: string[] = [];
    const typing = (answer: string) => ({
      canAsk: true,
      askHidden: async (question: string) => {
        asked.push(question);
        return answer;
      },
    });
    const secret = value("Client Secret");
    const same = await stage.rosterform(["verify", OTUS, "--fingerprint"], typing(` ${secret} `));
    expect([same.code, asked[0]]).toEqual([0, expect.stringContaining(value("Client ID"))]);
    expect(same.stdout + same.stderr).not.toContain(secret);
    const other = await stage.rosterform(["verify", OTUS, "--fingerprint"], typing("another-secret"));
    expect(other.code).toBe(1);
    expect(other.stdout).not.toContain("another-secret");
    const nothing = await stage.rosterform(["verify", OTUS, "--fingerprint"], typing(""));
    expect(nothing.stderr).toContain("cli/no-fingerprint");
  });

  it("does not take what is no fingerprint, and does not ask where nobody is", async () => {
    for (const args of [["--fingerprint", "xyz"], ["--fingerprint"], ["--fingerprint", "--input", "false"]]) {
      const { code, stderr } = await stage.rosterform(["verify", OTUS, ...args]);
      expect([code, stderr.includes("cli/no-fingerprint")]).toEqual([1, true]);
    }
  });

  it("has nothing to compare with where there is no connection", async () => {
    await stage.write(
      "districts/springfield.yaml",
      `${await stage.read("districts/springfield.yaml")}  Edlink: { version: 1.2, kind: other }\n`,
    );
    const { code, stderr } = await stage.rosterform(["verify", "springfield/Edlink", "--fingerprint", "0".repeat(16)]);
    expect([code, stderr.includes("cli/nothing-to-verify")]).toEqual([1, true]);
  });
});
