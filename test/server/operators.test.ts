import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { digestOfToken } from "../../src/server/api/operators.ts";
import { parseOperators } from "../../src/server/index.ts";
import { Secret } from "../../src/model/secret.ts";

const TOKEN = "a-token-of-24-characters";
const folder = mkdtempSync(join(tmpdir(), "operators-"));
writeFileSync(join(folder, "token"), `${TOKEN.toUpperCase()}\n`);
const read = (text: string) =>
  parseOperators({
    text,
    file: "operators.yaml",
    folder,
    env: { DANA: TOKEN, WEAK: "short", SPLIT: `${TOKEN} ${TOKEN}` },
  });

describe("the operators file", () => {
  it("names who may do what, with tokens from the environment or a file", async () => {
    const operators = await read(`
operators:
  - { name: dana, token: env:DANA, districts: [springfield, north-haven], access: write }
  - { name: audit, token: "file:./token", districts: all, access: read }
`);
    const digest = (token: string) => digestOfToken(new Secret(token));
    expect(operators).toEqual([
      { name: "dana", tokens: [digest(TOKEN)], districts: ["springfield", "north-haven"], access: "write" },
      { name: "audit", tokens: [digest(TOKEN.toUpperCase())], districts: "all", access: "read" },
    ]);
  });

  it("takes digests, and two tokens while one takes the place of the other", async () => {
    const digest = digestOfToken(new Secret("another-token-of-24-signs"));
    const [operator] = await read(
      `operators: [{ name: ci, tokens: ["sha256:${digest}", env:DANA], districts: all, access: read }]`,
    );
    expect(operator?.tokens).toEqual([digest, digestOfToken(new Secret(TOKEN))]);
  });

  it("is refused when it holds no list", async () => {
    for (const text of ["", "operators: {}", "- dana", ": : {"]) {
      await expect(read(text)).rejects.toMatchObject({
        code: "server/bad-operators",
        message: expect.stringContaining("no YAML with a list"),
      });
    }
  });

  it.each([
    ["name: '', token: env:DANA, districts: all, access: read", "name is missing"],
    ["name: x, districts: all, access: read", "token is missing"],
    [`name: x, token: ${TOKEN}, districts: all, access: read`, "token is a reference"],
    ["name: x, token: env:NOBODY, districts: all, access: read", "leads nowhere"],
    ["name: x, token: 'file:missing', districts: all, access: read", "leads nowhere"],
    ["name: x, token: env:WEAK, districts: all, access: read", "shorter than 24"],
    ["name: x, token: env:SPLIT, districts: all, access: read", "white space"],
    ["name: x, token: env:DANA, districts: [Big City], access: read", "districts is"],
    ["name: x, token: env:DANA, access: read", "districts is"],
    ["name: x, token: env:DANA, districts: all, access: admin", "access is"],
    ["name: x, token: env:DANA, districts: all, access: read, admin: true", "unknown keys admin"],
    [
      "name: x, token: env:DANA, districts: all, access: read }, { name: x, token: 'file:token', districts: all, access: read",
      "a name is given twice",
    ],
    [
      "name: x, token: env:DANA, districts: all, access: read }, { name: y, token: env:DANA, districts: all, access: read",
      "the same token",
    ],
    ["name: x, token: env:DANA, tokens: [env:DANA], districts: all, access: read", "say token or tokens"],
    ["name: x, tokens: [], districts: all, access: read", "token is missing"],
    ["name: x, tokens: [env:DANA, env:NOBODY], districts: all, access: read", "leads nowhere"],
    ["name: x, token: 'sha256:short', districts: all, access: read", "token is a reference"],
  ])("is refused for { %s }: %s", async (item, problem) => {
    const reading = read(`operators: [{ ${item} }]`);
    await expect(reading).rejects.toMatchObject({
      code: "server/bad-operators",
      message: expect.stringContaining(problem),
    });
    await expect(reading).rejects.not.toMatchObject({ message: expect.stringContaining(TOKEN) });
  });

  it("is refused with everything that is wrong at once", async () => {
    await expect(read("operators: [dana, {}]")).rejects.toThrow(
      /operator 1: .*operator 2: name is missing; .*operator 2: token is missing/,
    );
  });
});
