import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Secret } from "../../src/model/secret.ts";
import { vendorWith } from "../../src/cli/quickstart/vendor.ts";
import { run } from "../../src/cli/run.ts";
import type { World } from "../../src/cli/world.ts";
import { openWriter } from "../../src/drivers.ts";
import { type Instant, instantOf, parseDuration, shift } from "../../src/model/time.ts";
import type { LiveConnection } from "../../src/model/live.ts";
import type { Traits } from "../../src/model/traits.ts";
import { createCampus } from "../../src/server/index.ts";
import type { CampusSide } from "../../src/stores/campus-side.ts";
import type { StoreWriter } from "../../src/stores/store.ts";

/** Where every story of the command line begins. */
const START = instantOf(Date.parse("2027-03-01T08:00:00Z"));

/** A folder, a clock and a campus for one story about the command line; nothing of it outlives the test. */
export interface Stage {
  readonly folder: string;
  readonly now: () => Instant;
  /** Runs `rosterform` with these words, in this process. */
  rosterform(args: readonly string[], more?: Partial<World>): Promise<Shown>;
  /** Starts the reference campus over the store of the folder. */
  openCampus(): Promise<string>;
  moveClock(duration: string): void;
  /** A vendor that pasted the sheet pulls once. */
  pull(sheet: string): Promise<number>;
  /** A person changes the connection in use at an address, or the one with this Client ID. */
  byHand(kind: "disable" | "enable", address: string): Promise<void>;
  /** The side on which people click in the live system. */
  atCampus<T>(work: (side: StoreWriter & CampusSide) => Promise<T>): Promise<T>;
  /** A person changes schools or shared data of the connection in use at an address. */
  editByHand(address: string, change: Partial<Pick<Traits, "schools" | "share">>): Promise<void>;
  write(file: string, text: string): Promise<void>;
  read(file: string): Promise<string>;
  close(): Promise<void>;
}

/** The vendor key that the stage's campus issued to Otus. */
export const VENDOR_KEY = "otus-key:otus-secret-0123456789";
const PARTNERS = [{ application: "Otus", value: new Secret(VENDOR_KEY) }];

/** What a command printed and how it ended. */
export interface Shown {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Sets the stage; `width` is the terminal's. */
export async function openStage(): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), "rosterform-stage-"));
  let now = START;
  const clock = { now: () => now };
  const closing: (() => Promise<unknown>)[] = [];
  const store = () =>
    ({ kind: "sqlite", path: join(folder, "campus.db"), keyFile: join(folder, "rosterform.key") }) as const;
  const atCampus: Stage["atCampus"] = async (work) => {
    const writer = await openWriter(store(), { clock, by: "campus" });
    try {
      return await work(writer);
    } finally {
      await writer.close();
    }
  };
  return {
    folder,
    now: clock.now,
    async rosterform(args, more = {}) {
      const printed: Record<"stdout" | "stderr", string> = { stdout: "", stderr: "" };
      const world: World = {
        stdout: (text) => void (printed.stdout += text),
        stderr: (text) => void (printed.stderr += text),
        isTerminal: false,
        canAsk: false,
        columns: 80,
        color: false,
        ask: async () => "no",
        askHidden: async () => "",
        reveal: async () => {},
        env: {},
        cwd: folder,
        clock,
        by: "dana",
        signal: new AbortController().signal,
        ...more,
      };
      const code = await run(args, world);
      return { code, ...printed };
    },
    async openCampus() {
      const writer = await openWriter(store(), { clock, by: "campus" });
      const campus = createCampus({ store: writer, clock, operators: [], partners: PARTNERS });
      closing.push(
        () => campus.close(),
        () => writer.close(),
      );
      return campus.listen({ port: 0 });
    },
    moveClock(duration) {
      now = shift(now, parseDuration(duration) ?? 0);
    },
    pull: async (sheet) => (await vendorWith(join(folder, sheet))).pull(),
    byHand: (kind, address) =>
      atCampus(async (side) => {
        for (const { id } of await namedBy(side, address))
          await side.changeByHand({ connection: id, by: "kim", change: { kind } });
      }),
    editByHand: (address, change) =>
      atCampus(async (side) => {
        for (const { id, schools, share } of await namedBy(side, address))
          await side.changeByHand({ connection: id, by: "kim", change: { kind: "edit", schools, share, ...change } });
      }),
    atCampus,
    write: (file, text) => writeFile(join(folder, file), text),
    read: (file) => readFile(join(folder, file), "utf8"),
    async close() {
      for (const close of closing) await close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The connection in use at an address, or the one with this Client ID. */
async function namedBy(side: StoreWriter, name: string): Promise<readonly LiveConnection[]> {
  const named: LiveConnection[] = [];
  for await (const { slots, connections } of side.read("all")) {
    const current = slots.find((one) => one.address === name)?.current;
    named.push(...connections.filter((one) => one.id === current || one.clientId === name));
  }
  return named;
}

/** A district file that stands alone, over the store of the folder, with these lines below `vendors:`. */
export function soloDocument(...vendors: readonly string[]): string {
  return [
    "district: springfield",
    "site: { host: cloud.example.org, app: springfield }",
    "store: { kind: sqlite, path: ./campus.db }",
    "vendors:",
    ...vendors.map((line) => `  ${line}`),
    "",
  ].join("\n");
}
