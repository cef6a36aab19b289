import { type ChildProcess, spawn } from "node:child_process";
import { resolve } from "node:path";
import { OutsideError } from "../diagnostics/outside-error.ts";
import { partsOf } from "../model/address.ts";
import { belongingOf, fourValues } from "./fields.ts";
import type { Handover, Sink } from "./sink.ts";

/** Which program takes the values over. */
export interface CommandOptions {
  /** The program and its arguments. In arguments `{address}`, `{district}`, `{vendor}`, `{connection}`, `{fingerprint}` are filled in. */
  readonly run: readonly string[];
  /** The folder of the document: where the program runs, and what its relative path is resolved against. Absolute. */
  readonly folder: string;
  readonly timeoutMs: number;
  /** Whether the program keeps what it was given where a later look finds it. Default: it does. */
  readonly keeps?: boolean;
}

/** How it ended. */
type End =
  | { readonly kind: "exit"; readonly code: number }
  | { readonly kind: "signal"; readonly signal: string }
  | { readonly kind: "late" }
  | { readonly kind: "not-started"; readonly code: string };

/** Time between asking a program that is late to end and ending it. */
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

function runOnce({ run, folder, timeoutMs }: CommandOptions, handover: Handover): Promise<End> {
  const [program = "", ...args] = run;
  return new Promise((settle) => {
    // A name without a slash is looked for on the PATH, as everywhere.
    const path = program.includes("/") ? resolve(folder, program) : program;
    const child = spawn(
      path,
      args.map((arg) => filledIn(arg, handover)),
      // In a group of its own, so that what it starts can be ended with it.
      { cwd: folder, stdio: ["pipe", "ignore", "ignore"], detached: process.platform !== "win32", windowsHide: true },
    );
    const timers: NodeJS.Timeout[] = [];
    let isLate = false;
    const end = (how: End): void => {
      for (const timer of timers) clearTimeout(timer);
      settle(how);
    };
    timers.push(
      setTimeout(() => {
        isLate = true;
        killGroup(child, "SIGTERM");
        timers.push(setTimeout(() => killGroup(child, "SIGKILL"), GRACE_MS));
      }, timeoutMs),
    );
    child.on("error", (error) => end({ kind: "not-started", code: codeOf(error) }));
    child.on("exit", (code, signal) => {
      // What it left running may not go on with the secret in hand.
      if (isLate) killGroup(child, "SIGKILL");
      if (isLate) end({ kind: "late" });
      else end(signal === null ? { kind: "exit", code: code ?? -1 } : { kind: "signal", signal });
    });
    // A program may know enough without reading all of it (EPIPE); its exit code says whether it does.
    child.stdin.on("error", () => undefined);
    child.stdin.end(`${JSON.stringify(whatIsSaid(handover))}\n`);
  });
}

/** The object on stdin. */
function whatIsSaid(handover: Handover): Readonly<Record<string, unknown>> {
  const { vendor, fieldNames, contact } = handover;
  const names = fieldNames === undefined ? {} : { field_names: fieldNamesOf(fieldNames) };
  return {
    ...belongingOf(handover),
    vendor,
    ...(contact === undefined ? {} : { contact }),
    ...names,
    ...fourValues(handover),
  };
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

function codeOf(error: Error): string {
  return "code" in error ? String(error.code) : "unknown";
}
