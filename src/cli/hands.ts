import { takeFindings } from "../confirm/confirm.ts";
import type { Ladder } from "../confirm/ladder.ts";
import type { Probed } from "../model/evidence.ts";
import { UNKNOWN_FINGERPRINT, type LiveConnection } from "../model/live.ts";
import { partsOf } from "../model/address.ts";
import { type Credentials, Secret } from "../model/secret.ts";
import type { Disabling, Editing, Generating, HandReport, Hands, HandWork } from "../stores/hands.ts";
import { describeFindings } from "../views/findings-text.ts";
import { PAGE_WIDTH, wrap } from "../views/layout.ts";
import { CANNOT_STOP, type Clicks, clicksFor } from "../views/runbook/campus-words.ts";
import type { Style } from "../views/style.ts";
import { checkValue, type Field, FIELDS, type Fitting, NAMES, type Pasted, readPaste } from "./paste.ts";
import type { World } from "./world.ts";

/** What hands at the terminal need. */
export interface AtTerminal {
  readonly world: World;
  readonly by: string;
  readonly style: Style;
  readonly say: (text: string) => void;
  /** Opened together with the store, later than the hands. */
  readonly ladder: () => Ladder;
  /** Client IDs that the registry knows; a new connection has another one. */
  readonly known: readonly string[];
}

/** Hands that a person lends us at the terminal. */
export interface TerminalHands extends Hands {
  /** Whether the person stopped: nothing more is asked. */
  readonly stopped: boolean;
}

const LATER = { kind: "later" } as const;

/** Asks a person at the terminal for one click at a time. What they answer is checked at once. */
export function createTerminalHands(at: AtTerminal): TerminalHands {
  let stopped = false;
  const carryOut = async (work: HandWork): Promise<HandReport> => {
    const report = at.world.signal.aborted || stopped ? LATER : await doWork(work, at);
    if (report.kind === "later") stopped = true;
    return report;
  };
  return {
    carryOut,
    get stopped() {
      return stopped;
    },
  };
}

async function doWork(work: HandWork, at: AtTerminal): Promise<HandReport> {
  const clicks = clicksFor(work);
  const isDone = work.asked === undefined ? "no" : await askWhetherDone(work, at);
  if (isDone === "later") return LATER;
  if (isDone === "no") showClicks(clicks, at);
  switch (work.kind) {
    case "generate":
      return takeValues(work, clicks, at);
    case "edit":
      return confirmEdit(work, clicks, at);
    case "disable":
      return confirmDisable(work, clicks, at);
  }
}

const DONE_WORDS: Readonly<Record<HandWork["kind"], string>> = {
  generate: "Does the new connection exist already in Campus?",
  edit: "Is the change made already in Campus?",
  disable: "Is that connection disabled already in Campus?",
};

/** A click that was asked for and never reported may have been made: a second connection would be one too many. */
async function askWhetherDone(work: HandWork, at: AtTerminal): Promise<"yes" | "no" | "later"> {
  const { asked } = work;
  paragraph(
    at,
    `${asked?.by ?? "Somebody"} was asked for this on ${asked?.at.slice(0, 10) ?? "another day"} and has not reported it. Look in Campus first; click nothing yet.`,
  );
  const words = ["yes", "no", "later"] as const;
  return ask(at, `${DONE_WORDS[work.kind]} (yes / no / later): `, words, () =>
    paragraph(at, `${clicksFor(work).where} Look whether it is done. Do not click before you know.`),
  );
}

function showClicks({ title, where, clicks }: Clicks, at: AtTerminal): void {
  at.say(`\n${at.style.bold(title)}\n`);
  paragraph(at, where);
  for (const [index, { text, sees }] of clicks.entries()) {
    const front = `  ${String.fromCodePoint(97 + index)}) `;
    at.say(`${wrap(text, { width: PAGE_WIDTH, first: front, rest: "     " }).join("\n")}\n`);
    at.say(`${wrap(`You see: ${sees}`, { width: PAGE_WIDTH, first: "     " }).join("\n")}\n`);
  }
}

function showHelp({ otherwise }: Clicks, at: AtTerminal, ...more: readonly string[]): void {
  at.say("\nIf you see something else:\n");
  for (const one of [...otherwise, CANNOT_STOP, ...more]) {
    at.say(`${wrap(one, { width: PAGE_WIDTH, first: "  - ", rest: "    " }).join("\n")}\n`);
  }
}

function paragraph(at: AtTerminal, text: string): void {
  at.say(`\n${wrap(text, { width: PAGE_WIDTH }).join("\n")}\n`);
}

/**
 * One of a few words. `?` explains; something else is asked again. A closed terminal answers nothing, again and again:
 * the second time it counts as "later".
 */
async function ask<W extends string>(
  at: AtTerminal,
  question: string,
  words: readonly W[],
  help: () => void,
): Promise<W | "later"> {
  let empty = 0;
  for (;;) {
    const said = (await at.world.ask(question)).trim().toLowerCase();
    if (at.world.signal.aborted) return "later";
    const word = words.find((one) => one === said);
    if (word !== undefined) return word;
    if (said === "later") return "later";
    if (said === "?") help();
    else {
      empty = said === "" ? empty + 1 : 0;
      if (empty > 1) return "later";
      at.say(`Please answer one of: ${words.join(", ")}, ?\n`);
    }
  }
}

async function confirmEdit(_work: Editing, clicks: Clicks, at: AtTerminal): Promise<HandReport> {
  const said = await ask(at, "\nIs it changed and saved? (done / later / ?): ", ["done", "later"], () =>
    showHelp(clicks, at),
  );
  return said === "done" ? { kind: "clicked" } : LATER;
}

/** Disabling cannot be taken back for certain, so the person proves which connection it was. */
async function confirmDisable(work: Disabling, clicks: Clicks, at: AtTerminal): Promise<HandReport> {
  const { connection, survivor } = work;
  const stays = survivor === undefined ? "" : `\nMust stay active:      ${survivor.clientId}`;
  at.say(`\nClient ID to disable:  ${connection.clientId}${stays}\n`);
  const length = tellingLength(connection.clientId, survivor?.clientId);
  const wanted = connection.clientId.slice(-length);
  for (;;) {
    const said = await ask(at, "\nIs it disabled? (done / later / ?): ", ["done", "later"], () => showHelp(clicks, at));
    if (said === "later") return LATER;
    const typed = (
      await at.world.ask(`Type the last ${length} characters of the Client ID that you disabled: `)
    ).trim();
    if (at.world.signal.aborted) return LATER;
    if (typed === wanted || typed === connection.clientId) return { kind: "clicked" };
    const isSurvivor = survivor !== undefined && typed !== "" && survivor.clientId.endsWith(typed);
    paragraph(
      at,
      isSurvivor
        ? `That is the connection that must stay, and the vendor works with it. If you disabled it: enable it again at once in Campus, before anything else. Whether its secret is still the same then is unknown: \`rosterform confirm '${work.address}'\` shows whether it works. Nothing was recorded.`
        : `That is not the connection that was to be disabled (its Client ID ends in ${wanted}). Nothing was recorded. If you disabled another one, enable it again at once in Campus and tell its owner; then disable the right one.`,
    );
  }
}

/** So many signs from the end that the two cannot be mistaken for one another. */
function tellingLength(one: string, other: string | undefined): number {
  let length = 4;
  while (other !== undefined && length < one.length && one.slice(-length) === other.slice(-length)) length += 1;
  return length;
}

const VALUES_HELP =
  "Answers besides a value: `back` asks for the value before, `later` stops here. All four lines may be pasted at once. What you paste is checked before anything is kept.";

/** Asks for the four values until they have the right shape and the token can be fetched. */
async function takeValues(work: Generating, clicks: Clicks, at: AtTerminal): Promise<HandReport> {
  paragraph(at, "Now copy the four values, one after the other. `?` helps, `back` goes back, `later` stops.");
  let pasted: Pasted = {};
  for (;;) {
    const whole = await fill(pasted, work, clicks, at);
    if (whole === undefined) return LATER;
    const { clientId = "", clientSecret = "", tokenUrl = "", baseUrl = "" } = whole;
    const credentials: Credentials = { clientId, clientSecret: new Secret(clientSecret), tokenUrl, baseUrl };
    const next = await tryOut(work, credentials, clicks, at);
    if (next === "later") return LATER;
    if (next === "on") return { kind: "generated", credentials };
    const { clientSecret: _, ...rest } = whole;
    pasted = next === "secret" ? rest : {};
  }
}

/** Asks for what is missing. `undefined`: not now. */
async function fill(before: Pasted, work: Generating, clicks: Clicks, at: AtTerminal): Promise<Pasted | undefined> {
  let pasted = before;
  let empty = 0;
  for (;;) {
    const field = FIELDS.find((one) => pasted[one] === undefined);
    if (field === undefined) return pasted;
    const text = await askValue(field, at);
    if (at.world.signal.aborted) return undefined;
    const word = text.trim().toLowerCase();
    empty = word === "" ? empty + 1 : 0;
    if (word === "later" || empty > 1) return undefined;
    if (word === "?") showHelp(clicks, at, VALUES_HELP);
    else if (word === "back") pasted = without(pasted, FIELDS[Math.max(0, FIELDS.indexOf(field) - 1)]);
    else pasted = await takeAll(readPaste(text, field), pasted, work, at);
  }
}

function without(pasted: Pasted, field: Field | undefined): Pasted {
  return Object.fromEntries(Object.entries(pasted).filter(([name]) => name !== field));
}

/** A sheet of four lines may be pasted at the first two questions; it holds the secret, so neither is echoed. */
async function askValue(field: Field, { world }: AtTerminal): Promise<string> {
  switch (field) {
    case "clientId":
      return world.askHidden("Client ID, or all four lines at once (not echoed): ");
    case "clientSecret":
      return world.askHidden("Client Secret (not echoed): ");
    default:
      return world.ask(`${NAMES[field]}: `);
  }
}

/** Keeps of what was pasted what fits, and says what is wrong with the rest. The secret is never shown. */
async function takeAll(fresh: Pasted, before: Pasted, work: Generating, at: AtTerminal): Promise<Pasted> {
  let kept = before;
  for (const field of FIELDS) {
    const value = fresh[field];
    if (value === undefined) continue;
    kept = without(kept, field);
    const { wrong, doubt } = checkValue(field, value, fittingFor(work, kept, at));
    if (wrong !== undefined) {
      paragraph(at, `${NAMES[field]}: ${wrong}`);
      continue;
    }
    if (doubt !== undefined && !(await isSure(field, doubt, at))) continue;
    kept = { ...kept, [field]: value };
    at.say(field === "clientSecret" ? `  ${NAMES[field]}: taken\n` : `  ${NAMES[field]}: ${value}\n`);
  }
  return kept;
}

async function isSure(field: Field, doubt: string, at: AtTerminal): Promise<boolean> {
  paragraph(at, `${NAMES[field]}: ${doubt}`);
  const help = (): void => paragraph(at, "Compare it with the screen. `no` asks for it once more.");
  return (await ask(at, "Is it right all the same? (yes / no): ", ["yes", "no"], help)) === "yes";
}

function fittingFor({ site, make, from }: Generating, others: Pasted, { known }: AtTerminal): Fitting {
  return { site, version: make.version, known, others, ...(from === undefined ? {} : { old: from.clientId }) };
}

/** Probes what was pasted. Nothing of it is recorded: evidence is about a connection that was handed over. */
async function tryOut(
  work: Generating,
  credentials: Credentials,
  clicks: Clicks,
  at: AtTerminal,
): Promise<"on" | "secret" | "all" | "later"> {
  at.say("\nProbing what you pasted...\n");
  const { clock, signal } = at.world;
  const connection = provisional(work, credentials, at);
  const probed: Probed = await takeFindings({
    ladder: at.ladder(),
    connection,
    credentials,
    by: at.by,
    clock,
    signal,
  });
  if (signal.aborted) return "later";
  at.say(describeFindings(work.address, probed, { style: at.style, width: PAGE_WIDTH }));
  const isWrong = probed.findings.some((one) => one.rung === "token" && one.verdict === "refuted");
  if (isWrong) {
    paragraph(at, "The values give no token; most often the Client Secret was cut. Copy it again.");
    return ask(at, "Paste what again? (secret / all / later): ", ["secret", "all", "later"], () =>
      showHelp(clicks, at),
    );
  }
  if (probed.findings.every((one) => one.verdict === "confirmed")) return "on";
  paragraph(
    at,
    "Not everything could be shown. The values may be kept all the same; nothing is disabled because of it.",
  );
  return ask(at, "Go on with these values? (on / all / later): ", ["on", "all", "later"], () => showHelp(clicks, at));
}

/** The connection as it will be, for the questions of the ladder; the store has never seen it. */
function provisional({ address, application, make }: Generating, values: Credentials, { world }: AtTerminal) {
  const { clientId, tokenUrl, baseUrl } = values;
  const now = world.clock.now();
  return {
    ...make,
    // Findings about it are shown and thrown away, so the id names nothing.
    id: "pasted" as LiveConnection["id"],
    district: partsOf(address).district,
    application,
    clientId,
    tokenUrl,
    baseUrl,
    fingerprint: UNKNOWN_FINGERPRINT,
    status: { kind: "active" },
    provenance: "found",
    createdAt: now,
    epoch: 1,
    epochAt: now,
    use: { kind: "unobservable" },
    evidence: [],
  } satisfies LiveConnection;
}
