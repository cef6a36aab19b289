import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, statSync, truncateSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "@photostructure/sqlite";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createStore } from "../../src/drivers.ts";
import { edit, everythingOn, type Expected, expectOneError, expectTrouble, openDesk } from "./desk.ts";
import type { Stage } from "./stage.ts";

/** The store and its key in trouble, with a connection in it that could be lost. */

const isRoot = process.getuid?.() === 0;
const APPLY = ["apply", "--auto-approve"];

let stage: Stage;
let path: string;
let key: string;

beforeEach(async () => {
  stage = await openDesk();
  path = join(stage.folder, "campus.db");
  key = join(stage.folder, "rosterform.key");
  await stage.openCampus();
  expect((await stage.rosterform([...APPLY, "--target", "shelbyville/Schoology"])).code).toBe(0);
});

afterEach(async () => {
  vi.restoreAllMocks();
  await stage.close();
});

/** The campus holds its own file open; trouble is made with a copy, which is whole. */
async function useCopy(): Promise<void> {
  const database = new DatabaseSync(path);
  path = join(stage.folder, "store.db");
  database.exec(`vacuum into '${path}'`);
  database.close();
  chmodSync(path, 0o600);
  await edit(stage, "rosterform.yaml", "./campus.db", "./store.db");
}

/** Changes the database as another program would. */
function alter(sql: string): void {
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
}

interface Case {
  readonly make: () => unknown;
  readonly expected: Expected;
}

describe("a store that", () => {
  const cases: Readonly<Record<string, Case>> = {
    "is missing": {
      make: () => rm(path),
      expected: { code: "stores/not-found", says: ["store.db", "`store.path`", "rosterform init"] },
    },
    "is empty": {
      make: () => writeFile(path, ""),
      expected: { code: "stores/not-a-store", says: ["store.db", "`store.path`"] },
    },
    "is a text": {
      make: () => writeFile(path, "district: springfield\n".repeat(300)),
      expected: { code: "stores/not-a-store", says: ["store.db", "`store.path`"] },
    },
    "is another program's database": {
      make: () => alter("pragma application_id = 7"),
      expected: { code: "stores/not-a-store", says: ["store.db", "`store.path`"] },
    },
    "is cut off": {
      make: () => truncateSync(path, Math.floor(statSync(path).size / 2)),
      expected: { code: "stores/damaged", says: ["store.db", "damaged or cut off", "Restore the file from a backup"] },
    },
    "comes from a newer version": {
      make: () => alter("update meta set value = '99' where key = 'schema_version'"),
      expected: { code: "stores/newer-version", says: ["store.db", "schema 99", "Use that version of rosterform"] },
    },
  };

  it.each(Object.entries(cases))("%s is told by every command, and left alone", async (_, { make, expected }) => {
    await useCopy();
    await make();
    for (const args of [["plan"], APPLY, ["status"], ["drift"], ["dump"], ["confirm", "--all"]])
      await expectTrouble(stage, args, expected);
  });

  it("somebody else is writing is told after a while; looking works meanwhile", async () => {
    const other = new DatabaseSync(path);
    other.exec("begin immediate");
    // Every look at the clock finds that a minute has passed.
    let minutes = 0;
    vi.spyOn(performance, "now").mockImplementation(() => 60_000 * (minutes += 1));
    const expected = { code: "stores/locked", says: ["campus.db", "another process", "Wait until the other run"] };
    await expectTrouble(stage, APPLY, expected);
    for (const looking of [["plan"], ["status"], ["drift"]]) expect((await stage.rosterform(looking)).code).toBe(0);
    other.exec("rollback");
    other.close();
    expect((await stage.rosterform(APPLY)).stdout).toContain("Apply complete! Connections: 2 generated");
  });

  it("somebody else is writing is waited for as long as the command says", async () => {
    const other = new DatabaseSync(path);
    other.exec("begin immediate");
    const writes = [
      APPLY,
      ["confirm", "--all"],
      ["dump", "--store", "all.ndjson"],
      ["load", "--store", "all.ndjson"],
      ["rekey"],
    ];
    await writeFile(join(stage.folder, "all.ndjson"), "");
    const expected = { code: "stores/locked", says: ["campus.db", "another process", "--lock-timeout"] };
    const begun = performance.now();
    for (const args of writes) await expectTrouble(stage, [...args, "--lock-timeout", "0s"], expected);
    // Nobody of them waited for ten seconds.
    expect(performance.now() - begun).toBeLessThan(10_000);
    const applying = stage.rosterform([...APPLY, "--lock-timeout", "1m"]);
    await new Promise((resolve) => setTimeout(resolve, 500));
    other.exec("rollback");
    other.close();
    expect((await applying).stdout).toContain("Apply complete! Connections: 2 generated");
  });

  it.skipIf(isRoot || process.platform === "win32")("may not be written is told before anything is done", async () => {
    await useCopy();
    chmodSync(path, 0o400);
    const expected = { code: "stores/not-writable", says: ["store.db", "cannot be written", "Give this user"] };
    await expectTrouble(stage, APPLY, expected);
  });

  it.skipIf(!isRoot || !canMount())("stands on a disk that is read-only is told before anything is done", async () => {
    await useCopy();
    const folder = join(stage.folder, "disk");
    mkdirSync(folder);
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=4m,mode=700", "none", folder]);
    try {
      copyFileSync(path, join(folder, "store.db"));
      await edit(stage, "rosterform.yaml", "./store.db", "./disk/store.db, key: file:./rosterform.key");
      execFileSync("mount", ["-o", "remount,ro", folder]);
      const expected = { code: "stores/not-writable", says: ["disk/store.db", "Give this user the right"] };
      await expectTrouble(stage, APPLY, expected);
      execFileSync("mount", ["-o", "remount,rw", folder]);
      expect((await stage.rosterform(APPLY)).stdout).toContain("2 generated");
    } finally {
      unmount(folder);
    }
  });
});

describe("a key file that", () => {
  const cases: Readonly<Record<string, Case>> = {
    "is missing": {
      make: () => rm(key),
      expected: { code: "stores/key-missing", says: ["rosterform.key", "rosterform init", "back in its place"] },
    },
    "is empty": {
      make: () => writeFile(key, ""),
      expected: { code: "stores/key-unusable", says: ["rosterform.key", "32 bytes", "Restore the key file"] },
    },
    "belongs to another store": {
      make: async () => {
        const elsewhere = await mkdtemp(join(tmpdir(), "rosterform-elsewhere-"));
        const settings = { kind: "sqlite", path: join(elsewhere, "x.db"), keyFile: join(elsewhere, "x.key") } as const;
        await createStore(settings, { clock: stage });
        copyFileSync(settings.keyFile, key);
        await rm(elsewhere, { recursive: true });
      },
      expected: { code: "stores/wrong-key", says: ["rosterform.key", "store.db", "Put the right key file"] },
    },
    ...(process.platform === "win32"
      ? {}
      : {
          "others may read": {
            make: () => chmodSync(key, 0o644),
            expected: { code: "stores/key-exposed", says: ["mode 0644", "chmod 600", "rotate"] },
          },
        }),
  };

  it.each(Object.entries(cases))("%s stops what needs it, and nothing else", async (_, { make, expected }) => {
    await useCopy();
    await make();
    for (const args of [APPLY, ["confirm", "--all"]]) await expectTrouble(stage, args, expected);
    for (const looking of [["plan"], ["status"]]) expect((await stage.rosterform(looking)).code).toBe(0);
  });
});

function canMount(): boolean {
  const there = mkdtempSync(join(tmpdir(), "rosterform-mount-"));
  const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=4k", "none", there]).status === 0;
  if (mounted) execFileSync("umount", [there]);
  rmSync(there, { recursive: true });
  if (!mounted)
    console.warn("SKIPPED: no right to mount a small file system, so a real full or read-only disk is not tried");
  return mounted;
}

/** Lazily, because SQLite's binding lets go of a closed file only when its statements are collected. */
function unmount(folder: string): void {
  execFileSync("umount", ["--lazy", folder]);
}

describe("a sink", () => {
  it.skipIf(!canMount())("whose disk is full fails that delivery alone; the next run delivers it", async () => {
    const folder = join(stage.folder, "credentials");
    rmSync(folder, { recursive: true });
    mkdirSync(folder);
    // Room for the ignore file, two folders and one sheet, and for no second sheet.
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=8k,mode=700", "none", folder]);
    try {
      const first = await stage.rosterform([...APPLY, "--parallelism", "1", "--concise"]);
      expectOneError(first, {
        code: "sinks/disk-full",
        says: ["springfield/Otus", "credentials/springfield/otus.txt (ENOSPC)", "Make room", "half-written"],
      });
      expect(first.stdout).toContain("Apply incomplete:");
      execFileSync("mount", ["-o", "remount,size=64k", folder]);
      const second = await stage.rosterform(APPLY);
      expect(second.stderr).toBe("");
      expect(second.stdout).toContain("springfield/Otus: Delivered to file:credentials/springfield/otus.txt");
      expect(second.stdout).not.toContain("Bluebird Reading: Delivered");
      expect(second.code).toBe(0);
      expect(await stage.pull("credentials/springfield/otus.txt")).toBeGreaterThan(0);
    } finally {
      unmount(folder);
    }
  });

  it("whose folder is a file delivers nothing and loses nothing", async () => {
    rmSync(join(stage.folder, "credentials"), { recursive: true });
    await stage.write("credentials", "not a folder\n");
    const shown = await stage.rosterform([...APPLY, "--target", "springfield/Otus"]);
    expectOneError(shown, { code: "sinks/not-a-folder", says: ["springfield/Otus", "is a link or a file", "Move it"] });
    expect(await stage.read("credentials")).toBe("not a folder\n");
    await rm(join(stage.folder, "credentials"));
    expect((await stage.rosterform([...APPLY, "--target", "springfield/Otus"])).code).toBe(0);
    expect(await stage.pull("credentials/springfield/otus.txt")).toBeGreaterThan(0);
  });
});

describe("a file to be written", () => {
  it.skipIf(process.platform !== "linux")("on a full device is told, and the device stays what it is", async () => {
    const isDevice = () => statSync("/dev/full").isCharacterDevice();
    expect(isDevice()).toBe(true);
    for (const option of [
      ["--out", "/dev/full"],
      ["--json-into", "/dev/full"],
    ]) {
      const shown = await stage.rosterform(["plan", ...option]);
      expectOneError(shown, { code: "cli/cannot-write", says: ["/dev/full", "ENOSPC", "Choose another file"] });
      expect(isDevice()).toBe(true);
    }
  });

  it("in a place that is not there is told before anything is done", async () => {
    const says = ["nowhere/x.json", "ENOENT", "Choose another file"];
    await expectTrouble(stage, ["plan", "--out", "nowhere/x.json"], { code: "cli/cannot-write", says });
    for (const args of [["plan"], APPLY, ["status"]]) {
      const before = await everythingOn(stage);
      const shown = await stage.rosterform([...args, "--json-into", "nowhere/x.json"]);
      expectOneError(shown, { code: "cli/cannot-write", says });
      expect(shown.stdout).toBe("");
      expect(await everythingOn(stage)).toEqual(before);
    }
  });

  it("where a folder stands is told", async () => {
    const says = ["districts", "EISDIR", "Choose another file"];
    await expectTrouble(stage, ["plan", "--out", "districts"], { code: "cli/cannot-write", says });
  });

  it("is replaced whole, also behind a link", async () => {
    await stage.write("plan-1.json", "old\n");
    execFileSync("ln", ["-s", "plan-1.json", "latest.json"], { cwd: stage.folder });
    expect((await stage.rosterform(["plan", "--out", "latest.json"])).code).toBe(0);
    expect(await stage.read("plan-1.json")).toMatch(/^\{\n {2}"format_version": "1.0"/);
    expect((await stage.rosterform(["apply", "latest.json"])).code).toBe(0);
  });
});
