import { createThrowAwayStore } from "../../drivers.ts";
import type { DistrictId } from "../../model/address.ts";
import type { LiveDistrict } from "../../model/live.ts";
import { movableClock } from "../../rehearsal/clock.ts";
import { type Rehearsal, rehearse } from "../../rehearsal/rehearse.ts";
import type { Script } from "../../rehearsal/script.ts";
import { judgeRehearsals, longestGapMs } from "../../rehearsal/verdict.ts";
import { describeRehearsals, rehearsedJson } from "../../views/rehearsal-text.ts";
import { EXIT, type ExitCode, interruptedBy } from "../exit-code.ts";
import { tell } from "../output.ts";
import { isWrong, readScripts, type ScriptOptions } from "../rehearsal-script.ts";
import { type DocumentOptions, type SelectingOptions, openSession, type Session } from "../session.ts";
import type { World } from "../world.ts";
import { type Made, planFor } from "./plan.ts";

/** What the command line says. */
export interface SimulateOptions extends DocumentOptions, SelectingOptions, ScriptOptions {
  readonly story?: boolean;
}

/**
 * Plays the plan to its end on a campus that is thrown away. Reads the live store as `plan` does; nothing is written to it,
 * no real site is asked, and no credentials are made that would open anything.
 */
export async function simulate(options: SimulateOptions, world: World): Promise<ExitCode> {
  const session = await openSession(options, world);
  const made = session === undefined ? undefined : await planFor(session, options);
  if (session === undefined || made === undefined) return EXIT.failed;
  const { out, project } = session;
  const addresses = project.desired.districts.flatMap((one) => one.connections.map(({ address }) => address));
  const scripts = readScripts(options, { addresses, now: world.clock.now() });
  if (isWrong(scripts)) {
    tell(out, scripts);
    return EXIT.failed;
  }
  const rehearsals: Rehearsal[] = [];
  for (const script of scripts) {
    if (world.signal.aborted) break;
    rehearsals.push(await playOne(script, { session, made }));
  }
  for (const one of rehearsals) for (const rehearsed of one.addresses) out.json(rehearsedJson(rehearsed, one.days));
  const summary = { rehearsals: rehearsals.length, longest_gap_seconds: longestGapMs(rehearsals) / 1000 };
  out.json({ type: "rehearsal_summary", ...summary });
  out.text(describeRehearsals(rehearsals, { style: out.style, width: out.width, isTold: options.story === true }));
  const wrong = judgeRehearsals(rehearsals);
  tell(out, wrong, wrong.length === 0 ? undefined : await session.locate());
  return interruptedBy(world.signal) ?? (wrong.length > 0 ? EXIT.failed : EXIT.done);
}

/** Every rehearsal has a store and a campus of its own. */
async function playOne(
  script: Script,
  { session, made }: { readonly session: Session; readonly made: Made },
): Promise<Rehearsal> {
  const { project, world } = session;
  const clock = movableClock(script.start);
  const store = await createThrowAwayStore({ clock, by: "campus", observesUse: seesUse(made.live) });
  const { createCampus, faultsOf } = await import("../../server/index.ts");
  const { openRehearsalLines } = await import("../rehearsal-lines.ts");
  const lines = openRehearsalLines(script, project.settings.probe);
  const campus = createCampus({ store, clock, faults: () => lines.troublesNow().flatMap(faultsOf) });
  try {
    await campus.listen();
    return await rehearse(
      {
        desired: project.desired,
        live: made.live,
        script,
        ...(made.plan.partial ? { targets: plannedIn(made) } : {}),
        signal: world.signal,
      },
      { store, clock, ...lines },
    );
  } finally {
    await campus.close();
    await lines.close();
  }
}

function plannedIn({ plan }: Made) {
  return plan.districts.flatMap((one) => one.addresses.map(({ address }) => address));
}

/** Where people keep the store, nobody sees use; one store stands for all districts. */
function seesUse(live: ReadonlyMap<DistrictId, LiveDistrict>): boolean {
  return [...live.values()].every((one) => one.kept === undefined);
}
