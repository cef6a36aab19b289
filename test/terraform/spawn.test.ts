import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { copyFileSync, mkdirSync, readdirSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { makeIdentity } from "../../src/terraform/serve/certificate.ts";
import { collect, hasTerraform, makeTerraform, type Terraform, type TerraformOptions } from "./run-terraform.ts";
import { buildSample, type BuiltProvider } from "./build-provider.ts";
import { HEAD } from "./sample-provider.ts";

const SPAWNS = 200;
const AT_ONCE = 4;
const COOKIE = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";

let sample: BuiltProvider;
beforeAll(() => {
  sample = buildSample();
});
afterAll(() => sample.remove());

describe("200 launches", () => {
  it("all say where they listen", { timeout: 120_000 }, async () => {
    const { certificate } = makeIdentity();
    const env = {
      PATH: process.env["PATH"],
      TF_PLUGIN_MAGIC_COOKIE: COOKIE,
      PLUGIN_PROTOCOL_VERSIONS: "6",
      PLUGIN_CLIENT_CERT: certificate,
    };
    const lane = async () => {
      const lines: string[] = [];
      for (let left = SPAWNS / AT_ONCE; left > 0; left -= 1) {
        const child = spawn(sample.program, { env, stdio: ["ignore", "pipe", "inherit"] });
        lines.push(await firstLine(child));
        child.kill("SIGTERM");
      }
      return lines;
    };
    const lines = (await Promise.all(Array.from({ length: AT_ONCE }, lane))).flat();
    expect(lines.filter((line) => /^1\|6\|unix\|\/[^|]+\|grpc\|[A-Za-z0-9+/]{400,}\n$/.test(line))).toHaveLength(
      SPAWNS,
    );
  });
});

describe.skipIf(!hasTerraform())("a provider that Terraform starts", () => {
  let terraform: Terraform;
  afterEach(() => terraform.remove());

  function given(configuration: string, options: TerraformOptions = { override: sample.folder }): Terraform {
    terraform = makeTerraform(options);
    terraform.write("main.tf", HEAD + configuration);
    return terraform;
  }

  it("lives a whole life, launch for launch, and leaves nobody behind", async () => {
    const { ok, write, folder } = given(`resource "oneroster_thing" "a" { name = "a" }`);
    expect(await ok("apply", "-auto-approve")).toContain("1 added");
    expect(await ok("plan", "-detailed-exitcode")).toContain("No changes");
    write("main.tf", `${HEAD}resource "oneroster_thing" "a" { name = "b" }`);
    expect(await ok("apply", "-auto-approve")).toContain("1 changed");
    const started = performance.now();
    expect(await ok("validate")).toContain("Success");
    // Two launches; one that does not end by itself costs two seconds.
    expect(performance.now() - started).toBeLessThan(4_000);
    expect(await ok("destroy", "-auto-approve")).toContain("1 destroyed");
    expect(providersIn(folder)).toEqual([]);
  });

  it("is installed from a mirror of folders, in a project of modules, and out of a zip", async () => {
    const { ok, write } = given(`resource "oneroster_thing" "a" { name = "a" }`, { mirror: sample.mirror });
    write("package.json", '{ "type": "module" }');
    await ok("init");
    expect(await ok("apply", "-auto-approve")).toContain("1 added");
    terraform.remove();

    const released = buildSample("--release", "--platform", platform());
    try {
      const mirror = join(released.mirror, "packed");
      const place = join(mirror, "registry.terraform.io", "rosterform", "oneroster");
      mkdirSync(place, { recursive: true });
      const zip = readdirSync(join(released.mirror, "release")).find((name) => name.endsWith(".zip")) ?? "";
      copyFileSync(join(released.mirror, "release", zip), join(place, zip));
      const packed = given(`resource "oneroster_thing" "a" { name = "a" }`, { mirror });
      packed.write("package.json", '{ "type": "module" }');
      await packed.ok("init");
      expect(await packed.ok("apply", "-auto-approve")).toContain("1 added");
    } finally {
      released.remove();
    }
  });

  it("finishes what is in hand when the person presses Ctrl-C, and it is in the state", async () => {
    const { start, state, folder } = given(`resource "oneroster_thing" "a" {\n name = "a"\n slow = 2500\n}`);
    const child = start("apply", "-auto-approve");
    const ran = collect(child);
    await until(() => said(child).includes("Creating..."));
    await pause(500);
    process.kill(-(child.pid ?? 0), "SIGINT");
    const { stdout, stderr } = await ran;
    expect(stdout + stderr).not.toContain("did not respond");
    expect(stdout).toContain("Creation complete");
    expect(JSON.stringify(state())).toContain("id of a");
    await until(() => providersIn(folder).length === 0);
  });

  it("ends when Terraform is killed", async () => {
    const { start, folder } = given(`resource "oneroster_thing" "a" {\n name = "a"\n slow = 60000\n}`);
    const child = start("apply", "-auto-approve");
    void collect(child);
    await until(() => said(child).includes("Creating..."));
    expect(providersIn(folder)).not.toEqual([]);
    child.kill("SIGKILL");
    await until(() => providersIn(folder).length === 0, 15_000);
  }, 30_000);

  it("logs names and durations where Terraform shows them, and no value", async () => {
    const { run } = given(`resource "oneroster_thing" "a" {\n name = "s3cret-name"\n secret = "s3cret"\n}`, {
      override: sample.folder,
      environment: { TF_LOG_PROVIDER: "DEBUG" },
    });
    const { stderr, code } = await run("apply", "-auto-approve");
    expect(code).toBe(0);
    const ours = stderr.split("\n").filter((line) => line.includes(": answered: "));
    expect(ours.length).toBeGreaterThan(3);
    expect(ours[0]).toMatch(/\[DEBUG\].*(rpc=|ms=)/);
    expect(stderr).not.toContain("s3cret");
  });
});

const texts = new WeakMap<ChildProcess, string>();

/** What a process printed since it was first asked about. */
function said(child: ChildProcess): string {
  if (!texts.has(child)) {
    texts.set(child, "");
    child.stdout?.on("data", (text: string) => texts.set(child, `${texts.get(child) ?? ""}${text}`));
  }
  return texts.get(child) ?? "";
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    let text = "";
    child.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
      if (text.endsWith("\n")) resolve(text);
    });
    child.once("close", () => resolve(text));
  });
}

async function until(isSo: () => boolean, withinMs = 10_000): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!isSo()) {
    if (performance.now() > deadline) throw new Error("it did not come true in time");
    await pause(50);
  }
}

/** The processes of the sample that run in a folder. */
function providersIn(folder: string): readonly string[] {
  const lines = execFileSync("ps", ["-eo", "pid=,args="], { encoding: "utf8" }).split("\n");
  const ours = lines.filter((line) => line.includes(sample.program));
  return ours.filter((line) => cwdOf(line.trim().split(" ")[0] ?? "") === folder);
}

function cwdOf(pid: string): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return "";
  }
}

function platform(): string {
  return `${process.platform}_${process.arch === "x64" ? "amd64" : process.arch}`;
}
