import type { StoreSettings } from "../../config/settings.ts";
import { openReader } from "../../drivers.ts";
import type { DistrictId } from "../../model/address.ts";
import type { Clock } from "../../model/time.ts";
import { isQuiet, type Settled } from "../../plan/settled.ts";
import { sha256 } from "../hash.ts";
import type { Remembered, Standing } from "./cache.ts";
import { isKept, type Survey } from "./survey.ts";
import { storeOf } from "./tasks.ts";

/** What is left to be planned of a fleet. */
export interface Rest {
  /** Districts in which nothing is to be done and nothing to be said. */
  readonly settled: readonly Settled[];
  /** Files of all others. */
  readonly files: ReadonlySet<string>;
}

/**
 * Tells the districts apart that are plainly as their documents say. How a district stood is remembered under the last link of
 * its journal: whatever is written in a district moves it. `scope` are the districts that count; absent: all.
 */
export async function settleFleet(
  survey: Survey,
  clock: Clock,
  scope: ReadonlySet<DistrictId> | undefined,
): Promise<Rest> {
  const { cache, crew, files } = survey;
  const store = storeOf(survey.frame, survey.at);
  const heads = await headsOf(store, clock);
  const now = clock.now();
  const wanted = new Map(
    files.flatMap(({ gist }) =>
      gist.districts.flatMap(({ district, wish, quietUntil }) =>
        wish === undefined || !isQuiet(quietUntil, now) || scope?.has(district) === false
          ? []
          : [[district, wish] as const],
      ),
    ),
  );
  const standings = new Map<DistrictId, Standing>();
  const remembered: Record<string, Standing> = {};
  const unknown: DistrictId[] = [];
  for (const district of wanted.keys()) {
    const kept = Object.hasOwn(cache.before.standings, district) ? cache.before.standings[district] : undefined;
    if (kept !== undefined && kept.head === heads.get(district)) {
      standings.set(district, kept);
      remembered[district] = kept;
    } else unknown.push(district);
  }
  for (const { district, text, digest, managed, isWritten } of await crew.standings(unknown)) {
    if (text === undefined || digest === undefined || managed === undefined) continue;
    const head = heads.get(district);
    const standing = { head: head ?? "", text, digest, managed };
    standings.set(district, standing);
    if (isWritten === true && head !== undefined) remembered[district] = standing;
  }
  remember(survey, remembered, scope === undefined);
  const settled = [...wanted].flatMap(([district, wish]): readonly Settled[] => {
    const standing = standings.get(district);
    if (standing === undefined || standing.text !== wish) return [];
    return [{ district, digest: standing.digest, managed: standing.managed }];
  });
  const done = new Set(settled.map(({ district }) => district));
  const open = files.filter(({ gist }) =>
    gist.districts.some(({ district }) => !done.has(district) && scope?.has(district) !== false),
  );
  return { settled, files: new Set(open.map(({ file }) => file)) };
}

async function headsOf(store: StoreSettings, clock: Clock): Promise<ReadonlyMap<DistrictId, string>> {
  const reader = await openReader(store, { clock });
  try {
    const heads = await reader.journalHeads();
    // Another store, or the same one read in another way, may say something else at the same link.
    const way = sha256(JSON.stringify(store));
    return new Map([...heads].map(([district, head]) => [district, `${way}:${head}`]));
  } finally {
    await reader.close();
  }
}

/** Keeps what was found out. Of districts outside of the scope stays what was known before. */
export function remember({ cache, files }: Survey, standings: Remembered["standings"], isAll: boolean): void {
  const { before } = cache;
  const kept = files.flatMap(({ file, hash, gist }) =>
    hash !== undefined && isKept(gist) ? [[file, { hash, gist }] as const] : [],
  );
  const now: Remembered = {
    files: Object.fromEntries(kept),
    standings: isAll ? standings : { ...before.standings, ...standings },
  };
  const isSame =
    sizeOf(now.files) === sizeOf(before.files) &&
    kept.every(([file, { hash }]) => before.files[file]?.hash === hash) &&
    sizeOf(now.standings) === sizeOf(before.standings) &&
    Object.entries(now.standings).every(([district, { head }]) => before.standings[district]?.head === head);
  if (!isSame) cache.keep(now);
}

function sizeOf(record: Readonly<Record<string, unknown>>): number {
  return Object.keys(record).length;
}
