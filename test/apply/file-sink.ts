import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createFileSink } from "../../src/sinks/file.ts";
import { pathOf } from "../../src/sinks/path.ts";
import type { TestSink } from "./harness.ts";

/** The real file sink, read the way a vendor reads it. It outlives the process that wrote it. */
export function openFileSink(folder: string): TestSink {
  return {
    ...createFileSink({ folder }),
    holds: (address) => {
      const { folder: district, file } = pathOf(address);
      try {
        return /^Client ID:\n(.+)$/m.exec(readFileSync(join(folder, district, `${file}.txt`), "utf8"))?.[1];
      } catch {
        return undefined;
      }
    },
  };
}
