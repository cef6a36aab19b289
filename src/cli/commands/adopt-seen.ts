import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { OutsideError } from "../../diagnostics/outside-error.ts";
import { problem } from "../../diagnostics/diagnostic.ts";
import { openRegistry } from "../../drivers.ts";
import type { DesiredDistrict } from "../../model/desired.ts";
import { csvTemplate, readInventory } from "../adopting/csv.ts";
import type { Seen } from "../adopting/seen.ts";
import { askTile } from "../adopting/tiles.ts";
import { EXIT, type ExitCode, interruptedBy } from "../exit-code.ts";
import { folderOf, openOutput, tell } from "../output.ts";
import { openSession, selectionOf, type Session } from "../session.ts";
import type { World } from "../world.ts";
import { writeWhole } from "../write-whole.ts";
import { adopt, type AdoptOptions } from "./adopt.ts";
import { signInventory } from "./inventory-sign.ts";

/** What the command line says where a person tells what exists in Campus. */
export interface SeenOptions extends AdoptOptions {
  readonly by?: string;
  readonly csv?: string;
  readonly csvTemplate?: boolean;
  readonly interactive?: boolean;
  readonly out?: string;
  readonly input?: string;
}

/** Tells the registry what exists in Campus, from a table or question by question, then lists what nobody manages. */
export async function adoptSeen(options: SeenOptions, world: World): Promise<ExitCode> {
  if (options.csvTemplate === true) return writeTemplate(options, world);
  const session = await openSession(options, world);
  if (session === undefined || selectionOf(options, session) === undefined) return EXIT.failed;
  const by = options.by?.trim() || world.by;
  return options.csv === undefined
    ? await askAll({ ...options, by }, session)
    : await takeTable({ ...options, by, csv: options.csv }, session);
}

async function writeTemplate(options: SeenOptions, world: World): Promise<ExitCode> {
  const out = openOutput(options, world);
  if (options.out === undefined) out.text(csvTemplate());
  else {
    await writeWhole(folderOf(options, world), options.out, csvTemplate());
    out.progress(`Saved the empty table to ${options.out}. One line is one connection; the secret may be left out.`);
  }
  return EXIT.done;
}

async function takeTable(
  options: SeenOptions & { readonly by: string; readonly csv: string },
  session: Session,
): Promise<ExitCode> {
  const { world, out, project } = session;
  const text = await readFile(resolve(folderOf(options, world), options.csv), "utf8").catch((cause: unknown) => {
    throw new OutsideError("cli/csv-unreadable", `The table ${options.csv} cannot be read`, {
      cause,
      fix: "Name a readable file; `rosterform adopt --csv-template` writes an empty one.",
    });
  });
  const { seen, diagnostics } = readInventory(text, options.csv, project.desired.districts);
  if (diagnostics.length > 0) {
    tell(out, diagnostics);
    return EXIT.failed;
  }
  await report(seen, options.by, session);
  out.text(`Recorded: ${seen.length} connections from ${options.csv}, reported by ${options.by}.`);
  if (seen.some((one) => one.clientSecret !== undefined))
    out.progress(`${options.csv} holds secrets: delete it now. The registry keeps them sealed.`);
  out.progress("");
  return await adopt(options, world);
}

async function askAll(options: SeenOptions & { readonly by: string }, session: Session): Promise<ExitCode> {
  const { world, out, project } = session;
  if (options.input === "false" || !world.canAsk)
    return refuse(session, "Nobody is there to ask. Fill in a table instead: `rosterform adopt --csv-template`.");
  const wanted = options.district ?? [];
  const districts = project.desired.districts.filter((one) => wanted.length === 0 || wanted.includes(one.district));
  for (const district of districts) {
    if (!(await askDistrict(district, options, session)) || world.signal.aborted) break;
  }
  const interrupted = interruptedBy(world.signal);
  if (interrupted !== undefined) return interrupted;
  out.progress("");
  return await adopt(options, world);
}

/** Tile by tile; each is recorded as soon as it is told, so that stopping loses the one being told at most. */
async function askDistrict(
  district: DesiredDistrict,
  options: SeenOptions & { readonly by: string },
  session: Session,
): Promise<boolean> {
  const { world, out } = session;
  const { host, app } = district.site;
  out.text(
    `# ${district.district}\nOpen "Digital Learning Applications" in Campus at ${host} (district ${app}).\nTell every OneRoster connection of every tile, disabled ones too. \`?\` helps.`,
  );
  for (;;) {
    const told = await askTile(district, world);
    if (told.kind === "done") break;
    await report([told.seen], options.by, session);
    out.text(`Recorded: ${told.seen.application} ${told.seen.make.version}, reported by ${options.by}.`);
  }
  if (world.signal.aborted) return false;
  const said = (await world.ask("Is this every connection that Campus shows for this site? (yes / no): ")).trim();
  if (said.toLowerCase() !== "yes") return true;
  await signInventory({ ...options, district: [district.district] }, world);
  return true;
}

async function report(seen: readonly Seen[], by: string, { project, writing }: Session): Promise<void> {
  const registry = await openRegistry(project.settings.store, { ...writing, by });
  try {
    for (const one of seen) {
      const site = project.desired.districts.find(({ district }) => district === one.district)?.site;
      if (site !== undefined) await registry.reportFound({ ...one, site, by });
    }
  } finally {
    await registry.close();
  }
}

function refuse({ out }: Session, detail: string): ExitCode {
  tell(out, [problem({ code: "cli/cannot-adopt", summary: "What exists cannot be recorded", detail })]);
  return EXIT.failed;
}
