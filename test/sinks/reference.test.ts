import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Environment, readReference } from "../../src/sinks/reference.ts";
import { said } from "./said.ts";

const TOKEN = "hvs.canary-token-do-not-print";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rosterform-reference-"));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const inFile = () => readReference({ kind: "file", path: join(folder, "token"), shownAs: "./token" }, "the token", {});
const inEnv = (env: Environment) => readReference({ kind: "env", name: "VAULT_TOKEN" }, "the token", env);

describe("a reference", () => {
  it.each(["", "\n", "\r\n"])("to a file leads to what is in it, without the line break at its end", async (end) => {
    writeFileSync(join(folder, "token"), `${TOKEN}${end}`);
    expect((await inFile()).reveal()).toBe(TOKEN);
  });

  it("to the environment leads to the variable", async () => {
    expect((await inEnv({ VAULT_TOKEN: TOKEN })).reveal()).toBe(TOKEN);
  });

  it.each([{}, { VAULT_TOKEN: "" }])("to a variable without a value names the variable", async (env) => {
    expect(await said(inEnv(env), [TOKEN])).toMatchObject({
      code: "sinks/bad-reference",
      message: "The token is to be in the environment variable VAULT_TOKEN, which is empty or not set.",
    });
  });

  it("to a file that is empty or not there names it as the document does", async () => {
    const missing = await said(inFile(), [TOKEN]);
    expect(missing).toMatchObject({ code: "sinks/bad-reference", message: expect.stringContaining("(ENOENT)") });
    writeFileSync(join(folder, "token"), "\n");
    const empty = await said(inFile(), [TOKEN]);
    expect(empty.message).toBe("The token is to be in ./token, which is empty.");
    expect(`${missing.message}${missing.fix}`).not.toContain(folder);
  });
});
