import { problem } from "../diagnostics/diagnostic.ts";
import type { OutsideError } from "../diagnostics/outside-error.ts";
import { type OutputOptions, speak, tell } from "./output.ts";
import type { World } from "./world.ts";

/** Says that the world outside was in the way. Where the JSON file itself is the trouble, only the person hears of it. */
export function tellOutside(error: OutsideError, options: OutputOptions, world: World): void {
  const summary = error.message.replace(/\.$/, "");
  const detail = error.fix ?? "Look at `rosterform status`, then try again.";
  const { jsonInto: _, ...rest } = options;
  const isAboutFile = error.code === "cli/cannot-write";
  tell(speak(isAboutFile ? rest : options, world), [problem({ code: error.code, summary, detail })]);
}
