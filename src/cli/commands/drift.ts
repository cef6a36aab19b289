import type { Address } from "../../model/address.ts";
import type { Selection } from "../../plan/plan.ts";
import { isPartial, isSelected } from "../../plan/selection.ts";
import { driftJson, describeDrift } from "../../views/drift-text.ts";
import { driftOf } from "../../views/drift.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import {
  type DocumentOptions,
  lookAtLive,
  openSession,
  type SelectingOptions,
  selectionOf,
  type Session,
} from "../session.ts";
import type { World } from "../world.ts";

/** What the command line says. */
export interface DriftOptions extends DocumentOptions, SelectingOptions {
  readonly detailedExitcode?: boolean;
}

/** The addresses a selection chooses; drift of others, also of those no line speaks of any more, is shown without one. */
function chosenAddresses(session: Session, selection: Selection): ReadonlySet<Address> {
  const all = session.project.desired.districts.flatMap((one) => one.connections);
  return new Set(all.filter((one) => isSelected(one, selection)).map((one) => one.address));
}

/** Shows what differs materially from what was last applied. Writes nothing. */
export async function drift(options: DriftOptions, world: World): Promise<ExitCode> {
  const session = await openSession(options, world);
  if (session === undefined) return EXIT.failed;
  const selection = selectionOf(options, session);
  if (selection === undefined) return EXIT.failed;
  const live = await lookAtLive(session);
  const chosen = chosenAddresses(session, selection);
  const drifts = driftOf(live.values()).filter(({ address }) => !isPartial(selection) || chosen.has(address));
  session.out.text(describeDrift(drifts, { style: session.out.style, width: session.out.width }));
  session.out.json({ type: "drift", resource_drift: driftJson(drifts) });
  return options.detailedExitcode === true && drifts.length > 0 ? EXIT.changes : EXIT.done;
}
