import type { Finding } from "../model/evidence.ts";
import type { LiveConnection } from "../model/live.ts";
import type { Instant } from "../model/time.ts";
import type { Seen, Sight } from "./sight.ts";
import type { Source } from "./source.ts";

/** What the rungs above the token are asked with. */
export interface Climb {
  readonly connection: LiveConnection;
  readonly now: Instant;
  readonly source: Source;
  readonly readDemographics: boolean;
  /** How far counts may fall below the old connection's, as a fraction. */
  readonly tolerance: number;
  /** The connection in use today, opened at the first question; `undefined` when there is none to compare with. */
  readonly old: (() => Promise<{ readonly connection: LiveConnection; readonly source: Seen<Source> }>) | undefined;
  /** What the rungs below saw. */
  readonly below: readonly Finding[];
}

/** One rung above the token: asks its question and says what it came to. */
export type AskRung = (climb: Climb) => Promise<Sight>;
