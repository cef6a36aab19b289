import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { run } from "../src/cli/run.ts";
import type { World } from "../src/cli/world.ts";
import { createStore, openWriter } from "../src/drivers.ts";
import type { DistrictId } from "../src/model/address.ts";
import { instantOf } from "../src/model/time.ts";
import { createCampus } from "../src/server/index.ts";
import { missingLines } from "./setup/console.ts";
import { readPage } from "./setup/markdown.ts";

/** The page for people at a real site, played from its first line to its last; the campus's pages stand for the real ones. */

const clock = { now: () => instantOf(Date.now()) };
const closing: (() => Promise<unknown>)[] = [];
let folder: string;
let origin: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "rosterform-by-hand-"));
  const settings = { kind: "sqlite", path: join(folder, "campus.db"), keyFile: join(folder, "campus.key") } as const;
  await createStore(settings, { clock });
  const store = await openWriter(settings, { clock, by: "campus" });
  const campus = createCampus({ store, clock, screens: ["springfield" as DistrictId] });
  origin = await campus.listen();
  closing.push(
    () => campus.close(),
    () => store.close(),
  );
});

afterAll(async () => {
  for (const close of closing) await close();
  rmSync(folder, { recursive: true, force: true });
});

interface Command {
  readonly words: string;
  /** Clicks in Campus and answers, in their order. */
  readonly acts: string[];
  readonly expected: string[];
  exit: number;
}

/** The commands of the page; what stands before the first one of a block is done before it. */
function commandsOf(lines: readonly string[]): readonly Command[] {
  const commands: Command[] = [];
  let before: string[] = [];
  for (const line of lines) {
    if (line.startsWith("$ ")) {
      commands.push({ words: line.slice(2), acts: before, expected: [], exit: 0 });
      before = [];
      continue;
    }
    const command = commands.at(-1);
    if (line.startsWith("campus: generate")) before.push(line);
    else if (line.startsWith("? ") || line.startsWith("campus: ")) command?.acts.push(line);
    else if (line.startsWith("exit ") && command !== undefined) command.exit = Number(line.slice(5));
    else command?.expected.push(line.trimEnd());
  }
  // What is generated at the end of a block is there for whatever comes next.
  if (before.length > 0) commands.at(-1)?.acts.push(...before);
  return commands;
}

type Four = Readonly<Record<string, string>>;
const generated: Four[] = [];

/** A person clicks on the pages of the campus. */
async function click(act: string): Promise<void> {
  const [, what = "", ...rest] = act.split(" ");
  const apps = `${origin}/campus/apps/springfield`;
  const post = (url: string, form: Readonly<Record<string, string>> = {}) =>
    fetch(url, { method: "POST", body: new URLSearchParams(form), redirect: "follow" });
  if (what === "generate") {
    const [kind = "", application = "", version = ""] = rest;
    const page = await (await post(apps, { kind, application, version })).text();
    const values = [...page.matchAll(/<dt>([^<]+)<\/dt><dd><code>([^<]+)</g)];
    const decode = (text: string) =>
      text.replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
    generated.push(Object.fromEntries(values.map(([, name = "", value = ""]) => [name, decode(value)])));
    return;
  }
  const clientId = valueOf(rest.join(" "));
  const list = await (await fetch(apps)).text();
  const href = new RegExp(`${clientId}[\\s\\S]*?href="([^"]+)"`).exec(list)?.[1] ?? "";
  expect((await post(`${origin}${href}/${what}`)).status).toBe(200);
}

/** `(old Client ID)` is what Campus showed of the connection that was generated first. */
function valueOf(text: string): string {
  if (text === "(Enter)") return "";
  const [, last, which, name = ""] = /^\((last 4 of )?(old|new) (.*)\)$/.exec(text) ?? [];
  if (which === undefined) return text;
  const value = generated[which === "old" ? 0 : 1]?.[name] ?? "";
  return last === undefined ? value : value.slice(-4);
}

async function play(command: Command): Promise<{ readonly code: number; readonly output: readonly string[] }> {
  let shown = "";
  const acts = [...command.acts];
  const clicks = async (): Promise<void> => {
    while (acts[0]?.startsWith("campus: ") === true) await click(acts.shift() ?? "");
  };
  const print = (text: string): void => void (shown += text);
  const answer = async (question: string): Promise<string> => {
    await clicks();
    const [, expected = "nothing", said = ""] = /^\? (.*) > (.*)$/.exec(acts.shift() ?? "") ?? [];
    expect(question).toContain(expected);
    return valueOf(said);
  };
  const world: World = {
    stdout: print,
    stderr: print,
    isTerminal: true,
    canAsk: true,
    columns: 80,
    color: false,
    ask: answer,
    askHidden: answer,
    reveal: async () => {
      if (acts[0]?.startsWith("? It is not shown again") === true) acts.shift();
    },
    env: {},
    cwd: folder,
    clock,
    by: "dana",
    signal: new AbortController().signal,
  };
  await clicks();
  const [program = "", ...words] = (command.words.match(/'[^']*'|"[^"]*"|\S+/g) ?? []).map((word) =>
    word.replaceAll(/^['"]|['"]$/g, "").replaceAll("127.0.0.1:8642", new URL(origin).host),
  );
  if (program !== "rosterform") {
    execFileSync(program, words, { cwd: folder });
    return { code: 0, output: [] };
  }
  if (words[0] === "serve") shown = `Pages to click on: ${origin}/campus/apps`;
  const code = words[0] === "serve" ? 0 : await run(words, world);
  expect(acts).toEqual([]);
  return { code, output: shown.replaceAll(new URL(origin).host, "127.0.0.1:8642").split("\n") };
}

it("a person moves a vendor from 1.1 to 1.2 by the page, and never decides the order", {
  timeout: 120_000,
}, async () => {
  const { blocks } = readPage("docs/by-hand.md");
  const commands = blocks.filter(({ language }) => language === "terminal").flatMap(({ lines }) => commandsOf(lines));
  expect(commands.length).toBeGreaterThan(10);
  let everything = "";
  for (const command of commands) {
    const { code, output } = await play(command);
    everything += output.join("\n");
    expect(
      { command: command.words, code, missing: missingLines({ output, expected: command.expected }) },
      output.join("\n"),
    ).toEqual({
      command: command.words,
      code: command.exit,
      missing: [],
    });
  }
  const [old, young] = generated;
  const list = await (await fetch(`${origin}/campus/apps/springfield`)).text();
  expect(new RegExp(`${old?.["Client ID"]}[\\s\\S]*?<td>Disabled`).test(list)).toBe(true);
  expect(new RegExp(`${young?.["Client ID"]}[\\s\\S]*?<td>Active`).test(list)).toBe(true);
  // Neither what was shown nor what lies in the folder holds a secret in clear.
  for (const secret of [old?.["Client Secret"], young?.["Client Secret"]]) {
    expect(secret).toMatch(/\S{20,}/);
    expect(everything).not.toContain(secret);
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    for (const { parentPath, name } of files) {
      expect(readFileSync(join(parentPath, name)).includes(secret ?? ""), name).toBe(false);
    }
  }
});
