import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { Bug, invariant } from "../../diagnostics/invariant.ts";
import { type Address, partsOf } from "../../model/address.ts";
import type { MovableClock } from "../../rehearsal/clock.ts";
import type { StoreReader } from "../../stores/store.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { World } from "../world.ts";
import { type Vendor, vendorWith } from "./vendor.ts";

/** Tells the quickstart's story: chapters, commands, vendors and the passing of days. */
export interface Story {
  chapter(title: string): void;
  say(text: string): void;
  /** Runs a command in the folder and shows it; a story in which one fails is wrong. */
  run(args: readonly string[], options?: { readonly isShown: boolean }): Promise<void>;
  pass(ms: number, text: string): void;
  /** Somebody pastes the addresses as they are now into these vendors' settings. */
  paste(addresses: readonly Address[]): Promise<void>;
  /** Every vendor pulls with the values it has. */
  pullAll(options?: { readonly except: readonly Address[] }): Promise<void>;
  /** Whether a vendor that was left alone can still pull. */
  stillWorks(address: Address): Promise<boolean>;
  /** Shows where a sheet is and what it says, without the secret. */
  showSheet(address: Address): Promise<void>;
}

/** Sets a story in a folder with a clock of its own. */
export function createStory(setting: {
  readonly folder: string;
  readonly clock: MovableClock;
  readonly world: World;
  /** The campus's own store, which remembers where credentials went. */
  readonly store: StoreReader;
  /** Runs a command line. */
  readonly run: (args: readonly string[], world: World) => Promise<ExitCode>;
}): Story {
  const { folder, clock, world } = setting;
  const vendors = new Map<Address, Vendor>();
  const sheetOf = (address: Address): Promise<string> => deliveredTo(setting.store, address);
  const say = (text: string): void => world.stdout(`${text}\n`);
  return {
    chapter: (title) => say(`\n${"=".repeat(78)}\n${title}\n${"=".repeat(78)}\n`),
    say: (text) => say(`\n${text}`),
    async run(args, { isShown } = { isShown: true }) {
      const quiet = isShown ? {} : { stdout: () => undefined };
      if (isShown) say(`\n$ rosterform ${args.map(quoted).join(" ")}`);
      const code = await setting.run(args, { ...world, cwd: folder, clock, canAsk: false, by: "quickstart", ...quiet });
      invariant(code === EXIT.done, `\`rosterform ${args[0]}\` ends with 0 in this story, not ${code}`);
    },
    pass(ms, text) {
      clock.move(ms);
      say(`\n${text}`);
    },
    async paste(addresses) {
      for (const address of addresses) vendors.set(address, await vendorWith(join(folder, await sheetOf(address))));
    },
    async pullAll({ except } = { except: [] }) {
      for (const [address, vendor] of vendors) if (!except.includes(address)) await vendor.pull();
    },
    async stillWorks(address) {
      const users = await vendors.get(address)?.pull();
      return users !== undefined && users > 0;
    },
    async showSheet(address) {
      const file = await sheetOf(address);
      const { mode } = await stat(join(folder, file));
      const text = await readFile(join(folder, file), "utf8");
      const hidden = text.replace(/(Secret:\n)(.+)/, (_, label: string) => `${label}(in the file, not shown here)`);
      say(`\n${file}, mode 0${(mode & 0o777).toString(8)}:\n\n${hidden.replaceAll(/^/gm, "  ").trimEnd()}`);
    },
  };
}

function quoted(word: string): string {
  return /^[\w./:=@-]+$/.test(word) ? word : `"${word}"`;
}

/** Where the newest credentials of an address were handed over, relative to the folder of the documents. */
async function deliveredTo(store: StoreReader, address: Address): Promise<string> {
  for await (const { slots, connections } of store.read([partsOf(address).district])) {
    const slot = slots.find((one) => one.address === address);
    const newest = slot?.cutover?.to ?? slot?.current;
    const target = connections.find((one) => one.id === newest)?.delivery?.target;
    if (target !== undefined) return target.replace(/^file:/, "");
  }
  throw new Bug(`the store remembers where the credentials of ${address} went`);
}
