/**
 * What the runner of GitHub Actions makes of a line of output and of the file of `$GITHUB_OUTPUT`, step by step as its sources
 * do it: `ActionCommand.TryParseV2` and `TryParse` (src/Runner.Common/ActionCommand.cs), `ActionCommandManager` for
 * `stop-commands`, and the reader of heredocs (src/Runner.Worker/FileCommandManager.cs) of github.com/actions/runner.
 */

export interface RunnerCommand {
  readonly command: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly data: string;
}

/** Commands that the runner obeys. */
const REGISTERED =
  "set-env set-output save-state add-mask add-path debug warning error notice group endgroup echo stop-commands".split(
    " ",
  );

/** The commands that the runner would obey, of all lines that were printed. */
export function obeyed(output: string): readonly RunnerCommand[] {
  const known = new Set(REGISTERED);
  let stopped: string | undefined;
  return output.split("\n").flatMap((line) => {
    const found = parseV2(line, known) ?? parseV1(line, known);
    if (found === undefined) return [];
    if (stopped !== undefined) {
      if (found.command.toLowerCase() === stopped.toLowerCase()) {
        known.delete(stopped);
        stopped = undefined;
      }
      return [];
    }
    if (found.command === "stop-commands") {
      stopped = found.data;
      known.add(stopped);
      return [];
    }
    return [found];
  });
}

/** `::name key=value,key=value::data`, blanks in front allowed. */
function parseV2(line: string, known: ReadonlySet<string>): RunnerCommand | undefined {
  const message = line.trimStart();
  if (!message.startsWith("::")) return undefined;
  const end = message.indexOf("::", 2);
  if (end < 0) return undefined;
  const info = message.slice(2, end);
  const space = info.indexOf(" ");
  const command = space < 0 ? info : info.slice(0, space);
  if (!known.has(command)) return undefined;
  const properties: Record<string, string> = {};
  if (space > 0) {
    for (const property of info
      .slice(space + 1)
      .trim()
      .split(",")) {
      const equals = property.indexOf("=");
      const [name, value] = [property.slice(0, equals), property.slice(equals + 1)];
      if (equals > 0 && value !== "")
        properties[name] = unescaped(value, [
          ["%3A", ":"],
          ["%2C", ","],
        ]);
    }
  }
  return { command, properties, data: unescaped(message.slice(end + 2), []) };
}

/** `##[name key=value;key=value]data`, anywhere in a line. */
function parseV1(line: string, known: ReadonlySet<string>): RunnerCommand | undefined {
  const prefix = line.indexOf("##[");
  const end = prefix < 0 ? -1 : line.indexOf("]", prefix);
  if (end < 0) return undefined;
  const [command = ""] = line.slice(prefix + 3, end).split(" ");
  return known.has(command) ? { command, properties: {}, data: line.slice(end + 1) } : undefined;
}

function unescaped(text: string, more: readonly (readonly [string, string])[]): string {
  const pairs: readonly (readonly [string, string])[] = [["%0D", "\r"], ["%0A", "\n"], ...more, ["%25", "%"]];
  return pairs.reduce((value, [from, to]) => value.replaceAll(from, to), text);
}

/** The outputs of a step, from the file that `$GITHUB_OUTPUT` names. */
export function outputsIn(text: string): Readonly<Record<string, string>> {
  const outputs: Record<string, string> = {};
  const lines = text.split("\n");
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? "";
    if (line === "") continue;
    const equals = line.indexOf("=");
    const heredoc = line.indexOf("<<");
    if (equals >= 0 && (heredoc < 0 || equals < heredoc)) outputs[line.slice(0, equals)] = line.slice(equals + 1);
    else if (heredoc > 0) {
      const delimiter = line.slice(heredoc + 2);
      const end = lines.indexOf(delimiter, at + 1);
      if (delimiter === "" || end < 0) throw new Error(`Matching delimiter not found '${delimiter}'`);
      outputs[line.slice(0, heredoc)] = lines.slice(at + 1, end).join("\n");
      at = end;
    } else throw new Error(`Invalid format '${line}'`);
  }
  return outputs;
}
