import type { Diagnostic, Locate } from "../diagnostics/diagnostic.ts";
import type { DistrictId } from "../model/address.ts";
import type { Desired, DesiredDistrict } from "../model/desired.ts";
import type { LiveDistrict } from "../model/live.ts";
import { type Day, dayOf, daysBetween, type Instant } from "../model/time.ts";
import type { AddressPlan, DistrictPlan, Plan } from "../plan/plan.ts";
import type { Step } from "../plan/step.ts";
import { remindersOf, type Reminder } from "./letters/due.ts";
import { dueDayOf } from "./overlaps.ts";
import { awaitsOf } from "./waiting.ts";
import { ageInDays, describeAwaits, describePlace, plural } from "./words.ts";

/** What a task is about. */
export type TaskKind =
  | "fix"
  | "click"
  | "report"
  | "deliver"
  | "state"
  | "chase"
  | "receipt"
  | "inventory"
  | "deadline"
  | "look";

/** One thing that somebody has to do. */
export interface Task {
  readonly kind: TaskKind;
  /** Who answers for it; nothing where no document names anybody. */
  readonly who?: string;
  /** An address, or a district. */
  readonly where: string;
  readonly what: string;
  readonly since?: Instant;
  readonly due?: Day;
  /** What to run. */
  readonly run: string;
  /** `file:line`, where a document has to be corrected. */
  readonly place?: string;
}

export interface TasksInput {
  readonly plan: Plan;
  readonly live: ReadonlyMap<DistrictId, LiveDistrict>;
  readonly desired: Desired;
  readonly locate: Locate;
}

/** Everything that somebody has to do, what is due first, then what is oldest. */
export function tasksOf({ plan, live, desired, locate }: TasksInput): readonly Task[] {
  const letters = remindersOf(plan, live);
  const tasks = plan.districts.flatMap((district): readonly Task[] => {
    const wanted = desired.districts.find((one) => one.district === district.district);
    const known = live.get(district.district);
    const around = { known, now: plan.madeAt, locate, letters };
    return [
      ...districtTasks(district, wanted, around),
      ...district.addresses.flatMap((one) => addressTasks(one, around)),
    ];
  });
  return tasks.toSorted((a, b) => compare(orderOf(a), orderOf(b)));
}

interface Around {
  readonly known: LiveDistrict | undefined;
  readonly now: Instant;
  readonly locate: Locate;
  readonly letters: readonly Reminder[];
}

const LATEST = "9999";

function orderOf({ due, since, where, kind }: Task): string {
  return [due ?? LATEST, since ?? LATEST, where, kind].join(" ");
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function districtTasks(plan: DistrictPlan, wanted: DesiredDistrict | undefined, around: Around): readonly Task[] {
  const who = wanted?.owner === undefined ? {} : { who: wanted.owner };
  const where = plan.district;
  const errors = plan.diagnostics
    .filter(({ severity }) => severity === "error")
    .map((one) => ({ ...fixing(one, around), ...who, where, run: `rosterform plan --district ${where}` }));
  if (around.known?.kept?.inventory.kind !== "unsigned") return errors;
  const what = "sign that the registry of this site is complete; until then nothing is generated here";
  return [
    ...errors,
    { kind: "inventory", ...who, where, what, run: `rosterform inventory sign --district ${where} --by NAME` },
  ];
}

function fixing(one: Diagnostic, { locate }: Around): Pick<Task, "kind" | "what" | "place"> {
  const place = one.place === undefined ? {} : { place: describePlace(one.place, locate) };
  return { kind: "fix", what: `correct the document: ${one.summary} (${one.code})`, ...place };
}

function addressTasks(plan: AddressPlan, around: Around): readonly Task[] {
  const { address: where, desired } = plan;
  if (plan.hold === "observe") return [];
  const who = desired.owner === undefined ? {} : { who: desired.owner };
  const tasks: Piece[] = [...errorTasks(plan, around), ...openTasks(plan, around)];
  // Whatever waits has somebody who looks at it, also when nothing else can be done about it today.
  if (tasks.length === 0 && plan.slot?.cutover !== undefined) tasks.push(lookAgain(plan));
  return [...tasks, ...deadlineTasks(plan, around)].map((one) => ({ ...who, where, ...one }));
}

type Piece = Omit<Task, "who" | "where">;

function errorTasks(plan: AddressPlan, around: Around): readonly Piece[] {
  const errors = plan.diagnostics.filter(({ severity }) => severity === "error");
  return errors.map((one) => ({ ...fixing(one, around), run: `rosterform explain '${plan.address}'` }));
}

function openTasks(plan: AddressPlan, around: Around): readonly Piece[] {
  const { slot, desired, address } = plan;
  const cutover = slot?.cutover;
  const since = cutover === undefined ? {} : { since: cutover.openedAt };
  const dueDay = cutover === undefined ? undefined : dueDayOf(plan, cutover.openedAt);
  const due = dueDay === undefined ? {} : { due: dueDay };
  const asked = around.known?.kept?.asked.filter((one) => one.address === address) ?? [];
  const tasks: Piece[] = asked.map((one) => ({
    kind: "report",
    what: `report whether you clicked: ${one.click} (asked by ${one.by})`,
    since: one.at,
    ...due,
    run: `rosterform do --target '${address}'`,
  }));
  if (plan.hold === "blocked") return tasks;
  if (asked.length === 0) tasks.push(...stepTasks(plan, around).map((one) => ({ ...since, ...due, ...one })));
  const young = around.known?.connections.find((one) => one.id === cutover?.to);
  if (young?.delivery?.state === "done" && young.delivery.received === undefined && around.known?.kept !== undefined) {
    const what = "record that the vendor received the values, once it says so";
    tasks.push({
      kind: "receipt",
      what,
      since: young.delivery.at,
      ...due,
      run: `rosterform received '${address}' --by NAME`,
    });
  }
  if (awaitsOf(plan).some(({ kind }) => kind === "attested")) {
    const what = `find out whether ${desired.vendor} moved, and state it by name`;
    tasks.push({
      kind: "state",
      what,
      ...since,
      ...due,
      run: `rosterform confirm '${address}' --attest --by NAME --reason TEXT`,
    });
  }
  for (const { kind, dueOn, isDue, to } of around.letters.filter((one) => one.address === address)) {
    if (kind !== "move" || !isDue) continue;
    const what =
      to === "vendor"
        ? `remind ${desired.contact} that the new values wait`
        : "remind the vendor; no contact is written down";
    tasks.push({ kind: "chase", what, ...since, due: dueOn, run: `rosterform remind --target '${address}'` });
  }
  return tasks;
}

const CLICKS: Partial<Readonly<Record<Step["kind"], string>>> = {
  open: "generate the connection",
  update: "edit the connection",
  close: "close the cut-over, which disables the old connection",
  disable: "disable the connection",
  abandon: "give the candidate up, which disables it",
};

/** The first thing to be done; what comes after it is said when it is done. */
function stepTasks(plan: AddressPlan, { known, now }: Around): readonly Piece[] {
  const isByHand = known?.kept !== undefined;
  const run = `rosterform ${isByHand ? "do" : "apply"} --target '${plan.address}'`;
  const step = plan.steps.find((one) => one.kind === "deliver" || CLICKS[one.kind] !== undefined);
  if (step === undefined) return [];
  if (step.kind === "deliver") {
    const { allowed } = step;
    const when = allowed.kind === "not-before" ? { due: allowed.day } : {};
    const what =
      allowed.kind === "not-before"
        ? `hand the four values over, not before ${allowed.day}`
        : "hand the four values over";
    return [{ kind: "deliver", what, ...when, run }];
  }
  if (step.allowed.kind === "not-before") {
    if (step.allowed.day > dayOf(now)) return [];
  }
  // A cut-over closes on evidence; while some is awaited there is nothing to click.
  if (step.kind === "close" && awaitsOf(plan).some(({ kind }) => kind !== "date")) return [];
  return [{ kind: "click", what: CLICKS[step.kind] ?? "", run }];
}

function lookAgain(plan: AddressPlan): Piece {
  const cutover = plan.slot?.cutover;
  const isEither = cutover?.requires.clauses.includes("used-or-attested") ?? true;
  const awaits = describeAwaits(awaitsOf(plan), isEither).map(({ says }) => says);
  const what =
    awaits.length === 0
      ? "run it again; nothing else is waited for"
      : `look again; it waits for ${awaits.join(", or ")}`;
  const due = cutover === undefined ? undefined : dueDayOf(plan, cutover.openedAt);
  return {
    kind: "look",
    what,
    ...(cutover === undefined ? {} : { since: cutover.openedAt }),
    ...(due === undefined ? {} : { due }),
    run: `rosterform explain '${plan.address}'`,
  };
}

/** Days before an end at which it is somebody's task. */
const AHEAD = { ends: 30, expires: 60 } as const;
const ENDS = {
  ends: "renew the contract and move `ends`, or write `state: disabled`",
  expires: "replace the credentials before they end: raise `rotate`, then move `expires`",
} as const;

function deadlineTasks({ desired, address }: AddressPlan, { now }: Around): readonly Piece[] {
  if (desired.state !== "active") return [];
  return (["ends", "expires"] as const).flatMap((key): readonly Piece[] => {
    const due = desired[key];
    if (due === undefined || daysBetween(dayOf(now), due) > AHEAD[key]) return [];
    return [{ kind: "deadline", what: ENDS[key], due, run: `rosterform explain '${address}'` }];
  });
}

/** Everybody who has a task: named people in the order of the alphabet, and nobody first. */
export function groupTasks(tasks: readonly Task[]): readonly (readonly [string | undefined, readonly Task[]])[] {
  const names = [...new Set(tasks.flatMap(({ who }) => who ?? []))].toSorted(compare);
  const sorted = tasks.some(({ who }) => who === undefined) ? [undefined, ...names] : names;
  return sorted.map((name) => [name, tasks.filter(({ who }) => who === name)] as const);
}

/** Whether a person goes by this name: as it stands in the documents, or what stands before the @; in any case. */
export function isCalled(who: string, name: string): boolean {
  const [a, b] = [who.toLowerCase(), name.trim().toLowerCase()];
  return a === b || a.split("@")[0] === b;
}

/** `3 days old, due 2027-06-30`. */
export function describeWhen({ since, due }: Task, now: Instant): string {
  const age = since === undefined ? [] : [`since ${dayOf(since)} (${plural(ageInDays(since, now), "day")})`];
  const end = due === undefined ? [] : [due < dayOf(now) ? `due ${due}, overdue` : `due ${due}`];
  return [...age, ...end].join("; ");
}
