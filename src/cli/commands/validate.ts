import type { Desired } from "../../model/desired.ts";
import { plural } from "../../views/words.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { remember } from "../fleet/settle.ts";
import { isBroken, surveyFleet, type FleetOptions, type Survey } from "../fleet/survey.ts";
import { storeOf } from "../fleet/tasks.ts";
import { openOutput, type Output, tell } from "../output.ts";
import { type Outcome, type ReportOptions, withReports } from "../reports/reports.ts";
import { openSession } from "../session.ts";
import type { World } from "../world.ts";

/** What the command line says. */
export type ValidateOptions = FleetOptions & Pick<ReportOptions, "github" | "sarif" | "junit">;

/** Checks the documents; all errors at once. Writes nothing but the reports that were asked for. */
export async function validate(options: ValidateOptions, world: World): Promise<ExitCode> {
  return withReports({ command: "validate", options, world }, check);
}

async function check(options: ValidateOptions, world: World): Promise<Outcome> {
  const survey = await surveyFleet(options, world);
  if (survey !== undefined) return await ofFleet(survey, openOutput(options, world));
  const session = await openSession(options, world);
  if (session === undefined) return { code: EXIT.failed };
  return { code: EXIT.done, session, says: say(session.out, countOf(session.project.desired)) };
}

async function ofFleet(survey: Survey, out: Output): Promise<Outcome> {
  await survey.crew.close();
  remember(survey, survey.cache.before.standings, true);
  tell(out, survey.diagnostics);
  if (isBroken(survey)) return { code: EXIT.failed };
  storeOf(survey.frame, survey.at);
  const districts = survey.files.flatMap(({ gist }) => gist.districts);
  const counted = { districts: districts.length, connections: sum(districts.map(({ connections }) => connections)) };
  return { code: EXIT.done, documents: survey.documents, says: say(out, counted) };
}

interface Counted {
  readonly districts: number;
  readonly connections: number;
}

function countOf({ districts }: Desired): Counted {
  return { districts: districts.length, connections: sum(districts.map((one) => one.connections.length)) };
}

function say(out: Output, { districts, connections }: Counted): string {
  const says = `Success! The configuration is valid: ${plural(districts, "district")}, ${plural(connections, "connection")}.`;
  out.text(says);
  out.json({ type: "validated", valid: true, districts, connections });
  return says;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
