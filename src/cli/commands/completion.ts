import { problem } from "../../diagnostics/diagnostic.ts";
import { nearest } from "../../diagnostics/suggest.ts";
import { scriptFor, SHELLS } from "../completion/shells.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { openOutput, tell } from "../output.ts";
import type { World } from "../world.ts";

/** Prints what a shell runs to complete command lines. */
export async function completion(shell: string, world: World): Promise<ExitCode> {
  const known = SHELLS.find((one) => one === shell);
  if (known !== undefined) {
    world.stdout(scriptFor(known));
    return EXIT.done;
  }
  const near = nearest(shell, SHELLS);
  const hint = near === undefined ? `There are ${SHELLS.join(", ")}.` : `Did you mean ${near}?`;
  const summary = "The command names an unknown shell";
  const detail = `There is no completion for ${shell}. ${hint}`;
  tell(openOutput({}, world), [problem({ code: "cli/unknown-shell", summary, detail })]);
  return EXIT.failed;
}
