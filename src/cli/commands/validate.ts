import type { Desired } from "../../model/desired.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { isBroken, surveyFleet, type FleetOptions, type Survey } from "../fleet/survey.ts";
import { remember } from "../fleet/settle.ts";
import { storeOf } from "../fleet/tasks.ts";
import { openOutput, type Output, tell } from "../output.ts";
import { openSession } from "../session.ts";
import type { World } from "../world.ts";

/** Checks the documents; all errors at once. */
export async function validate(options: FleetOptions, world: World): Promise<ExitCode> {
  const survey = await surveyFleet(options, world);
  if (survey !== undefined) return await ofFleet(survey, openOutput(options, world));
  const session = await openSession(options, world);
  if (session === undefined) return EXIT.failed;
  say(session.out, countOf(session.project.desired));
  return EXIT.done;
}

async function ofFleet(survey: Survey, out: Output): Promise<ExitCode> {
  await survey.crew.close();
  remember(survey, survey.cache.before.standings, true);
  tell(out, survey.diagnostics);
  if (isBroken(survey)) return EXIT.failed;
  storeOf(survey.frame, survey.at);
  const districts = survey.files.flatMap(({ gist }) => gist.districts);
  say(out, { districts: districts.length, connections: sum(districts.map(({ connections }) => connections)) });
  return EXIT.done;
}

interface Counted {
  readonly districts: number;
  readonly connections: number;
}

function countOf({ districts }: Desired): Counted {
  return { districts: districts.length, connections: sum(districts.map((one) => one.connections.length)) };
}

function say(out: Output, { districts, connections }: Counted): void {
  out.text(
    `Success! The configuration is valid: ${count(districts, "district")}, ${count(connections, "connection")}.`,
  );
  out.json({ type: "validated", valid: true, districts, connections });
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}
