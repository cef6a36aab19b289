import type { Command } from "commander";
import type { FmtOptions } from "./commands/fmt.ts";
import type { SchemaOptions } from "./commands/schema.ts";
import { common, example, type Finish } from "./options.ts";
import type { World } from "./world.ts";

/** The commands for those who write documents: layout, schemas, completion. */
export function editingCommands(program: Command, world: World, finish: Finish): void {
  common(program.command("fmt"))
    .description("put the layout of documents right, keeping every comment; prints the files it changed")
    .argument("[paths...]", "files, folders, or - for stdin to stdout (default: the files of the project)")
    .option("--check", "write nothing; exit 1 where something is not formatted")
    .option("--diff", "write nothing; show what would change")
    .option("--schemas <folder>", "let editors find the schemas there, without a network (see `schema --out`)")
    .option("--detailed-exitcode", "with --check: exit 2 where something is not formatted, 1 only for errors")
    .addHelpText(
      "after",
      example("rosterform fmt", "rosterform fmt --check --diff", "rosterform fmt - < springfield.yaml"),
    )
    .action((paths: string[], options: Omit<FmtOptions, "paths">) =>
      finish(import("./commands/fmt.ts").then(({ fmt }) => fmt({ ...options, paths }, world))),
    );
  program
    .command("schema")
    .description("print a JSON Schema of the documents")
    .argument("[schema]", "project, district, catalogue, connection, definitions (default: district)")
    .option("--out <folder>", "write all of them there, for an editor without a network")
    .option("--list", "print their names")
    .addHelpText(
      "after",
      example("rosterform schema district > district.schema.json", "rosterform schema --out schemas"),
    )
    .action((name: string | undefined, options: Omit<SchemaOptions, "name">) =>
      finish(
        import("./commands/schema.ts").then(({ schema }) =>
          schema(name === undefined ? options : { ...options, name }, world),
        ),
      ),
    );
  program
    .command("completion")
    .description("print the script that completes command lines in a shell")
    .argument("<shell>", "bash, zsh, fish or powershell")
    .addHelpText("after", example("source <(rosterform completion bash)"))
    .action((shell: string) =>
      finish(import("./commands/completion.ts").then(({ completion }) => completion(shell, world))),
    );
  program
    .command("complete", { hidden: true })
    .argument("<shell>")
    .argument("[words...]")
    .action((shell: string, words: string[]) =>
      finish(import("./commands/complete.ts").then(({ complete }) => complete(shell, words, program, world))),
    );
}
