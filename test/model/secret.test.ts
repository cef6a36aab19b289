import { format, inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { Secret } from "../../src/model/secret.ts";

const CANARY = "canary-7f3a";
const secret = new Secret(CANARY);

describe("a secret", () => {
  it("comes out only when it is asked to", () => {
    expect(secret.reveal()).toBe(CANARY);
  });

  it.each<readonly [string, () => string]>([
    ["a string", () => String(secret)],
    ["a template", () => `${secret}`],
    ["joined text", () => ["a", secret].join(" ")],
    ["JSON", () => JSON.stringify({ secret })],
    ["inspection", () => inspect({ secret }, { depth: 9, showHidden: true })],
    ["a formatted log line", () => format("%s %o %j", secret, secret, secret)],
    ["an error's message", () => new Error(`failed with ${secret}`).message],
    ["its own properties", () => JSON.stringify([Object.entries(secret), Reflect.ownKeys(secret)])],
    ["a copy", () => JSON.stringify({ ...secret })],
    ["a structured clone", () => inspect(structuredClone({ secret }))],
  ])("does not show in %s", (_, text) => {
    expect(text()).not.toContain(CANARY);
  });

  it("says that something is hidden", () => {
    expect(`${secret} ${JSON.stringify(secret)} ${inspect(secret)}`).toBe('[secret] "[secret]" [secret]');
  });
});
