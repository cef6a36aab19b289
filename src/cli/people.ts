import type { Command } from "commander";
import type { Finish } from "./options.ts";
import type { World } from "./world.ts";

/**
 * Commands for people: the inventory of a site that is kept by hand, the runbook and its walk-through, hand-over receipts,
 * letters and task lists.
 */
export function peopleCommands(_program: Command, _world: World, _finish: Finish): void {}
