import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { format } from "../../src/config/format/format.ts";
import { renderedText, renderProject } from "../../src/config/render.ts";
import { writeDistrict } from "../../src/config/write-district.ts";
import { addressOf, type DistrictId } from "../../src/model/address.ts";
import type { Approval, AttestLine, DesiredConnection, DesiredDistrict } from "../../src/model/desired.ts";
import { type Acceptance, parseAcceptance } from "../../src/model/loss.ts";
import type { Place } from "../../src/model/place.ts";
import { DEFAULT_QUIET_MS } from "../../src/model/requirement.ts";
import { addDays, type Day, DAY_MS, HOUR_MS, MINUTE_MS } from "../../src/model/time.ts";
import { sortedUnique } from "../../src/model/traits.ts";
import { loaded } from "./load.ts";

const DISTRICT = "springfield" as DistrictId;
const PLACE: Place = { file: "a.yaml", document: 0, path: [] };

/** Text as people write it, with everything that YAML could misread. */
const text = fc.oneof(
  fc.constantFrom(
    "1.1",
    "true",
    "null",
    "~",
    "- a",
    "a: b",
    "a #b",
    "#x",
    "'q'",
    '"',
    "é😀",
    "0123",
    "1e3",
    "a, b",
    "[x]",
    "{y}",
    "&a",
    "*a",
    "!t",
    "%p",
    "@h",
    "<<",
    "=",
    "y",
    "No",
  ),
  fc
    .string({ minLength: 1, maxLength: 20 })
    .filter((one) => /^[\x20-\x7e]*$/u.test(one) && one.trim() === one && one !== ""),
);
const name = fc.constantFrom(
  "Otus",
  "Bluebird Reading",
  "1.1",
  "true",
  "null",
  "a: b",
  "#1",
  "Old Quiz-Tool",
  "Élan",
  "2027-01-01",
  "{x}",
  "&a",
  "*",
  "ignore",
  "connections",
  "a, b",
);
const day = fc.nat(3000).map((days) => addDays("2026-01-01" as Day, days));
const duration = fc.oneof(
  fc.integer({ min: 1, max: 99 }).map((n) => n * DAY_MS),
  fc.integer({ min: 1, max: 99 }).map((n) => n * HOUR_MS),
  fc.integer({ min: 1, max: 999 }).map((n) => n * MINUTE_MS),
);
const percent = fc.integer({ min: 0, max: 1000 }).map((n) => n / 10 / 100);
const accept = fc
  .constantFrom("cut-off", "user-ids 1.1->1.2", "grade-book supported->other", "schools A, B->A")
  .map((one) => parseAcceptance(one) as Acceptance);
const attest: fc.Arbitrary<AttestLine> = fc.record({
  connection: text,
  fingerprint: fc.constant("0123456789abcdef"),
  by: text,
  at: day,
  reason: text,
});

const approved: fc.Arbitrary<Approval> = fc.record(
  { by: text, on: day, reference: text },
  { requiredKeys: ["by", "on"] },
);

const optional = fc.record(
  {
    approved,
    withinMs: duration,
    deliverFrom: day,
    ends: day,
    expires: day,
    adopt: text,
    attest,
    owner: text,
    contact: text,
    fieldNames: fc.record({ clientId: text, clientSecret: text, tokenUrl: text, baseUrl: text }),
  },
  { requiredKeys: [] },
);
const required = fc.record({
  kind: fc.constantFrom("supported" as const, "other" as const),
  version: fc.constantFrom("1.1" as const, "1.2" as const),
  schools: fc.oneof(
    fc.constant("all" as const),
    fc.uniqueArray(text, { minLength: 1, maxLength: 3 }).map(sortedUnique),
  ),
  share: fc.constantFrom([] as const, ["demographics"] as const),
  state: fc.constantFrom("active" as const, "disabled" as const),
  rotate: fc.nat(3),
  requires: fc.constantFrom(
    ["probed", "used-or-attested"] as const,
    ["probed", "attested"] as const,
    ["probed", "used", "attested"] as const,
  ),
  quietMs: fc.oneof(fc.constant(DEFAULT_QUIET_MS), duration),
  accepts: fc.uniqueArray(accept).map(sortedUnique),
  protected: fc.boolean(),
  labels: fc.dictionary(fc.constantFrom("wave", "cost", "a.b"), text),
});

/** Names of connections: one without a name, or several with one each. */
const names = fc.oneof(fc.constant([undefined]), fc.uniqueArray(name, { minLength: 1, maxLength: 2 }));

function connections(): fc.Arbitrary<readonly DesiredConnection[]> {
  const vendor = fc
    .tuple(name, names)
    .chain(([vendorName, list]) =>
      fc.tuple(
        ...list.map((one) =>
          fc.tuple(required, optional).map(([fixed, free]) => made(vendorName, one, { ...fixed, ...free })),
        ),
      ),
    );
  return fc
    .uniqueArray(vendor, { maxLength: 4, selector: ([first]) => first?.vendor })
    .map((list) => list.flat().sort((a, b) => (a.address < b.address ? -1 : 1)));
}

type Fields = Omit<DesiredConnection, "address" | "district" | "vendor" | "name" | "place" | "places">;

function made(vendor: string, one: string | undefined, fields: Fields): DesiredConnection {
  const base = {
    ...fields,
    address: addressOf(DISTRICT, vendor, one),
    district: DISTRICT,
    vendor,
    place: PLACE,
    places: {},
  };
  return one === undefined ? base : { ...base, name: one };
}

const district: fc.Arbitrary<DesiredDistrict> = fc
  .record({
    connections: connections(),
    site: fc.record({
      host: fc.constantFrom("a.example.org", "localhost:8080"),
      app: fc.constantFrom("a", "true", "012"),
      kind: fc.constantFrom("production" as const, "sandbox" as const),
    }),
    mode: fc.constantFrom("manage" as const, "observe" as const),
    freeze: fc.array(
      fc.tuple(day, fc.nat(9), text).map(([from, days, why]) => ({ from, to: addDays(from, days), why })),
      { maxLength: 2 },
    ),
    limits: fc.record({ disable: percent, switch: percent, atLeast: fc.nat(9) }),
    owner: fc.option(text),
    ignored: fc.uniqueArray(name, { maxLength: 2 }),
  })
  .map(({ owner, ignored, ...rest }) => {
    const taken = new Set(rest.connections.map((one) => one.vendor));
    const adopted = new Set<string>();
    return {
      ...rest,
      // One Client ID is adopted once, and an owner of the district is every connection's.
      connections: rest.connections.map((one) => withOwner(onlyOnce(one, adopted), owner)),
      district: DISTRICT,
      ignored: ignored.filter((one) => !taken.has(one)).sort(),
      place: PLACE,
      ...(owner === null ? {} : { owner }),
    };
  });

function onlyOnce(one: DesiredConnection, adopted: Set<string>): DesiredConnection {
  if (one.adopt === undefined) return one;
  const { adopt, ...rest } = one;
  if (adopted.has(adopt)) return rest;
  adopted.add(adopt);
  return one;
}

function withOwner(one: DesiredConnection, owner: string | null): DesiredConnection {
  return one.owner === undefined && owner !== null ? { ...one, owner } : one;
}

/** Everything but where it was written. */
function plain(desired: DesiredDistrict): unknown {
  return {
    ...desired,
    place: undefined,
    connections: desired.connections.map((one) => ({ ...one, place: undefined, places: undefined })),
  };
}

/** The same document as somebody else would indent it, with notes in between. */
function untidied(text: string, width: number, dice: readonly number[]): string {
  const lines = text.split("\n").slice(0, -1);
  const moved = lines.map((line, index) => {
    const indent = " ".repeat((line.search(/\S/u) / 2) * width);
    const note = ["", "", "\n\n", `${indent}# note ${index}\n`][(dice[index % dice.length] ?? 0) % 4];
    return `${note}${indent}${line.trimStart()}${["", "  ", " # why"][(dice[(index * 7) % dice.length] ?? 0) % 3]}\n`;
  });
  return moved.join("");
}

async function formatted(text: string): Promise<string> {
  const result = await format({ file: "a.yaml", path: "/a.yaml", text });
  return result.kind === "formatted" ? result.text : result.kind;
}

describe("formatting a district", () => {
  test("has nothing to do on one that was written", async () => {
    await fc.assert(
      fc.asyncProperty(district, async (desired) => {
        const written = writeDistrict(desired, { store: { path: "./campus.db" }, comment: ["Dumped."] });
        expect(await formatted(written)).toBe(written);
      }),
      { numRuns: 60 },
    );
  });

  test("changes nothing of what the project loads", async () => {
    const dice = fc.array(fc.nat(11), { minLength: 12, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(district, fc.integer({ min: 1, max: 7 }), dice, async (desired, width, rolls) => {
        const written = writeDistrict(desired, { store: { path: "./campus.db" } });
        const untidy = untidied(written, width, rolls);
        const tidy = await formatted(untidy);
        const [before, after] = [await loaded({ "a.yaml": untidy }), await loaded({ "a.yaml": tidy })];
        expect([after.desired, after.settings]).toEqual([before.desired, before.settings]);
        expect(await formatted(tidy)).toBe(tidy);
      }),
      { numRuns: 60 },
    );
  });
});

describe("writing a district", () => {
  test("loading what was written gives the same district", async () => {
    await fc.assert(
      fc.asyncProperty(district, async (desired) => {
        const written = writeDistrict(desired, { store: { path: "./campus.db" } });
        const project = await loaded({ "a.yaml": written });
        expect(plain(project.desired.districts[0] as DesiredDistrict)).toEqual(plain(desired));
      }),
      { numRuns: 150 },
    );
  });

  test("what is rendered loads as the same district again", async () => {
    await fc.assert(
      fc.asyncProperty(district, async (desired) => {
        const rendered = renderedText(
          renderProject({ districts: [desired] }, () => ({ file: "a.yaml", line: 1, column: 1 })),
        );
        const project = await loaded({ "a.yaml": `${rendered}store: { kind: sqlite, path: ./campus.db }\n` });
        expect(plain(project.desired.districts[0] as DesiredDistrict)).toEqual(plain(desired));
      }),
      { numRuns: 150 },
    );
  });
});
