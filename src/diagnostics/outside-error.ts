/**
 * The world outside failed: a file, a database, a network. Thrown by drivers, caught once per step, where it becomes
 * that step's outcome. The message is one sentence for people and never holds a secret or a response body.
 */
export class OutsideError extends Error {
  override readonly name = "OutsideError";
  /** `room/what-failed`, e.g. `stores/locked`, `sinks/disk-full`. */
  readonly code: string;
  /** Whether trying again later may help. */
  readonly retryable: boolean;
  /** What a person can do about it, one sentence. */
  readonly fix?: string;

  constructor(code: string, message: string, more: { retryable?: boolean; fix?: string; cause?: unknown } = {}) {
    super(message, more.cause === undefined ? {} : { cause: more.cause });
    this.code = code;
    this.retryable = more.retryable ?? false;
    if (more.fix !== undefined) this.fix = more.fix;
  }
}
