import type { AddressOutcome } from "../../src/apply/event.ts";
import { reportOf } from "../../src/apply/report.ts";
import { instantOf } from "../../src/model/time.ts";
import type { EndedRun } from "../../src/views/notice-json.ts";

/** A run of `apply` that came out so. */
export const endedRun = (outcomes: readonly AddressOutcome[], more: Partial<EndedRun> = {}): EndedRun => ({
  id: "msg_1",
  at: instantOf(0),
  rosterform: "0.1.0",
  command: "apply",
  project: "agency",
  by: "dana",
  isFailed: false,
  report: reportOf([], outcomes),
  ...more,
});
