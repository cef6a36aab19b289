import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { loadProject } from "../../src/config/load-project.ts";
import { createHttpLadder } from "../../src/confirm/http-ladder.ts";
import type { DistrictId } from "../../src/model/address.ts";
import type { Desired } from "../../src/model/desired.ts";
import type { LiveDistrict } from "../../src/model/live.ts";
import type { Instant } from "../../src/model/time.ts";
import type { Traits } from "../../src/model/traits.ts";
import { movableClock } from "../../src/rehearsal/clock.ts";
import { pull } from "../../src/rehearsal/consumer.ts";
import type { Stage } from "../../src/rehearsal/mirror.ts";
import { type Rehearsal, rehearse } from "../../src/rehearsal/rehearse.ts";
import type { Behaviour } from "../../src/rehearsal/script.ts";
import { createCampus } from "../../src/server/campus.ts";
import { createMemoryStore, type MemoryStore } from "../../src/stores/memory.ts";

const START = "2026-10-05T08:00:00.000Z" as Instant;
export const SPRINGFIELD = "springfield" as DistrictId;
const SITE = { host: "springfield.example.org", app: "springfield", kind: "production" } as const;

/** Documents as a person writes them: one district file, whose vendors are these lines. */
export async function documents(vendors: string, head = ""): Promise<Desired> {
  const folder = await mkdtemp(join(tmpdir(), "rosterform-rehearsal-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const lines = vendors.trim().split("\n");
  await writeFile(
    join(folder, "springfield.yaml"),
    [
      "district: springfield",
      "site: { host: springfield.example.org, app: springfield }",
      "store: { kind: sqlite, path: ./campus.db }",
      ...(head === "" ? [] : [head]),
      "vendors:",
      ...lines.map((line) => `  ${line.trim()}`),
      "",
    ].join("\n"),
  );
  const loaded = await loadProject({ path: join(folder, "springfield.yaml") });
  if (loaded.kind === "broken") throw new Error(JSON.stringify(loaded.diagnostics));
  return loaded.project.desired;
}

/** The live side of before: connections that people made and addresses that hold them. */
export async function before(
  managed: Readonly<Record<string, Partial<Traits>>>,
  around: { readonly observesUse?: boolean; readonly change?: (store: MemoryStore) => Promise<void> } = {},
): Promise<ReadonlyMap<DistrictId, LiveDistrict>> {
  const clock = movableClock(START);
  const store = createMemoryStore({ clock, by: "lee", observesUse: around.observesUse ?? true });
  for (const [vendor, make] of Object.entries(managed)) {
    const made = await store.createByHand({
      district: SPRINGFIELD,
      site: SITE,
      application: vendor.replace(/\[.*/, ""),
      make: { kind: "supported", version: "1.1", schools: "all", share: [], ...make },
      by: "lee",
    });
    const address = `springfield/${vendor}` as never;
    await store.adopt({ address, revision: 0, site: SITE, connection: made.id, rotate: 0 });
  }
  await around.change?.(store);
  const live = new Map<DistrictId, LiveDistrict>();
  for await (const district of store.read([SPRINGFIELD])) live.set(district.district, district);
  return live;
}

/** Plays documents against a live side, every vendor behaving the same. */
export async function play(
  desired: Desired,
  live: ReadonlyMap<DistrictId, LiveDistrict>,
  behaviour: Behaviour,
  around: { readonly days?: number; readonly spoil?: (store: Stage) => Stage } = {},
): Promise<Rehearsal> {
  const clock = movableClock(START);
  const observesUse = [...live.values()].every((one) => one.observesUse);
  const store = createMemoryStore({ clock, by: "campus", observesUse });
  const campus = createCampus({ store, clock, data: { studentsPerSchool: 12 } });
  await campus.listen();
  try {
    return await rehearse(
      {
        desired,
        live,
        script: { start: START, days: around.days ?? 30, behaviourOf: () => behaviour, troubles: [] },
      },
      {
        store: around.spoil?.(store) ?? store,
        clock,
        ladder: createHttpLadder({ deadlineMs: 5000, readDemographics: false, tolerance: 0.1 }),
        pull: (values) => pull(values.credentials, values.version),
        onDay: () => undefined,
      },
    );
  } finally {
    await campus.close();
  }
}

/** What happened, a line each. */
export function story(rehearsal: Rehearsal): readonly string[] {
  return rehearsal.addresses.flatMap(({ happenings }) =>
    happenings.map(({ address, day, what }) => `${address} day ${day}: ${what.kind}`),
  );
}
