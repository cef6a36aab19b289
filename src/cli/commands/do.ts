import type { AddressOutcome } from "../../apply/event.ts";
import type { Ladder } from "../../confirm/ladder.ts";
import { type Diagnostic, hasErrors, problem } from "../../diagnostics/diagnostic.ts";
import { invariant } from "../../diagnostics/invariant.ts";
import { openPorts, openProof, openReader } from "../../drivers.ts";
import type { Address } from "../../model/address.ts";
import type { Action } from "../../plan/action.ts";
import { digestPlan } from "../../plan/digest.ts";
import { reconcile } from "../../reconcile.ts";
import { eventJson } from "../../views/apply-json.ts";
import { describeEvent } from "../../views/apply-text.ts";
import { wrap } from "../../views/layout.ts";
import { runbookOf, stepsIn } from "../../views/runbook/model.ts";
import type { Runbook, RunbookStep } from "../../views/runbook/runbook.ts";
import { describeAwaits } from "../../views/words.ts";
import { EXIT, type ExitCode, interruptedBy } from "../exit-code.ts";
import { createTerminalHands, type TerminalHands } from "../hands.ts";
import { sha256 } from "../hash.ts";
import { identified, namedBy } from "../../identity.ts";
import { type Notes, type NotifyingOptions, openNotes } from "../notifying.ts";
import { NOWHERE, tell } from "../output.ts";
import {
  type DocumentOptions,
  findAddress,
  lookAtLive,
  openSession,
  type SelectingOptions,
  type Session,
} from "../session.ts";
import type { World } from "../world.ts";
import { recordMove } from "./confirm.ts";
import { type Made, planFor } from "./plan.ts";

/** What the command line says. */
export interface DoOptions extends DocumentOptions, SelectingOptions, NotifyingOptions {
  readonly step?: number;
  readonly by?: string;
  readonly input?: string;
}

/**
 * The plan, carried out by a person at the terminal: an ordinary apply, one address after the other, that asks for the
 * clicks. It has no other way to change anything.
 */
export async function doCommand(options: DoOptions, outside: World): Promise<ExitCode> {
  const session = await openSession(options, outside);
  if (session === undefined) return EXIT.failed;
  if (options.input === "false" || !outside.canAsk) return refuse(session, CANNOT_ASK);
  const made = await planFor(session, options);
  if (made === undefined) return EXIT.failed;
  const book = await bookOf(made, session);
  if (!book.isByHand) return refuse(session, NOT_BY_HAND);
  const by = await whoIsThere(options, outside);
  if (by === undefined) return interruptedBy(outside.signal) ?? refuse(session, CANNOT_ASK);
  const world = { ...outside, by };
  showSteps(book, session);
  const isRefused = await tellTroubles(made, session);
  const chosen = options.step === undefined ? undefined : stepNamed(options.step, book);
  if (chosen?.kind === "refused") {
    session.out.text("\n");
    return refuse(session, chosen.diagnostic);
  }
  const addresses = chosen === undefined ? dueAddresses(made, book) : [chosen.address];
  if (addresses.length === 0) session.out.text("\nNothing can be done now.");
  const notes = await openNotes("do", options, { ...session, world });
  if (addresses.length === 0) notes.declined();
  notes.planned(made.plan);
  const walks: Walks = {
    session: { ...session, world, writing: { ...session.writing, by } },
    known: clientIdsIn(made),
    notes,
  };
  let isFailed = isRefused;
  for (const address of addresses) {
    const end = await walk(address, walks);
    isFailed ||= end === "failed";
    if (end === "stopped" || world.signal.aborted) break;
  }
  return interruptedBy(world.signal) ?? (isFailed ? EXIT.failed : EXIT.done);
}

interface Walks {
  readonly session: Session;
  /** Client IDs that the registry knew when this began. */
  readonly known: readonly string[];
  readonly notes: Notes;
}

function clientIdsIn({ live }: Made): readonly string[] {
  return [...live.values()].flatMap((one) => one.connections.map(({ clientId }) => clientId));
}

/** The name under which everything is journaled. */
async function whoIsThere({ by }: DoOptions, world: World): Promise<string | undefined> {
  const given = by?.trim() || namedBy(world.env);
  if (given !== undefined) return given;
  const said = (await world.ask("Your name, for the journal: ")).trim();
  return said === "" ? undefined : said;
}

async function bookOf({ plan, live }: Made, session: Session): Promise<Runbook> {
  const deliver = session.project.settings.deliver.kind;
  return runbookOf({ plan, live, digests: digestPlan(plan, sha256), deliver, locate: await session.locate() });
}

const SIGNS: Readonly<Record<RunbookStep["state"]["kind"], string>> = {
  done: "done   ",
  now: "now    ",
  "not-yet": "not yet",
  refused: "refused",
};

function showSteps(book: Runbook, { out }: Session): void {
  const lines: string[] = [];
  for (const { address, steps, asked } of book.districts.flatMap((one) => one.addresses)) {
    lines.push("", out.style.bold(`# ${address}`));
    for (const { number, title, state, asked: before } of steps) {
      const front = `${String(number).padStart(3)}. ${SIGNS[state.kind]}  `;
      const frame = { width: out.width, first: front, rest: " ".repeat(front.length) };
      lines.push(...wrap(title, frame));
      const note = state.kind === "done" ? state.says : state.kind === "now" ? before : state.why;
      if (note !== undefined) lines.push(...wrap(note, { width: out.width, first: frame.rest }));
    }
    for (const text of asked) lines.push(...wrap(text, { width: out.width, first: "     " }));
  }
  out.text(`Steps of this plan:\n${lines.join("\n")}`);
}

/** Errors keep an address from being walked; they are told, and the others go on. */
async function tellTroubles({ plan }: Made, session: Session): Promise<boolean> {
  const all = [
    ...plan.diagnostics,
    ...plan.districts.flatMap((one) => [
      ...one.diagnostics,
      ...one.addresses.flatMap(({ diagnostics }) => diagnostics),
    ]),
  ];
  if (all.length > 0) session.out.text("\n");
  tell(session.out, all, await session.locate());
  return hasErrors(all);
}

type Chosen =
  | { readonly kind: "chosen"; readonly address: Address }
  | { readonly kind: "refused"; readonly diagnostic: Diagnostic };

/** `--step` names where to begin; only the next allowed step of its address can be begun with. */
function stepNamed(number: number, book: Runbook): Chosen {
  const step = stepsIn(book).find((one) => one.number === number);
  const why = step === undefined ? `There is no step ${number} in this plan.` : whyNot(step);
  if (step !== undefined && why === undefined) return { kind: "chosen", address: step.address };
  return {
    kind: "refused",
    diagnostic: problem({
      code: "cli/step-not-allowed",
      summary: "This step is not the next one that may be done",
      detail: `${why} Nothing was asked and nothing was written. Without --step, the next allowed step is taken.`,
    }),
  };
}

function whyNot({ number, state }: RunbookStep): string | undefined {
  switch (state.kind) {
    case "done":
      return `Step ${number} is recorded already.`;
    case "now":
      return state.after === undefined
        ? undefined
        : `Step ${number} is not allowed yet: step ${state.after} comes first.`;
    case "not-yet":
    case "refused":
      return `Step ${number} is not allowed${state.kind === "refused" ? "" : " yet"}: ${state.why}`;
  }
}

/** Where a step is allowed now, or where the person at the terminal may know what is missing: that the vendor moved. */
function dueAddresses({ plan }: Made, book: Runbook): readonly Address[] {
  const allowed = stepsIn(book).flatMap(({ address, state }) => (state.kind === "now" ? [address] : []));
  const asked = plan.districts
    .flatMap((one) => one.addresses)
    .filter(({ hold, actions }) => hold === undefined && actions.some(isWaitingForStatement))
    .map(({ address }) => address);
  return [...new Set([...allowed, ...asked])].sort();
}

function isWaitingForStatement(action: Action): boolean {
  return action.kind === "wait" && action.awaits.some((one) => one.kind === "attested");
}

/** Walks one address, asks whether the vendor moved where only that is missing, and walks on. */
async function walk(address: Address, walks: Walks): Promise<"ended" | "stopped" | "failed"> {
  const { session } = walks;
  const { out, world } = session;
  out.text(`\n${out.style.bold(`# ${address}`)}`);
  for (;;) {
    const { outcome, hands } = await applyTo(address, walks);
    if (outcome === undefined) return "ended";
    if (outcome.kind === "failed") tell(out, [outcome.diagnostic], await session.locate());
    if (outcome.kind === "failed" || outcome.kind === "blocked") return "failed";
    if (outcome.kind !== "waiting") {
      out.text(`\n${address}: done.`);
      return "ended";
    }
    if (!hands.stopped && waitsForStatement(outcome) && (await askMove(address, session))) continue;
    sayWhatWaits(outcome, session);
    return hands.stopped || world.signal.aborted ? "stopped" : "ended";
  }
}

interface Applied {
  readonly outcome: AddressOutcome | undefined;
  readonly hands: TerminalHands;
}

async function applyTo(address: Address, { session, known, notes }: Walks): Promise<Applied> {
  const { project, world, out } = session;
  const { clock, by, env, signal } = world;
  const { settings, desired } = project;
  let ladder: Ladder | undefined;
  const hands = createTerminalHands({
    world,
    by,
    style: out.style,
    // With --json stdout carries nothing but JSON; what is said to the person goes where the questions go.
    say: out.isText ? world.stdout : world.stderr,
    ladder: () => {
      invariant(ladder !== undefined, "hands are asked once the ports are open");
      return ladder;
    },
    known,
  });
  const terminal = { write: world.stdout, isTerminal: world.isTerminal, reveal: world.reveal };
  const reader = await openReader(settings.store, { clock });
  try {
    const { report } = await reconcile({
      desired,
      reader,
      clock,
      by,
      ...identified(world),
      selection: { targets: [address] },
      approve: async () => ({ kind: "yes" }),
      openPorts: async () => {
        const ports = await openPorts(settings, { ...session.writing, terminal, env, hands });
        ladder = ports.ladder;
        return ports;
      },
      onEvent: (event) => {
        const said = describeEvent(event, out.style);
        if (said !== undefined) out.progress(wrap(said, { width: out.width, rest: "  " }).join("\n"));
        out.json(eventJson(event, { now: clock.now(), locate: NOWHERE }));
      },
      parallelism: 1,
      signal,
    });
    if (report !== undefined) notes.ended(report);
    return { outcome: report?.outcomes.find((one) => one.address === address), hands };
  } finally {
    await reader.close();
  }
}

type Waiting = Extract<AddressOutcome, { kind: "waiting" }>;

/** Whether a statement is what is missing, and nothing that comes before it. */
function waitsForStatement({ awaits }: Waiting): boolean {
  return awaits.length > 0 && awaits.every((one) => one.kind === "attested");
}

/** Asks whether the vendor moved; a yes is recorded as this person's statement. */
async function askMove(address: Address, session: Session): Promise<boolean> {
  const { out, world, project } = session;
  const named = findAddress(address, session);
  invariant(named !== undefined, "what is walked stands in a document");
  const { vendor } = named.desired;
  // After a change of mind the older of the two is the one to move to, so both are called by their Client ID.
  const live = await lookAtLive(session);
  const question = `Has ${vendor} told you that it uses ${candidateIn(live, named)}? Campus cannot show it, so a person has to say it. Not before ${vendor} said so: the other connection is disabled after this.`;
  out.text(`\n${wrap(question, { width: out.width }).join("\n")}`);
  const said = (await world.ask("Has it? (yes / no / later): ")).trim().toLowerCase();
  if (said !== "yes" || world.signal.aborted) return false;
  const reason = (await world.ask("Who told you, and how (for example: Kim of Otus, mail of 3 June): ")).trim();
  if (reason === "" || world.signal.aborted) {
    out.text("Without a name and a way nothing is recorded.");
    return false;
  }
  const { clock, by } = world;
  const ports = await openProof(project.settings, session.writing);
  try {
    await recordMove(named, { by, reason, at: clock.now(), ...identified(world) }, live, ports);
  } finally {
    await ports.store.close();
  }
  out.text(`Recorded: ${by} says that the vendor moved.`);
  return true;
}

function candidateIn(live: Made["live"], { address, district }: NonNullable<ReturnType<typeof findAddress>>): string {
  const found = live.get(district.district);
  const cutover = found?.slots.find((one) => one.address === address)?.cutover;
  const candidate = found?.connections.find((one) => one.id === cutover?.to);
  invariant(candidate !== undefined, "only a candidate waits for a statement");
  return `the connection \`${candidate.clientId}\` (${candidate.version})`;
}

function sayWhatWaits({ address, awaits }: Waiting, { out }: Session): void {
  const lines = describeAwaits(awaits).flatMap(({ key, says }) =>
    wrap(key === "or" ? `or, ${says}` : says, { width: out.width, first: "  ", rest: "    " }),
  );
  const go = `Go on, today or another day, you or somebody else: \`rosterform do --target '${address}'\``;
  out.text(`\n${address} waits for:\n${lines.join("\n")}\n${wrap(go, { width: out.width }).join("\n")}`);
}

const CANNOT_ASK = problem({
  code: "cli/cannot-ask",
  summary: "Nobody is there to ask",
  detail:
    "`rosterform do` is a conversation with a person at a terminal. To read or print the steps, run `rosterform runbook`.",
});

const NOT_BY_HAND = problem({
  code: "cli/not-by-hand",
  summary: "Nobody has to click here",
  detail: "The store of this project is a live system that rosterform writes to itself. Run `rosterform apply`.",
});

function refuse({ out }: Session, diagnostic: Diagnostic): ExitCode {
  tell(out, [diagnostic]);
  return EXIT.failed;
}
