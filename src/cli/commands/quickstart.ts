import { join, relative } from "node:path";
import { invariant } from "../../diagnostics/invariant.ts";
import { createStore, openWriter } from "../../drivers.ts";
import { type Address, parseAddress } from "../../model/address.ts";
import { DAY_MS, HOUR_MS } from "../../model/time.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { movableClock } from "../../rehearsal/clock.ts";
import { ago, edit, makeFolder, putDocuments } from "../quickstart/setting.ts";
import { createStory, type Story } from "../quickstart/story.ts";
import type { World } from "../world.ts";

/** What the command line says. */
export interface QuickstartOptions {
  readonly folder?: string;
}

type Run = Parameters<typeof createStory>[0]["run"];

/**
 * The main job once, on a throw-away campus: real documents, a real store, real HTTP, scripted vendors, and a clock that
 * is moved by hand so that sync periods of days pass in seconds. Every command it shows is the command itself.
 */
export async function quickstart(options: QuickstartOptions, world: World, run: Run): Promise<ExitCode> {
  const folder = await makeFolder(world, options.folder);
  const clock = movableClock(ago(world.clock, SPRING_MS + 2 * DAY_AND_HOUR_MS));
  const settings = {
    kind: "sqlite",
    path: join(folder, "campus.db"),
    keyFile: join(folder, "rosterform.key"),
  } as const;
  await createStore(settings, { clock });
  const store = await openWriter(settings, { clock, by: "campus" });
  const { createCampus } = await import("../../server/index.ts");
  const campus = createCampus({ store, clock, operators: [] });
  try {
    const origin = await campus.listen({ port: 0 });
    const story = createStory({ folder, clock, world, run, store });
    story.say(`The reference campus answers at ${origin}; everything is kept in ${folder}.`);
    await spring(story, folder);
    await summer(story, folder);
    await twoDaysLater(story, folder);
    await ending(story, { folder, origin, world });
    return EXIT.done;
  } finally {
    await campus.close();
    await store.close();
  }
}

/** The story begins so long ago that it ends now: what the reader goes on with by hand is fresh. */
const SPRING_MS = 3 * DAY_MS;
const DAY_AND_HOUR_MS = DAY_MS + HOUR_MS;

const QUIZ = at("springfield/Old Quiz Tool");
const MATH = at("shelbyville/Maple Math");
const SPRING: readonly Address[] = [
  QUIZ,
  MATH,
  at("springfield/Google Classroom"),
  at("springfield/Schoology"),
  at("springfield/Otus"),
  at("springfield/Bluebird Reading"),
  at("shelbyville/Schoology"),
  at('shelbyville/Edlink["north"]'),
  at('shelbyville/Edlink["south"]'),
  at("north-haverbrook/Google Classroom"),
  at("north-haverbrook/Schoology"),
  at("north-haverbrook/Eduready360"),
];

function at(text: string): Address {
  const address = parseAddress(text);
  invariant(address !== undefined, "the story names addresses");
  return address;
}

async function spring(story: Story, folder: string): Promise<void> {
  story.chapter("Before: the connections as they were in spring (examples/agency-before)");
  await putDocuments("agency-before", folder);
  await story.run(["apply", "--auto-approve", "--quiet", "--concise"], { isShown: false });
  story.say("12 connections are in use. Every vendor has its four values and pulls at night.");
  await story.paste(SPRING);
  await story.pullAll();
  story.pass(SPRING_MS, "Three days pass. Old Quiz Tool stops pulling; the others go on.");
  await story.pullAll({ except: [QUIZ] });
}

async function summer(story: Story, folder: string): Promise<void> {
  story.chapter("A change: the documents of summer (examples/agency)");
  await putDocuments("agency", folder);
  await story.run(["plan"]);
  await story.run(["apply", "--auto-approve", "--concise"]);
  story.say("Nothing was taken from anybody: the old connections work next to the new ones.");
  await story.showSheet(at("springfield/Schoology"));
}

async function twoDaysLater(story: Story, folder: string): Promise<void> {
  story.chapter("Two vendors move, one says so by mail, one stays silent, one move is reverted");
  await story.paste([
    at("springfield/Schoology"),
    at("springfield/Bluebird Reading"),
    at("north-haverbrook/Manage1to1"),
  ]);
  story.say("Schoology in Springfield and Bluebird Reading paste the new values and pull with them.");
  await story.pullAll({ except: [QUIZ, MATH] });
  await story.run([
    "confirm",
    "shelbyville/Maple Math",
    "--attest",
    "--by",
    "lee@shelbyville.example.org",
    "--reason",
    "Maple Math confirmed the move by mail",
  ]);
  const [before, after] = await edit(
    join(folder, "districts", "north-haverbrook.yaml"),
    "Eduready360: { version: 1.2",
    "Eduready360: { version: 1.1",
  );
  story.say(`North Haverbrook changes its mind:\n  - ${before}\n  + ${after}`);
  for (const day of [1, 2]) {
    story.pass(DAY_AND_HOUR_MS, `Day ${day} passes; every vendor pulls with the values it has.`);
    await story.pullAll({ except: [QUIZ, MATH] });
  }
  await story.run(["apply", "--auto-approve", "--concise"]);
}

async function ending(
  story: Story,
  { folder, origin, world }: { readonly folder: string; readonly origin: string; readonly world: World },
): Promise<void> {
  story.chapter("How everything stands");
  await story.run(["status"]);
  const silent = await story.stillWorks(at("shelbyville/Schoology"));
  const survivor = await story.stillWorks(at("north-haverbrook/Eduready360"));
  invariant(silent && survivor, "the connections of a silent vendor and of a reverted move still work");
  story.say(
    "Checked: Schoology in Shelbyville never moved and still pulls with its old connection;\nEduready360 was reverted and still pulls with its own.",
  );
  const where = relative(world.cwd, folder);
  story.say(
    [
      "Go on by hand (nothing is left running):",
      ...alias(),
      `  cd ${where.startsWith("..") ? folder : where}`,
      `  rosterform serve --port ${new URL(origin).port}     # in a second terminal; the same address as before`,
      "  rosterform plan",
      "  rosterform explain shelbyville/Schoology",
      "  rosterform confirm --all",
    ].join("\n"),
  );
}

/** How to call this very build, where it is not installed as a command. */
function alias(): readonly string[] {
  const [, script] = process.argv;
  return script?.endsWith("main.js") === true ? [`  alias rosterform="node ${script}"`] : [];
}
