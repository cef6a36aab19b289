import { describeTasks, tasksJson } from "../../views/tasks-text.ts";
import { isCalled, tasksOf } from "../../views/tasks.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { tell } from "../output.ts";
import { type DocumentOptions, openSession, type SelectingOptions, unknownName } from "../session.ts";
import type { World } from "../world.ts";
import { planFor } from "./plan.ts";

/** What the command line says. */
export interface TasksOptions extends DocumentOptions, SelectingOptions {
  readonly for?: string;
}

/** What everybody has to do, or one person. Writes nothing. */
export async function tasks(options: TasksOptions, world: World): Promise<ExitCode> {
  const session = await openSession(options, world);
  const made = session === undefined ? undefined : await planFor(session, options);
  if (session === undefined || made === undefined) return EXIT.failed;
  const { out, project } = session;
  const { desired } = project;
  const { for: name } = options;
  const owners = [
    ...new Set(desired.districts.flatMap((one) => [one.owner, ...one.connections.map(({ owner }) => owner)])),
  ].filter((one) => one !== undefined);
  if (name !== undefined && !owners.some((one) => isCalled(one, name))) {
    tell(out, [unknownName(name, [...owners, ...owners.map((one) => one.split("@")[0] ?? one)], "owner")]);
    return EXIT.failed;
  }
  const all = tasksOf({ ...made, desired, locate: await session.locate() });
  const chosen = name === undefined ? all : all.filter(({ who }) => who !== undefined && isCalled(who, name));
  out.text(describeTasks(chosen, { style: out.style, width: out.width, now: made.plan.madeAt }));
  for (const task of tasksJson(chosen)) out.json({ type: "task", ...task });
  return EXIT.done;
}
