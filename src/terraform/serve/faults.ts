import { OutsideError } from "../../diagnostics/outside-error.ts";
import type { Notice } from "../wire/provider.ts";
import type { Log } from "./log.ts";

/** Errors whose messages are our own words and quote nothing. By name: the program and its library each have the classes. */
const SPEAKING: ReadonlySet<string> = new Set(["Bug", "MalformedValue"]);

/**
 * What was thrown, in words for a person. A mistake of ours is logged with its place as well. A foreign message is never
 * shown: it may quote what it was about, and that could be a credential.
 */
export function faultOf(thrown: unknown, rpc: string, log: Log): Notice {
  if (thrown instanceof OutsideError) {
    const fix = thrown.fix === undefined ? "" : `${thrown.fix} `;
    return { severity: "error", summary: thrown.message.replace(/\.$/, ""), detail: `${fix}(${thrown.code})` };
  }
  logMistake(thrown, rpc, log);
  return {
    severity: "error",
    summary: "This is a bug in the provider, not in your configuration",
    detail: `${whatOf(thrown)}. With TF_LOG=error Terraform shows where it happened.`,
  };
}

/** Logs where a mistake of ours happened. */
export function logMistake(thrown: unknown, rpc: string, log: Log): void {
  log.error(whatOf(thrown), { rpc, stack: thrown instanceof Error ? framesOf(thrown) : "" });
}

function whatOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return "no error was thrown";
  return SPEAKING.has(thrown.name) ? thrown.message : thrown.name;
}

/** The places of a stack without the message that stands before them. */
function framesOf(error: Error): string {
  const lines = (error.stack ?? "").split("\n");
  return lines.filter((line) => /^ +at /.test(line)).join("\n");
}
