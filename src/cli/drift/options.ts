import { type Command, InvalidArgumentError, Option } from "commander";
import { HOUR_MS, parseDuration } from "../../model/time.ts";
import type { DriftOptions } from "../commands/drift.ts";
import { atLeastOne, example, type Finish, inputOption, notifying, selecting } from "../options.ts";
import { digests } from "../said-digests.ts";
import type { World } from "../world.ts";

/** `drift`: what changed outside, what nobody manages or uses, what is old; and putting back what can be edited. */
export function driftCommand(program: Command, world: World, finish: Finish): void {
  selecting(notifying(program.command("drift")))
    .description("what changed in the live system since the last apply, and who could have done it")
    .option("--detailed-exitcode", "exit 2 when something drifted; with --heal, 3 when something is left")
    .option("--stale <duration>", "also active connections without use for so long, such as 30d", lasting)
    .option("--rotate-older-than <duration>", "also older secrets, such as 365d, and in which waves to rotate", lasting)
    .addOption(
      new Option("--heal", "put back what can be edited; generates, enables and disables nothing").conflicts([
        "stale",
        "rotateOlderThan",
      ]),
    )
    .option("--digest <[district=]sha>", "with --heal: go ahead only where the plan is this reviewed one", digests)
    .option("--auto-approve", "with --heal: do not ask")
    .addOption(inputOption())
    .option("--parallelism <n>", "with --heal: addresses walked at the same time", atLeastOne, 10)
    .addHelpText(
      "after",
      example(
        "rosterform drift --detailed-exitcode",
        "rosterform drift --stale 30d --rotate-older-than 365d",
        "rosterform drift --heal --district springfield",
      ),
    )
    .action((options: DriftOptions) =>
      finish(import("../commands/drift.ts").then(({ drift }) => drift(options, world))),
    );
}

/** Reads how long something lasts, in milliseconds; a silence of less than an hour is none. */
function lasting(value: string): number {
  const ms = parseDuration(value);
  if (ms === undefined || ms < HOUR_MS)
    throw new InvalidArgumentError("It takes a duration of an hour or more, such as 30d, 12w or 48h.");
  return ms;
}
