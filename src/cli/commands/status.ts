import { wrap } from "../../views/layout.ts";
import { overlapsOf } from "../../views/overlaps.ts";
import { describeInventories } from "../../views/reported.ts";
import { describeOverlaps, describeStatus, overlapsJson, statusJson } from "../../views/status-text.ts";
import { statusRows } from "../../views/status.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { type DocumentOptions, openSession, type SelectingOptions } from "../session.ts";
import type { World } from "../world.ts";
import { planFor } from "./plan.ts";

/** What the command line says. */
export interface StatusOptions extends DocumentOptions, SelectingOptions {}

/** One row for each address: in use, candidate, evidence, what it waits for. Writes nothing. */
export async function status(options: StatusOptions, world: World): Promise<ExitCode> {
  const session = await openSession(options, world);
  const made = session === undefined ? undefined : await planFor(session, options);
  if (session === undefined || made === undefined) return EXIT.failed;
  const { out } = session;
  const rows = statusRows(made.plan, made.live);
  const overlaps = overlapsOf(made.plan, made.live);
  const how = { style: out.style, width: out.width, now: made.plan.madeAt };
  const registries = describeInventories(made.live).flatMap((one) => wrap(one, { width: out.width, rest: "  " }));
  const kept = registries.length === 0 ? "" : `\n${registries.join("\n")}\n`;
  out.text(`${describeStatus(rows, how)}${describeOverlaps(overlaps, how)}${kept}`);
  for (const row of statusJson(rows)) out.json({ type: "status", ...row });
  for (const overlap of overlapsJson(overlaps)) out.json({ type: "overlap", ...overlap });
  return EXIT.done;
}
