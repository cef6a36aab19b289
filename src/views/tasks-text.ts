import type { Instant } from "../model/time.ts";
import { PAGE_WIDTH, plain, wrap } from "./layout.ts";
import type { Style } from "./style.ts";
import { describeWhen, groupTasks, type Task } from "./tasks.ts";
import { plural } from "./words.ts";

/** How a task list is printed. */
export interface TasksOptions {
  readonly style: Style;
  readonly now: Instant;
  readonly width?: number;
}

/** The tasks of each person. Nobody comes first, because nobody does what belongs to nobody. Ends with a line break. */
export function describeTasks(tasks: readonly Task[], { style, now, width = PAGE_WIDTH }: TasksOptions): string {
  if (tasks.length === 0) return "No tasks.\n";
  const groups = groupTasks(tasks).map(([who, own]) => {
    const title = who === undefined ? "Nobody (no owner is named)" : plain(who);
    return [style.bold(`${title}: ${plural(own.length, "task")}`), ...own.flatMap((one) => taskLines(one, now, width))];
  });
  return `${groups.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

function taskLines(task: Task, now: Instant, width: number): readonly string[] {
  const when = describeWhen(task, now);
  return [
    ...wrap(`${task.where}: ${task.what}`, { width, first: "  - ", rest: "    " }),
    ...(when === "" ? [] : [`    ${when}`]),
    ...(task.place === undefined ? [] : [`    ${plain(task.place)}`]),
    `    $ ${task.run}`,
  ];
}

/** One task for machines. */
export interface TaskJson {
  readonly kind: Task["kind"];
  readonly who: string | null;
  readonly where: string;
  readonly what: string;
  readonly since: string | null;
  readonly due: string | null;
  readonly run: string;
  readonly place: string | null;
}

/** The tasks for machines. */
export function tasksJson(tasks: readonly Task[]): readonly TaskJson[] {
  return tasks.map(({ kind, who, where, what, since, due, run, place }) => ({
    kind,
    who: who ?? null,
    where,
    what,
    since: since ?? null,
    due: due ?? null,
    run,
    place: place ?? null,
  }));
}
