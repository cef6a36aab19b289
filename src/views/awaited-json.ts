import type { Awaited } from "../plan/action.ts";
import { describeAwaited } from "./words.ts";

/** One thing that is waited for, and who can provide it. */
export interface AwaitedJson {
  readonly kind: Awaited["kind"];
  readonly who: Awaited["who"];
  readonly says: string;
  /** The day or moment before which it cannot be there, where one is known. */
  readonly until?: string;
}

/** What is waited for, for machines. */
export function awaitedJson(awaited: Awaited): AwaitedJson {
  const { kind, who } = awaited;
  const until = "until" in awaited ? awaited.until : undefined;
  return { kind, who, says: describeAwaited(awaited), ...(until === undefined ? {} : { until }) };
}
