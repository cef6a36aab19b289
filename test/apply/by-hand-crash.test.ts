import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { apply } from "../../src/apply/apply.ts";
import type { Desired } from "../../src/model/desired.ts";
import type { DistrictId } from "../../src/model/address.ts";
import type { LiveDistrict } from "../../src/model/live.ts";
import type { Credentials } from "../../src/model/secret.ts";
import { DAY_MS, dayOf } from "../../src/model/time.ts";
import { planDistricts } from "../../src/plan/make-plan.ts";
import type { HandReport, Hands, HandWork } from "../../src/stores/hands.ts";
import { type ByHandWorld, createPastes, openByHandWorld } from "../stores/by-hand-world.ts";
import { attest, districtOf, OTUS, probe, SITE, SPRINGFIELD } from "../stores/world.ts";
import { documents, line } from "./documents.ts";
import { createMemorySink, createScriptedLadder, isStop, Stop } from "./harness.ts";

/**
 * A person is asked for a click and answers "later", or the process dies before or after the click; another person resumes.
 * Whatever happens, in Campus itself the vendor has the connection that it works with, and nothing is generated twice.
 */

/** What happens at one click. */
type Mishap = "later" | "dies before the click" | "dies after the click";
const MISHAPS: readonly Mishap[] = ["later", "dies before the click", "dies after the click"];

/** Campus itself: what was clicked there, whether or not anybody reported it. */
interface Campus {
  readonly active: Map<string, boolean>;
  readonly unreported: Credentials[];
  readonly paste: () => Credentials;
  clicks: number;
}

function handsAt(campus: Campus, mishap: { readonly click: number; readonly how: Mishap } | undefined): Hands {
  return {
    carryOut: async (work) => {
      campus.clicks += 1;
      const how = campus.clicks === mishap?.click ? mishap.how : undefined;
      if (how === "later") return { kind: "later" };
      if (how === "dies before the click") throw new Stop(how);
      const report = click(campus, work);
      if (how === "dies after the click") throw new Stop(how);
      campus.unreported.length = 0;
      return report;
    },
  };
}

/** Who was asked before looks first whether it is done already. */
function click(campus: Campus, work: HandWork): HandReport {
  if (work.kind === "disable") campus.active.set(work.connection.clientId, false);
  if (work.kind !== "generate") return { kind: "clicked" };
  const made = (work.asked === undefined ? undefined : campus.unreported[0]) ?? campus.paste();
  campus.active.set(made.clientId, true);
  campus.unreported.splice(0, 1, made);
  return { kind: "generated", credentials: made };
}

interface Play {
  readonly world: ByHandWorld;
  readonly campus: Campus;
  readonly sink: ReturnType<typeof createMemorySink>;
  /** The Client ID that the vendor works with. */
  inUse?: string;
}

async function applyAs(play: Play, by: string, desired: Desired, hands: Hands): Promise<boolean> {
  const store = await play.world.openedBy(by, hands);
  try {
    const live = new Map<DistrictId, LiveDistrict>();
    for await (const district of store.read([SPRINGFIELD])) live.set(district.district, district);
    const plan = planDistricts({ desired, live, now: play.world.clock.now() });
    if (plan.districts.every((one) => one.addresses.every(({ steps }) => steps.length === 0))) return true;
    const ports = { store, sink: play.sink, ladder: createScriptedLadder(), clock: play.world.clock, by };
    await apply({ plan, live, ports, parallelism: 1 });
  } catch (error) {
    if (!isStop(error)) throw error;
  }
  return false;
}

/** The vendor pastes what was handed over; somebody says so, and tries the connection once more. */
async function vendorMoves(play: Play): Promise<void> {
  const { world } = play;
  const { slots, connections } = await districtOf(world.writer);
  const slot = slots.find((one) => one.address === OTUS);
  const holds = connections.find((one) => one.clientId === play.sink.holds(OTUS));
  if (holds?.delivery?.state !== "done") return;
  play.inUse = holds.clientId;
  if (slot?.cutover?.to !== holds.id) return;
  await probe(world, OTUS, holds.id);
  await attest(world, OTUS, holds.id);
}

async function playOut(play: Play, desired: Desired, hands: Hands): Promise<void> {
  const people = ["dana", "robin", "kim"];
  for (let day = 0; day < 8; day += 1) {
    const by = people[day % people.length] ?? "dana";
    if (await applyAs(play, by, desired, hands)) return;
    if (play.inUse !== undefined) expect(play.campus.active.get(play.inUse)).toBe(true);
    await vendorMoves(play);
    play.world.clock.pass(DAY_MS / 4);
  }
  throw new Error("the world does not come to rest");
}

let play: Play;

beforeEach(async () => {
  const world = await openByHandWorld();
  const campus: Campus = { active: new Map(), unreported: [], paste: createPastes(), clicks: 0 };
  play = { world, campus, sink: createMemorySink() };
  const asOf = dayOf(world.clock.now());
  await world.registry.signInventory({ district: SPRINGFIELD, site: SITE, by: "kim", asOf });
});

afterEach(() => play.world.end());

const FIRST = documents([line(OTUS)]);
const SCENARIOS = [
  { name: "generate", before: undefined, after: FIRST, clicks: 1, connections: 1 },
  { name: "switch", before: FIRST, after: documents([line(OTUS, { version: "1.2" })]), clicks: 2, connections: 2 },
  {
    name: "update",
    before: FIRST,
    after: documents([line(OTUS, { schools: ["Lincoln"] })]),
    clicks: 1,
    connections: 1,
  },
] as const;

const MATRIX = SCENARIOS.flatMap((scenario) =>
  Array.from({ length: scenario.clicks }, (_, index) => index + 1).flatMap((number) =>
    MISHAPS.map((how) => ({ ...scenario, number, how })),
  ),
);

describe("a person who clicks", () => {
  it.each(MATRIX)("at $name, click $number: $how, and another one resumes", async (one) => {
    if (one.before !== undefined) await playOut(play, one.before, handsAt(play.campus, undefined));
    const mishap = { click: play.campus.clicks + one.number, how: one.how };
    await playOut(play, one.after, handsAt(play.campus, mishap));
    const { slots, connections, kept } = await districtOf(play.world.writer);
    const current = connections.find(({ id }) => id === slots[0]?.current);
    expect(current?.clientId).toBe(play.inUse);
    expect(connections).toHaveLength(one.connections);
    expect(play.campus.active.size).toBe(one.connections);
    for (const { clientId, status } of connections) {
      expect(play.campus.active.get(clientId)).toBe(status.kind === "active");
    }
    expect(kept?.asked).toEqual([]);
    expect(play.campus.clicks).toBeGreaterThanOrEqual(mishap.click + 1);
  });
});
