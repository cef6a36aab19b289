import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Secret } from "../../src/model/secret.ts";
import { createAgeSink } from "../../src/sinks/age.ts";
import { createCommandSink } from "../../src/sinks/command.ts";
import { createFileSink } from "../../src/sinks/file.ts";
import { createKubernetesSink } from "../../src/sinks/kubernetes.ts";
import type { Sink } from "../../src/sinks/sink.ts";
import { createVariablesSink, type VariablesFormat } from "../../src/sinks/variables.ts";
import { createVaultSink } from "../../src/sinks/vault.ts";
import { addresses } from "./addresses.ts";
import { handover } from "./handover.ts";
import { type Fault, openVaultDouble, type VaultDouble } from "./vault-double.ts";

/** What holds for every sink that keeps something, whatever it is and whatever an address is called. */

const TOKEN = "hvs.token-of-the-laws";

let folder: string;
let vault: VaultDouble;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "rosterform-laws-"));
  vault = await openVaultDouble({ token: TOKEN });
});

afterEach(async () => {
  await vault.close();
  rmSync(folder, { recursive: true, force: true });
});

const variables = (format: VariablesFormat) =>
  createVariablesSink({ folder, format, env: { GITHUB_ACTIONS: "true" }, write: () => undefined });

const vaultSink = () =>
  createVaultSink({
    address: vault.address,
    mount: "secret",
    path: "{district}/{vendor}",
    token: new Secret(TOKEN),
    sleep: () => Promise.resolve(),
  });

const SINKS: Readonly<Record<string, () => Sink>> = {
  file: () => createFileSink({ folder }),
  age: () => createAgeSink({ folder, recipients: [] }),
  kubernetes: () => createKubernetesSink({ folder }),
  github: () => variables("github"),
  gitlab: () => variables("gitlab"),
  azure: () => variables("azure"),
  dotenv: () => variables("dotenv"),
  vault: vaultSink,
  command: () => createCommandSink({ run: ["./x.sh"], folder, timeoutMs: 1_000 }),
};

describe.each(Object.keys(SINKS))("a sink: %s", (kind) => {
  it("names one place for one address, always the same, and no path of this machine", () => {
    const [one, other] = [SINKS[kind]?.(), SINKS[kind]?.()];
    fc.assert(
      fc.property(addresses, addresses, (a, b) => {
        expect(one?.target(a) === other?.target(b)).toBe(a === b);
        expect(one?.target(a)).not.toContain(folder);
      }),
    );
  });
});

/** Secrets as sites make them. */
const secrets = fc.stringMatching(/^[A-Za-z0-9_-]{20,40}$/);

describe.each(["file", "kubernetes", "github", "gitlab", "azure", "dotenv"])("a sink of files: %s", (kind) => {
  it("holds after any deliveries what the last one of each address alone would have left", async () => {
    const deliveries = fc.array(fc.record({ address: addresses, secret: secrets }), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(deliveries, async (all) => {
        rmSync(folder, { recursive: true, force: true });
        for (const one of all) await SINKS[kind]?.().deliver(handover(one));
        const after = contents();
        rmSync(folder, { recursive: true, force: true });
        const last = new Map(all.map((one) => [one.address, one]));
        for (const one of last.values()) await SINKS[kind]?.().deliver(handover(one));
        expect(after).toEqual(contents());
        expect(Object.keys(after).filter((name) => name !== ".gitignore")).toHaveLength(last.size);
      }),
      { numRuns: 15 },
    );
  });
});

/** Every file by its path. */
function contents(): Readonly<Record<string, string>> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(files.map((path) => [relative(folder, path), readFileSync(path, "utf8")]));
}

const faults = fc.array(
  fc.oneof(
    fc.constantFrom<Fault>({ kind: "reset" }, { kind: "lost" }),
    fc.constantFrom(403, 412, 429, 500, 503).map((status): Fault => ({ kind: "status", status })),
  ),
  { maxLength: 6 },
);

describe("a Vault sink, whatever goes wrong on the way", () => {
  it("leaves the old values or the new ones, keeps what others wrote, and writes no version twice", async () => {
    const act = fc.record({ secret: fc.constantFrom("secret-of-the-first", "secret-of-the-second"), faults });
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 1, maxLength: 5 }), async (acts) => {
        await vault.close();
        vault = await openVaultDouble({ token: TOKEN });
        await vaultSink().deliver(handover({ secret: "secret-of-the-first" }));
        const held = () => vault.secret("springfield/otus")?.versions ?? [];
        vault.store("springfield/otus", { ...held().at(-1)?.data, note: "theirs" });
        for (const { secret, faults: faulty } of acts) {
          const before = held().at(-1)?.data ?? {};
          vault.failNext(...faulty);
          const isDelivered = await vaultSink()
            .deliver(handover({ secret }))
            .then(
              () => true,
              () => false,
            );
          vault.calm();
          const after = held().at(-1)?.data ?? {};
          const news = { ...before, client_secret: secret };
          if (isDelivered) expect(after).toEqual(news);
          else expect([before, news]).toContainEqual(after);
        }
        const kept = held().slice(1);
        for (const [index, { data }] of kept.entries()) expect(data).not.toEqual(kept[index + 1]?.data);
        expect(vault.complaints).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });
});
