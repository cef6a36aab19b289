import type { Address } from "../../src/model/address.ts";
import { createFileSink } from "../../src/sinks/file.ts";
import { createMemoryStore } from "../../src/stores/memory.ts";
import type { JournalEntry } from "../../src/stores/store.ts";
import type { LiveDistrict } from "../../src/model/live.ts";
import type { TestSink } from "../apply/harness.ts";
import { createTestClock } from "../stores/world.ts";
import { ORIGIN } from "./beginning.ts";
import { readBook } from "./book.ts";
import { applyOn, createGround, liveOn, prepare, readAll } from "./ground.ts";
import { listening } from "./listening.ts";
import type { Story } from "./part.ts";
import { documentsOf } from "./story.ts";

/** How a story ends when nothing goes wrong. */
export interface Calm {
  readonly live: readonly LiveDistrict[];
  readonly book: readonly JournalEntry[];
  readonly sink: Pick<TestSink, "holds">;
  /** How many lines a process says that applies it alone and undisturbed. */
  readonly lines: number;
}

/** Plays a story in memory: every store keeps the same promises, so its end is the one that any other has to come to. */
export async function playCalmly(story: Story): Promise<Calm> {
  const clock = createTestClock();
  const store = createMemoryStore({ clock, by: "dana" });
  await store.setOrigin(ORIGIN);
  const sink = createCalmSink();
  let lines = 0;
  const ports = listening({ store, sink }, () => {
    lines += 1;
  });
  const ground = createGround({ store, sink, clock }, ports);
  await prepare(story, ground);
  const desired = documentsOf(story, "after", ground.found);
  lines = 0;
  await applyOn(ground, desired);
  const said = lines;
  await applyOn(ground, desired);
  await liveOn(story, ground);
  await applyOn(ground, desired);
  return { live: await readAll(store), book: await readBook(store), sink, lines: said };
}

/** Holds what it is given under the names that files would have. */
function createCalmSink(): TestSink {
  const held = new Map<Address, string>();
  const files = createFileSink({ folder: "/credentials" });
  return {
    keeps: true,
    target: (address) => files.target(address),
    holds: (address) => held.get(address),
    deliver: async ({ address, connection }) => {
      held.set(address, connection.clientId);
    },
  };
}
