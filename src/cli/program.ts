import { Command, Option } from "commander";
import type { InitOptions } from "./commands/init.ts";
import type { RenderOptions } from "./commands/render.ts";
import type { ValidateOptions } from "./commands/validate.ts";
import type { PlanOptions } from "./commands/plan.ts";
import type { ApplyOptions } from "./commands/apply.ts";
import type { StatusOptions } from "./commands/status.ts";
import type { ExplainOptions } from "./commands/explain.ts";
import type { ConfirmOptions } from "./commands/confirm.ts";
import type { AbortOptions } from "./commands/abort.ts";
import type { RollbackOptions } from "./commands/rollback.ts";
import type { SeenOptions } from "./commands/adopt-seen.ts";
import type { DumpOptions } from "./commands/dump.ts";
import type { TerraformInstallOptions } from "./commands/terraform-install.ts";
import type { TransferOptions } from "./commands/transfer.ts";
import type { VersionOptions } from "./commands/version.ts";
import type { QuickstartOptions } from "./commands/quickstart.ts";
import type { SimulateOptions } from "./commands/simulate.ts";
import { driftCommand } from "./drift/options.ts";
import { editingCommands } from "./editing.ts";
import type { ExitCode } from "./exit-code.ts";
import {
  atLeastOne,
  collect,
  common,
  example,
  findings,
  type Finish,
  inputOption,
  reports,
  scoping,
  selecting,
  speaking,
  notifying,
  writing,
} from "./options.ts";
import { peopleCommands } from "./people.ts";
import { digests } from "./said-digests.ts";
import { serveCommand } from "./serve-options.ts";
import { storeCommands, storeTestCommand } from "./store-commands.ts";
import { VERSION } from "../version.ts";
import type { World } from "./world.ts";

/** Runs another command line; the quickstart shows commands by running them. */
export type Run = (args: readonly string[], world: World) => Promise<ExitCode>;

/**
 * The whole command line. Every command is loaded when it is called, so that `version` does not pay for a database.
 */
export function createProgram(world: World, finish: Finish, run: Run): Command {
  const program = new Command("rosterform")
    .description("OneRoster connections as code: YAML in, plan, confirm, apply, credentials out.")
    .usage("COMMAND [options]")
    .version(`rosterform ${VERSION}`, "-V, --version", "print the version")
    .configureOutput({ writeOut: world.stdout, writeErr: world.stderr, getOutHelpWidth: () => world.columns })
    .exitOverride()
    .showSuggestionAfterError()
    .addHelpText("after", "\nStart with: rosterform init, then rosterform plan, then rosterform apply.");
  documentCommands(program, world, finish);
  editingCommands(program, world, finish);
  planCommands(program, world, finish);
  evidenceCommands(program, world, finish);
  liveCommands(program, world, finish);
  storeCommands(program, world, finish);
  storeTestCommand(program, world, finish);
  peopleCommands(program, world, finish);
  terraformCommands(program, world, finish);
  otherCommands(program, world, finish);
  simulateCommand(program, world, finish);
  quickstartCommand(program, world, finish, run);
  return program;
}

function documentCommands(program: Command, world: World, finish: Finish): void {
  common(program.command("init"))
    .description("make a starter repository: documents, store, key file")
    .argument("[folder]", "where", ".")
    .option("--district <id>", "identifier of the first district", "springfield")
    .option("--by-hand", "for a real Campus site, in which people click: a registry instead of a rehearsal store")
    .addOption(new Option("--github", "with pipelines on GitHub that plan, apply and finish").conflicts("gitlab"))
    .addOption(new Option("--gitlab", "the same on GitLab"))
    .addHelpText("after", example("rosterform init my-districts", "rosterform init --github my-districts"))
    .action((folder: string, options: Omit<InitOptions, "folder">) =>
      finish(import("./commands/init.ts").then(({ init }) => init({ ...options, folder }, world))),
    );
  findings(common(program.command("validate")))
    .description("check the documents; all errors at once")
    .option("--no-cache", "remember nothing, and believe nothing remembered")
    .addHelpText(
      "after",
      example("rosterform validate --config rosterform.yaml", "rosterform validate --sarif rosterform.sarif"),
    )
    .action((options: ValidateOptions) =>
      finish(import("./commands/validate.ts").then(({ validate }) => validate(options, world))),
    );
  common(program.command("render"))
    .description("print the merged result and where each value came from")
    .option("--district <id>", "only this district (repeatable)", collect)
    .addHelpText("after", example("rosterform render --district springfield"))
    .action((options: RenderOptions) =>
      finish(import("./commands/render.ts").then(({ render }) => render(options, world))),
    );
}

function terraformCommands(program: Command, world: World, finish: Finish): void {
  const terraform = program.command("terraform").description("the provider for Terraform");
  speaking(terraform.command("install"))
    .description("put the provider where Terraform finds it without a registry, and print what to write")
    .option("--into <folder>", "a folder of plugins, or a mirror of the file system (default: ~/.terraform.d/plugins)")
    .addHelpText("after", example("rosterform terraform install", "rosterform terraform install --into ./mirror"))
    .action((options: TerraformInstallOptions) =>
      finish(import("./commands/terraform-install.ts").then((file) => file.terraformInstall(options, world))),
    );
}

function planCommands(program: Command, world: World, finish: Finish): void {
  reports(scoping(selecting(common(program.command("plan")))))
    .description("show what would be done; writes nothing")
    .option("--out <file>", "write the plan to a file that `apply` takes")
    .option("--detailed-exitcode", "exit 2 when there are changes")
    .option("--force", "turn limits into warnings; never the one rule")
    .addHelpText(
      "after",
      example(
        "rosterform plan --out plan.json",
        "rosterform plan --district springfield --json",
        "rosterform plan --github --markdown review.md",
      ),
    )
    .action((options: PlanOptions) => finish(import("./commands/plan.ts").then(({ plan }) => plan(options, world))));
  scoping(selecting(notifying(program.command("apply"))))
    .description("plan, ask, then do it: generate, deliver, confirm, close")
    .argument("[planfile]", "a plan written by `plan --out`; refused where things moved since")
    .option("--digest <[district=]sha>", "go ahead only where the plan is this reviewed one (repeatable)", digests)
    .option("--finish", "only go on with cut-overs that are open, and ask nobody; for a schedule")
    .option("--auto-approve", "do not ask")
    .addOption(inputOption())
    .option("--detailed-exitcode", "exit 3 when cut-overs still wait")
    .option("--force", "turn limits into warnings; never the one rule")
    .option("--parallelism <n>", "addresses walked at the same time", atLeastOne, 10)
    .addHelpText("after", example("rosterform apply", "rosterform apply plan.json", "rosterform apply --finish"))
    .action((file: string | undefined, options: ApplyOptions) =>
      finish(import("./commands/apply.ts").then(({ applyCommand }) => applyCommand({ ...options, file }, world))),
    );
  selecting(common(program.command("status")))
    .description("one line for each connection: in use, candidate, evidence, what it waits for")
    .addHelpText("after", example("rosterform status"))
    .action((options: StatusOptions) =>
      finish(import("./commands/status.ts").then(({ status }) => status(options, world))),
    );
  common(program.command("explain"))
    .description("why each step of an address is or is not allowed")
    .argument("<address>", 'such as springfield/Otus or shelbyville/Edlink["north"]')
    .addHelpText("after", example("rosterform explain springfield/Otus"))
    .action((address: string, options: Omit<ExplainOptions, "address">) =>
      finish(import("./commands/explain.ts").then(({ explain }) => explain({ ...options, address }, world))),
    );
  driftCommand(program, world, finish);
}

function evidenceCommands(program: Command, world: World, finish: Finish): void {
  selecting(writing(program.command("confirm")))
    .description("run the probes now, or record a named person's statement")
    .argument("[address]", "the connection to confirm")
    .option("--all", "probe every connection that is kept or waits")
    .option("--attest", "record that the vendor moved to the candidate")
    .option("--waive <rung>", "answer a rung that could not be decided, such as sessions in July")
    .option("--by <name>", "who says so")
    .option("--reason <text>", "why they say so")
    .option("--evidence <url>", "with --attest: where it can be looked up, such as a ticket")
    .addHelpText(
      "after",
      example(
        "rosterform confirm springfield/Otus",
        'rosterform confirm springfield/Otus --attest --by dana@example.org --reason "vendor wrote on 3 June"',
        "rosterform confirm --all",
      ),
    )
    .action((address: string | undefined, options: ConfirmOptions) =>
      finish(import("./commands/confirm.ts").then(({ confirm }) => confirm({ ...options, address }, world))),
    );
  notifying(program.command("rollback"))
    .description("bring back what an address had before, next to what it has; nothing is disabled by it")
    .argument("<address>", "such as springfield/Otus")
    .option("--auto-approve", "do not ask")
    .addOption(inputOption())
    .addHelpText("after", example("rosterform rollback springfield/Otus"))
    .action((address: string, options: Omit<RollbackOptions, "address">) =>
      finish(import("./commands/rollback.ts").then(({ rollback }) => rollback({ ...options, address }, world))),
    );
  notifying(program.command("abort"))
    .description("give up a candidate that nobody uses; the connection in use stays")
    .argument("<address>", "the address whose cut-over is open")
    .option("--auto-approve", "do not ask")
    .addOption(inputOption())
    .addHelpText("after", example("rosterform abort springfield/Otus"))
    .action((address: string, options: Omit<AbortOptions, "address">) =>
      finish(import("./commands/abort.ts").then(({ abort }) => abort({ ...options, address }, world))),
    );
}

function liveCommands(program: Command, world: World, finish: Finish): void {
  writing(program.command("adopt"))
    .description("list live connections nobody manages, with the lines that would adopt them")
    .option("--district <id>", "only this district (repeatable)", collect)
    .option("--write", "add the lines to the district's file, keeping its comments")
    .addOption(
      new Option("--interactive", "first tell a registry what exists in Campus, tile by tile").conflicts([
        "csv",
        "csvTemplate",
      ]),
    )
    .addOption(new Option("--csv <file>", "first tell a registry what exists, from a table").conflicts("csvTemplate"))
    .option("--csv-template", "write that table, empty")
    .option("--out <file>", "where the empty table goes")
    .option("--by <name>", "who saw these connections")
    .addOption(inputOption())
    .addHelpText(
      "after",
      example("rosterform adopt", "rosterform adopt --write", "rosterform adopt --csv existing.csv --by dana --write"),
    )
    .action((options: SeenOptions) =>
      finish(
        options.interactive === true || options.csvTemplate === true || options.csv !== undefined
          ? import("./commands/adopt-seen.ts").then(({ adoptSeen }) => adoptSeen(options, world))
          : import("./commands/adopt.ts").then(({ adopt }) => adopt(options, world)),
      ),
    );
  writing(program.command("dump"))
    .description("write the live side as documents; a plan right after it is empty")
    .option("--district <id>", "only this district (repeatable)", collect)
    .option("--out <folder>", "one file a district; without it, everything to stdout")
    .addOption(
      new Option(
        "--store <file>",
        "everything that the store holds, secrets sealed, to load into another store",
      ).conflicts(["district", "out"]),
    )
    .addHelpText("after", example("rosterform dump --out districts", "rosterform dump --store store.ndjson"))
    .action((options: DumpOptions & Partial<TransferOptions>) => {
      const { store, ...rest } = options;
      return finish(
        store === undefined
          ? import("./commands/dump.ts").then(({ dump }) => dump(options, world))
          : import("./commands/transfer.ts").then(({ dumpStore }) => dumpStore({ ...rest, store }, world)),
      );
    });
}

function otherCommands(program: Command, world: World, finish: Finish): void {
  serveCommand(program, world, finish);
  program
    .command("version")
    .description("print the version")
    .option("--json", "as JSON")
    .addHelpText("after", example("rosterform version --json"))
    .action((options: VersionOptions) =>
      finish(import("./commands/version.ts").then(({ version }) => version(options, world))),
    );
}

function quickstartCommand(program: Command, world: World, finish: Finish, run: Run): void {
  program
    .command("quickstart")
    .description("the main job once, on a throw-away campus")
    .option("--folder <folder>", "where to keep its files; default: a new temporary folder")
    .addHelpText("after", example("rosterform quickstart"))
    .action((options: QuickstartOptions) =>
      finish(import("./commands/quickstart.ts").then(({ quickstart }) => quickstart(options, world, run))),
    );
}

function simulateCommand(program: Command, world: World, finish: Finish): void {
  selecting(common(program.command("simulate")))
    .description("play the plan to its end on a throw-away campus, with scripted vendors and trouble")
    .option("--vendors <list>", "how vendors behave, a rehearsal each: prompt, late, silent, ... (default: all)")
    .option("--vendor <address=behaviour>", "how this one behaves in every rehearsal (repeatable)", collect)
    .option("--fault <kind[@from[-to]]>", "trouble on these days; day 0 to 1 when none are named (repeatable)", collect)
    .option("--days <n>", "how many days are played at most", atLeastOne, 30)
    .option("--start <day>", "on which day it begins, such as 2027-07-01 (default: now)")
    .option("--story", "everything that happened, a line each")
    .addHelpText(
      "after",
      example("rosterform simulate", "rosterform simulate --target springfield/Otus --fault throttled@0-2 --story"),
    )
    .action((options: SimulateOptions) =>
      finish(import("./commands/simulate.ts").then(({ simulate }) => simulate(options, world))),
    );
}
