import { describe, expect, it } from "vitest";
import type { DesiredDistrict } from "../../src/model/desired.ts";
import type { LiveConnection, LiveDistrict } from "../../src/model/live.ts";
import type { Day } from "../../src/model/time.ts";
import { dueMoves, type MoveTerms } from "../../src/plan/moves.ts";
import { connection, district, documents, line, matchingWorld, NOW, slotFor, SPRINGFIELD } from "./world.ts";

const OLD = "https://cloud.example.org/campus/api/ims/oneroster/v1p1";
const NEW = "https://cloud.example.org/campus/api/oneroster/v1p2/springfield/ims/oneroster";
const TERMS: MoveTerms = {
  shapes: new Set(["without-app"]),
  before: "2027-07-15" as Day,
  vendorDays: 1,
  now: NOW,
};

const otus = line("Otus", { version: "1.2" });
const inUse = connection("otus", { baseUrl: OLD });

function world(connections: readonly LiveConnection[], to?: LiveConnection): LiveDistrict {
  const requires = { clauses: ["probed"], quietMs: 0 } as const;
  const cutover = to && { from: inUse.id, to: to.id, generation: 2, requires, openedAt: NOW };
  const slot = slotFor(otus.address, { current: inUse.id, ...(cutover && { cutover }) });
  return { ...matchingWorld(district([])), slots: [slot], connections };
}

function moves(wanted: DesiredDistrict, live: LiveDistrict | undefined, terms: Partial<MoveTerms> = {}) {
  const all = new Map(live === undefined ? [] : [[SPRINGFIELD, live]]);
  return dueMoves(documents(wanted), all, { ...TERMS, ...terms });
}

describe("what must still move", () => {
  it("is begun early enough for the hand-over, the vendor's day and its sync period", () => {
    expect(moves(district([otus]), world([inUse]))).toMatchObject([
      {
        vendor: "Otus",
        address: otus.address,
        next: "start",
        by: "2027-07-11",
        isTooLate: false,
        earliestEnd: "2027-06-20",
      },
    ]);
  });

  it("is begun before a freeze in which nothing may be closed, nor handed over where ids change", () => {
    const freeze = [{ from: "2027-07-05" as Day, to: "2027-07-31" as Day, why: "summer school" }];
    expect(moves(district([otus], { freeze }), world([inUse]))).toMatchObject([{ by: "2027-07-01" }]);
  });

  it("is handed over, once the new connection is there", () => {
    const candidate = connection("new", { baseUrl: NEW });
    const { delivery: _, ...undelivered } = candidate;
    expect(moves(district([otus]), world([inUse, undelivered], undelivered))).toMatchObject([
      { next: "hand-over", by: "2027-07-11", earliestEnd: "2027-06-20" },
    ]);
  });

  it("waits for the vendor, once it has the values, whatever the day was for handing them over", () => {
    const candidate = connection("new", { baseUrl: NEW });
    const late = line("Otus", { version: "1.2", deliverFrom: "2027-09-01" as Day });
    expect(moves(district([late]), world([inUse, candidate], candidate))).toMatchObject([
      { next: "vendor-moves", by: "2027-07-12", isTooLate: false, earliestEnd: "2027-06-19" },
    ]);
  });

  it("is not helped by a candidate that has such a Base URL too", () => {
    const candidate = connection("new", { baseUrl: OLD });
    expect(moves(district([otus]), world([inUse, candidate], candidate))).toMatchObject([
      { connection: { id: "new" }, next: "start", isCandidateAlike: false },
      { connection: { id: "otus" }, next: "start", isCandidateAlike: true },
    ]);
  });

  it("is too late when the last safe day has passed, or values may not be handed over before it", () => {
    const soon = moves(district([otus]), world([inUse]), { before: "2027-06-19" as Day });
    expect(soon).toMatchObject([{ by: "2027-06-15", isTooLate: true, earliestEnd: "2027-06-20" }]);
    const held = line("Otus", { version: "1.2", deliverFrom: "2027-09-01" as Day });
    const [never] = moves(district([held]), world([inUse]));
    expect(never).toMatchObject({ isTooLate: true, earliestEnd: "2027-09-04" });
    expect(never).not.toHaveProperty("by");
  });

  it("holds connections that no document speaks of, in the order of their days and vendors", () => {
    const found = connection("found", { baseUrl: OLD, application: "Maple Math", provenance: "found" });
    const quick = line("Otus", { quietMs: 5 * 24 * 60 * 60 * 1000 });
    const rows = moves(district([quick]), world([found, inUse]));
    expect(rows.map(({ vendor, by, address }) => [vendor, by, address])).toEqual([
      ["Otus", "2027-07-08", otus.address],
      ["Maple Math", "2027-07-11", undefined],
    ]);
    expect(moves(district([quick]), world([inUse, found]))).toEqual(rows);
    const twin = connection("twin", { baseUrl: OLD, application: "Maple Math", provenance: "found" });
    const never = line("Otus", { deliverFrom: "2027-09-01" as Day });
    expect(moves(district([never]), world([twin, found, inUse])).map((one) => one.connection.id)).toEqual([
      "otus",
      "found",
      "twin",
    ]);
  });

  it("leaves out what is disabled, what is to be disabled, and other shapes", () => {
    const status = { kind: "disabled", at: NOW, by: "dana", how: "outside" } as const;
    expect(moves(district([otus]), world([{ ...inUse, status }]))).toEqual([]);
    expect(moves(district([line("Otus", { state: "disabled" })]), world([inUse]))).toEqual([]);
    expect(moves(district([otus]), world([{ ...inUse, baseUrl: NEW }]))).toEqual([]);
    expect(moves(district([otus]), undefined)).toEqual([]);
  });
});
