import { cp } from "node:fs/promises";
import { packageFile } from "../../src/cli/package-file.ts";
import { type Acting, beginActing } from "./hands-on-stage.ts";
import { openStage, type Stage } from "./stage.ts";

/**
 * A story in a file: `$ ` lines are commands, `% ` lines are stage directions, everything else is what was printed.
 * Playing it again gives the whole file anew, so that the file itself is what is compared.
 *
 * Stage directions: `start the campus`, `clock +49h`, `documents NAME` (an example), `replace FILE: FROM => TO`,
 * `pull SHEET` (a vendor that pasted this sheet pulls), `keep SHEET as NAME` (a vendor keeps what it was given),
 * `by hand: disable ADDRESS`, `by hand: enable ADDRESS`, `by hand: schools A, B of ADDRESS` and
 * `by hand: generate APPLICATION` (somebody clicks in the live system).
 *
 * `a registry kept by hand` opens the other stage, see hands-on-stage.ts. There, `? QUESTION > ANSWER` below a command is
 * what is asked, or its beginning, and what the person answers.
 */
export async function playAgain(text: string): Promise<string> {
  const stage = await openStage();
  const names = createNames();
  const played: string[] = [];
  const lines = text.split("\n");
  let acting: Acting | undefined;
  try {
    for (const [index, line] of lines.entries()) {
      if (line.startsWith("#!")) played.push(line);
      if (line.startsWith("% ")) {
        if (line === "% a registry kept by hand") acting = await beginActing(stage);
        const shown = (await acting?.direct(line.slice(2))) ?? (await direct(stage, line.slice(2)));
        played.push("", line, ...shown.map(names));
      }
      if (line.startsWith("$ ")) {
        const command = line.slice(2);
        const shown =
          acting === undefined || !command.startsWith("rosterform ")
            ? await type(stage, command)
            : await acting.type(wordsOf(command).slice(1), answersBelow(lines.slice(index + 1)));
        played.push("", line, ...shown.map(names));
      }
    }
    acting?.mustNotShowSecrets(played);
  } finally {
    await stage.close();
  }
  return `${played.join("\n").trim()}\n`;
}

function answersBelow(lines: readonly string[]): readonly string[] {
  const end = lines.findIndex((line) => /^[$%] /.test(line));
  return lines.slice(0, end === -1 ? lines.length : end).filter((line) => line.startsWith("? "));
}

async function type(stage: Stage, line: string): Promise<readonly string[]> {
  const [program, ...args] = wordsOf(line);
  if (program === "cat") return (await stage.read(args[0] ?? "")).trimEnd().split("\n");
  if (program !== "rosterform") throw new Error(`no such program on this stage: ${program}`);
  const { code, stdout, stderr } = await stage.rosterform(args);
  const shown = [stdout, stderr].filter((text) => text.trim() !== "").map((text) => text.trimEnd());
  return [...shown.flatMap((text) => text.split("\n")), ...(code === 0 ? [] : [`[exit ${code}]`])];
}

async function direct(stage: Stage, direction: string): Promise<readonly string[]> {
  const [verb = "", ...rest] = direction.split(" ");
  const about = rest.join(" ");
  if (direction === "start the campus") await stage.openCampus();
  else if (verb === "clock") stage.moveClock(about.replace("+", ""));
  else if (verb === "documents") await cp(packageFile(`examples/${about}`), stage.folder, { recursive: true });
  else if (verb === "pull") return [await pulled(stage, about)];
  else if (verb === "keep") {
    const [sheet = "", copy = ""] = about.split(" as ");
    await stage.write(copy, await stage.read(sheet));
  } else if (verb === "replace") {
    const [, file = "", from = "", to = ""] = /^(\S+): (.*) => (.*)$/.exec(about) ?? [];
    const before = await stage.read(file);
    if (!before.includes(from)) throw new Error(`${file} does not hold: ${from}`);
    await stage.write(
      file,
      before.replace(from, () => to),
    );
  } else if (direction.startsWith("by hand: schools ")) {
    const [, schools = "", address = ""] = /^by hand: schools (.+) of (.+)$/.exec(direction) ?? [];
    await stage.editByHand(address, { schools: schools.split(", ") });
  } else if (direction.startsWith("by hand: generate ")) {
    await generateByHand(stage, direction.slice("by hand: generate ".length));
  } else if (direction.startsWith("by hand: ")) {
    const [, kind, address = ""] = /^by hand: (disable|enable) (.+)$/.exec(direction) ?? [];
    await stage.byHand(kind === "enable" ? "enable" : "disable", address);
  } else throw new Error(`no such stage direction: ${direction}`);
  return [];
}

async function generateByHand(stage: Stage, application: string): Promise<void> {
  await stage.atCampus(async (side) => {
    for await (const { district, site } of side.read("all")) {
      if (site === undefined) continue;
      const make = { kind: "other", version: "1.1", schools: "all", share: [] } as const;
      await side.createByHand({ district, site, application, make, by: "kim" });
    }
  });
}

async function pulled(stage: Stage, sheet: string): Promise<string> {
  try {
    return `(the vendor pulls ${await stage.pull(sheet)} users)`;
  } catch (error) {
    return `(the vendor is turned away: ${error instanceof Error ? error.message : "?"})`;
  }
}

function wordsOf(line: string): readonly string[] {
  return [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(([, a, b, c]) => a ?? b ?? c ?? "");
}

/** What is minted at random gets a name by the order in which it is first seen, of the same width. */
function createNames(): (line: string) => string {
  const seen = new Map<string, string>();
  const name = (kind: string) => (found: string) => {
    const known = seen.get(kind + found);
    if (known !== undefined) return known;
    const number = [...seen.keys()].filter((key) => key.startsWith(kind)).length + 1;
    const made = `<${kind}${number}>`.padEnd(Math.min(found.length, 24), "-");
    seen.set(kind + found, made);
    return made;
  };
  return (line) =>
    line
      .replace(/\b[0-9a-f]{64}\b/g, () => "<sha256>")
      .replace(/\bc-[0-9a-f]{24}\b/g, name("id"))
      .replace(/\b[0-9a-f]{32}\b/g, name("client"))
      .replace(/\b[0-9a-f]{9,31}\.\.\./g, () => "<cut>...")
      .replace(/\b[0-9a-f]{4,8}\.\./g, name("c"))
      .replace(/\b[0-9a-f]{16}\b/g, name("print"))
      .replace(/\b[0-9a-f]{4}( [0-9a-f]{4}){3}\b/g, name("spoken"))
      .replace(/ends in [0-9a-f]{4,}/g, "ends in <end>")
      .replace(/127\.0\.0\.1:\d+/g, "127.0.0.1:PORT")
      .trimEnd();
}
