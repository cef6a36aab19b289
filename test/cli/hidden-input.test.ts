import { EventEmitter } from "node:events";
import { describe, expect, it } from "vitest";
import { createHiddenLine, type HiddenInput, readHidden } from "../../src/cli/hidden-input.ts";

/** Keys in the chunks in which a terminal sends them; what came of the last one. */
function typing(...chunks: readonly string[]) {
  const line = createHiddenLine();
  return chunks.map((chunk) => line.take(chunk)).at(-1);
}

describe("a line that is typed without echo", () => {
  it.each<[readonly string[], string]>([
    [["abc", "\r"], "abc"],
    [["abc\n"], "abc"],
    [["abX", "\u007f", "c\r"], "abc"],
    [["a\u{1f600}", "\u007f", "\r"], "a"],
    [["wrong", "\u0015", "abc\r"], "abc"],
    [["\u001b[200~abc\u001b[201~", "\r"], "abc"],
    [["\u001b[200~a\rb\rc\r", "d\u001b[201~", "\r"], "a\nb\nc\nd"],
    [["a\rb\r"], "a\nb"],
    [["a\u001b[Db\u001bOA\u001b[1;5Cc\r"], "abc"],
    [["a\u001b", "[20", "0~b\rc\u001b[201", "~\r"], "ab\nc"],
    [["a\u0001\u0007b\r"], "ab"],
  ])("is what was meant: %j", (chunks, text) => {
    expect(typing(...chunks)).toEqual({ kind: "line", text });
  });

  it("ends with Ctrl-C, and with Ctrl-D where nothing was typed", () => {
    expect(typing("abc\u0003")).toEqual({ kind: "interrupted" });
    expect(typing("\u0004")).toEqual({ kind: "closed" });
    expect(typing("abc\u0004")).toEqual({ kind: "more" });
  });
});

function terminal() {
  const raw: boolean[] = [];
  const input: HiddenInput = Object.assign(new EventEmitter(), {
    isTTY: true,
    setRawMode: (isRaw: boolean) => raw.push(isRaw),
    resume: () => undefined,
    pause: () => undefined,
  });
  const written: string[] = [];
  const aborting = new AbortController();
  const reading = readHidden("Secret: ", {
    input,
    write: (text) => void written.push(text),
    signal: aborting.signal,
    interrupt: () => aborting.abort("SIGINT"),
  });
  return { input, raw, written, aborting, reading };
}

describe("reading without echo", () => {
  it("is raw before the question is seen, and leaves the terminal as it was", async () => {
    const { input, raw, written, reading } = terminal();
    expect(raw).toEqual([true]);
    input.emit("data", Buffer.from("canary\r"));
    expect(await reading).toBe("canary");
    expect(raw).toEqual([true, false]);
    expect(written.join("")).toBe("\u001b[?2004hSecret: \u001b[?2004l\n");
    expect(input.listenerCount("data")).toBe(0);
  });

  it("takes letters that come in two pieces", async () => {
    const { input, reading } = terminal();
    const bytes = Buffer.from("\u00e9\r");
    input.emit("data", bytes.subarray(0, 1));
    input.emit("data", bytes.subarray(1));
    expect(await reading).toBe("\u00e9");
  });

  it("answers nothing when the terminal is closed, is interrupted, or the run ends", async () => {
    const closed = terminal();
    closed.input.emit("end");
    expect(await closed.reading).toBe("");
    const interrupted = terminal();
    interrupted.input.emit("data", "abc\u0003");
    expect(await interrupted.reading).toBe("");
    expect(interrupted.aborting.signal.reason).toBe("SIGINT");
    const ended = terminal();
    ended.aborting.abort("SIGTERM");
    expect(await ended.reading).toBe("");
    expect(ended.raw).toEqual([true, false]);
  });
});
