import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Secret } from "../../src/model/secret.ts";
import { readReference } from "../../src/sinks/reference.ts";
import { createVaultSink } from "../../src/sinks/vault.ts";
import { CANARY, handover } from "./handover.ts";
import { said } from "./said.ts";
import { openVaultDouble, type VaultDouble } from "./vault-double.ts";

const TOKEN = "hvs.canary-token-do-not-print";
const hasOpenssl = spawnSync("openssl", ["version"]).status === 0;
if (!hasOpenssl) console.warn("SKIPPED: openssl is not installed, so no certificate of our own is tried");

describe.skipIf(!hasOpenssl)("a Vault sink, where the certificate is from an authority of one's own", () => {
  let folder: string;
  let vault: VaultDouble;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "rosterform-tls-"));
    const request = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=vault";
    const files = ["-keyout", "key.pem", "-out", "cert.pem", "-addext", "subjectAltName=IP:127.0.0.1"];
    execFileSync("openssl", [...request.split(" "), ...files], { cwd: folder, stdio: "ignore" });
    const [key, cert] = ["key.pem", "cert.pem"].map((file) => readFileSync(join(folder, file), "utf8"));
    vault = await openVaultDouble({ token: TOKEN, tls: { key: key ?? "", cert: cert ?? "" } });
  });

  afterAll(async () => {
    await vault.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const options = () => ({
    address: vault.address,
    mount: "secret",
    path: "{district}/{vendor}",
    token: new Secret(TOKEN),
    sleep: () => Promise.resolve(),
  });

  it("delivers to it once its authority is named", async () => {
    const path = join(folder, "cert.pem");
    const ca = await readReference({ kind: "file", path, shownAs: "./cert.pem" }, "the authority", {});
    await createVaultSink({ ...options(), ca }).deliver(handover());
    expect(vault.secret("springfield/otus")?.versions).toHaveLength(1);
    expect(vault.complaints).toEqual([]);
  });

  it("sends it nothing before that, and says how to name it", async () => {
    const before = vault.requests.length;
    const error = await said(createVaultSink(options()).deliver(handover()), [TOKEN, CANARY]);
    expect(error).toMatchObject({ code: "sinks/vault-unreachable", retryable: false });
    expect(error.fix).toContain("`ca`");
    expect(vault.requests).toHaveLength(before);
  });
});
