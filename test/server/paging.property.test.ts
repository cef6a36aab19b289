import fc from "fast-check";
import { expect, it } from "vitest";
import { VERSIONS } from "../../src/model/traits.ts";
import { COLLECTIONS } from "../../src/server/oneroster/collections.ts";
import { type Got, openStage, vendorOf, wrapperOf } from "./stage.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const FIRST = Date.parse("2026-08-10T00:00:00.000Z");
const YEAR_DAYS = 320;

type Listed = { readonly sourcedId: string };
const next = (page: Got): string | undefined => /<([^>]+)>; rel="next"/.exec(page.headers.get("link") ?? "")?.[1];

it.each(VERSIONS)(
  "law: while a school year goes on, pages of %s hold every object exactly once",
  async (version) => {
    const stage = await openStage({ data: { studentsPerSchool: 12 }, tokens: { lifetimeMs: 1000 * DAY_MS } });
    const read = await vendorOf(await stage.connect({ version, share: ["demographics"] }));
    let changes = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...COLLECTIONS.keys()),
        fc.integer({ min: 1, max: 60 }),
        fc.nat({ max: YEAR_DAYS }),
        fc.infiniteStream(fc.nat({ max: 40 })),
        async (collection, limit, start, steps) => {
          const many = wrapperOf(collection);
          const idsIn = (page: Got): readonly string[] => page.json[many].map(({ sourcedId }: Listed) => sourcedId);
          let day = start;
          const wait = (days: number): void => {
            day = Math.min(day + days, YEAR_DAYS);
            stage.setNow(new Date(FIRST + day * DAY_MS).toISOString());
          };
          wait(0);
          const before = idsIn(await read(`${collection}?limit=10000&fields=sourcedId`));
          const seen: string[] = [];
          const totals = new Set<string | null>();
          let url: string | undefined = `${collection}?limit=${limit}`;
          while (url !== undefined) {
            const page = await read(url);
            seen.push(...idsIn(page));
            totals.add(page.headers.get("x-total-count"));
            url = next(page);
            wait(steps.next().value ?? 0);
          }
          const after = idsIn(await read(`${collection}?limit=10000&fields=sourcedId`));
          if (totals.size > 1) changes += 1;
          expect(new Set(seen).size).toBe(seen.length);
          const found = new Set(seen);
          expect(before.filter((id) => !found.has(id))).toEqual([]);
          const there = new Set(after);
          expect(seen.filter((id) => !there.has(id))).toEqual([]);
        },
      ),
      { numRuns: 40, seed: 20261005 },
    );
    // The law would say nothing if nothing ever came while somebody was reading.
    expect(changes).toBeGreaterThan(0);
  },
  60_000,
);
