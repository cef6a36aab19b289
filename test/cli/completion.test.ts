import { execFile, execFileSync, spawnSync } from "node:child_process";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { bashReply, readBashLine } from "../../src/cli/completion/bash-line.ts";
import { SHELLS } from "../../src/cli/completion/shells.ts";
import { buildUnlessFresh } from "../setup/built.ts";
import { root } from "../setup/source.ts";
import { openDesk } from "./desk.ts";
import type { Stage } from "./stage.ts";

const BREAKS = " \t\n\"'><=;|&(:";

let stage: Stage;
beforeEach(async () => {
  stage = await openDesk();
});
afterEach(() => stage.close());

async function answer(shell: string, ...words: readonly string[]): Promise<readonly string[]> {
  const { code, stdout, stderr } = await stage.rosterform(["complete", shell, "--", ...words]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return stdout.trimEnd().split("\n");
}
const words = async (...typed: readonly string[]): Promise<readonly string[]> =>
  (await answer("fish", ...typed)).map((line) => line.split("\t")[0] ?? "");

describe("what can stand at the cursor", () => {
  it("is a command, an option of it, or a value that the option knows", async () => {
    expect(await answer("zsh", "pl")).toEqual(["values", "plan\tshow what would be done; writes nothing"]);
    expect(await words("")).not.toContain("complete");
    expect(await words("plan", "--detailed")).toEqual(["values", "--detailed-exitcode"]);
    expect(await words("apply", "--input", "")).toEqual(["values", "true", "false"]);
    expect(await words("apply", "--input=f")).toEqual(["values", "--input=false"]);
    expect(await words("terraform", "")).toEqual(["values", "install", "help"]);
    expect(await words("completion", "")).toEqual(["values", ...SHELLS]);
    expect(await words("schema", "d")).toEqual(["values", "district", "definitions"]);
    expect(await words("confirm", "--waive", "t")).toEqual(["values", "token"]);
  });

  it("is an address, a district or a label of the documents", async () => {
    const all = ["shelbyville/Schoology", "springfield/Bluebird Reading", "springfield/Otus"];
    expect(await words("explain", "")).toEqual(["values", ...all]);
    expect(await words("plan", "--target", "springfield/Otus", "--exclude", "springf")).toEqual([
      "values",
      ...all.slice(1),
    ]);
    expect(await words("plan", "--district=sh")).toEqual(["values", "--district=shelbyville"]);
    await stage.write(
      "districts/springfield.yaml",
      `${await stage.read("districts/springfield.yaml")}`.replace("Otus: { ", "Otus: { labels: { wave: 1 }, "),
    );
    expect(await words("plan", "--select-tag", "")).toEqual(["values", "wave", "wave=1"]);
    expect(await words("explain", "springfield/Otus", "")).toEqual(["values"]);
  });

  it("comes from the documents that the line itself names", async () => {
    await mkdir(join(stage.folder, "elsewhere"));
    await stage.write("elsewhere/rosterform.yaml", "district: capital\nvendors: { Otus: {} }\n");
    expect(await words("plan", "--chdir", "elsewhere", "--target", "")).toEqual(["values", "capital/Otus"]);
    expect(await words("--", "x", "")).toEqual(["values"]);
    expect(await words("plan", "--config=elsewhere/rosterform.yaml", "--district", "")).toEqual(["values", "capital"]);
  });

  it("is left to the shell where it is a file or a folder", async () => {
    expect(await answer("fish", "plan", "--out", "")).toEqual(["files"]);
    expect(await answer("fish", "apply", "")).toEqual(["files"]);
    expect(await answer("fish", "fmt", "a.yaml", "")).toEqual(["files"]);
    expect(await answer("fish", "plan", "--chdir", "")).toEqual(["folders"]);
  });

  it("is what can be read where documents are half-written, and nothing where there are none", async () => {
    await stage.write("districts/shelbyville.yaml", "district: shelb\nvendors: { Otus: { versio");
    expect(await words("explain", "spr")).toEqual(["values", "springfield/Bluebird Reading", "springfield/Otus"]);
    await stage.write("rosterform.yaml", "districts: [");
    expect(await words("explain", "")).toEqual(["values"]);
    await rm(join(stage.folder, "rosterform.yaml"));
    expect(await words("explain", "")).toEqual(["values"]);
    expect(await words("no-such-command", "--no-such-option", "")).toEqual(["values"]);
    expect(await answer("bash", "", "")).toContain("values");
    expect(await answer("powershell", "explain", ".")).toEqual(["values"]);
  });
});

describe("a line of bash", () => {
  it.each([
    ["rosterform plan ", ["rosterform", "plan"], "", "", ""],
    ["rosterform explain spr", ["rosterform", "explain"], "spr", "", ""],
    ["A=1 rosterform explain a\\ b", ["rosterform", "explain"], "a b", "", ""],
    ["rosterform plan --target=x", ["rosterform", "plan"], "--target=x", "--target=", ""],
    ["rosterform explain 'a b", ["rosterform", "explain"], "a b", "", "'"],
    ['rosterform explain "a\\"b', ["rosterform", "explain"], 'a"b', "", '"'],
    ["rosterform explain 'a b' c", ["rosterform", "explain", "a b"], "c", "", ""],
  ] as const)("is read as bash reads it: %s", (line, read, current, kept, quote) => {
    expect(readBashLine(line, BREAKS)).toEqual({ words: read, current, kept, quote });
  });

  it("gets answers that bash reads back as the same word, in whatever quotes they are", () => {
    const name = fc
      .string({ unit: "grapheme", minLength: 1, maxLength: 12 })
      .filter((one) => !/[\p{Cc}\uFFFD]/u.test(one));
    const quote = fc.constantFrom("" as const, '"' as const, "'" as const);
    fc.assert(
      fc.property(fc.array(fc.tuple(name, quote), { minLength: 60, maxLength: 60 }), (all) => {
        const typed = all.map(([word, open]) => `${open}${bashReply(word, { kept: "", quote: open })}${open}`);
        const script = `printf '%s\\n' ${typed.join(" ")}`;
        const said = execFileSync("bash", ["--norc", "-c", script], { encoding: "utf8", env: { LC_ALL: "C.UTF-8" } });
        expect(said.split("\n").slice(0, -1)).toEqual(all.map(([word]) => word));
      }),
      { numRuns: 15 },
    );
  });
});

describe("the script", () => {
  it.each(SHELLS)("for %s is printed", async (shell) => {
    const { code, stdout, stderr } = await stage.rosterform(["completion", shell]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain(`rosterform complete ${shell} `);
  });

  it("is refused for a shell that there is none for, and a near one is offered", async () => {
    const { code, stderr } = await stage.rosterform(["completion", "zhs"]);
    expect(code).toBe(1);
    expect(stderr).toContain("cli/unknown-shell");
    expect(stderr).toContain("Did you mean zsh?");
  });
});

/** A shell as a person starts it; `rosterform` completes for real, and else shows the words that it was given. */
const INTERACTIVE: Readonly<Record<string, readonly string[]>> = {
  bash: ["bash", "--norc", "--noprofile", "-i"],
  zsh: ["zsh", "-f", "-i"],
  fish: ["fish", "--no-config", "-i"],
};
const PROMPT: Readonly<Record<string, string>> = {
  bash: "PS1='READ''Y> '; source <(rosterform completion bash)",
  zsh: "PS1='READ''Y> '; autoload -Uz compinit; compinit -D; source <(rosterform completion zsh)",
  fish: "function fish_prompt; echo -n 'READ''Y> '; end; rosterform completion fish | source",
};
/** What is typed up to the tab, what the shell makes of it, and the words that arrive. */
const TYPED = [
  ["rosterform stat\t", "status", "[status]"],
  ["rosterform explain springfield/Bl\t", "Reading", "[explain][springfield/Bluebird Reading]"],
  ["rosterform explain 'springfield/Bl\t", "Reading", "[explain][springfield/Bluebird Reading]"],
  ["rosterform explain sh\t", "north", '[explain][shelbyville/Edlink["north"]]'],
  ["rosterform plan --target=springfield/O\t", "Otus", "[plan][--target=springfield/Otus]"],
  ["rosterform plan --config rosterform.y\t", "yaml", "[plan][--config][rosterform.yaml]"],
] as const;

describe.each(Object.keys(INTERACTIVE))("a real %s", (shell) => {
  const isThere = spawnSync(shell, ["-c", "exit 0"]).status === 0;
  let bin: string;
  beforeAll(async () => {
    buildUnlessFresh();
    const program = join(root, "dist", "cli", "main.js");
    bin = await mkdtemp(join(tmpdir(), "rosterform-bin-"));
    const text = `#!/bin/sh\ncase $1 in comple*) exec '${process.execPath}' '${program}' "$@";; esac\nprintf '[%s]' "$@"; echo\n`;
    await writeFile(join(bin, "rosterform"), text);
    await chmod(join(bin, "rosterform"), 0o755);
  }, 120_000);
  afterAll(async () => {
    await rm(bin, { recursive: true, force: true });
  });

  if (!isThere) console.warn(`SKIPPED: there is no ${shell} on this machine, so its completion was not tried`);
  it.skipIf(!isThere)("completes what is typed, and hands over the whole name", { timeout: 90_000 }, async () => {
    await stage.write(
      "districts/shelbyville.yaml",
      "district: shelbyville\nvendors:\n  Edlink: { connections: { north: { version: 1.2 } } }\n",
    );
    const lines = [
      ["", `${PROMPT[shell]}\r`],
      ...TYPED.flatMap(([typed, completed, arrives], index) => [
        [index === 0 ? "READY> " : TYPED[index - 1]?.[2], typed],
        [completed, "\r"],
        ...(index === TYPED.length - 1 ? [[arrives, "exit\r"]] : []),
      ]),
    ];
    const args = [join(import.meta.dirname, "terminal.py"), JSON.stringify(lines), ...(INTERACTIVE[shell] ?? [])];
    const env = {
      PATH: `${bin}${delimiter}${process.env["PATH"] ?? ""}`,
      HOME: stage.folder,
      TERM: "xterm",
      LC_ALL: "C.UTF-8",
    };
    const { stdout } = await promisify(execFile)("python3", args, { cwd: stage.folder, env });
    const { seen, left }: { seen: string; left: readonly unknown[] } = JSON.parse(stdout);
    expect({ left, seen: left.length === 0 ? "" : seen }).toEqual({ left: [], seen: "" });
    expect(seen.split(/[\r\n]+/u).filter((line) => /\berror\b|not found|no matches/iu.test(line))).toEqual([]);
  });
});
