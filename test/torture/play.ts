import type { Calm } from "./calm.ts";
import type { Dice } from "./dice.ts";
import type { FaultName } from "./faults.ts";
import type { FlawName } from "./flaws.ts";
import type { Story } from "./part.ts";
import type { Theatre } from "./theatre.ts";
import type { Violation } from "./violation.ts";
import type { Workers } from "./worker.ts";

/** One round: which it is, and where it is played. */
export interface Setting {
  readonly theatre: Theatre;
  readonly workers: Workers;
  readonly seed: number;
  readonly number: number;
  readonly fault: FaultName;
  /** How long an undisturbed apply took lately. */
  readonly usualMs: number;
  /** After so long a process that has not come to an end never will. */
  readonly patienceMs: number;
  readonly flaw?: FlawName;
}

/** How a round came out. */
export interface Played {
  readonly fault: FaultName;
  readonly number: number;
  /** Whether somebody was at work when the fault struck. */
  readonly isHit: boolean;
  readonly hasHand: boolean;
  readonly kills: number;
  /** Addresses, or whole applies, that ended with a failure told. */
  readonly failures: number;
  /** Addresses that the next apply had something to do at. */
  readonly finished: number;
  readonly looks: number;
  readonly acknowledged: number;
  readonly workedMs: number;
  readonly violations: readonly Violation[];
  /** For people, where something is wrong. */
  readonly account: string;
}

/** A round with what follows from its number alone. */
export interface Play extends Setting {
  readonly dice: Dice;
  readonly story: Story;
  readonly calm: Calm;
}
