import { StringDecoder } from "node:string_decoder";

/** Where something is typed that must not be seen. */
export interface HiddenInput extends NodeJS.EventEmitter {
  readonly isTTY?: boolean;
  setRawMode?(isRaw: boolean): unknown;
  resume(): unknown;
  pause(): unknown;
}

/** What is around it. */
export interface HiddenAround {
  readonly input: HiddenInput;
  readonly write: (text: string) => void;
  readonly signal: AbortSignal;
  /** Ctrl-C: in raw mode it reaches us as a key. */
  readonly interrupt: () => void;
}

// Pastes are marked by the terminal, so that a sheet of several lines is one answer (DEC private mode 2004).
const MARK_PASTES = "\u001b[?2004h";
const MARK_NO_PASTES = "\u001b[?2004l";

/**
 * Reads an answer without echo: up to Enter, or a paste of several lines and then Enter. Answers "" when the terminal is
 * closed (Ctrl-D on an empty line, or its end) or the run is interrupted.
 */
export async function readHidden(question: string, around: HiddenAround): Promise<string> {
  const { input, write, signal } = around;
  if (signal.aborted) return "";
  const line = createHiddenLine();
  const decoder = new StringDecoder("utf8");
  const isTerminal = input.isTTY === true && input.setRawMode !== undefined;
  // Raw before the question is seen: what is pasted at once must not be echoed by the terminal itself.
  if (isTerminal) input.setRawMode?.(true);
  write(`${isTerminal ? MARK_PASTES : ""}${question}`);
  let onData: (chunk: Buffer | string) => void = () => undefined;
  let onEnd = (): void => undefined;
  try {
    return await new Promise<string>((resolve) => {
      onEnd = () => resolve("");
      onData = (chunk) => {
        const took = line.take(typeof chunk === "string" ? chunk : decoder.write(chunk));
        if (took.kind === "interrupted") {
          around.interrupt();
          resolve("");
        } else if (took.kind === "closed") resolve("");
        else if (took.kind === "line") resolve(took.text);
      };
      input.on("data", onData);
      input.once("end", onEnd);
      input.once("error", onEnd);
      signal.addEventListener("abort", onEnd, { once: true });
      input.resume();
    });
  } finally {
    input.off("data", onData);
    input.off("end", onEnd);
    input.off("error", onEnd);
    signal.removeEventListener("abort", onEnd);
    input.pause();
    if (isTerminal) input.setRawMode?.(false);
    write(`${isTerminal ? MARK_NO_PASTES : ""}\n`);
  }
}

/** What came of some keys. */
export type Took =
  | { readonly kind: "more" }
  | { readonly kind: "line"; readonly text: string }
  | { readonly kind: "interrupted" }
  | { readonly kind: "closed" };

const PASTE_BEGINS = "\u001b[200~";
const PASTE_ENDS = "\u001b[201~";

/** Gathers keys and pastes to one answer. Whatever else a terminal sends (cursor keys, reports) is left out. */
export function createHiddenLine(): { readonly take: (keys: string) => Took } {
  let text = "";
  let rest = "";
  let isPaste = false;
  const take = (keys: string): Took => {
    let left = rest + keys;
    rest = "";
    while (left !== "") {
      if (left.startsWith("\u001b")) {
        const sequence = sequenceAt(left);
        if (sequence === undefined) {
          rest = left;
          return { kind: "more" };
        }
        if (sequence === PASTE_BEGINS) isPaste = true;
        if (sequence === PASTE_ENDS) isPaste = false;
        left = left.slice(sequence.length);
        continue;
      }
      const key = String.fromCodePoint(left.codePointAt(0) ?? 0);
      left = left.slice(key.length);
      if (key === "\r" || key === "\n") {
        // Keys that came together with more behind them are a paste, also where the terminal does not mark one.
        if (!isPaste && left.replace(/[\r\n]/g, "") === "") return { kind: "line", text };
        text += "\n";
      } else if (isPaste) text += key;
      else if (key === "\u0003") return { kind: "interrupted" };
      else if (key === "\u0004") {
        if (text === "") return { kind: "closed" };
      } else if (key === "\u007f" || key === "\b") text = text.replace(/.$/su, "");
      else if (key === "\u0015") text = "";
      else if (key >= " " || key === "\t") text += key;
    }
    return { kind: "more" };
  };
  return { take };
}

/** The escape sequence at the beginning; `undefined` when its end has not come yet. */
function sequenceAt(keys: string): string | undefined {
  if (keys.length === 1) return undefined;
  if (keys[1] !== "[" && keys[1] !== "O") return keys.slice(0, 2);
  const [body] = /^[[O][0-9;?<=>]*[@-~]/.exec(keys.slice(1)) ?? [];
  return body === undefined ? undefined : `\u001b${body}`;
}
