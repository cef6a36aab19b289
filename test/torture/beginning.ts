import { join } from "node:path";
import { Secret } from "../../src/model/secret.ts";
import { openPostgresUpkeep } from "../../src/stores/postgres.ts";
import { createSqliteStore, openSqliteUpkeep } from "../../src/stores/sqlite.ts";
import type { TestSink } from "../apply/harness.ts";
import type { TestClock } from "../stores/world.ts";
import { createGround, type Ground, prepare } from "./ground.ts";
import type { Story } from "./part.ts";
import { openWriterAt, type Place } from "./place.ts";
import type { House } from "./theatre.ts";

export const ORIGIN = "http://127.0.0.1:8642";

/** What is known of the vendors once a world was brought to the point where it is about to be changed. */
type Known = Pick<Ground, "inUse" | "survivors" | "found">;

/**
 * Fills the empty store of a round with the past of its story. What PostgreSQL holds is made in a file and loaded from its dump:
 * that takes a fraction of the time, and only what comes after it is tried here.
 */
export async function begin(
  { place, folder }: House,
  story: Story,
  stage: { readonly sink: TestSink; readonly clock: TestClock },
): Promise<Known> {
  if (place.kind === "sqlite") return await prepareAt(place, story, stage);
  const file = { kind: "sqlite", path: join(folder, "before.db"), keyFile: place.keyFile } as const;
  await createSqliteStore(file);
  const known = await prepareAt(file, story, stage);
  const { clock } = stage;
  const from = await openSqliteUpkeep({ ...file, clock, by: "dana" });
  const lines: string[] = [];
  await from.dump(async (line) => void lines.push(line));
  await from.close();
  const url = { named: "env:ROSTERFORM_STORE_URL", value: new Secret(place.url) };
  const to = await openPostgresUpkeep({ ...place, url, clock, by: "dana" });
  await to.load(async function* () {
    yield* lines;
  });
  await to.close();
  return known;
}

async function prepareAt(
  place: Place,
  story: Story,
  { sink, clock }: { readonly sink: TestSink; readonly clock: TestClock },
): Promise<Known> {
  const store = await openWriterAt(place, { clock, by: "dana" });
  try {
    await store.setOrigin(ORIGIN);
    const ground = createGround({ store, sink, clock });
    await prepare(story, ground);
    return ground;
  } finally {
    await store.close();
  }
}
