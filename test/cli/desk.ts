import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import type { World } from "../../src/cli/world.ts";
import { createStore, openReader } from "../../src/drivers.ts";
import { openStage, type Shown, type Stage } from "./stage.ts";

/** Two districts with three connections, a catalogue and an empty store: what trouble is made at. */
export const DOCUMENTS = {
  "rosterform.yaml": `districts: districts/*.yaml
catalogue: vendors.yaml
store: { kind: sqlite, path: ./campus.db }
deliver: { kind: file, folder: ./credentials }
`,
  "vendors.yaml": `vendors:
  Otus: { status: partner, versions: [1.1], data: [demographics] }
  Schoology: { status: partner, versions: [1.1, 1.2] }
  Bluebird Reading: { status: other, versions: [1.2] }
`,
  "districts/shelbyville.yaml": `district: shelbyville
site: { host: cloud.example.org, app: shelbyville, kind: sandbox }
vendors:
  Schoology: { version: 1.1, kind: supported }
`,
  "districts/springfield.yaml": `district: springfield
site: { host: cloud.example.org, app: springfield, kind: sandbox }
vendors:
  Bluebird Reading: { version: 1.2, kind: other, schools: [Lincoln] }
  Otus: { version: 1.1, kind: supported, share: [demographics] }
`,
} as const;

/** A stage with documents on it and an empty store. */
export async function openDesk(): Promise<Stage> {
  const stage = await openStage();
  await mkdir(join(stage.folder, "districts"));
  for (const [file, text] of Object.entries(DOCUMENTS)) await stage.write(file, text);
  const { path, keyFile } = { path: join(stage.folder, "campus.db"), keyFile: join(stage.folder, "rosterform.key") };
  await createStore({ kind: "sqlite", path, keyFile }, { clock: stage });
  return stage;
}

/** Replaces a text in a document; fails when it is not there. */
export async function edit(stage: Stage, file: string, from: string, to: string): Promise<void> {
  const text = await stage.read(file);
  expect(text).toContain(from);
  await stage.write(
    file,
    text.replace(from, () => to),
  );
}

/** What one trouble looks like: its code, and what its text says about what, where, why and how to go on. */
export interface Expected {
  readonly code: string;
  readonly says: readonly string[];
}

/** Runs a command that is in trouble: one clear error, exit 1, everything as before, the same for machines. */
export async function expectTrouble(
  stage: Stage,
  args: readonly string[],
  expected: Expected,
  more: Partial<World> = {},
): Promise<Shown> {
  const before = await everythingOn(stage);
  const shown = await stage.rosterform(args, more);
  expectOneError(shown, expected);
  const told = await stage.rosterform([...args, "--json"], more);
  expect(told.code).toBe(1);
  expect(diagnosticsIn(told.stdout)).toMatchObject([{ severity: "error", code: expected.code }]);
  expect(told.stderr).toBe("");
  expect(await everythingOn(stage)).toEqual(before);
  return shown;
}

/** Exactly one error with this code, in sentences, without a stack trace. */
export function expectOneError({ code, stderr, stdout }: Shown, expected: Expected): void {
  const text = stderr.replace(/\s+/g, " ");
  expect(text).toContain(`(${expected.code})`);
  for (const said of expected.says) expect(text).toContain(said);
  expect(stderr.match(/^(Error|Warning): /gm)).toEqual(["Error: "]);
  expect(stdout).not.toMatch(/^(Error|Warning): /m);
  for (const printed of [stdout, stderr]) {
    expect(printed).not.toMatch(/^\s+at .*:\d+/m);
    expect(printed).not.toMatch(/bug in rosterform|node:|\[object |undefined|\bNaN\b|SqliteError|ERR_/);
  }
  expect(code).toBe(1);
}

/** The diagnostics among lines of JSON, each of which must parse. */
function diagnosticsIn(stdout: string): readonly { readonly code: string; readonly detail: string }[] {
  return linesOf(stdout).flatMap((line) => (isDiagnosticLine(line) ? [line.diagnostic] : []));
}

interface DiagnosticLine {
  readonly diagnostic: { readonly code: string; readonly detail: string };
}

function isDiagnosticLine(line: unknown): line is DiagnosticLine {
  return typeof line === "object" && line !== null && "type" in line && line.type === "diagnostic";
}

/** One object a line, every line whole. */
export function linesOf(stdout: string): readonly unknown[] {
  expect(stdout === "" || stdout.endsWith("\n")).toBe(true);
  return stdout
    .split("\n")
    .slice(0, -1)
    .map((line): unknown => JSON.parse(line));
}

/** Every file on the stage with its mode and content, and everything the store answers; SQLite's own logs left out. */
export async function everythingOn({ folder }: Stage): Promise<Readonly<Record<string, string>>> {
  const all: Record<string, string> = {};
  const look = (below: string): void => {
    for (const entry of readdirSync(join(folder, below), { withFileTypes: true })) {
      const name = join(below, entry.name);
      if (/\.db-(wal|shm)$/.test(name)) continue;
      const { mode } = statSync(join(folder, name));
      const content = entry.isFile()
        ? createHash("sha256")
            .update(readFileSync(join(folder, name)))
            .digest("hex")
        : "";
      all[name] = `${(mode & 0o7777).toString(8)} ${content}`;
      if (entry.isDirectory()) look(name);
    }
  };
  look("");
  for (const name of Object.keys(all).filter((one) => one.endsWith(".db"))) {
    all[name] = (await contentOf(join(folder, name))) ?? all[name] ?? "";
  }
  return all;
}

/** Districts and journal; nothing when the file is no store that can be read. */
async function contentOf(path: string): Promise<string | undefined> {
  const clock = { now: () => "2027-01-01T00:00:00.000Z" as never };
  const reader = await openReader({ kind: "sqlite", path, keyFile: "" }, { clock }).catch(() => undefined);
  if (reader === undefined) return undefined;
  try {
    const districts: unknown[] = [];
    for await (const district of reader.read("all")) districts.push(district);
    const journal: unknown[] = [];
    for await (const entry of reader.journal()) journal.push(entry);
    return JSON.stringify({ districts, journal });
  } catch {
    return undefined;
  } finally {
    await reader.close();
  }
}
