import type { FastifyBaseLogger } from "fastify";
import type { DistrictId } from "../../model/address.ts";
import type { Attempt, Refusal } from "../../model/attempt.ts";
import { type Clock, dayOf, SECOND_MS } from "../../model/time.ts";
import type { CampusSide } from "../../stores/campus-side.ts";
import { networkOf } from "../throttle.ts";
import { ApiTrouble } from "./answers.ts";
import { mayReach, type Operator } from "./operators.ts";

/** A request that is not fulfilled because of who asks. Counted, besides being answered. */
export class Refused extends ApiTrouble {
  readonly reason: Refusal;
  /** The district that was reached for. */
  readonly district: DistrictId | undefined;

  constructor(
    trouble: Pick<ApiTrouble, "status" | "code" | "message" | "retryAfter">,
    reason: Refusal,
    district?: DistrictId,
  ) {
    super(trouble.status, trouble.code, trouble.message, trouble.retryAfter);
    this.reason = reason;
    this.district = district;
  }
}

/** Throws the API's 403 where the operator may not write. */
export function requireWrite({ access }: Operator): void {
  if (access === "write") return;
  throw new Refused(new ApiTrouble(403, "forbidden", "The operator may only read."), "read-only");
}

/** Throws the API's 403 where the operator may not go. */
export function requireReach(operator: Operator, district: DistrictId): void {
  if (mayReach(operator, district)) return;
  throw new Refused(
    new ApiTrouble(403, "forbidden", "The operator may not reach this district."),
    "other-district",
    district,
  );
}

/** Counts attempts and writes the counts to the store and the log, at most once a second however many there are. */
export interface AttemptLog {
  note(attempt: Pick<Attempt, "reason" | "operator" | "district"> & { readonly address: string }): void;
  /** Writes what is not written yet. */
  flush(): Promise<void>;
}

const FLUSH_MS = SECOND_MS;
/** What is told apart between two writes. */
const MOST_APART = 1_000;

/** What an attempt log writes to. */
export interface AttemptTargets {
  readonly store: Pick<CampusSide, "countAttempts">;
  readonly clock: Clock;
  readonly log: Pick<FastifyBaseLogger, "warn" | "error">;
}

/** Makes a log that has counted nothing yet. Attempts that the store does not take are kept, and tried again with the next. */
export function createAttemptLog({ store, clock, log }: AttemptTargets): AttemptLog {
  let waiting = new Map<string, Attempt>();
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();
  const count = (attempt: Attempt): void => {
    const { reason, operator, from, district, first } = attempt;
    const key = JSON.stringify([dayOf(first), reason, operator, from, district]);
    const known = waiting.get(key);
    if (known !== undefined) waiting.set(key, { ...known, last: attempt.last, count: known.count + attempt.count });
    else if (waiting.size < MOST_APART || from === undefined) waiting.set(key, attempt);
    else
      count({
        reason,
        ...(operator === undefined ? {} : { operator }),
        first,
        last: attempt.last,
        count: attempt.count,
      });
  };
  const write = async (): Promise<void> => {
    const attempts = [...waiting.values()];
    waiting = new Map();
    if (attempts.length === 0) return;
    for (const attempt of attempts) log.warn({ attempt }, "access refused");
    try {
      await store.countAttempts(attempts);
    } catch (error) {
      for (const attempt of attempts) count(attempt);
      log.error({ err: error }, "refused attempts could not be kept");
    }
  };
  const flush = (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    writing = writing.then(write);
    return writing;
  };
  return {
    note: ({ reason, operator, district, address }) => {
      const now = clock.now();
      const whose = operator === undefined ? {} : { operator };
      const where = district === undefined ? {} : { district };
      count({ reason, ...whose, from: networkOf(address), ...where, first: now, last: now, count: 1 });
      timer ??= setTimeout(() => void flush(), FLUSH_MS).unref();
    },
    flush,
  };
}
