import { describe, expect, test } from "vitest";
import type { NotifySettings } from "../../src/config/settings.ts";
import { alone, diagnosed, district, loaded, project } from "./load.ts";

const VENDORS = "  Otus: { version: 1.1, kind: supported }\n";
const document = (notify: string) => alone(VENDORS, `notify: ${notify}\n`);

describe("who is notified", () => {
  test.each<readonly [string, NotifySettings]>([
    [
      "{ url: env:HOOK_URL, secret: file:../hook.key }",
      {
        url: { kind: "env", name: "HOOK_URL" },
        secret: { kind: "file", path: "/hook.key", shownAs: "../hook.key" },
        on: ["changed", "waiting", "failed"],
        timeoutMs: 10_000,
      },
    ],
    [
      "{ url: file:./hook, secret: env:HOOK_KEY, on: [failed, unchanged], timeout: 60s, ca: file:ca.pem }",
      {
        url: { kind: "file", path: "/project/hook", shownAs: "./hook" },
        secret: { kind: "env", name: "HOOK_KEY" },
        ca: { kind: "file", path: "/project/ca.pem", shownAs: "ca.pem" },
        on: ["failed", "unchanged"],
        timeoutMs: 60_000,
      },
    ],
  ])("is settled, paths against the document: %s", async (notify, settings) => {
    expect((await loaded(document(notify))).settings.notify).toEqual(settings);
  });

  test("is nobody where nothing is said", async () => {
    expect(await loaded(alone(VENDORS))).not.toHaveProperty("settings.notify");
  });

  const said = (more: string) => `{ url: env:U, secret: env:S, ${more} }`;

  test.each([
    ["{ url: env:U }", "missing-key"],
    ["{ secret: env:S }", "missing-key"],
    [said("on: []"), "empty-value"],
    [said("on: [always]"), "unknown-value"],
    [said("timeout: 61s"), "unreadable-value"],
    [said("timeout: 0s"), "unreadable-value"],
    [said("ca: env:CA"), "unreadable-value"],
    [said("tries: 5"), "unknown-key"],
  ])("is refused: %s", async (notify, code) => {
    expect((await diagnosed(document(notify))).map((one) => one.code)).toEqual([`config/${code}`]);
  });

  test.each([
    ["{ url: 'https://hooks.example.org/hunter2canary', secret: env:S }"],
    ["{ url: env:U, secret: whsec_hunter2canary }"],
    ["\n  url: env:U\n  secret: hunter2canary"],
  ])("never stands in the document itself, and is not shown: %s", async (notify) => {
    const found = await diagnosed(document(notify));
    expect(found.map((one) => one.code)).toEqual(["config/secret-inline"]);
    expect(JSON.stringify(found)).not.toContain("hunter2canary");
  });

  test("is the same for all districts", async () => {
    const documents = {
      "rosterform.yaml": project(),
      "districts/a.yaml": district("a", `notify: { url: env:U, secret: env:S }\nvendors:\n${VENDORS}`),
    };
    expect((await diagnosed(documents)).map((one) => one.code)).toEqual(["config/only-in-project"]);
  });
});
