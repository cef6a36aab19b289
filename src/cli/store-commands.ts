import { type Command, Option } from "commander";
import type { AuditOptions } from "./commands/audit.ts";
import type { StoreTestOptions } from "./commands/store-test.ts";
import type { TransferOptions } from "./commands/transfer.ts";
import { atLeastOne, collect, common, example, type Finish, instant, speaking, waiting, writing } from "./options.ts";
import type { DocumentOptions } from "./session.ts";
import type { World } from "./world.ts";

/** `store-test`: which promises a server keeps. */
export function storeTestCommand(program: Command, world: World, finish: Finish): void {
  speaking(program.command("store-test"))
    .description("tell the stories of all promises on a store behind the API, and say which it keeps")
    .argument("<url>", "where it answers, without /api/v1")
    .requiredOption("--token <ref>", "whose operator may write to all districts: env:NAME or file:PATH")
    .option("--second-token <ref>", "of another operator who may write, for stories with two people")
    .option("--reader-token <ref>", "of an operator who may only read")
    .option("--outsider-token <ref>", "of an operator who is bound to some other district")
    .option("--ca <file>", "certificate authority of the server, in PEM")
    .option("--only <area>", "only the promises of this area, as the report names it (repeatable)", collect)
    .option("--parallelism <n>", "stories told at the same time", atLeastOne, 10)
    .addOption(
      new Option("--deadline <duration>", "how long one story may take").argParser(waiting).default(30_000, "30s"),
    )
    .option("--strict", "exit 1 also where something was not tried")
    .addHelpText(
      "after",
      example(
        "rosterform store-test http://127.0.0.1:8642 --token env:STORE_TOKEN",
        "rosterform store-test https://store.example.org --token file:token --second-token file:other --strict",
      ),
    )
    .action((address: string, options: Omit<StoreTestOptions, "address">) =>
      finish(import("./commands/store-test.ts").then((file) => file.storeTest({ ...options, address }, world))),
    );
}

/** Commands about the store as a whole: making it, filling it, its key and its journal. */
export function storeCommands(program: Command, world: World, finish: Finish): void {
  const store = program.command("store").description("the store that the documents name");
  common(store.command("create"))
    .description("make the store and its key file where there is none; never overwrites")
    .addHelpText("after", example("rosterform store create"))
    .action((options: DocumentOptions) =>
      finish(import("./commands/store-create.ts").then((file) => file.storeCreate(options, world))),
    );
  writing(program.command("load"))
    .description("fill the empty store that the documents name from a dump of another one")
    .requiredOption("--store <file>", "what `rosterform dump --store` wrote")
    .addHelpText("after", example("rosterform load --store store.ndjson"))
    .action((options: TransferOptions) =>
      finish(import("./commands/transfer.ts").then(({ loadStore }) => loadStore(options, world))),
    );
  common(program.command("audit"))
    .description("who did what, when, on what evidence: the journal of the store")
    .argument("[about]", "only this address or district; with --attempts, district or operator")
    .option("--since <moment>", "only from this day or moment on", instant)
    .option("--csv", "as a table for spreadsheets")
    .option("--attempts", "the requests that a campus refused because of who asked, counted")
    .addHelpText(
      "after",
      example(
        "rosterform audit springfield/Otus",
        "rosterform audit --since 2027-03-01 --csv",
        "rosterform audit --attempts",
      ),
    )
    .action((about: string | undefined, options: Omit<AuditOptions, "about">) =>
      finish(import("./commands/audit.ts").then((file) => file.audit({ ...options, about }, world))),
    );
  common(program.command("verify-journal"))
    .description("is the journal whole, and could every step of it be made; the first that could not is named")
    .addHelpText("after", example("rosterform verify-journal"))
    .action((options: DocumentOptions) =>
      finish(import("./commands/verify-journal.ts").then((file) => file.verifyJournal(options, world))),
    );
  writing(program.command("rekey"))
    .description("seal every secret of the store under a new key; the old one is kept beside it")
    .addHelpText("after", example("rosterform rekey"))
    .action((options: DocumentOptions) =>
      finish(import("./commands/rekey.ts").then((file) => file.rekey(options, world))),
    );
}
