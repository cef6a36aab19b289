import { OutsideError } from "../diagnostics/outside-error.ts";
import { describeHandover } from "./sheet.ts";
import type { Sink } from "./sink.ts";

/** How a terminal sink shows credentials. */
export interface TerminalOptions {
  /** Writes to the screen and nowhere else; in particular to no log. Resolves once the text is out. */
  readonly write: (text: string) => void | Promise<void>;
  /** Whether a person sits at the other end. A pipe or a CI log is no terminal. */
  readonly isTerminal: boolean;
  /** Somebody asked for it even so. */
  readonly evenIfNoTerminal?: boolean;
}

/** A sink that shows credentials once on the screen. Nothing keeps them: whoever misses them has to rotate. */
export function createTerminalSink(options: TerminalOptions): Sink {
  return {
    keeps: false,
    target: () => "terminal",
    async deliver(handover) {
      if (!options.isTerminal && options.evenIfNoTerminal !== true) {
        throw new OutsideError("sinks/not-a-terminal", "Credentials would be shown where they may be kept, in a log.", {
          fix: "Run it at a terminal, or deliver to a file (`deliver: { kind: file }`).",
        });
      }
      await options.write(`\n${describeHandover(handover)}\n`);
    },
  };
}
