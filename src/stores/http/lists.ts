import { OutsideError } from "../../diagnostics/outside-error.ts";
import type { Line } from "./line.ts";
import * as trouble from "./trouble.ts";

/** A district with ten thousand connections is about ten million signs; what is longer is no line of a store. */
const LONGEST_LINE = 256 * 1024 * 1024;

/**
 * A list of the API, one value after the other while it still arrives: one JSON object a line, and one at the end that counts
 * them. A list that ends without it was cut off, which is thrown after the values that came.
 */
export async function* listed<T>(
  line: Line,
  path: string,
  kind: "district" | "entry" | "request" | "attempt",
  { signal, emptyOn404 = false }: { readonly signal?: AbortSignal | undefined; readonly emptyOn404?: boolean } = {},
): AsyncGenerator<T> {
  const { status, body } = await line.ask({ path, repeatable: true, signal });
  if (status !== 200) {
    await body.dump();
    if (status === 404 && emptyOn404) return;
    throw trouble.badAnswer(line.site, `it answers ${status} to a list`);
  }
  let count = 0;
  for await (const text of linesOf(line, body, signal)) {
    const item = parsed(line, text);
    if (item["kind"] === kind && "value" in item) {
      count += 1;
      signal?.throwIfAborted();
      yield item["value"] as T;
    } else if (item["kind"] === "end") {
      if (item["count"] !== count) throw trouble.badAnswer(line.site, "a list does not hold what it says");
      return;
    } else throw trouble.badAnswer(line.site, "a list holds something else");
  }
  throw cutOff(line.site);
}

/** A JSON object as the answer to a question. */
export async function objectOf(
  line: Line,
  body: { text(): Promise<string> },
): Promise<Readonly<Record<string, unknown>>> {
  let text: string;
  try {
    text = await body.text();
  } catch (error) {
    throw trouble.answerLost(line.site, codeOf(error));
  }
  return parsed(line, text);
}

async function* linesOf(
  line: Line,
  body: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let parts: string[] = [];
  let length = 0;
  try {
    for await (const part of body) {
      let text = decoder.decode(part, { stream: true });
      for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n")) {
        yield parts.join("") + text.slice(0, at);
        [parts, length, text] = [[], 0, text.slice(at + 1)];
      }
      parts.push(text);
      length += text.length;
      if (length > LONGEST_LINE) throw trouble.badAnswer(line.site, "a line of it has no end");
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw error instanceof OutsideError ? error : cutOff(line.site);
  }
}

function parsed(line: Line, text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value as Readonly<Record<string, unknown>>;
  } catch {
    // Told below.
  }
  throw trouble.badAnswer(line.site, "it sends something that is no JSON object");
}

function cutOff(site: string): OutsideError {
  return new OutsideError("stores/list-cut-off", `a list of the store at ${site} was cut off before its end`, {
    retryable: true,
    fix: "Run the command again; nothing was written.",
  });
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "no answer";
}
