import { type Command, InvalidArgumentError, Option } from "commander";
import { DISTRICT_PATTERN, type DistrictId } from "../model/address.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, parseDuration } from "../model/time.ts";
import type { ExportOption, ServeOptions } from "./commands/serve.ts";
import { atLeastOne, districts, example, type Finish, instant, port } from "./options.ts";
import type { World } from "./world.ts";

/** `serve`: the reference campus, and what it shows. */
export function serveCommand(program: Command, world: World, finish: Finish): void {
  program
    .command("serve")
    .description("run the reference campus on this machine")
    .option("--store <file>", "SQLite store; made when it is missing", "campus.db")
    .option("--key <file>", "key file; made together with the store")
    .option("--host <address>", "where to listen", "127.0.0.1")
    .option("--port <n>", "0 picks a free one", port, 8642)
    .option("--operators <file>", "YAML with the operators of the connection-store API; read again while it runs")
    .option("--log <file>", "add a line of JSON for each request, never with a secret in it")
    .option("--vendor-key <key>", "opens the grade book: APPLICATION=env:NAME or =file:PATH (repeatable)", vendorKeys)
    .option("--students <n>", "students in each school of the sample data", students, 60)
    .option("--schools <n>", "schools of each district of the sample data", schools, 4)
    .option("--seed <text>", "another text gives other people", "")
    .option("--now <instant>", "start the campus's clock at this day or moment", instant)
    .option("--data <file>", "OneRoster CSV export to serve, FILE.zip or DISTRICT=FILE.zip (repeatable)", exported)
    .addOption(
      new Option("--token-lifetime <duration>", "how long a token lives, such as 30m")
        .argParser(lifetime)
        .default(HOUR_MS, "1h"),
    )
    .addOption(
      new Option("--on-disable <rule>", "tokens of a connection that is disabled: end at once, or when they would have")
        .choices(["revoke", "let-end"])
        .default("revoke"),
    )
    .option("--screens <district>", "pages to click on at /campus/apps, for this district (repeatable)", districts)
    .option("--rehearsal", "let operators play people, consumers and time, for `store-test`; never with production")
    .addHelpText("after", example("rosterform serve --store campus.db --port 8642"))
    .action((options: ServeOptions) =>
      finish(import("./commands/serve.ts").then(({ serve }) => serve(options, world))),
    );
}

/** The numbers of people have room for so many. */
const MOST = { schools: 900, students: 100_000 } as const;

function students(value: string): number {
  return upTo(MOST.students, value);
}

function schools(value: string): number {
  return upTo(MOST.schools, value);
}

function upTo(most: number, value: string): number {
  const number = atLeastOne(value);
  if (number > most) throw new InvalidArgumentError(`It takes at most ${most}.`);
  return number;
}

function lifetime(value: string): number {
  const ms = parseDuration(value);
  if (ms === undefined || ms < MINUTE_MS || ms > DAY_MS)
    throw new InvalidArgumentError("It takes a duration from 1m to 24h, such as 30m.");
  return ms;
}

/** Gathers vendor keys. An application's name may have `=` in it, a reference's beginning stands last. */
function vendorKeys(
  value: string,
  before: NonNullable<ServeOptions["vendorKey"]> = [],
): NonNullable<ServeOptions["vendorKey"]> {
  const [, application, reference] = /^(.+)=((?:env|file):.+)$/u.exec(value) ?? [];
  if (application === undefined || reference === undefined)
    throw new InvalidArgumentError("It takes APPLICATION=env:NAME or APPLICATION=file:PATH, never the key itself.");
  return [...before, { application, reference }];
}

/** Gathers exports. What stands before the first `=` is a district if it can be one. */
function exported(value: string, before: readonly ExportOption[] = []): readonly ExportOption[] {
  const at = value.indexOf("=");
  const district = value.slice(0, Math.max(0, at));
  if (!DISTRICT_PATTERN.test(district)) return [...before, { file: value }];
  return [...before, { district: district as DistrictId, file: value.slice(at + 1) }];
}
