import { plural } from "../../views/words.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { type Outcome, type ReportOptions, withReports } from "../reports/reports.ts";
import { type DocumentOptions, openSession } from "../session.ts";
import type { World } from "../world.ts";

/** What the command line says. */
export type ValidateOptions = DocumentOptions & Pick<ReportOptions, "github" | "sarif" | "junit">;

/** Checks the documents; all errors at once. Writes nothing but the reports that were asked for. */
export async function validate(options: ValidateOptions, world: World): Promise<ExitCode> {
  return withReports({ command: "validate", options, world }, check);
}

async function check(options: ValidateOptions, world: World): Promise<Outcome> {
  const session = await openSession(options, world);
  if (session === undefined) return { code: EXIT.failed };
  const { districts } = session.project.desired;
  const connections = districts.reduce((sum, one) => sum + one.connections.length, 0);
  const says = `Success! The configuration is valid: ${plural(districts.length, "district")}, ${plural(connections, "connection")}.`;
  session.out.text(says);
  session.out.json({ type: "validated", valid: true, districts: districts.length, connections });
  return { code: EXIT.done, session, says };
}
