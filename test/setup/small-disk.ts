import { execFileSync } from "node:child_process";
import { rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A small disk of its own that can really be filled. */
export interface SmallDisk {
  readonly folder: string;
  /** Takes all room but so many pages of 4 KiB. */
  fill(pagesLeft: number): void;
  /** Gives the room back. */
  empty(): void;
  end(): void;
}

const PAGE = 4096;

/** Mounts a small disk on a folder; `undefined` where that cannot be done (only root may, and not in every container). */
export function mountSmallDisk(folder: string, megabytes: number): SmallDisk | undefined {
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", folder], { stdio: "ignore" });
  } catch {
    return undefined;
  }
  const filler = join(folder, "filler");
  const unmount = () => void execFileSync("umount", ["-l", folder], { stdio: "ignore" });
  process.once("exit", unmount);
  const empty = () => rmSync(filler, { force: true });
  return {
    folder,
    empty,
    fill: (pagesLeft) => {
      const { bavail, bsize } = statfsSync(folder);
      const room = bavail * bsize - pagesLeft * PAGE;
      try {
        if (room > 0) writeFileSync(filler, Buffer.alloc(room));
      } catch {
        // Somebody else took the last of it meanwhile.
      }
    },
    end: () => {
      process.off("exit", unmount);
      unmount();
    },
  };
}
