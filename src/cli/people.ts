import { type Command, Option } from "commander";
import type { RunbookOptions } from "./commands/runbook.ts";
import { common, example, type Finish, selecting } from "./options.ts";
import type { DocumentOptions } from "./session.ts";
import type { World } from "./world.ts";

/**
 * Commands for people: the inventory of a site that is kept by hand, the runbook and its walk-through, hand-over receipts,
 * letters and task lists.
 */
export function peopleCommands(program: Command, world: World, finish: Finish): void {
  storeCommands(program, world, finish);
  runbookCommand(program, world, finish);
}

function runbookCommand(program: Command, world: World, finish: Finish): void {
  selecting(common(program.command("runbook")))
    .description("the plan as numbered steps that a person carries out, to read or to print")
    .addOption(new Option("--html", "one page with everything in it, for a browser or paper").conflicts("markdown"))
    .option("--markdown", "Markdown (default)")
    .option("--out <file>", "write it to a file")
    .addHelpText("after", example("rosterform runbook --html --out runbook.html"))
    .action((options: RunbookOptions) =>
      finish(import("./commands/runbook.ts").then((file) => file.runbook(options, world))),
    );
}

function storeCommands(program: Command, world: World, finish: Finish): void {
  const store = program.command("store").description("the store that the documents name");
  common(store.command("create"))
    .description("make the store and its key file where there is none; never overwrites")
    .addHelpText("after", example("rosterform store create"))
    .action((options: DocumentOptions) =>
      finish(import("./commands/store-create.ts").then((file) => file.storeCreate(options, world))),
    );
}
