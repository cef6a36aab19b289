import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { DistrictId } from "../model/address.ts";
import type { LiveConnection, LiveDistrict } from "../model/live.ts";
import type { Digests } from "../plan/digest.ts";
import type { AddressPlan, Plan } from "../plan/plan.ts";
import { describeDiagnostics } from "./diagnostics-text.ts";
import { PAGE_WIDTH, wrap } from "./layout.ts";
import { addressBlock, type BlockPage, describeTraits } from "./plan-block.ts";
import { attribute, type PlanPage } from "./plan-lines.ts";
import { connectionsOf } from "./plan-steps.ts";
import { describeInventories, describeReport } from "./reported.ts";
import { deferralsOf } from "./waiting.ts";
import { ageInDays, createShort, describeStages, plural } from "./words.ts";

/** How a plan is printed. */
export interface PlanTextOptions extends PlanPage {
  /** Leaves the numbered steps out. */
  readonly concise?: boolean;
  /** What the plan was made from; says who keeps the registries of it. */
  readonly registries?: ReadonlyMap<DistrictId, LiveDistrict>;
  /** From `digestPlan`; the line is left out without them. */
  readonly digests?: Digests;
}

/** The legend that stands above every plan. */
const LEGEND = `Symbols:
    +  generate        ~  change in place    ..  waiting
  +/-  switch: generate the new one, and disable the old one once that is proven
    -  disable         !  lost or widened     x  blocked`;

const NO_CHANGES = "No changes. Your connections match the configuration.";

/**
 * A plan for people: a block for each address that does not simply stay, what nobody manages, what is wrong, and last the
 * counts. The same plan gives the same text; ages count from the moment the plan was made. Ends with a line break.
 */
export function describePlan(plan: Plan, options: PlanTextOptions): string {
  const addresses = plan.districts.flatMap((district) => district.addresses);
  const short = createShort(clientIdsIn(plan));
  const page: BlockPage = { ...options, short, now: plan.madeAt, concise: options.concise === true };
  const blocks = addresses.map((one) => addressBlock(one, page)).filter((lines) => lines.length > 0);
  const unmanaged = unmanagedLines(plan, page);
  const hasChanges = blocks.length > 0;
  const sections = [
    ...(hasChanges ? [[LEGEND]] : []),
    ...blocks,
    ...(unmanaged.length === 0 ? [] : [unmanaged]),
    ...registryLines(options),
    ...troubleLines(plan, options),
    summaryLines(plan, hasChanges, options),
  ];
  return `${sections.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

/** Every error and warning of a plan, its districts and its addresses. */
export function diagnosticsIn(plan: Plan): readonly Diagnostic[] {
  return [
    ...plan.diagnostics,
    ...plan.districts.flatMap((district) => [
      ...district.diagnostics,
      ...district.addresses.flatMap((one) => one.diagnostics),
    ]),
  ];
}

/** Client IDs that a plan speaks of. */
export function clientIdsIn(plan: Plan): readonly string[] {
  const connections: readonly LiveConnection[] = plan.districts.flatMap((district) => [
    ...district.addresses.flatMap((one) =>
      one.actions.flatMap((action) => (action.kind === "keep" ? [] : connectionsOf(action))),
    ),
    ...district.unmanaged,
  ]);
  return connections.map((connection) => connection.clientId);
}

function unmanagedLines(plan: Plan, page: BlockPage): readonly string[] {
  const found = plan.districts.flatMap((district) =>
    district.unmanaged.map((connection) => ({ district: district.district, connection })),
  );
  if (found.length === 0) return [];
  const title = `# Not managed: ${plural(found.length, "active connection")} that no document speaks of, left alone`;
  return [
    page.style.bold(title),
    ...found.flatMap(({ district, connection }) => {
      const age = plural(ageInDays(connection.createdAt, page.now), "day");
      const report = describeReport(connection);
      const said = report === undefined ? "" : `, ${report}`;
      const what = `${district}/${connection.application} (${describeTraits(connection)}), ${age} old${said}`;
      return attribute("", page.short(connection.clientId), what, page);
    }),
  ];
}

/** Where people keep what is known, it is as good as they are: who signed for it is said with every plan. */
function registryLines({ registries, style, width = PAGE_WIDTH }: PlanTextOptions): readonly (readonly string[])[] {
  const says = registries === undefined ? [] : describeInventories(registries);
  if (says.length === 0) return [];
  return [[style.bold("# Kept by people"), ...says.flatMap((one) => wrap(one, { width, first: "  ", rest: "    " }))]];
}

function troubleLines(plan: Plan, options: PlanTextOptions): readonly (readonly string[])[] {
  const text = describeDiagnostics(diagnosticsIn(plan), options);
  return text === "" ? [] : [[text.trimEnd()]];
}

function summaryLines(
  plan: Plan,
  hasChanges: boolean,
  { style, digests, width = PAGE_WIDTH }: PlanTextOptions,
): readonly string[] {
  const { total, notes } = totalsOf(plan, hasChanges);
  return [
    ...(digests === undefined ? [] : [style.dim(`Digest: ${digests.whole}`)]),
    style.bold(total),
    ...notes.flatMap((note) => wrap(note, { width, rest: "  " })),
  ];
}

/** The last lines of a plan: what it comes to, and what that line does not say. */
export interface Totals {
  readonly total: string;
  readonly notes: readonly string[];
}

/** Counts a plan in words. `hasChanges`: whether anything has to be said about any address. */
export function totalsOf(plan: Plan, hasChanges: boolean): Totals {
  const { counts } = plan;
  const { generate, switch: switches, change, disable } = counts;
  const addresses = plan.districts.flatMap((district) => district.addresses);
  const isErrored = diagnosticsIn(plan).some((one) => one.severity === "error");
  const total = `Plan: ${generate} to generate, ${switches} to switch, ${change} to change, ${disable} to disable.`;
  const deferrals = deferralsOf(addresses);
  const ending = addresses.filter((one) => one.hold === undefined && canEnd(one)).length;
  const notes = [
    ...(deferrals.length === 0 ? [] : [waitingLine(deferrals.map((one) => one.stages))]),
    ...(ending === 0 ? [] : [`${plural(ending, "open cut-over")} can end in this run, if the evidence holds.`]),
    ...(counts.blocked === 0
      ? []
      : [`${plural(counts.blocked, "address", "addresses")} blocked by errors, see above.`]),
    ...(counts.observed === 0
      ? []
      : [`${plural(counts.observed, "address", "addresses")} only observed, not applied.`]),
    ...(plan.partial ? ["This is a partial plan: some addresses were left out on purpose."] : []),
  ];
  return { total: !hasChanges && !isErrored ? NO_CHANGES : total, notes };
}

function waitingLine(stages: Parameters<typeof describeStages>[0]): string {
  return `${plural(stages.length, "cut-over")} will wait: ${describeStages(stages)}.`;
}

/** Whether an open cut-over misses nothing that this run cannot provide. */
function canEnd(plan: AddressPlan): boolean {
  const wait = plan.actions.find((action) => action.kind === "wait");
  return (
    wait !== undefined && wait.awaits.length === 0 && plan.steps.every((step) => step.allowed.kind !== "not-before")
  );
}
