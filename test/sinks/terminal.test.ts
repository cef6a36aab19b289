import { describe, expect, it } from "vitest";
import { createTerminalSink } from "../../src/sinks/terminal.ts";
import { CANARY, handover } from "./handover.ts";

describe("a terminal sink", () => {
  it("shows the four values once, whole", async () => {
    const shown: string[] = [];
    const sink = createTerminalSink({ isTerminal: true, write: (text) => void shown.push(text) });
    await sink.deliver(handover());
    expect(shown).toHaveLength(1);
    expect(shown[0]).toContain(`\nClient Secret:\n${CANARY}\n`);
    expect(sink.target(handover().address)).toBe("terminal");
    expect(sink.keeps).toBe(false);
  });

  it("shows nothing where there is no terminal, unless somebody asked for it", async () => {
    const shown: string[] = [];
    const write = (text: string) => void shown.push(text);
    const refusing = createTerminalSink({ isTerminal: false, write });
    await expect(refusing.deliver(handover())).rejects.toMatchObject({
      code: "sinks/not-a-terminal",
      retryable: false,
      fix: expect.stringContaining("deliver to a file"),
    });
    expect(shown).toEqual([]);
    await createTerminalSink({ isTerminal: false, evenIfNoTerminal: true, write }).deliver(handover());
    expect(shown).toHaveLength(1);
  });
});
