import { userInfo } from "node:os";
import { createInterface } from "node:readline/promises";
import { OutsideError } from "../diagnostics/outside-error.ts";
import { type Clock, instantOf } from "../model/time.ts";
import { whoRuns } from "../identity.ts";
import { codeOf } from "./code-of.ts";
import type { ExitCode } from "./exit-code.ts";
import type { FleetMeans } from "./fleet/means.ts";
import { readHidden } from "./hidden-input.ts";

/** Everything a command may touch of the process it runs in. Tests and the quickstart hand in their own. */
export interface World {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  /** Whether somebody looks at stdout. */
  readonly isTerminal: boolean;
  /** Whether somebody can answer. */
  readonly canAsk: boolean;
  /** Width of the terminal in characters. */
  readonly columns: number;
  readonly color: boolean;
  /** Asks on stderr and answers the line that was typed. */
  readonly ask: (question: string) => Promise<string>;
  /** Asks on stderr for something that must not be seen: nothing that is typed or pasted is echoed. */
  readonly askHidden: (question: string) => Promise<string>;
  /**
   * Shows a text that may hold secrets until Enter is pressed, and leaves nothing of it on the screen or in its scrollback.
   * Throws `cli/not-seen` where no terminal is there or somebody interrupts it: then it counts as not shown.
   */
  readonly reveal: (text: string) => Promise<void>;
  /** What is piped in; nothing where it is left out. */
  readonly input?: AsyncIterable<Uint8Array>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The user of the operating system, where there is one. */
  readonly login?: string;
  readonly cwd: string;
  readonly clock: Clock;
  /** Who runs this; journaled with every write. */
  readonly by: string;
  /** Aborted by SIGINT or SIGTERM; the reason is the signal's name. */
  readonly signal: AbortSignal;
  /** Does something once the command has ended and everything was said; nothing that happens then changes its exit code. */
  readonly afterwards?: (task: Afterwards) => void;
  /** How large fleets are gone about; without it one thread does everything. */
  readonly fleet?: FleetMeans;
}

/** What is done after a command, which ended with this code, or with this error. */
export type Afterwards = (end: { readonly code: ExitCode; readonly error?: unknown }) => Promise<void>;

/** The world of the real process. */
export function realWorld(): World {
  const { env, stdout, stderr, stdin } = process;
  watchOutput();
  const signal = interruptSignal();
  return {
    stdout: (text) => void stdout.write(text),
    stderr: (text) => void stderr.write(text),
    isTerminal: isTerminal(stdout),
    canAsk: isTerminal(stdin),
    columns: widthOf(stdout),
    color: wantsColor(env, isTerminal(stdout)),
    ask: (question) => askOnTerminal(question, signal),
    askHidden: (question) => askHidden(question, signal),
    reveal: (text) => reveal(text, signal),
    input: stdin,
    env,
    cwd: process.cwd(),
    clock: { now: () => instantOf(Date.now()) },
    by: whoRuns(env, userInfo().username),
    login: userInfo().username,
    signal,
  };
}

// The types of Node promise both members; on a pipe they are missing.
function isTerminal(stream: { readonly isTTY?: boolean }): boolean {
  return stream.isTTY ?? false;
}

function widthOf(stream: { readonly columns?: number }): number {
  return stream.columns ?? 80;
}

/** NO_COLOR wins, then FORCE_COLOR, then whether a capable terminal is there. */
export function wantsColor(env: World["env"], isTerminal: boolean): boolean {
  if (env["NO_COLOR"] !== undefined && env["NO_COLOR"] !== "") return false;
  if (env["FORCE_COLOR"] !== undefined && env["FORCE_COLOR"] !== "") return env["FORCE_COLOR"] !== "0";
  return isTerminal && env["TERM"] !== "dumb";
}

/**
 * Output that cannot be written never stops the work in the middle. Where nobody reads any more (`| head`) that is all;
 * a full disk is told, and is a failure.
 */
function watchOutput(): void {
  let isLost = false;
  process.stdout.on("error", (error) => {
    if (isLost || codeOf(error) === "EPIPE") return;
    isLost = true;
    process.stderr.write(
      `\nError: the output cannot be written (${codeOf(error)}) (cli/cannot-write)\n\n  Free some space; \`rosterform status\` shows how things stand.\n`,
    );
  });
  process.stderr.on("error", () => undefined);
  process.on("exit", (code) => {
    if (isLost && code === 0) process.exitCode = 1;
  });
}

/** The line that was typed; an empty one when the terminal was closed (Ctrl-D) or the run interrupted instead. */
async function askOnTerminal(question: string, signal: AbortSignal): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  // While a line is typed the terminal hands Ctrl-C to us as a key.
  lines.on("SIGINT", () => process.emit("SIGINT"));
  const closed = new Promise<string>((resolve) => lines.on("close", () => resolve("")));
  const typed = lines.question(question, { signal }).catch((error: unknown) => {
    if (signal.aborted) return "";
    throw error;
  });
  try {
    return await Promise.race([typed, closed]);
  } finally {
    lines.close();
  }
}

/** Nothing that is typed or pasted is echoed. */
async function askHidden(question: string, signal: AbortSignal, on: Output = process.stderr): Promise<string> {
  return readHidden(question, {
    input: process.stdin,
    write: (text) => void on.write(text),
    signal,
    interrupt: () => process.emit("SIGINT"),
  });
}

type Output = Pick<NodeJS.WriteStream, "write">;

/**
 * On the alternate screen of the terminal (DEC private mode 1049), which has no scrollback. Written to what really is a
 * terminal: the other stream may be a file. Who was interrupted has not read it, so it counts as not shown.
 */
async function reveal(text: string, signal: AbortSignal): Promise<void> {
  const screen = [process.stdout, process.stderr].find(isTerminal);
  if (screen === undefined || wasInterrupted(signal)) throw notSeen();
  const leave = (): void => void screen.write("\u001b[2J\u001b[H\u001b[?1049l");
  screen.write(`\u001b[?1049h\u001b[2J\u001b[H${text}`);
  // A second Ctrl-C ends the process at once; the screen must not stay behind.
  process.once("exit", leave);
  try {
    await askHidden("\nPress Enter when you have it. It is not shown again. ", signal, screen);
  } finally {
    process.off("exit", leave);
    leave();
  }
  if (wasInterrupted(signal)) throw notSeen();
}

// A function, because the compiler believes that what was once false stays so.
function wasInterrupted(signal: AbortSignal): boolean {
  return signal.aborted;
}

function notSeen(): OutsideError {
  return new OutsideError(
    "cli/not-seen",
    "What is shown only once was not read to its end, so it was not handed over.",
    {
      fix: "Run it again at a terminal, and press Enter when you have it.",
    },
  );
}

/** The first signal asks for a clean end; the second ends at once, as people expect. */
function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  for (const [name, code] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(code);
      process.stderr.write(`\n${name}: finishing the step in hand, starting no other. Once more to end at once.\n`);
      controller.abort(name);
    });
  }
  return controller.signal;
}
