import { DatabaseSync } from "@photostructure/sqlite";
import type { TestSink } from "../apply/harness.ts";
import type { TestStore } from "../stores/world.ts";
import { faultsOfAcknowledging, faultsOfJournal, faultsOfMinting, readBook } from "./book.ts";
import type { Calm } from "./calm.ts";
import { readAll } from "./ground.ts";
import type { House } from "./theatre.ts";
import { type Violation, violation } from "./violation.ts";
import type { Worked } from "./work.ts";
import { worldAsText } from "./world-text.ts";

interface Inspecting {
  readonly house: House;
  readonly store: TestStore;
  readonly sink: Pick<TestSink, "holds">;
  readonly calm: Calm;
  readonly worked: Worked;
}

/** Looks through a world that has come to rest: everything that was ever written, and what came of it. */
export async function inspect({
  house,
  store,
  sink,
  calm,
  worked,
}: Inspecting): Promise<{ readonly violations: readonly Violation[]; readonly account: string }> {
  const [live, book] = [await readAll(store), await readBook(store)];
  const { touched, acknowledged } = worked;
  const [expected, found] = [
    worldAsText(calm.live, calm.book, calm.sink, touched),
    worldAsText(live, book, sink, touched),
  ];
  const violations = [
    ...(await faultsOfJournal(store, live, book)),
    ...faultsOfMinting(live, book),
    ...faultsOfAcknowledging(acknowledged, book),
    ...faultsOfFile(house),
    ...(found === expected ? [] : [violation("same-world", differenceOf(expected, found))]),
  ];
  const lines = book.map((entry) => JSON.stringify(entry));
  return { violations, account: ["without a fault:", expected, "this round:", found, "journal:", ...lines].join("\n") };
}

function faultsOfFile({ place }: House): readonly Violation[] {
  if (place.kind !== "sqlite") return [];
  const database = new DatabaseSync(place.path, { readOnly: true });
  const answers = ["integrity_check", "foreign_key_check"].map((name) => database.prepare(`pragma ${name}`).all());
  database.close();
  const told = JSON.stringify(answers);
  return told === '[[{"integrity_check":"ok"}],[]]' ? [] : [violation("file", told)];
}

function differenceOf(expected: string, found: string): string {
  const [before, after] = [expected.split("\n"), found.split("\n")];
  return [
    ...before.filter((line) => !after.includes(line)).map((line) => `expected ${line}`),
    ...after.filter((line) => !before.includes(line)).map((line) => `found ${line}`),
  ].join("\n  ");
}
