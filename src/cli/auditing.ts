import type { Command } from "commander";
import type { AuditOptions } from "./commands/audit.ts";
import { common, example, type Finish, instant } from "./options.ts";
import type { DocumentOptions } from "./session.ts";
import type { World } from "./world.ts";

/** Commands about the store as a whole: its journal and its key. */
export function auditCommands(program: Command, world: World, finish: Finish): void {
  common(program.command("audit"))
    .description("who did what, when, on what evidence: the journal of the store")
    .argument("[about]", "only this address or district")
    .option("--since <moment>", "only from this day or moment on", instant)
    .option("--csv", "as a table for spreadsheets")
    .addHelpText("after", example("rosterform audit springfield/Otus", "rosterform audit --since 2027-03-01 --csv"))
    .action((about: string | undefined, options: Omit<AuditOptions, "about">) =>
      finish(import("./commands/audit.ts").then((file) => file.audit({ ...options, about }, world))),
    );
  common(program.command("verify-journal"))
    .description("is the journal whole, and could every step of it be made; the first that could not is named")
    .addHelpText("after", example("rosterform verify-journal"))
    .action((options: DocumentOptions) =>
      finish(import("./commands/verify-journal.ts").then((file) => file.verifyJournal(options, world))),
    );
  common(program.command("rekey"))
    .description("seal every secret of the store under a new key; the old one is kept beside it")
    .addHelpText("after", example("rosterform rekey"))
    .action((options: DocumentOptions) =>
      finish(import("./commands/rekey.ts").then((file) => file.rekey(options, world))),
    );
}
