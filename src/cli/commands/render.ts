import { renderedText, renderProject } from "../../config/render.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { type DocumentOptions, openSession, selectionOf } from "../session.ts";
import type { World } from "../world.ts";

/** What the command line says. */
export interface RenderOptions extends DocumentOptions {
  readonly district?: readonly string[];
}

/** Prints the merged result, every value with the place where it was written. Valid YAML. */
export async function render(options: RenderOptions, world: World): Promise<ExitCode> {
  const session = await openSession(options, world);
  if (session === undefined) return EXIT.failed;
  const selection = selectionOf(options, session);
  if (selection === undefined) return EXIT.failed;
  const wanted = options.district ?? [];
  const { desired } = session.project;
  const districts = desired.districts.filter((one) => wanted.length === 0 || wanted.includes(one.district));
  const lines = renderProject({ ...desired, districts }, await session.locate());
  session.out.text(renderedText(lines));
  for (const line of lines) session.out.json({ type: "line", ...line });
  return EXIT.done;
}
