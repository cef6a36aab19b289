import { describe, expect, test } from "vitest";
import type { DeliverSettings } from "../../src/config/settings.ts";
import { readPage } from "../setup/markdown.ts";
import { diagnosed, findings, loaded } from "./load.ts";

const document = (deliver: string) => ({
  "s.yaml": `district: s\nsite: { host: a.example.org, app: s }\nstore: { kind: sqlite, path: x }\ndeliver: ${deliver}\n`,
});

const settled = async (deliver: string): Promise<DeliverSettings> => (await loaded(document(deliver))).settings.deliver;

describe("where credentials go", () => {
  test.each<readonly [string, DeliverSettings]>([
    [
      "{ kind: variables, format: gitlab, folder: ./out }",
      { kind: "variables", format: "gitlab", folder: "/project/out", shownAs: "./out" },
    ],
    ["{ kind: packet, folder: ./out }", { kind: "packet", folder: "/project/out", shownAs: "./out" }],
    [
      "{ kind: kubernetes, folder: ./out, namespace: rostering }",
      { kind: "kubernetes", namespace: "rostering", folder: "/project/out", shownAs: "./out" },
    ],
    [
      "{ kind: vault, address: 'https://vault.example.org:8200', token: env:VAULT_TOKEN }",
      {
        kind: "vault",
        address: "https://vault.example.org:8200",
        mount: "secret",
        path: "oneroster/{district}/{vendor}",
        token: { kind: "env", name: "VAULT_TOKEN" },
      },
    ],
    [
      "{ kind: vault, address: 'http://127.0.0.1:8200/vault', token: file:../t, ca: file:ca.pem, mount: a/kv, path: 'x/{vendor}-of.{district}', namespace: n/ }",
      {
        kind: "vault",
        address: "http://127.0.0.1:8200/vault",
        mount: "a/kv",
        path: "x/{vendor}-of.{district}",
        namespace: "n/",
        token: { kind: "file", path: "/t", shownAs: "../t" },
        ca: { kind: "file", path: "/project/ca.pem", shownAs: "ca.pem" },
      },
    ],
    [
      "{ kind: command, run: [./x.sh, '{address}'] }",
      { kind: "command", run: ["./x.sh", "{address}"], folder: "/project", timeoutMs: 60_000, keeps: true },
    ],
    [
      "{ kind: command, run: [x], timeout: 30s, keeps: false }",
      { kind: "command", run: ["x"], folder: "/project", timeoutMs: 30_000, keeps: false },
    ],
  ])("is settled, paths against the document: %s", async (deliver, settings) => {
    expect(await settled(deliver)).toEqual(settings);
  });

  test("a timeout may be in minutes", async () => {
    expect(await settled("{ kind: command, run: [x], timeout: 2m }")).toMatchObject({ timeoutMs: 120_000 });
  });

  const vault = (more: string) => `{ kind: vault, address: 'https://v.example.org', token: env:T, ${more} }`;

  test.each([
    ["{ kind: vault, address: 'http://vault.example.org', token: env:T }", "unreadable-value"],
    ["{ kind: vault, address: 'https://vault.example.org' }", "missing-key"],
    [vault("mount: ../sys"), "unreadable-value"],
    [vault("mount: /secret"), "unreadable-value"],
    [vault("path: 'x/{vendor}'"), "unreadable-value"],
    [vault("path: 'x/../{district}/{vendor}'"), "unreadable-value"],
    [vault("path: '{district}/{vendor}/{name}'"), "unreadable-value"],
    [vault("path: '{district}/{vendor}/'"), "unreadable-value"],
    [vault("namespace: 'a b'"), "unreadable-value"],
    [vault("ca: env:CA"), "unreadable-value"],
    ["{ kind: variables, folder: x }", "missing-key"],
    ["{ kind: variables, folder: x, format: jenkins }", "unknown-value"],
    ["{ kind: kubernetes, folder: x, namespace: Rostering }", "unreadable-value"],
    ["{ kind: kubernetes, folder: x, namespace: -x }", "unreadable-value"],
    ["{ kind: command, run: [] }", "empty-value"],
    ["{ kind: command, run: ./x.sh }", "wrong-type"],
    ["{ kind: command, run: [x], timeout: 0s }", "unreadable-value"],
    ["{ kind: command, run: [x], timeout: 1h }", "unreadable-value"],
  ])("is refused: %s", async (deliver, code) => {
    expect((await diagnosed(document(deliver))).map((one) => one.code)).toEqual([`config/${code}`]);
  });
});

describe("the page about sinks", () => {
  const shown = readPage("docs/sinks.md").blocks.filter(({ language }) => language === "yaml");

  test.each(shown)("shows what is right: $heading", async ({ lines }) => {
    const head = document("{ kind: terminal }")["s.yaml"].replace(/^deliver: .*\n/mu, "");
    expect((await loaded({ "s.yaml": `${head}${lines.join("\n")}\n` })).settings.deliver.kind).toMatch(/^[a-z]+$/);
  });

  test("shows every kind but those that other pages show", () => {
    expect(shown.map(({ lines }) => /kind: ([a-z]+)/u.exec(lines.join(" "))?.[1])).toEqual([
      "vault",
      "variables",
      "kubernetes",
      "command",
    ]);
  });
});

describe("a token", () => {
  test.each([
    ["in place of its reference", "\n  kind: vault\n  address: https://v.example.org\n  token: hvs.hunter2canary", 7],
    ["on one line with all else", "{ kind: vault, address: 'https://v.example.org', token: hvs.hunter2canary }", 4],
    ["beside a mistake", "{ kind: vault, adress: 'https://v.example.org', token: hvs.hunter2canary }", 4],
    [
      "as a name that no variable has",
      "{ kind: vault, address: 'https://v.example.org', token: 'env:hvs.hunter2canary' }",
      4,
    ],
    ["in the address", "{ kind: vault, address: 'https://me:hunter2canary@v.example.org', token: env:T }", 4],
    ["with another sink", "{ kind: file, folder: x, token: hvs.hunter2canary }", 4],
  ])("written into the document, %s, is refused and never shown", async (_, deliver, line) => {
    const said = await diagnosed(document(deliver));
    expect(said.map((one) => [one.code, one.at?.line])).toContainEqual(["config/secret-inline", line]);
    expect(JSON.stringify(said)).not.toContain("hunter2canary");
  });

  test("is not shown either in a line that cannot be read", async () => {
    const said = await diagnosed(document("\n  kind: vault\n  token: [hvs.hunter2canary"));
    expect(said.length).toBeGreaterThan(0);
    expect(JSON.stringify(said)).not.toContain("hunter2canary");
  });

  test("is named where a reference stands", async () => {
    expect(await findings(document("{ kind: vault, address: 'https://v.example.org', token: file:./t }"))).toEqual([]);
  });
});
