import { type Diagnostic, hasErrors, type Locate } from "../../diagnostics/diagnostic.ts";
import type { AddressPlan, DistrictPlan } from "../../plan/plan.ts";
import { createShort, describePlace, type Short } from "../words.ts";
import { askedAt, describeAsked } from "./asked.ts";
import { undoOf } from "../undo.ts";
import { describeInventory } from "../reported.ts";
import { factsAt, lossesAt } from "./facts.ts";
import { overlapsIn } from "./overlaps.ts";
import type {
  Around,
  Runbook,
  RunbookAddress,
  RunbookDistrict,
  RunbookInput,
  RunbookStep,
  StepState,
  Trouble,
} from "./runbook.ts";
import { stepsAt } from "./steps.ts";

/** How many signs of a digest are enough to compare two sheets of paper. */
const SHORT_DIGEST = 16;

/** The beginning of a digest, as it stands on every page. */
export function shortDigest(digest: string): string {
  return digest.slice(0, SHORT_DIGEST);
}

/** How many steps are in which state. */
export function countStates(runbook: Runbook): Readonly<Record<StepState["kind"], number>> {
  const counts = { done: 0, now: 0, "not-yet": 0, refused: 0 };
  for (const step of stepsIn(runbook)) counts[step.state.kind] += 1;
  return counts;
}

/** Every step of a runbook, in order. */
export function stepsIn(runbook: Runbook): readonly RunbookStep[] {
  return runbook.districts.flatMap((district) => district.addresses.flatMap((one) => one.steps));
}

/** Makes the runbook of a plan. The same plan gives the same runbook. */
export function runbookOf(input: RunbookInput): Runbook {
  const { plan, live, digests, locate } = input;
  const short = createShort([...live.values()].flatMap((one) => one.connections.map(({ clientId }) => clientId)));
  let number = 0;
  const next = (): number => {
    number += 1;
    return number;
  };
  return {
    madeAt: plan.madeAt,
    digest: digests.whole,
    isByHand: [...live.values()].some((one) => one.kept !== undefined),
    partial: plan.partial,
    troubles: plan.diagnostics.map((one) => troubleOf(one, locate)),
    overlaps: overlapsIn(plan, live, short),
    districts: plan.districts.map((one) => districtOf(one, input, short, next)),
  };
}

function districtOf(district: DistrictPlan, input: RunbookInput, short: Short, next: () => number): RunbookDistrict {
  const { digests, locate, deliver, plan } = input;
  const live = input.live.get(district.district);
  const connections = new Map(live?.connections.map((one) => [one.id, one]));
  const { host, app, kind } = district.site;
  const inventory = describeInventory(live?.kept?.inventory);
  const isByHand = live?.kept !== undefined;
  const addresses = district.addresses.map((one) => {
    const around: Around = {
      plan: one,
      site: district.site,
      live,
      connections,
      isByHand,
      deliver,
      short,
      now: plan.madeAt,
    };
    return addressOf(around, locate, next);
  });
  return {
    district: district.district,
    digest: digests.districts[district.district] ?? "",
    site: `${host}, district ${app}${kind === "sandbox" ? " (sandbox)" : ""}`,
    ...(inventory === undefined ? {} : { inventory }),
    troubles: district.diagnostics.map((one) => troubleOf(one, locate)),
    addresses: addresses.filter((one) => !isUnchanged(one)),
    unchanged: addresses.filter(isUnchanged).map((one) => one.address),
  };
}

function isUnchanged({ steps, troubles, asked, headline }: RunbookAddress): boolean {
  return steps.length === 0 && troubles.length === 0 && asked.length === 0 && headline.length === 0;
}

function addressOf(around: Around, locate: Locate, next: () => number): RunbookAddress {
  const { plan } = around;
  const { desired } = plan;
  const steps = stepsAt(around, next);
  const said = new Set(steps.flatMap((one) => one.asked ?? []));
  const asked = askedAt(around).map(describeAsked);
  return {
    address: plan.address,
    headline: headlineOf(plan),
    owner: desired.owner ?? "not named in the documents",
    contact: desired.contact ?? "not named in the documents",
    connections: factsAt(around),
    losses: lossesAt(plan),
    asked: asked.filter((one) => !said.has(one)),
    steps,
    undo: steps.length === 0 || plan.hold !== undefined ? [] : undoOf(around),
    troubles: plan.diagnostics.map((one) => troubleOf(one, locate)),
  };
}

const WILL: Readonly<Record<AddressPlan["actions"][number]["kind"], string>> = {
  generate: "A first connection is generated",
  switch: "A new connection takes over from the present one",
  update: "What the connection may read changes",
  disable: "The connection is disabled",
  adopt: "A connection that exists is taken under management",
  rename: "The address gets another name; nothing changes in Campus",
  wait: "Under way",
  keep: "It stays as it is",
};

function headlineOf({ actions, hold, diagnostics }: AddressPlan): readonly string[] {
  const lines = actions
    .filter((one) => one.kind !== "keep" || one.reason !== undefined)
    .map(({ kind, reason }) => (reason === undefined ? `${WILL[kind]}.` : `${WILL[kind]}: ${reason}.`));
  if (hold !== "blocked") return lines;
  const why = hasErrors(diagnostics) ? "an error stands in the way" : "an error about the district or the whole plan";
  return [...lines, `Blocked: ${why}. Nothing of this may be done.`];
}

/** An error or a warning with its place in words. */
export function troubleOf({ severity, code, summary, detail, place, at }: Diagnostic, locate: Locate): Trouble {
  const where = at === undefined ? place && describePlace(place, locate) : `${at.file}:${at.line}`;
  return { severity, code, summary, detail, ...(where === undefined ? {} : { place: where }) };
}
