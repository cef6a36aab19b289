import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { canStartPostgres, giveToServer, startPostgres, type TestServer } from "../setup/postgres.ts";
import { troubleWith } from "./postgres-desk.ts";
import { openPostgresWorld } from "./postgres-world.ts";
import { at, connectionOf, districtOf, done, open, OTUS } from "./world.ts";

/** Only root mounts a small disk, and not in every container. */
function mounts(folder: string, size: string): boolean {
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${size}`, "tmpfs", folder], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

it.skipIf(!canStartPostgres())(
  "a full disk of the server is told, and what was acknowledged is all there is",
  async ({ skip }) => {
    const server = await startPostgres();
    const disk = join(server.folder, "disk");
    mkdirSync(disk);
    if (!mounts(disk, "16m")) {
      await server.end();
      console.warn("SKIPPED: nothing can be mounted here, so no disk of the server can be filled");
      skip();
    }
    try {
      giveToServer(disk);
      await server.run(`create tablespace small location '${disk}'`);
      await server.run("create database small tablespace small");
      const small: TestServer = {
        ...server,
        url: (more) => server.url({ database: "small", ...more }),
        run: (sql) => server.run(sql, "small"),
      };
      const world = await openPostgresWorld(small);
      const { id } = done(await open(world.writer, OTUS));
      /** Half a megabyte that does not get smaller. */
      const say = async () => {
        const { fingerprint, epoch } = await connectionOf(world, id);
        const about = { connection: id, fingerprint, epoch };
        const reason = randomBytes(250_000).toString("hex");
        const statement = { kind: "attested", about, at: world.clock.now(), by: "kim", reason } as const;
        done(await world.writer.recordStatement({ ...(await at(world.writer, OTUS)), statement }));
      };
      let acknowledged = 0;
      const fill = async () => {
        for (; acknowledged < 100; acknowledged += 1) await say();
      };
      expect(await troubleWith(fill())).toBe("stores/disk-full");
      const before = await districtOf(world.writer);
      expect(before.connections[0]?.evidence).toHaveLength(acknowledged);
      expect(before.revision).toBe(1 + acknowledged);
      execFileSync("mount", ["-o", "remount,size=64m", disk]);
      await say();
      expect((await districtOf(world.writer)).revision).toBe(before.revision + 1);
      await world.end();
    } finally {
      await server.crash();
      execFileSync("umount", [disk]);
      await server.end();
    }
  },
);
