import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fromBuffer } from "yauzl";
import { createStore } from "../../src/drivers.ts";
import { instantOf } from "../../src/model/time.ts";
import { root } from "../setup/source.ts";
import { collect, hasTerraform, makeTerraform } from "./run-terraform.ts";
import { buildProvider, type BuiltProvider } from "./build-provider.ts";
import { HEAD } from "./sample-provider.ts";

const COOKIE = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";
const PLATFORMS = ["darwin_amd64", "darwin_arm64", "linux_amd64", "linux_arm64"];
/** A stand-in for GPG. */
const SIGNER = 'cp "$1" "$1.sig"';

let built: BuiltProvider;
beforeAll(() => {
  built = buildProvider({ environment: { ROSTERFORM_SIGN: SIGNER }, words: ["--release"] });
}, 120_000);
afterAll(() => built.remove());

describe("a release", () => {
  const release = () => join(built.mirror, "release");

  it("has a zip for each platform, a manifest, their digests, and a signature", () => {
    const stem = `terraform-provider-oneroster_${built.version}`;
    const files = [...PLATFORMS.map((one) => `${stem}_${one}.zip`), `${stem}_manifest.json`];
    expect(readdirSync(release()).toSorted()).toEqual(
      [`${stem}_SHA256SUMS`, `${stem}_SHA256SUMS.sig`, ...files].toSorted(),
    );
    const sums = readFileSync(join(release(), `${stem}_SHA256SUMS`), "utf8");
    const digest = (name: string) =>
      createHash("sha256")
        .update(readFileSync(join(release(), name)))
        .digest("hex");
    expect(sums).toBe(files.map((name) => `${digest(name)}  ${name}\n`).join(""));
    expect(JSON.parse(readFileSync(join(release(), `${stem}_manifest.json`), "utf8"))).toEqual({
      version: 1,
      metadata: { protocol_versions: ["6.0"] },
    });
  });

  it("has one program in each zip, which may be run, and SQLite's native part for that platform", async () => {
    for (const name of readdirSync(release()).filter((one) => one.endsWith(".zip"))) {
      const entries = await entriesOf(readFileSync(join(release(), name)));
      const programs = entries.filter((entry) => entry.name.startsWith("terraform-provider-"));
      expect(programs).toEqual([{ name: `terraform-provider-oneroster_v${built.version}`, mode: 0o100755 }]);
      const native = entries.filter((entry) => entry.name.endsWith(".node")).map((entry) => entry.name);
      expect(native).toEqual(
        name.includes("linux") ? ["sqlite.glibc.node", "sqlite.musl.node"] : ["sqlite.glibc.node"],
      );
      expect(entries.some((entry) => entry.name === "package.json")).toBe(true);
      expect(entries.some((entry) => entry.name.includes("node_modules"))).toBe(false);
    }
  });
});

describe("the provider in one file", () => {
  it("says where it listens, like the one that Terraform installs", async () => {
    const single = join(built.mirror, "single");
    const words = ["build.mjs", "provider", "--single", "--out", built.mirror];
    execFileSync(process.execPath, words, { cwd: root, stdio: "ignore" });
    const [file = ""] = readdirSync(single).filter((name) => name.endsWith(".cjs"));
    const env = { PATH: process.env["PATH"], TF_PLUGIN_MAGIC_COOKIE: COOKIE, PLUGIN_PROTOCOL_VERSIONS: "5,6" };
    const child = spawn(process.execPath, [join(single, file)], { env, stdio: ["ignore", "pipe", "inherit"] });
    const line = await new Promise<string>((done) => child.stdout.once("data", (bytes) => done(String(bytes))));
    child.kill("SIGTERM");
    expect(line).toMatch(/^1\|6\|unix\|.+\|grpc\|\n$/);
    expect(readdirSync(single).some((name) => name.endsWith(".node"))).toBe(true);
  });
});

describe("the built provider", () => {
  it("has a program so small that the handshake waits for nothing else", () => {
    expect(statSync(built.program).size).toBeLessThan(40_000);
    expect(statSync(built.program).mode & 0o777).toBe(0o755);
  });

  it("says with --debug what Terraform has to be given, until it is interrupted", async () => {
    const child = spawn(built.program, ["--debug"], { stdio: ["ignore", "pipe", "inherit"] });
    const ran = collect(child);
    await new Promise((resolve) => child.stdout.once("data", resolve));
    child.kill("SIGINT");
    const { stdout, code } = await ran;
    const [, said = ""] = /^TF_REATTACH_PROVIDERS='(.+)'\n$/.exec(stdout) ?? [];
    const { Protocol, ProtocolVersion, Addr } = Object.values<{
      Protocol: string;
      ProtocolVersion: number;
      Addr: { String: string };
    }>(JSON.parse(said))[0] ?? { Protocol: "", ProtocolVersion: 0, Addr: { String: "" } };
    expect([code, Protocol, ProtocolVersion, existsSync(Addr.String)]).toEqual([0, "grpc", 6, false]);
  });
});

describe.skipIf(!hasTerraform())("the built provider under the real Terraform", () => {
  it("writes to a store of SQLite, and reads it", async () => {
    const terraform = makeTerraform({ override: built.folder });
    try {
      const path = join(terraform.folder, "campus.db");
      const store = { kind: "sqlite", path, keyFile: join(terraform.folder, "rosterform.key") } as const;
      await createStore(store, { clock: { now: () => instantOf(Date.now()) } });
      const head = `${HEAD}provider "oneroster" {\n  store = { kind = "sqlite", path = "campus.db" }\n}\n`;
      terraform.write(
        "main.tf",
        `${head}
resource "oneroster_connection" "schoology" {
  district = "springfield"
  vendor   = "Schoology"
  version  = "1.1"
  kind     = "supported"
  site     = { host = "cloud.example.org", app = "springfield" }
}
`,
      );
      // Nobody serves the site: what was generated cannot be tried.
      const { code, stderr } = await terraform.run("apply", "-auto-approve");
      expect([code, stderr]).toEqual([1, expect.stringContaining("could not be tried")]);
      terraform.write(
        "main.tf",
        `${head}
data "oneroster_connections" "all" {}
output "vendors" { value = data.oneroster_connections.all.connections[*].vendor }
`,
      );
      await terraform.ok("apply", "-auto-approve");
      expect(JSON.parse(await terraform.ok("output", "-json", "vendors"))).toEqual(["Schoology"]);
    } finally {
      terraform.remove();
    }
  });
});

function entriesOf(bytes: Buffer): Promise<readonly { readonly name: string; readonly mode: number }[]> {
  return new Promise((resolve, reject) => {
    fromBuffer(bytes, (error, zip) => {
      if (error !== null) return reject(error);
      const entries: { name: string; mode: number }[] = [];
      zip.on("entry", (entry) => {
        entries.push({ name: entry.fileName, mode: entry.externalFileAttributes >>> 16 });
      });
      zip.on("end", () => resolve(entries)).on("error", reject);
    });
  });
}
