import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { addressOf, type DistrictId } from "../../src/model/address.ts";
import { Secret } from "../../src/model/secret.ts";
import { createVaultSink, type VaultOptions } from "../../src/sinks/vault.ts";
import { CANARY, handover } from "./handover.ts";
import { said } from "./said.ts";
import { openVaultDouble, type VaultDouble, type VaultDoubleOptions } from "./vault-double.ts";

const TOKEN = "hvs.canary-token-do-not-print";
const PATH = "oneroster/springfield/otus";
const DATA = `secret/data/${PATH}`;

let vault: VaultDouble;
let waits: number[];
const opened: VaultDouble[] = [];

async function open(more: Partial<VaultDoubleOptions> = {}): Promise<VaultDouble> {
  vault = await openVaultDouble({ token: TOKEN, ...more });
  opened.push(vault);
  return vault;
}

beforeEach(async () => {
  waits = [];
  await open();
});

afterEach(async () => {
  const complaints = opened.flatMap((one) => one.complaints);
  await Promise.all(opened.splice(0).map((one) => one.close()));
  expect(complaints).toEqual([]);
});

function sinkTo(more: Partial<VaultOptions> = {}) {
  return createVaultSink({
    address: vault.address,
    mount: "secret",
    path: "oneroster/{district}/{vendor}",
    token: new Secret(TOKEN),
    random: () => 1,
    sleep: (ms) => Promise.resolve(waits.push(ms)),
    ...more,
  });
}

/** What a delivery that must fail says; neither token nor secret is in it. */
async function trouble(more: Partial<VaultOptions> = {}) {
  return said(sinkTo(more).deliver(handover()), [TOKEN, CANARY]);
}

const newest = (path = PATH) => vault.secret(path)?.versions.at(-1)?.data;

const WRITTEN = {
  client_id: "client-0001",
  client_secret: CANARY,
  token_url: "https://campus.example.org/token?appName=springfield",
  base_url: "https://campus.example.org/or",
  address: "springfield/Otus",
  connection: "c-0001",
  fingerprint: "3f9a3f9a3f9a3f9a",
  oneroster_version: "1.2",
  managed_by: "rosterform",
};

describe("a Vault sink", () => {
  it("writes the four values and what they belong to, and marks the secret", async () => {
    await sinkTo().deliver(handover());
    expect(newest()).toEqual(WRITTEN);
    expect(vault.secret(PATH)?.marks).toEqual({ "managed-by": "rosterform" });
    expect(vault.requests).toEqual([
      `GET ${DATA}`,
      "GET sys/internal/ui/mounts/secret",
      `POST ${DATA}`,
      `POST secret/metadata/${PATH}`,
    ]);
  });

  it("writes no new version when the same connection is delivered again", async () => {
    await sinkTo().deliver(handover());
    const before = structuredClone(vault.secret(PATH));
    await sinkTo().deliver(handover());
    expect(vault.secret(PATH)).toEqual(before);
    expect(vault.requests.slice(4)).toEqual([`GET ${DATA}`]);
  });

  it("puts another connection on top as a new version, and keeps what others put beside it", async () => {
    await sinkTo().deliver(handover());
    vault.store(PATH, { ...WRITTEN, note: "call Dana first" }, { team: "north" });
    await sinkTo().deliver(handover({ secret: "another-secret" }));
    expect(vault.secret(PATH)?.versions).toHaveLength(3);
    expect(newest()).toEqual({ ...WRITTEN, client_secret: "another-secret", note: "call Dana first" });
    expect(vault.secret(PATH)?.marks).toEqual({ "managed-by": "rosterform", team: "north" });
  });

  it.each(["deleted", "destroyed"] as const)("goes on after a version that was %s", async (how) => {
    await sinkTo().deliver(handover());
    vault.drop(PATH, how);
    await sinkTo().deliver(handover());
    expect(vault.secret(PATH)?.versions.map(({ state }) => state)).toEqual([how, "there"]);
    expect(newest()).toEqual(WRITTEN);
  });

  it("keeps the marks of others when it adds its own", async () => {
    vault.store(PATH, WRITTEN, { team: "north" });
    await sinkTo().deliver(handover());
    expect(vault.secret(PATH)?.versions).toHaveLength(1);
    expect(vault.secret(PATH)?.marks).toEqual({ team: "north", "managed-by": "rosterform" });
  });

  it("is content with a token that may neither write metadata nor look at mounts", async () => {
    await open({ forbidden: ["POST metadata", "GET sys"] });
    await sinkTo().deliver(handover());
    await sinkTo().deliver(handover({ secret: "another-secret" }));
    expect(vault.secret(PATH)).toMatchObject({
      versions: [{}, { data: { client_secret: "another-secret" } }],
      marks: {},
    });
  });

  it("speaks to a namespace and a mount with slashes", async () => {
    await open({ namespace: "schools/north", mount: "team/kv" });
    const sink = sinkTo({ namespace: "schools/north", mount: "team/kv", path: "{vendor}/of-{district}" });
    await sink.deliver(handover());
    expect(newest("otus/of-springfield")).toEqual(WRITTEN);
    expect(sink.target(handover().address)).toBe(
      `vault:${new URL(vault.address).host}/schools/north/team/kv/otus/of-springfield`,
    );
  });

  it("keeps a path before /v1, as behind a proxy", async () => {
    await open({ prefix: "/vault" });
    await sinkTo({ address: `${vault.address}/` }).deliver(handover());
    expect(newest()).toEqual(WRITTEN);
  });

  it("has a place of its own for every address, escaped where it must be", async () => {
    const district = "springfield" as DistrictId;
    const names = ["Otus", "otus", "Ötus", "Otus 東京"].map((vendor) => addressOf(district, vendor));
    for (const address of [...names, addressOf(district, "Otus", "north")]) {
      await sinkTo().deliver(handover({ address }));
    }
    expect(new Set(vault.requests.filter((one) => one.startsWith(`POST ${DATA}`))).size).toBe(5);
    expect(newest("oneroster/springfield/otus--north")?.["address"]).toBe('springfield/Otus["north"]');
    expect(new Set(names.map((address) => sinkTo().target(address))).size).toBe(4);
  });

  it("names its target without the token", () => {
    expect(sinkTo().keeps).toBe(true);
    expect(sinkTo({ address: "https://vault.example.org:8200/" }).target(handover().address)).toBe(
      "vault:vault.example.org:8200/secret/oneroster/springfield/otus",
    );
  });
});

describe("a secret that is not ours", () => {
  it.each([
    ["of somebody else", { password: "precious" }, {}],
    ["for another address", { ...WRITTEN, address: "springfield/Edlink" }, { "managed-by": "rosterform" }],
  ])("is never overwritten: %s", async (_, data, marks) => {
    vault.store(PATH, data, marks);
    expect(await trouble()).toMatchObject({ code: "sinks/vault-foreign", retryable: false });
    expect(vault.secret(PATH)?.versions).toEqual([{ data, state: "there" }]);
  });

  it("is not overwritten either when it comes between our look and our write", async () => {
    vault.beforeWrite(() => vault.store(PATH, { password: "precious" }));
    expect(await trouble()).toMatchObject({ code: "sinks/vault-foreign" });
    expect(newest()).toEqual({ password: "precious" });
  });
});

describe("writers at the same time", () => {
  it("that write the same are content with one version", async () => {
    vault.beforeWrite(() => vault.store(PATH, WRITTEN));
    await sinkTo().deliver(handover());
    expect(vault.secret(PATH)?.versions).toHaveLength(1);
  });

  it("that write something else are read again and followed", async () => {
    vault.beforeWrite(() => vault.store(PATH, { ...WRITTEN, client_secret: "an-older-one", note: "theirs" }));
    await sinkTo().deliver(handover());
    expect(newest()).toEqual({ ...WRITTEN, note: "theirs" });
  });

  it("that never stop are told, after a bounded number of tries", async () => {
    let count = 0;
    const interfere = (): void => {
      count += 1;
      vault.store(PATH, { ...WRITTEN, client_secret: `theirs-${count}` });
      vault.beforeWrite(interfere);
    };
    vault.beforeWrite(interfere);
    expect(await trouble()).toMatchObject({ code: "sinks/vault-conflict", retryable: true });
    expect(newest()?.["client_secret"]).toBe("theirs-4");
  });

  it("of one machine leave every address whole", async () => {
    const addresses = ["Otus", "Edlink", "Schoology", "Classworks"].map((vendor) =>
      addressOf("springfield" as DistrictId, vendor),
    );
    const twice = [...addresses, ...addresses].map((address) => handover({ address }));
    const sink = sinkTo();
    await Promise.all(twice.map((one) => sink.deliver(one)));
    for (const address of addresses) {
      const held = vault.secret(sink.target(address).split("/secret/")[1] ?? "");
      expect(held?.versions).toEqual([{ data: { ...WRITTEN, address }, state: "there" }]);
    }
  });
});

describe("Vault in trouble", () => {
  const status = (code: number, headers: Record<string, string> = {}) =>
    ({ kind: "status", status: code, headers }) as const;

  it.each([412, 429, 472, 473, 500, 502, 503])("is asked again after %i, and delivered to", async (code) => {
    vault.failNext(status(code), status(code));
    await sinkTo().deliver(handover());
    expect(newest()).toEqual(WRITTEN);
    expect(waits).toEqual([250, 500]);
  });

  it("is waited for as long as it asks, in seconds or as a date", async () => {
    const later = { date: "Tue, 15 Jun 2027 08:30:00 GMT", "retry-after": "Tue, 15 Jun 2027 08:30:07 GMT" };
    vault.failNext(status(429, { "retry-after": "3" }), status(503, later));
    await sinkTo().deliver(handover());
    expect(waits).toEqual([3_000, 7_000]);
  });

  it("is not waited for longer than a delivery may take", async () => {
    vault.failNext(status(429, { "retry-after": "3600" }));
    expect(await trouble()).toMatchObject({ code: "sinks/vault-unavailable", retryable: true });
    expect(waits).toEqual([]);
  });

  it("is given up after a few tries, and nothing was changed", async () => {
    vault.failNext(...Array.from({ length: 4 }, () => status(500)));
    expect(await trouble()).toMatchObject({ code: "sinks/vault-unavailable", message: expect.stringContaining("500") });
    expect(vault.requests).toHaveLength(4);
    expect(vault.secret(PATH)).toBeUndefined();
  });

  it("that cuts the connection is asked again; a write whose answer got lost is taken once only", async () => {
    const fine = { kind: "status", status: 404, body: '{"errors":[]}' } as const;
    vault.failNext({ kind: "reset" }, fine, fine, { kind: "lost" });
    await sinkTo().deliver(handover());
    expect(vault.secret(PATH)?.versions).toHaveLength(1);
  });

  it("that always cuts the connection, or is not there, is told as unreachable", async () => {
    vault.failNext(...Array.from({ length: 4 }, () => ({ kind: "reset" }) as const));
    expect(await trouble()).toMatchObject({ code: "sinks/vault-unreachable", retryable: true });
    await vault.close();
    expect(await trouble()).toMatchObject({ message: expect.stringContaining("ECONNREFUSED") });
    opened.splice(0);
  });

  it("that never answers is not waited for for ever", async () => {
    vault.failNext({ kind: "silence" });
    expect(await trouble({ deadlineMs: 30 })).toMatchObject({
      code: "sinks/vault-unreachable",
      retryable: true,
      message: expect.stringContaining("no answer in time"),
    });
  });

  it("that is sealed is told at once", async () => {
    await open({ sealed: true });
    expect(await trouble()).toMatchObject({ code: "sinks/vault-sealed", retryable: true });
    expect(vault.requests).toHaveLength(1);
  });

  it("that points elsewhere is not followed: the token stays here", async () => {
    const other = vault;
    await open();
    vault.failNext(status(307, { location: `${other.address}/v1/${DATA}` }));
    expect(await trouble()).toMatchObject({ code: "sinks/vault-redirected", retryable: false });
    expect(other.requests).toEqual([]);
  });
});

describe("Vault that says no", () => {
  it.each([
    ["GET data", "read"],
    ["POST data", "write"],
  ])("to %s is told with the path a policy needs", async (forbidden, deed) => {
    await open({ forbidden: [forbidden] });
    expect(await trouble()).toMatchObject({
      code: "sinks/vault-forbidden",
      message: `The token may not ${deed} ${DATA}, or it has expired.`,
      fix: expect.stringContaining("`create`, `read` and `update`"),
    });
  });

  it("to a wrong token is told without the token", async () => {
    expect(await trouble({ token: new Secret("hvs.wrong") })).toMatchObject({ code: "sinks/vault-forbidden" });
  });

  it("because nothing is mounted there is told, also when only the write finds out", async () => {
    expect(await trouble({ mount: "kv" })).toMatchObject({ code: "sinks/vault-no-mount" });
    vault.failNext({ kind: "status", status: 404, body: '{"errors":[]}' });
    expect(await trouble({ mount: "kv" })).toMatchObject({ code: "sinks/vault-no-mount" });
  });

  it("because the engine has no versions is told before anything is written there", async () => {
    await open({ engine: 1 });
    expect(await trouble()).toMatchObject({ code: "sinks/vault-not-kv2" });
    expect(vault.requests.filter((one) => one.startsWith("POST"))).toEqual([]);
  });

  it("because the engine has no versions is told where something is stored, or mounts may not be seen", async () => {
    await open({ engine: 1, forbidden: ["GET sys"] });
    expect(await trouble()).toMatchObject({ code: "sinks/vault-not-kv2" });
    expect(await trouble()).toMatchObject({ code: "sinks/vault-not-kv2" });
  });

  it("for a reason of its own is told without its words", async () => {
    const found = { kind: "status", status: 404, body: '{"errors":[]}' } as const;
    vault.failNext(found, found, { kind: "status", status: 400, body: `{"errors":["${CANARY}"]}` });
    expect(await trouble()).toMatchObject({ code: "sinks/vault-refused", message: expect.stringContaining("(400)") });
  });

  it.each([
    ["a page", 200, "<html>"],
    ["a page that is not there", 404, "<html>"],
    ["something else", 400, '{"errors":["Client sent an HTTP request to an HTTPS server."]}'],
    ["more than any secret", 200, `"${"x".repeat(3 * 1024 * 1024)}"`],
  ])("because it is no Vault is told: %s", async (_, code, body) => {
    vault.failNext({ kind: "status", status: code, body });
    expect(await trouble()).toMatchObject({ code: "sinks/vault-bad-answer" });
  });

  it("nothing, after a write, is no Vault either", async () => {
    const found = { kind: "status", status: 404, body: '{"errors":[]}' } as const;
    vault.failNext(found, found, { kind: "status", status: 200, body: "{}" });
    expect(await trouble()).toMatchObject({ code: "sinks/vault-bad-answer" });
  });
});

describe("a Vault sink that cannot begin", () => {
  it("refuses to send a token over plain http to another machine", () => {
    expect(() => sinkTo({ address: "http://vault.example.org:8200" })).toThrow(/https only/);
  });

  it.each(["hvs.two words", "hvs.line\nbreak", "hvs.ümlaut"])(
    "refuses what can be no token, without repeating it",
    (text) => {
      expect(() => sinkTo({ token: new Secret(text) })).toThrow(
        expect.objectContaining({ code: "sinks/bad-reference", message: expect.not.stringContaining("hvs") }),
      );
    },
  );
});
