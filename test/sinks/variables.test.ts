import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseEnv } from "node:util";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Address, addressOf, type DistrictId, parseAddress } from "../../src/model/address.ts";
import { Secret } from "../../src/model/secret.ts";
import type { Handover } from "../../src/sinks/sink.ts";
import { createVariablesSink, prefixOf, type VariablesFormat } from "../../src/sinks/variables.ts";
import { addresses } from "./addresses.ts";
import { CANARY, handover } from "./handover.ts";
import { said } from "./said.ts";

let folder: string;
let printed: string;

beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), "rosterform-variables-")), "variables");
  printed = "";
});

afterEach(() => rmSync(join(folder, ".."), { recursive: true, force: true }));

const ENDINGS = { github: ".github.env", gitlab: ".gitlab.env", azure: ".azure.txt", dotenv: ".env" } as const;
const FORMATS = Object.keys(ENDINGS) as readonly VariablesFormat[];

const sink = (format: VariablesFormat, env: Readonly<Record<string, string>> = { GITHUB_ACTIONS: "true" }) =>
  createVariablesSink({ folder, format, env, write: (text) => void (printed += text) });

const fileOf = (format: VariablesFormat) => join(folder, "springfield", `otus${ENDINGS[format]}`);

async function written(format: VariablesFormat, one: Handover = handover()): Promise<string> {
  await sink(format).deliver(one);
  return readFileSync(fileOf(format), "utf8");
}

const VALUES = {
  ONEROSTER_SPRINGFIELD__OTUS__CLIENT_ID: "client-0001",
  ONEROSTER_SPRINGFIELD__OTUS__CLIENT_SECRET: CANARY,
  ONEROSTER_SPRINGFIELD__OTUS__TOKEN_URL: "https://campus.example.org/token?appName=springfield",
  ONEROSTER_SPRINGFIELD__OTUS__BASE_URL: "https://campus.example.org/or",
};

/** As the runner of GitHub reads the file: the line that equals the delimiter ends the value. */
function readGithub(text: string): Record<string, string> {
  const read: Record<string, string> = {};
  const lines = text.split("\n");
  while (lines.length > 1) {
    const [name = "", delimiter] = (lines.shift() ?? "").split("<<");
    const end = lines.findIndex((line) => line === delimiter);
    expect(end).toBeGreaterThanOrEqual(0);
    read[name] = lines.splice(0, end).join("\n");
    lines.shift();
  }
  return read;
}

describe("a sink of variables", () => {
  it.each(FORMATS)("keeps a %s file to its owner, the same bytes at every delivery", async (format) => {
    const before = await written(format);
    expect(await written(format)).toBe(before);
    expect((statSync(fileOf(format)).mode & 0o777).toString(8)).toBe("600");
    expect(sink(format).keeps).toBe(true);
    expect(sink(format).target(handover().address)).toBe(`variables:variables/springfield/otus${ENDINGS[format]}`);
  });

  it.each(FORMATS)("keeps the old %s file whole when the new values do not fit", async (format) => {
    const before = await written(format);
    const attempt = sink(format).deliver(handover({ secret: "two\nlines\nX=y" }));
    expect(await said(attempt, ["two\nlines\nX=y"])).toMatchObject({
      code: "sinks/value-unfit",
      message: expect.stringContaining("line break"),
    });
    expect(readFileSync(fileOf(format), "utf8")).toBe(before);
  });
});

describe("variables for GitHub", () => {
  it("can be read back, and the secret is masked before it stands anywhere", async () => {
    const masking = createVariablesSink({
      folder,
      format: "github",
      env: { GITHUB_ACTIONS: "true" },
      write(text) {
        expect(existsSync(fileOf("github"))).toBe(false);
        printed += text;
      },
    });
    await masking.deliver(handover());
    expect(readGithub(readFileSync(fileOf("github"), "utf8"))).toEqual(VALUES);
    expect(printed).toBe(`::add-mask::${CANARY}\n`);
  });

  it("hold any value that is one line, also one made to end early", async () => {
    const [, delimiter = ""] = /<<(end_\w+)\nclient-0001/.exec(await written("github")) ?? [];
    const credentials = { ...handover().credentials, clientSecret: new Secret(`${delimiter} 100%<<EOF`) };
    const read = readGithub(await written("github", handover({ credentials })));
    expect(read["ONEROSTER_SPRINGFIELD__OTUS__CLIENT_SECRET"]).toBe(`${delimiter} 100%<<EOF`);
    expect(printed).toContain(`::add-mask::${delimiter} 100%25<<EOF\n`);
  });

  it("are neither printed nor written outside of GitHub Actions, where nobody would mask them", async () => {
    for (const env of [{}, { GITHUB_ACTIONS: "false" }]) {
      const error = await said(sink("github", env).deliver(handover()), [CANARY]);
      expect(error).toMatchObject({ code: "sinks/not-in-actions", fix: expect.stringContaining("dotenv") });
    }
    expect([printed, existsSync(folder)]).toEqual(["", false]);
  });
});

describe("variables for GitLab", () => {
  it("are one a line, without quotes, blank lines or comments", async () => {
    const expected = Object.entries(VALUES).map(([name, value]) => `${name}=${value}\n`);
    expect(await written("gitlab")).toBe(expected.join(""));
  });

  it.each(["zq9-x7k", "with blanks inside", "with$dollar", "umläute-umläute"])(
    "are not written where GitLab could not mask the secret",
    async (secret) => {
      const error = await said(sink("gitlab").deliver(handover({ secret })), [secret]);
      expect(error.code).toBe("sinks/cannot-be-masked");
      expect(existsSync(folder)).toBe(false);
    },
  );

  it("are not written where GitLab would change a value", async () => {
    const credentials = { ...handover().credentials, clientId: "client-0001 " };
    const error = await said(sink("gitlab").deliver(handover({ credentials })), [CANARY]);
    expect(error).toMatchObject({ code: "sinks/value-unfit", message: expect.stringContaining("blank") });
  });
});

describe("variables for Azure Pipelines", () => {
  it("are commands for the agent, and the secret is one that it masks", async () => {
    const credentials = { ...handover().credentials, baseUrl: "https://campus.example.org/or%20x" };
    expect(await written("azure", handover({ credentials }))).toBe(
      [
        "##vso[task.setvariable variable=ONEROSTER_SPRINGFIELD__OTUS__CLIENT_ID]client-0001",
        `##vso[task.setvariable variable=ONEROSTER_SPRINGFIELD__OTUS__CLIENT_SECRET;issecret=true]${CANARY}`,
        "##vso[task.setvariable variable=ONEROSTER_SPRINGFIELD__OTUS__TOKEN_URL]https://campus.example.org/token?appName=springfield",
        "##vso[task.setvariable variable=ONEROSTER_SPRINGFIELD__OTUS__BASE_URL]https://campus.example.org/or%AZP2520x",
        "",
      ].join("\n"),
    );
    expect(printed).toBe("");
  });
});

describe("variables for everybody else", () => {
  it("are read alike by Node and by a shell", async () => {
    const secret = '$HOME `id` "x" #not-a-comment & ;';
    const text = await written("dotenv", handover({ secret }));
    expect(parseEnv(text)).toEqual({ ...VALUES, ONEROSTER_SPRINGFIELD__OTUS__CLIENT_SECRET: secret });
    const script = `. "$1"; printf %s "$ONEROSTER_SPRINGFIELD__OTUS__CLIENT_SECRET"`;
    expect(execFileSync("sh", ["-c", script, "sh", fileOf("dotenv")], { encoding: "utf8" })).toBe(secret);
  });

  it.each(["it's-with-a-quote", "with-a-back\\slash"])(
    "are not written where readers would disagree",
    async (secret) => {
      const error = await said(sink("dotenv").deliver(handover({ secret })), [secret]);
      expect(error).toMatchObject({ code: "sinks/value-unfit", message: expect.stringContaining("quote") });
    },
  );
});

describe("the name of a variable", () => {
  it.each([
    ["springfield/Otus", "ONEROSTER_SPRINGFIELD__OTUS"],
    ['north-side/Google Classroom["east"]', "ONEROSTER_NORTH_SIDE__GOOGLE_CLASSROOM__EAST"],
  ])("is plain where the address can be told from it: %s", (address, name) => {
    expect(prefixOf(parseAddress(address) ?? ("" as Address))).toBe(name);
  });

  it("carries a piece of a hash where it cannot", () => {
    const name = prefixOf(addressOf("a--b" as DistrictId, "Otus"));
    expect(name).toMatch(/^ONEROSTER_A_B__OTUS___[0-9A-F]{10}$/);
  });

  it("is one that every shell takes, and never shared, whatever an address is called", () => {
    fc.assert(
      fc.property(addresses, addresses, (a, b) => {
        expect(prefixOf(a)).toMatch(/^ONEROSTER_[A-Z0-9_]+$/);
        expect(prefixOf(a) === prefixOf(b)).toBe(a === b);
      }),
      { numRuns: 500 },
    );
  });
});
