import { problem } from "../../diagnostics/diagnostic.ts";
import { openRegistry } from "../../drivers.ts";
import { dayOf, parseDay } from "../../model/time.ts";
import { describeDistrictInventory } from "../../views/inventory/list.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { tell } from "../output.ts";
import { openSession, type Session } from "../session.ts";
import { namedBy } from "../../identity.ts";
import type { World } from "../world.ts";
import { choose, type ChoosingOptions } from "./inventory.ts";

/** What the command line says of a signature. */
export interface SignOptions extends ChoosingOptions {
  readonly by?: string;
  readonly asOf?: string;
  /** How many connections the site has, where nobody can be asked. */
  readonly connections?: number;
  readonly input?: string;
}

/**
 * A named person says that the registry of a site is complete. They have to say how many connections Campus shows: who
 * only presses a key has not counted.
 */
export async function signInventory(options: SignOptions, world: World): Promise<ExitCode> {
  const session = await openSession(options, world);
  const chosen = session === undefined ? undefined : await choose(options, session);
  if (session === undefined || chosen === undefined) return EXIT.failed;
  const { out, project } = session;
  const by = options.by?.trim() || namedBy(world.env);
  const asOf = options.asOf === undefined ? dayOf(world.clock.now()) : parseDay(options.asOf);
  if (by === undefined) return refuse(session, "cli/inventory-name", "Say with --by who signs.");
  if (asOf === undefined || asOf > dayOf(world.clock.now()))
    return refuse(session, "cli/inventory-day", "--as-of takes a day that has come, such as 2027-03-01.");
  const [one, ...others] = chosen;
  if (one === undefined || others.length > 0)
    return refuse(session, "cli/inventory-district", "Sign one district at a time; name it with --district.");
  out.text(describeDistrictInventory(one.desired, one.live, { now: world.clock.now(), width: out.width }));
  const known = one.live.connections.length;
  const counted = await count(options, world);
  if (counted !== known) {
    const said = counted === undefined ? "Nobody said how many there are" : `Campus is said to have ${counted}`;
    return refuse(
      session,
      "cli/inventory-count",
      `${said}; the registry of ${one.desired.district} has ${known}, disabled ones included. Record what is missing with \`rosterform adopt\`, then count again. Nothing was signed.`,
    );
  }
  const registry = await openRegistry(project.settings.store, { ...session.writing, by });
  try {
    const { district, site } = one.desired;
    const signed = await registry.signInventory({ district, site, by, asOf });
    out.text(`\nSigned: ${by} says that on ${asOf} these were all connections of ${district}.`);
    out.json({ type: "inventory", district, signed });
    return EXIT.done;
  } finally {
    await registry.close();
  }
}

async function count({ connections, input }: SignOptions, world: World): Promise<number | undefined> {
  if (connections !== undefined) return connections;
  if (input === "false" || !world.canAsk) return undefined;
  const said = (
    await world.ask("\nHow many OneRoster connections does Campus show for this site, disabled ones included? ")
  ).trim();
  return /^\d+$/.test(said) ? Number(said) : undefined;
}

function refuse({ out }: Session, code: string, detail: string): ExitCode {
  tell(out, [problem({ code, summary: "The inventory is not signed", detail })]);
  return EXIT.failed;
}
