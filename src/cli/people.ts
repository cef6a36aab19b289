import { type Command, Option } from "commander";
import type { DoOptions } from "./commands/do.ts";
import type { InventoryOptions } from "./commands/inventory.ts";
import type { SignOptions } from "./commands/inventory-sign.ts";
import type { ReceivedOptions } from "./commands/received.ts";
import type { RemindOptions } from "./commands/remind.ts";
import type { RunbookOptions } from "./commands/runbook.ts";
import type { TasksOptions } from "./commands/tasks.ts";
import type { TrafficOptions } from "./commands/traffic.ts";
import type { VerifyOptions } from "./commands/verify.ts";
import {
  atLeastOne,
  collect,
  common,
  counting,
  example,
  type Finish,
  inputOption,
  instant,
  notifying,
  selecting,
  writing,
} from "./options.ts";
import type { World } from "./world.ts";

/**
 * Commands for people: the inventory of a site that is kept by hand, the runbook and its walk-through, hand-over receipts,
 * letters and task lists.
 */
export function peopleCommands(program: Command, world: World, finish: Finish): void {
  runbookCommand(program, world, finish);
  doCommand(program, world, finish);
  inventoryCommands(program, world, finish);
  handOverCommands(program, world, finish);
  remindCommand(program, world, finish);
  tasksCommand(program, world, finish);
  trafficCommand(program, world, finish);
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

function doCommand(program: Command, world: World, finish: Finish): void {
  selecting(notifying(program.command("do")))
    .description("carry the plan out at the terminal, one click at a time; stop and go on any day")
    .option("--step <n>", "begin with this step of the list; refused unless it is the next one", atLeastOne)
    .option("--by <name>", "who clicks; journaled with every step")
    .addOption(inputOption())
    .addHelpText("after", example("rosterform do", "rosterform do --target springfield/Otus --by dana"))
    .action((options: DoOptions) => finish(import("./commands/do.ts").then((file) => file.doCommand(options, world))));
}

function inventoryCommands(program: Command, world: World, finish: Finish): void {
  const inventory = common(program.command("inventory"))
    .description("every connection the store knows of; what must move by a day; what is shared with whom")
    .option("--district <id>", "only this district (repeatable)", collect)
    .option("--legacy-urls [shapes]", "only Base URLs of these shapes: with-app, without-app, other")
    .option("--before <day>", "what must move before this day, and the last safe day to begin")
    .option("--vendor-days <n>", "days for the probe, the hand-over and the vendor's entering the values", counting, 1)
    .option("--shared", "what is shared with whom, and who approved it")
    .option("--all", "with --shared: disabled connections as well")
    .option("--csv", "as a table for spreadsheets")
    .option("--detailed-exitcode", "exit with 2 when something must move, or nobody approved it")
    .addHelpText(
      "after",
      example("rosterform inventory --before 2027-12-15 --legacy-urls", "rosterform inventory --shared --csv"),
    )
    .action((options: InventoryOptions) =>
      finish(import("./commands/inventory.ts").then((file) => file.inventory(options, world))),
    );
  writing(inventory.command("sign"))
    .description("say by name that the registry holds everything that exists in Campus")
    .option("--district <id>", "the district (needed where there are several)", collect)
    .option("--by <name>", "who says so")
    .option("--as-of <day>", "on which day it was so (default: today)")
    .option("--connections <n>", "how many connections Campus shows; asked for at a terminal", counting)
    .addOption(inputOption())
    .addHelpText("after", example("rosterform inventory sign --district springfield --by dana@springfield.example"))
    .action((_options: SignOptions, command: Command) =>
      finish(
        import("./commands/inventory-sign.ts").then((file) => file.signInventory(command.optsWithGlobals(), world)),
      ),
    );
}

function handOverCommands(program: Command, world: World, finish: Finish): void {
  writing(program.command("received"))
    .description("record that the values of a hand-over arrived")
    .argument("<address>", "such as springfield/Otus")
    .requiredOption("--by <name>", "who says that they arrived")
    .addHelpText("after", example('rosterform received springfield/Otus --by "Pat at Otus"'))
    .action((address: string, options: Omit<ReceivedOptions, "address">) =>
      finish(import("./commands/received.ts").then((file) => file.received({ ...options, address }, world))),
    );
  common(program.command("verify"))
    .description("tell whether two people hold the same secret, without saying it")
    .argument("<address>", "such as springfield/Otus")
    .requiredOption("--fingerprint [signs]", "what the other side reads out; left out, the secret is asked for, unseen")
    .addOption(inputOption())
    .addHelpText("after", example('rosterform verify springfield/Otus --fingerprint "3f9a 12bc 77d0 e001"'))
    .action((address: string, options: Omit<VerifyOptions, "address">) =>
      finish(import("./commands/verify.ts").then((file) => file.verify({ ...options, address }, world))),
    );
}

function remindCommand(program: Command, world: World, finish: Finish): void {
  selecting(common(program.command("remind")))
    .description("write the letters to vendors and owners that are due; sends nothing")
    .addOption(
      new Option("--format <format>", "Markdown, or mail files that open as drafts")
        .choices(["markdown", "mail"])
        .default("markdown"),
    )
    .option("--out <folder>", "write one file for each letter")
    .option("--all", "also letters that are not due yet")
    .addHelpText("after", example("rosterform remind --format mail --out letters"))
    .action((options: RemindOptions) =>
      finish(import("./commands/remind.ts").then((file) => file.remind(options, world))),
    );
}

function tasksCommand(program: Command, world: World, finish: Finish): void {
  selecting(common(program.command("tasks")))
    .description("what each person has to do, what is due first")
    .option("--for <name>", "only this owner: as the documents name them, or what stands before the @")
    .addHelpText("after", example("rosterform tasks --for kim"))
    .action((options: TasksOptions) =>
      finish(import("./commands/tasks.ts").then((file) => file.tasks(options, world))),
    );
}

function trafficCommand(program: Command, world: World, finish: Finish): void {
  common(program.command("traffic"))
    .description("what the vendor read, wrote and was refused with each connection of an address")
    .argument("<address>", "such as springfield/Otus")
    .option("--since <moment>", "only from this day or moment on", instant)
    .option("--csv", "as a table for spreadsheets")
    .addHelpText("after", example("rosterform traffic springfield/Otus --since 2027-03-01"))
    .action((address: string, options: Omit<TrafficOptions, "address">) =>
      finish(import("./commands/traffic.ts").then((file) => file.traffic({ ...options, address }, world))),
    );
}
