import { type Diagnostic, problem } from "../diagnostics/diagnostic.ts";
import { nearest } from "../diagnostics/suggest.ts";
import type { Address } from "../model/address.ts";
import { type Instant, parseDay, startOf } from "../model/time.ts";
import { type Behaviour, BEHAVIOURS, type Script, type Trouble, TROUBLES } from "../rehearsal/script.ts";

/** What the command line says about what is played. */
export interface ScriptOptions {
  readonly vendors?: string;
  readonly vendor?: readonly string[];
  readonly fault?: readonly string[];
  readonly days: number;
  readonly start?: string;
}

/** Trouble that names no days comes at the worst moment: while new connections are made and handed over. */
const WORST: Omit<Trouble, "kind"> = { from: 0, to: 1 };
/** The hour at which a day that was named begins. */
const MORNING_MS = 8 * 60 * 60 * 1000;

/** One script for each behaviour that is played, or everything that is wrong with what was asked for. */
export function readScripts(
  options: ScriptOptions,
  { addresses, now }: { readonly addresses: readonly Address[]; readonly now: Instant },
): readonly Script[] | readonly Diagnostic[] {
  const wrong: Diagnostic[] = [];
  const say = (detail: string): void => void wrong.push(unreadable(detail));
  const behaviours = listed(options.vendors).flatMap((name) => behaviourNamed(name, say));
  const own = new Map((options.vendor ?? []).flatMap((text) => ownBehaviour(text, addresses, say)));
  const troubles = (options.fault ?? []).flatMap((text) => troubleIn(text, say));
  const start = options.start === undefined ? now : morningOf(options.start);
  if (start === undefined) say(`--start takes a day such as 2027-07-01, not ${options.start ?? ""}.`);
  if (wrong.length > 0 || start === undefined) return wrong;
  const played = behaviours.length === 0 ? BEHAVIOURS : behaviours;
  return played.map((behaviour) => ({
    start,
    days: options.days,
    behaviourOf: (address) => own.get(address) ?? behaviour,
    troubles,
  }));
}

/** Whether something is wrong with what was asked for. */
export function isWrong(read: readonly Script[] | readonly Diagnostic[]): read is readonly Diagnostic[] {
  return read[0] !== undefined && "code" in read[0];
}

function morningOf(text: string): Instant | undefined {
  const day = parseDay(text);
  return day === undefined ? undefined : (new Date(Date.parse(startOf(day)) + MORNING_MS).toISOString() as Instant);
}

function listed(text: string | undefined): readonly string[] {
  return (text ?? "")
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "" && part !== "all");
}

function behaviourNamed(name: string, say: (detail: string) => void): readonly Behaviour[] {
  const found = BEHAVIOURS.find((one) => one === name);
  if (found !== undefined) return [found];
  say(`No vendor behaves \`${name}\`. ${hint(name, BEHAVIOURS)}`);
  return [];
}

function ownBehaviour(
  text: string,
  addresses: readonly Address[],
  say: (detail: string) => void,
): readonly (readonly [Address, Behaviour])[] {
  const cut = text.lastIndexOf("=");
  const name = text.slice(0, Math.max(0, cut));
  const address = addresses.find((one) => one === name);
  if (address === undefined) {
    const unknown = `no document speaks of \`${name}\`. ${hint(name, addresses)}`;
    say(`--vendor takes ADDRESS=BEHAVIOUR; ${cut < 0 ? `\`${text}\` is none.` : unknown}`);
    return [];
  }
  return behaviourNamed(text.slice(cut + 1), say).map((behaviour) => [address, behaviour]);
}

function troubleIn(text: string, say: (detail: string) => void): readonly Trouble[] {
  const [, name = "", from, to] = /^([a-z-]+)(?:@(\d{1,4})(?:-(\d{1,4}))?)?$/.exec(text) ?? [];
  const kind = TROUBLES.find((one) => one === name);
  if (kind === undefined) {
    say(`--fault takes KIND, KIND@DAY or KIND@FROM-TO; \`${text}\` is none. ${hint(name || text, TROUBLES)}`);
    return [];
  }
  if (from === undefined) return [{ kind, ...WORST }];
  const days = { from: Number(from), to: Number(to ?? from) };
  if (days.to < days.from) say(`The days of --fault ${text} stand the wrong way round.`);
  return [{ kind, ...days }];
}

/** More than these are not listed in a message. */
const MANY = 8;

function hint(name: string, known: readonly string[]): string {
  const near = nearest(name, known);
  if (near !== undefined) return `Did you mean \`${near}\`?`;
  return known.length > MANY ? "`rosterform render` shows what there is." : `There are: ${known.join(", ")}.`;
}

function unreadable(detail: string): Diagnostic {
  return problem({ code: "cli/bad-script", summary: "The rehearsal cannot be played as it was asked for", detail });
}
