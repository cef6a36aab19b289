import type { Instant } from "../../model/time.ts";

/** What every object of OneRoster has, as of the moment for which the data was made. */
export interface Row {
  /** `tobedeleted` from the day on which it ended; the row stays until the site rolls over. */
  readonly status: "active" | "tobedeleted";
  /** When it last changed; what a consumer's delta by `dateLastModified` goes by. */
  readonly modified: Instant;
}
