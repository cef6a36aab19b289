import { type ChildProcess, type ChildProcessByStdio, spawn } from "node:child_process";
import { resolve } from "node:path";
import type { Writable } from "node:stream";
import { OutsideError } from "../diagnostics/outside-error.ts";
import { partsOf } from "../model/address.ts";
import { belongingOf, fourValues } from "./fields.ts";
import type { Handover, HandoverChange, Sink } from "./sink.ts";

/** Which program takes the values over. */
export interface CommandOptions {
  /** The program and its arguments. In arguments `{address}`, `{district}`, `{vendor}`, `{connection}`, `{fingerprint}` are filled in. */
  readonly run: readonly string[];
  /** The folder of the document: where the program runs, and what its relative path is resolved against. Absolute. */
  readonly folder: string;
  readonly timeoutMs: number;
  /** Time between asking a program that is late to end and ending it. */
  readonly graceMs?: number;
  /** Whether the program keeps what it was given where a later look finds it. Default: it does. */
  readonly keeps?: boolean;
}

/** How it ended. */
type End =
  | { readonly kind: "exit"; readonly code: number }
  | { readonly kind: "signal"; readonly signal: string }
  | { readonly kind: "late" }
  | { readonly kind: "not-started"; readonly code: string };

const GRACE_MS = 2_000;

/**
 * A sink that hands the values to a program: one JSON object on its stdin and nowhere else, because others can see the
 * arguments and the environment of a process. No shell is involved. What the program prints is thrown away: it may hold
 * the secret. It has the environment of rosterform, and 0 is the only exit code that means "delivered".
 */
export function createCommandSink(options: CommandOptions): Sink {
  const [program = ""] = options.run;
  return {
    keeps: options.keeps ?? true,
    target: (address) => `command:${program} ${address}`,
    async deliver(handover) {
      const trouble = troubleOf(await runOnce(options, handover), program, options.timeoutMs);
      if (trouble !== undefined) throw trouble;
    },
  };
}

async function runOnce(options: CommandOptions, handover: Handover): Promise<End> {
  try {
    return await endOf(start(options, handover), options, `${JSON.stringify(whatIsSaid(handover))}\n`);
  } catch (error) {
    return { kind: "not-started", code: codeOf(error) };
  }
}

function start({ run, folder }: CommandOptions, handover: Handover): ChildProcessByStdio<Writable, null, null> {
  const [program = "", ...args] = run;
  return spawn(
    // A name without a slash is looked for on the PATH, as everywhere.
    program.includes("/") ? resolve(folder, program) : program,
    args.map((arg) => filledIn(arg, handover)),
    // In a group of its own, so that what it starts can be ended with it.
    { cwd: folder, stdio: ["pipe", "ignore", "ignore"], detached: process.platform !== "win32", windowsHide: true },
  );
}

function endOf(
  child: ChildProcessByStdio<Writable, null, null>,
  { timeoutMs, graceMs = GRACE_MS }: CommandOptions,
  input: string,
): Promise<End> {
  return new Promise((settle, fail) => {
    let isLate = false;
    let grace: NodeJS.Timeout | undefined;
    const timer = setTimeout(() => {
      isLate = true;
      killGroup(child, "SIGTERM");
      grace = setTimeout(() => killGroup(child, "SIGKILL"), graceMs);
    }, timeoutMs);
    const clear = (): void => {
      clearTimeout(timer);
      clearTimeout(grace);
    };
    child.on("error", (error) => {
      clear();
      fail(error);
    });
    child.on("exit", (code, signal) => {
      clear();
      // What a program that was late left running may not go on with the secret in hand.
      if (isLate) killGroup(child, "SIGKILL");
      if (isLate) settle({ kind: "late" });
      else settle(signal === null ? { kind: "exit", code: code ?? -1 } : { kind: "signal", signal });
    });
    // A program may know enough without reading all of it (EPIPE); its exit code says whether it does.
    child.stdin.on("error", () => undefined);
    child.stdin.end(input);
  });
}

/** The object on stdin. */
function whatIsSaid(handover: Handover): Readonly<Record<string, unknown>> {
  const { vendor, fieldNames, contact, owner, change } = handover;
  const names = fieldNames === undefined ? {} : { field_names: fieldNamesOf(fieldNames) };
  return {
    ...belongingOf(handover),
    vendor,
    ...(contact === undefined ? {} : { contact }),
    ...(owner === undefined ? {} : { owner }),
    change: changeOf(change),
    ...names,
    ...fourValues(handover),
  };
}

function changeOf(change: HandoverChange): Readonly<Record<string, unknown>> {
  if (change.kind === "first") return { kind: "first" };
  const { kind, clientId, version, changesUserIds } = change;
  return { kind, client_id: clientId, oneroster_version: version, changes_user_ids: changesUserIds };
}

function fieldNamesOf(names: NonNullable<Handover["fieldNames"]>): Readonly<Record<string, string>> {
  const { clientId, clientSecret, tokenUrl, baseUrl } = names;
  return { client_id: clientId, client_secret: clientSecret, token_url: tokenUrl, base_url: baseUrl };
}

function filledIn(arg: string, { address, vendor, connection }: Handover): string {
  const known: Readonly<Record<string, string>> = {
    address,
    district: partsOf(address).district,
    vendor,
    connection: connection.id,
    fingerprint: connection.fingerprint,
  };
  return arg.replace(/\{([a-z]+)\}/g, (whole, name: string) => known[name] ?? whole);
}

function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === "win32") child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch {
    // It is gone already.
  }
}

/** Exit code of programs that could not do it just now (EX_TEMPFAIL of sysexits.h). */
const TRY_LATER = 75;

function troubleOf(end: End, program: string, timeoutMs: number): OutsideError | undefined {
  const look = "Its output is not shown, because it may hold the secret; look at its own log, then apply again.";
  switch (end.kind) {
    case "exit":
      if (end.code === 0) return undefined;
      return new OutsideError("sinks/command-failed", `${program} ended with exit code ${end.code}.`, {
        retryable: end.code === TRY_LATER,
        fix: look,
      });
    case "signal":
      return new OutsideError("sinks/command-failed", `${program} was ended by ${end.signal}.`, { fix: look });
    case "late":
      return new OutsideError(
        "sinks/command-late",
        `${program} did not end within ${timeoutMs / 1000} s and was ended.`,
        {
          retryable: true,
          fix: "Give it more time with `timeout` under `deliver`, or look at what it waits for, then apply again.",
        },
      );
    case "not-started":
      return notStarted(end.code, program);
  }
}

function notStarted(code: string, program: string): OutsideError {
  if (code === "ENOENT" || code === "ENOTDIR") {
    return new OutsideError(
      "sinks/command-missing",
      `${program}, or the program named in its first line, is not there.`,
      {
        fix: "Correct `run` under `deliver`; a path is relative to the document, a name is looked for on the PATH.",
      },
    );
  }
  if (code === "EACCES" || code === "EPERM") {
    return new OutsideError("sinks/command-not-executable", `${program} may not be run (${code}).`, {
      fix: "Make it executable (`chmod +x`), then apply again.",
    });
  }
  return new OutsideError("sinks/command-failed", `${program} could not be started (${code}).`, {
    fix: "Look at what `run` under `deliver` names, then apply again.",
  });
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "unknown";
}
