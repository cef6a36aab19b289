import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createFileSink } from "../../src/sinks/file.ts";
import { CANARY, handover } from "./handover.ts";

/** Real disks in real trouble: no room, a limit on file sizes, no right to write. */

const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;

let tools: string;
let child: string;
let base: string;
let folder: string;

beforeAll(async () => {
  tools = mkdtempSync(join(tmpdir(), "rosterform-tools-"));
  chmodSync(tools, 0o755);
  child = join(tools, "deliver-child.mjs");
  const entryPoints = [fileURLToPath(new URL("deliver-child.ts", import.meta.url))];
  await build({ entryPoints, outfile: child, bundle: true, platform: "node", format: "esm", logLevel: "silent" });
});

afterAll(() => rmSync(tools, { recursive: true, force: true }));

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), "rosterform-disk-"));
  chmodSync(base, 0o755);
  folder = join(base, "credentials");
});

afterEach(() => rmSync(base, { recursive: true, force: true }));

function contents(): { readonly files: readonly string[]; readonly text: string } {
  const district = join(folder, "springfield");
  return { files: readdirSync(district), text: readFileSync(join(district, "otus.txt"), "utf8") };
}

function run(command: string, args: readonly string[], options: { uid?: number } = {}): unknown {
  const { stdout, stderr } = spawnSync(command, args, { encoding: "utf8", ...options });
  expect(stderr).not.toContain(CANARY);
  return JSON.parse(stdout);
}

function canMount(): boolean {
  const there = mkdtempSync(join(tmpdir(), "rosterform-mount-"));
  const mounted = isRoot && spawnSync("mount", ["-t", "tmpfs", "-o", "size=4k", "none", there]).status === 0;
  if (mounted) execFileSync("umount", [there]);
  rmSync(there, { recursive: true });
  if (!mounted)
    console.warn("SKIPPED: no right to mount a small file system, so a disk that is really full is not tried");
  return mounted;
}

describe("a file sink", () => {
  it.skipIf(process.platform === "win32")(
    "keeps the old file whole when the new one may not grow (EFBIG)",
    async () => {
      await createFileSink({ folder }).deliver(handover());
      const before = contents();
      const said = run("bash", [
        "-c",
        'ulimit -f 0; exec "$0" "$@"',
        process.execPath,
        child,
        folder,
        "another-secret",
      ]);
      expect(said).toMatchObject({
        code: "sinks/disk-full",
        message: expect.stringContaining("EFBIG"),
        fix: expect.stringContaining("Make room"),
      });
      expect(contents()).toEqual(before);
      expect(run(process.execPath, [child, folder, "another-secret"])).toEqual({ code: "delivered" });
      expect(contents().text).toContain("another-secret");
    },
  );

  it.skipIf(process.platform === "win32")("says so when it has no right to write", async () => {
    await createFileSink({ folder }).deliver(handover());
    const before = contents();
    // Root may write everywhere, so the delivery is made by somebody who may look but not write.
    if (isRoot) for (const path of [folder, join(folder, "springfield")]) chmodSync(path, 0o755);
    else chmodSync(join(folder, "springfield"), 0o500);
    const said = run(process.execPath, [child, folder, "another-secret"], isRoot ? { uid: NOBODY } : {});
    expect(said).toMatchObject({
      code: "sinks/not-writable",
      message: expect.stringContaining("EACCES"),
      fix: expect.stringContaining("right to write"),
    });
    chmodSync(join(folder, "springfield"), 0o700);
    expect(contents()).toEqual(before);
  });

  describe.skipIf(!canMount())("on a disk that is full", () => {
    beforeEach(() => {
      mkdirSync(folder);
      // Room for the ignore file, both folders and one sheet, and for no second sheet beside it.
      execFileSync("mount", ["-t", "tmpfs", "-o", "size=8k,mode=700", "none", folder]);
    });

    afterEach(() => void execFileSync("umount", [folder]));

    it("keeps the old file whole and delivers once there is room (ENOSPC)", async () => {
      const sink = createFileSink({ folder });
      await sink.deliver(handover());
      const before = contents();
      await expect(sink.deliver(handover({ secret: "another-secret" }))).rejects.toMatchObject({
        code: "sinks/disk-full",
        retryable: true,
        message: expect.stringContaining("ENOSPC"),
      });
      expect(contents()).toEqual(before);
      execFileSync("mount", ["-o", "remount,size=64k", folder]);
      await sink.deliver(handover({ secret: "another-secret" }));
      expect(contents().text).toContain("another-secret");
    });
  });
});
