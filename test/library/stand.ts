import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createStore, openWriter } from "../../src/drivers.ts";
import { type Instant, instantOf } from "../../src/model/time.ts";
import { createCampus } from "../../src/server/campus.ts";
import { root } from "../setup/source.ts";

/** The example of the library in a folder of its own, with a campus that serves its store. */
export interface Stand {
  readonly folder: string;
  readonly clock: { now(): Instant };
  /** Every secret that was ever made. */
  secrets(): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** Sets it up; by default at the real moment, which is the one that another process sees. */
export async function openStand(now: () => Instant = () => instantOf(Date.now())): Promise<Stand> {
  const folder = mkdtempSync(join(tmpdir(), "rosterform-library-"));
  const clock = { now };
  cpSync(join(root, "examples", "library"), folder, { recursive: true });
  const settings = {
    kind: "sqlite",
    path: join(folder, "campus.db"),
    keyFile: join(folder, "rosterform.key"),
  } as const;
  await createStore(settings, { clock });
  const store = await openWriter(settings, { clock, by: "campus" });
  const campus = createCampus({ store, clock, operators: [] });
  await campus.listen({ port: 0 });
  return {
    folder,
    clock,
    async secrets() {
      const all: string[] = [];
      for await (const { connections } of store.read("all"))
        for (const { id } of connections) all.push((await store.credentials(id)).clientSecret.reveal());
      return all;
    },
    async close() {
      await campus.close();
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
