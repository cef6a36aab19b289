import type { DesiredConnection } from "../model/desired.ts";
import { isActive, type LiveConnection } from "../model/live.ts";
import type { Place } from "../model/place.ts";
import { describeSchools } from "../model/traits.ts";
import type { Instant } from "../model/time.ts";
import type { Action, Disable, Generate, Switch, Update, Wait } from "../plan/action.ts";
import type { AddressPlan } from "../plan/plan.ts";
import { describeDifference, describeSharing, differencesBetween, wideningsBetween } from "./differences.ts";
import { describeEvidence, evidenceForCutover } from "./evidence.ts";
import { displayWidth, PAGE_WIDTH, wrap } from "./layout.ts";
import { attribute, lossLines, remark, type ShortPage } from "./plan-lines.ts";
import { connectionsOf, stepLines } from "./plan-steps.ts";
import { describeReport } from "./reported.ts";
import {
  ageInDays,
  describeAwaits,
  describePlace,
  KNOWN_AFTER_APPLY,
  placeOfKey,
  plural,
  SENSITIVE,
  SYMBOLS,
} from "./words.ts";

/** What a block of one address is made with. */
export interface BlockPage extends ShortPage {
  readonly now: Instant;
  readonly concise: boolean;
}

/** The lines of one address; none where it is kept and nothing has to be said about it. */
export function addressBlock(plan: AddressPlan, page: BlockPage): readonly string[] {
  const actions = plan.actions.filter((action) => action.kind !== "keep" || action.reason !== undefined);
  const lines = actions.flatMap((action) => [
    ...heading(plan, action, page),
    ...body(plan, action, page),
    ...reports(action, page),
  ]);
  if (plan.hold === "blocked")
    return [...(lines.length > 0 ? lines : blockedHeading(plan, page)), ...blocked(plan, page)];
  if (lines.length === 0) return [];
  if (plan.hold === "observe" && plan.steps.length > 0) {
    return [...lines, ...remark("i", "OBSERVE ONLY: the district says mode: observe, so nothing is applied.", page)];
  }
  return page.concise ? lines : [...lines, ...stepLines(plan, page.now, page)];
}

function blockedHeading({ desired }: AddressPlan, page: BlockPage): readonly string[] {
  return headline(desired.address, "is blocked", [describePlace(desired.place, page.locate)], page);
}

/** Where the address itself is fine, a limit of its district or of all districts stops it. */
function blocked(plan: AddressPlan, page: BlockPage): readonly string[] {
  const own = plan.diagnostics.filter((one) => one.severity === "error");
  const why =
    own.length === 0 ? "by an error about its district or the whole plan" : `by ${plural(own.length, "error")}`;
  return remark("x", `BLOCKED ${why}, see below: nothing of this is applied.`, page);
}

const WILL: Readonly<Record<Exclude<Action["kind"], "wait" | "disable" | "keep">, string>> = {
  generate: "generated",
  switch: "switched",
  update: "changed in place",
  adopt: "adopted",
  rename: "renamed",
};

/** What becomes of the address: `will be switched`; `would` where nothing of it is applied. */
export function describeBecoming(action: Action, hold: AddressPlan["hold"]): string {
  const would = hold === undefined ? "will be" : "would be";
  switch (action.kind) {
    case "keep":
      return "stays as it is";
    case "wait":
      return action.awaits.length > 0 ? "is waiting" : "can end its cut-over";
    case "disable":
      return action.because === "abandoned" ? `${would.slice(0, -3)} give up its candidate` : `${would} disabled`;
    default:
      return `${would} ${WILL[action.kind]}`;
  }
}

function heading(plan: AddressPlan, action: Action, page: BlockPage): readonly string[] {
  const place = describePlace(placeOfAction(plan.desired, action), page.locate);
  const why = action.reason === undefined ? [place] : [action.reason, place];
  return headline(action.address, describeBecoming(action, plan.hold), why, page);
}

/** Where the document says what causes an action. */
export function placeOfAction(desired: DesiredConnection, action: Action): Place {
  return placeOfKey(desired, ...keysOf(action));
}

/** Under which keys of the document the cause of an action stands. */
function keysOf(action: Action): readonly string[] {
  switch (action.kind) {
    case "switch": {
      const { desired, from } = action;
      const changed = differencesBetween(from, desired).map((one) => one.what);
      return [...changed, ...(desired.replaces === undefined ? [] : ["replaces"])];
    }
    case "update":
      return action.changes.map((change) => change.what);
    case "disable":
      return action.because === "asked" ? ["state"] : [];
    case "adopt":
      return ["adopt"];
    case "rename":
      return ["was"];
    default:
      return [];
  }
}

/** `# springfield/Otus will be switched (1.1 -> 1.2; springfield.yaml:6)`; the bracket goes below where both are long. */
function headline(address: string, what: string, why: readonly string[], page: BlockPage): readonly string[] {
  const { style, width = PAGE_WIDTH } = page;
  const head = `# ${address} ${what}`;
  const bracket = `(${why.join("; ")})`;
  if (displayWidth(head) + 1 + displayWidth(bracket) <= width) return [style.bold(`${head} ${bracket}`)];
  return [style.bold(head), ...wrap(bracket, { width, first: "#   " }).map(style.bold)];
}

function body(plan: AddressPlan, action: Action, page: BlockPage): readonly string[] {
  switch (action.kind) {
    case "generate":
      return generated(action, page);
    case "switch":
      return switched(plan, action, page);
    case "update":
      return updated(action, page);
    case "disable":
      return disabled(action, plan.desired, page);
    case "adopt": {
      const { connection } = action;
      const what = `${connection.clientId} (${describeTraits(connection)})`;
      return [
        ...attribute(SYMBOLS.adopt, "client", what, page),
        ...attribute("", "proof", "none of ours: the connection is taken as it is found", page),
      ];
    }
    case "rename":
      return attribute(SYMBOLS.rename, "address", `${action.from} -> ${action.address}; nothing is generated`, page);
    case "wait":
      return waiting(action, page);
    case "keep":
      return [];
  }
}

/** Where people keep the store: who said that these connections are so, and when. */
function reports(action: Action, page: BlockPage): readonly string[] {
  const seen = action.kind === "keep" ? [] : connectionsOf(action);
  return seen.flatMap((one) => {
    const says = describeReport(one);
    return says === undefined ? [] : attribute("", "known", `${page.short(one.clientId)} ${says}`, page);
  });
}

function generated({ desired }: Generate, page: BlockPage): readonly string[] {
  const line = (key: string, value: string): readonly string[] => attribute(SYMBOLS.generate, key, value, page);
  return [
    ...line("version", desired.version),
    ...line("kind", desired.kind),
    ...line("schools", describeSchools(desired.schools)),
    ...line("share", describeSharing(desired.share)),
    ...line("client", KNOWN_AFTER_APPLY),
    ...line("secret", SENSITIVE),
  ];
}

function switched(plan: AddressPlan, action: Switch, page: BlockPage): readonly string[] {
  const { desired, from, to } = action;
  // A switch to a connection that exists makes it what it is already; the document is about the other one.
  const after = to ?? desired;
  const differences = differencesBetween(from, after);
  const changed = new Set(differences.map((one) => one.what));
  const symbol = SYMBOLS.switch;
  const isReplacing = desired.replaces !== undefined && plan.slot?.current !== from.id;
  const client = `${page.short(from.clientId)}  -> ${to === undefined ? KNOWN_AFTER_APPLY : page.short(to.clientId)}`;
  return [
    ...(isReplacing ? attribute(symbol, "address", `${desired.replaces} -> ${action.address}`, page) : []),
    ...differences.flatMap((one) => attribute(symbol, one.what, describeDifference(one), page)),
    ...attribute(differences.length === 0 && !isReplacing ? symbol : "", "client", client, page),
    ...unchanged(after, changed, page),
    ...widenings(wideningsBetween(from, after), page),
    ...lossLines(action.loses, desired, page),
  ];
}

/** `schools   all, share: rostering (unchanged)`, or the one of them that does not change. */
function unchanged(
  { schools, share }: Pick<LiveConnection, "schools" | "share">,
  changed: ReadonlySet<string>,
  page: BlockPage,
): readonly string[] {
  const same = [
    ...(changed.has("schools") ? [] : [["schools", describeSchools(schools)] as const]),
    ...(changed.has("share") ? [] : [["share", describeSharing(share)] as const]),
  ];
  const [first, second] = same;
  if (first === undefined) return [];
  const rest = second === undefined ? "" : `, ${second.join(": ")}`;
  return attribute("", first[0], `${first[1]}${rest} (unchanged)`, page);
}

function updated({ desired, connection, loses }: Update, page: BlockPage): readonly string[] {
  const after = { ...connection, schools: desired.schools, share: desired.share };
  return [
    ...differencesBetween(connection, after).flatMap((one) =>
      attribute(SYMBOLS.update, one.what, describeDifference(one), page),
    ),
    ...attribute("", "client", `${page.short(connection.clientId)} (unchanged, the secret too)`, page),
    ...widenings(wideningsBetween(connection, after), page),
    ...lossLines(loses, desired, page),
  ];
}

function widenings(widened: readonly string[], page: BlockPage): readonly string[] {
  return widened.flatMap((one) => remark("!", `WIDENS ${one}.`, page));
}

function disabled(action: Disable, desired: DesiredConnection, page: BlockPage): readonly string[] {
  const { connection, because, loses } = action;
  const what = `${page.short(connection.clientId)} (${describeTraits(connection)})`;
  return [
    ...attribute(SYMBOLS.disable, because === "asked" ? "client" : "candidate", what, page),
    ...lossLines(loses, desired, page),
  ];
}

/** `1.1, supported`. */
export function describeTraits({ version, kind }: Pick<LiveConnection, "version" | "kind">): string {
  return `${version}, ${kind}`;
}

function waiting(action: Wait, page: BlockPage): readonly string[] {
  const { candidate, from, cutover, awaits } = action;
  const symbol = SYMBOLS.wait;
  const days = ageInDays(cutover.openedAt, page.now);
  const isEither = cutover.requires.clauses.includes("used-or-attested");
  const described = (one: LiveConnection): string =>
    `${page.short(one.clientId)} (${describeTraits(one)}${isActive(one) ? "" : "; disabled"})`;
  return [
    ...attribute(symbol, "candidate", `${described(candidate)}, open for ${plural(days, "day")}`, page),
    ...(from === undefined ? [] : attribute("", "in use", described(from), page)),
    ...attribute(
      "",
      "evidence",
      describeEvidence(evidenceForCutover(candidate, from, cutover.requires, page.now)),
      page,
    ),
    ...describeAwaits(awaits, isEither).flatMap(({ key, says }) => attribute("", key, says, page)),
  ];
}
