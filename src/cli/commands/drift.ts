import { describeDrift, driftReportJson, summaryOf } from "../../views/drift/report.ts";
import { lookForDrift } from "../drift/look.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { NOWHERE } from "../output.ts";
import { openSession, type SelectingOptions, selectionOf } from "../session.ts";
import type { World } from "../world.ts";
import type { ApplyOptions } from "./apply.ts";

/** What the command line says. */
export interface DriftOptions
  extends SelectingOptions,
    Pick<
      ApplyOptions,
      | "config"
      | "chdir"
      | "json"
      | "jsonInto"
      | "quiet"
      | "concise"
      | "color"
      | "lockTimeout"
      | "autoApprove"
      | "digest"
      | "notify"
      | "input"
      | "parallelism"
      | "detailedExitcode"
    > {
  readonly heal?: boolean;
  /** Connections without use for so long, in milliseconds. */
  readonly stale?: number;
  /** Secrets older than this, in milliseconds. */
  readonly rotateOlderThan?: number;
}

/**
 * Shows what differs materially from what was last applied, who could have done it and what can be done; connections that
 * nobody manages; and where it is asked for, those without use and old secrets. Writes nothing without `--heal`.
 */
export async function drift(options: DriftOptions, world: World): Promise<ExitCode> {
  const session = await openSession(options, world);
  if (session === undefined) return EXIT.failed;
  const selection = selectionOf(options, session);
  if (selection === undefined) return EXIT.failed;
  const { stale, rotateOlderThan } = options;
  const looked = await lookForDrift(session, {
    selection,
    ...(stale === undefined ? {} : { staleMs: stale }),
    ...(rotateOlderThan === undefined ? {} : { rotateMs: rotateOlderThan }),
  });
  const isHealing = options.heal === true;
  const report = isHealing ? { ...looked.report, unmanaged: [] } : looked.report;
  const isShown = report.findings.length + (report.rotation === undefined ? 0 : 1) > 0;
  const locate = isShown ? await session.locate() : NOWHERE;
  const { out } = session;
  const now = world.clock.now();
  out.text(describeDrift(report, { style: out.style, width: out.width, locate, now }));
  out.json(driftReportJson(report, locate, now));
  if (isHealing) {
    const { heal } = await import("../drift/heal.ts");
    return heal(options, { session, looked });
  }
  const { drifted, stale: unused = 0, due = 0 } = summaryOf(report);
  return options.detailedExitcode === true && drifted + unused + due > 0 ? EXIT.changes : EXIT.done;
}
