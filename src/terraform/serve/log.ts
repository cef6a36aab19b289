import { writeSync } from "node:fs";

const LEVELS = ["trace", "debug", "info", "warn", "error", "off"] as const;
type Level = Exclude<(typeof LEVELS)[number], "off">;

/** What is logged beside the message: names and durations, never a value of a configuration or a state. */
export type Details = { readonly [name: string]: string | number | boolean };

/** The log that Terraform shows with `TF_LOG` or `TF_LOG_PROVIDER`. */
export interface Log {
  readonly isDebug: boolean;
  debug(message: string, details?: Details): void;
  warn(message: string, details?: Details): void;
  error(message: string, details?: Details): void;
}

/** A log of JSON lines on stderr, in the form that Terraform takes apart. Below the level that was asked for it is silent. */
export function createLog(environment: NodeJS.ProcessEnv, write: (line: string) => void = toStderr): Log {
  const least = LEVELS.indexOf(levelOf(environment));
  const say =
    (level: Level) =>
    (message: string, details: Details = {}) => {
      if (LEVELS.indexOf(level) < least) return;
      write(`${JSON.stringify({ ...heading(level, message), ...details })}\n`);
    };
  return { isDebug: LEVELS.indexOf("debug") >= least, debug: say("debug"), warn: say("warn"), error: say("error") };
}

function heading(level: Level, message: string): Details {
  // Terraform reads the time only with six digits after the point.
  const timestamp = new Date().toISOString().replace("Z", "000Z");
  return { "@level": level, "@message": message, "@module": "oneroster", "@timestamp": timestamp };
}

/** Errors always: Terraform decides whether to show them. `JSON` is the finest level in another form. */
function levelOf({ TF_LOG_PROVIDER, TF_LOG }: NodeJS.ProcessEnv): (typeof LEVELS)[number] {
  const asked = (TF_LOG_PROVIDER ?? TF_LOG ?? "").toLowerCase();
  if (asked === "json") return "trace";
  return LEVELS.find((level) => level === asked && level !== "off") ?? "error";
}

/** At once, because the process may end right after. A pipe that is full or gone must not end it. */
function toStderr(line: string): void {
  try {
    writeSync(2, line);
  } catch {
    // Nobody listens.
  }
}
