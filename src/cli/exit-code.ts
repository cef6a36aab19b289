/** What a command tells its caller; the same numbers as Terraform where Terraform has them. */
export const EXIT = {
  done: 0,
  /** Any error, usage errors included. */
  failed: 1,
  /** `plan` and `drift` with `--detailed-exitcode`: there are changes. */
  changes: 2,
  /** `apply` and `drift --heal` with `--detailed-exitcode`: done what could be done, something still waits. */
  waiting: 3,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT] | 130 | 143;

/** The exit code of a run that a signal ended. */
export function interruptedBy(signal: AbortSignal): ExitCode | undefined {
  if (!signal.aborted) return undefined;
  return signal.reason === "SIGTERM" ? 143 : 130;
}
