import { chmodSync, existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openReader, openWriter } from "../../src/drivers.ts";
import { found, type Hay, type Minted } from "../needles.ts";
import { openVaultDouble, type VaultDouble } from "../sinks/vault-double.ts";
import { edit, openDesk } from "./desk.ts";
import type { Shown, Stage } from "./stage.ts";

/**
 * One connection, generated and handed over by `apply`, through every sink that is meant for programs. What was printed and
 * written is then searched for its secret and for the sink's own token: neither may stand anywhere but in the sink.
 */

const TOKEN = "hvs.operator-token-of-the-sinks-test-4711";
const TARGET = ["--target", "springfield/Otus"];

let stage: Stage;
let vault: VaultDouble;
let hay: Hay[];

beforeEach(async () => {
  hay = [];
  vault = await openVaultDouble({ token: TOKEN });
  stage = await openDesk();
  await stage.openCampus();
});

afterEach(async () => {
  await stage.close();
  await vault.close();
});

const store = () => ({
  kind: "sqlite" as const,
  path: join(stage.folder, "campus.db"),
  keyFile: join(stage.folder, "rosterform.key"),
});

const deliverTo = (deliver: string) =>
  edit(stage, "rosterform.yaml", "deliver: { kind: file, folder: ./credentials }", `deliver: ${deliver}`);

const vaultAt = (token: string) => `{ kind: vault, address: '${vault.address}', token: '${token}' }`;

async function run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Shown> {
  const shown = await stage.rosterform(args, { env: { ROSTERFORM_LOG: "trace", ...env } });
  for (const stream of ["stdout", "stderr"] as const) {
    // The one line that GitHub reads, and hides.
    const bytes = Buffer.from(shown[stream].replace(/^::add-mask::.*$/gm, ""));
    hay.push({ name: `${stream} of ${args.join(" ")}`, bytes });
  }
  return shown;
}

const apply = (env: Readonly<Record<string, string>> = {}) => run(["apply", "--auto-approve", ...TARGET], env);

/** Every connection that was ever generated. */
async function minted(): Promise<readonly Minted[]> {
  const writer = await openWriter(store(), { clock: stage, by: "test" });
  try {
    const all: Minted[] = [];
    for await (const { connections } of writer.read("all")) {
      for (const { id } of connections) {
        const { clientId, clientSecret } = await writer.credentials(id);
        all.push({ clientId, secret: clientSecret.reveal() });
      }
    }
    return all;
  } finally {
    await writer.close();
  }
}

/** Where the store says that the connection was handed over. */
async function targets(): Promise<readonly unknown[]> {
  const reader = await openReader(store(), { clock: stage });
  try {
    const all: unknown[] = [];
    for await (const { connections } of reader.read("all")) all.push(...connections.map((one) => one.delivery));
    return all;
  } finally {
    await reader.close();
  }
}

/** Looks everywhere but in the sink's own files; answers the one secret that was looked for. */
async function onlyInTheSink(sink: RegExp): Promise<Minted> {
  const files = readdirSync(stage.folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(stage.folder, join(entry.parentPath, entry.name)));
  const outside = files.filter((name) => !sink.test(name));
  const all = [...hay, ...outside.map((name) => ({ name, bytes: readFileSync(join(stage.folder, name)) }))];
  const [secret, ...others] = await minted();
  if (secret === undefined || others.length > 0) throw new Error("expected one connection");
  expect(found([secret, { clientId: "operator", secret: TOKEN }], all)).toEqual([]);
  return secret;
}

describe("apply, to a sink for programs", () => {
  it("puts a secret into Vault, and nothing more when applied again", async () => {
    await deliverTo(vaultAt("env:VAULT_TOKEN"));
    expect(await apply({ VAULT_TOKEN: TOKEN })).toMatchObject({ code: 0 });
    await run(["status"]);
    await run(["apply", "--auto-approve", ...TARGET, "--json"], { VAULT_TOKEN: TOKEN });
    const { clientId, secret } = await onlyInTheSink(/^$/);
    const [version, ...more] = vault.secret("oneroster/springfield/otus")?.versions ?? [];
    expect(version?.data).toMatchObject({ client_id: clientId, client_secret: secret, address: "springfield/Otus" });
    expect([more, vault.complaints]).toEqual([[], []]);
    const target = `vault:${new URL(vault.address).host}/secret/oneroster/springfield/otus`;
    expect(await targets()).toMatchObject([{ state: "done", target }]);
  });

  it("writes variables for GitHub and masks the secret before anything else", async () => {
    await deliverTo("{ kind: variables, format: github, folder: ./variables }");
    const { code, stdout } = await apply({ GITHUB_ACTIONS: "true" });
    const { secret } = await onlyInTheSink(/^variables\/springfield/);
    expect(code).toBe(0);
    expect(stdout.split(secret)).toHaveLength(2);
    expect(stdout).toContain(`::add-mask::${secret}\n`);
    expect(await stage.read("variables/springfield/otus.github.env")).toContain(secret);
  });

  it("packs for a vendor with a passphrase that is shown to the person who is there, and to nobody else", async () => {
    await deliverTo("{ kind: packet, folder: ./packets }");
    const nobody = await apply();
    expect([nobody.code, `${nobody.stdout}${nobody.stderr}`]).toEqual([
      1,
      expect.stringContaining("sinks/not-a-terminal"),
    ]);
    const told: string[] = [];
    const reveal = async (text: string): Promise<void> => void told.push(text);
    const person = { isTerminal: true, canAsk: true, reveal };
    const { code, stdout, stderr } = await stage.rosterform(["apply", "--auto-approve", ...TARGET], person);
    const [passphrase = "none"] = /\d{5}(-\d{5})+/.exec(told.join()) ?? [];
    expect([code, told.length, `${stdout}${stderr}`.includes(passphrase)]).toEqual([0, 1, false]);
    await onlyInTheSink(/^$/);
    expect(await targets()).toMatchObject([{ target: "packet:packets/springfield/otus.txt.age" }]);
  });

  it("writes a manifest for Kubernetes", async () => {
    await deliverTo("{ kind: kubernetes, folder: ./manifests }");
    expect(await apply()).toMatchObject({ code: 0 });
    const { secret } = await onlyInTheSink(/^manifests\/springfield/);
    expect(await stage.read("manifests/springfield/otus.secret.yaml")).toContain(secret);
    expect(await targets()).toMatchObject([{ target: "kubernetes:manifests/springfield/otus.secret.yaml" }]);
  });

  it.skipIf(process.platform === "win32")("hands over to a program beside the document", async () => {
    await stage.write("hand-over.sh", '#!/bin/sh\necho "$1" > argument.txt\ntee handed-over.json\n');
    chmodSync(join(stage.folder, "hand-over.sh"), 0o755);
    await deliverTo("{ kind: command, run: [./hand-over.sh, '{address}'] }");
    expect(await apply()).toMatchObject({ code: 0 });
    const { secret } = await onlyInTheSink(/^handed-over\.json$/);
    expect(JSON.parse(await stage.read("handed-over.json"))).toMatchObject({ client_secret: secret });
    expect(await stage.read("argument.txt")).toBe("springfield/Otus\n");
  });
});

describe("a sink that is not ready", () => {
  it("is told before anything is generated, with its token where the document says", async () => {
    await deliverTo(vaultAt("file:./vault-token"));
    const { code, stderr } = await apply();
    expect([code, await minted()]).toEqual([1, []]);
    expect(stderr.replace(/\s+/g, " ")).toContain("./vault-token, which cannot be read (ENOENT)");
    expect(stderr).toContain("(sinks/bad-reference)");
  });

  it("fails the delivery alone; once it is ready the next apply goes on with the same connection", async () => {
    await deliverTo(vaultAt("file:./vault-token"));
    await stage.write("vault-token", "hvs.expired\n");
    const { code, stderr, stdout } = await apply();
    expect([code, `${stdout}${stderr}`]).toEqual([1, expect.stringContaining("sinks/vault-forbidden")]);
    await stage.write("vault-token", `${TOKEN}\n`);
    expect(await apply()).toMatchObject({ code: 0 });
    const { secret } = await onlyInTheSink(/^vault-token$/);
    expect(vault.secret("oneroster/springfield/otus")?.versions).toMatchObject([{ data: { client_secret: secret } }]);
  });

  it("is not GitHub's outside of GitHub: nothing is printed or written", async () => {
    await deliverTo("{ kind: variables, format: github, folder: ./variables }");
    const { code, stdout, stderr } = await apply();
    expect([code, `${stdout}${stderr}`]).toEqual([1, expect.stringContaining("sinks/not-in-actions")]);
    await onlyInTheSink(/^$/);
    expect(existsSync(join(stage.folder, "variables"))).toBe(false);
  });

  it("may be looked past by everything that hands nothing over", async () => {
    await deliverTo(vaultAt("env:VAULT_TOKEN"));
    for (const look of [["plan"], ["status"], ["validate"]]) expect((await run(look)).stderr).toBe("");
    expect((await run(["confirm", "--all"])).stderr).toBe("");
    rmSync(join(stage.folder, "rosterform.key"));
    expect((await run(["plan"])).stderr).toBe("");
  });
});
