import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Block } from "./markdown.ts";
import { root } from "./source.ts";

/** A command of a page, what the page shows below it, and what came of it. */
export interface Typed {
  readonly command: string;
  readonly expected: readonly string[];
  readonly code: number;
  readonly output: readonly string[];
}

/** The port that pages name; a run takes a free one in its place. */
const PORT = "8642";

/**
 * Types the `$ ` lines of a page's console blocks, one after the other, in one shell and one fresh folder, as a reader
 * would. `rosterform` is dist/cli/main.js. What was left running with `&` is ended with the shell.
 */
export async function typeAll(blocks: readonly Block[]): Promise<readonly Typed[]> {
  const commands = blocks.flatMap(commandsIn);
  const folder = mkdtempSync(join(tmpdir(), "rosterform-docs-"));
  try {
    const [bin, work] = [join(folder, "bin"), join(folder, "work")];
    for (const made of [bin, work]) mkdirSync(made);
    symlinkSync(join(root, "dist", "cli", "main.js"), join(bin, "rosterform"));
    const port = String(await freePort());
    const script = scriptOf(commands.map(({ command }) => command.replaceAll(PORT, port)));
    const { PATH = "", ...env } = process.env;
    const shown = await shell(script, { ...env, PATH: `${bin}:${PATH}`, NO_COLOR: "1", HOME: folder }, work);
    const results = resultsIn(shown.replaceAll(port, PORT));
    return commands.map((one, index) => ({ ...one, ...(results[index] ?? { code: -1, output: [] }) }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The lines of `expected` that do not stand in `output` in this order; `...` stands for anything. */
export function missingLines({ expected, output }: Pick<Typed, "expected" | "output">): readonly string[] {
  let at = 0;
  return expected.filter((line) => {
    if (line.trim() === "" || line.trim() === "...") return false;
    const pattern = new RegExp(`^${line.trimEnd().split("...").map(escaped).join(".*")}$`);
    const found = output.findIndex((shown, index) => index >= at && pattern.test(shown.trimEnd()));
    if (found >= 0) at = found + 1;
    return found < 0;
  });
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

function commandsIn({ lines }: Block): readonly Pick<Typed, "command" | "expected">[] {
  const commands: { readonly command: string; readonly expected: string[] }[] = [];
  for (const line of lines) {
    if (line.startsWith("$ ")) commands.push({ command: line.slice(2), expected: [] });
    else commands.at(-1)?.expected.push(line);
  }
  return commands;
}

/** A command in the background is waited for until it has said its first line; a pipe that stays open keeps it going. */
function scriptOf(commands: readonly string[]): string {
  const typed = commands.map((command, index) => {
    const job = /^(.*)&\s*$/.exec(command)?.[1];
    const said = job === undefined ? `${command}\n` : `${job} >&9 2>&9 &\nread -r first <&9 && echo "$first"\n`;
    return `echo "@@begin ${index}"\n${said}echo "@@end ${index} $?"\n`;
  });
  return [
    "trap 'kill $(jobs -p) 2>/dev/null; wait' EXIT",
    "mkfifo ../said && exec 9<>../said",
    "exec 2>&1 </dev/null",
    ...typed,
  ].join("\n");
}

function shell(script: string, env: NodeJS.ProcessEnv, cwd: string): Promise<string> {
  return new Promise((done) => {
    execFile("bash", ["-c", script], { cwd, env, timeout: 60_000 }, (_error, stdout) => done(stdout));
  });
}

function resultsIn(shown: string): readonly Pick<Typed, "code" | "output">[] {
  return [...shown.matchAll(/^@@begin (\d+)\n([\s\S]*?)@@end \1 (\d+)$/gm)].map((match) => ({
    code: Number(match[3]),
    output: (match[2] ?? "").split("\n"),
  }));
}

function freePort(): Promise<number> {
  return new Promise((done, failed) => {
    const server = createServer().once("error", failed);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => done(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
