import { onlyHealing } from "../../plan/healing.ts";
import { summaryOf } from "../../views/drift/report.ts";
import { applyOpened, type ApplyOptions } from "../commands/apply.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Session } from "../session.ts";
import type { Looked } from "./look.ts";

/**
 * Puts back what can be edited, at the drifted addresses and nowhere else: the plan and the road of `apply`, with everything
 * left out of it that generates, enables, disables or takes over. What it leaves stays for a person, a document or `apply`.
 */
export async function heal(
  options: ApplyOptions,
  { session, looked }: { readonly session: Session; readonly looked: Looked },
): Promise<ExitCode> {
  const { out } = session;
  const { drifted } = summaryOf(looked.report);
  const waits = (left: number): ExitCode => (options.detailedExitcode === true && left > 0 ? EXIT.waiting : EXIT.done);
  if (looked.editable.length === 0) {
    out.text(`\n${describeEnd(0, drifted)}`);
    out.json({ type: "heal", put_back: 0, left: drifted });
    return waits(drifted);
  }
  out.text("\n");
  // The addresses are the whole choice: what else was chosen is in them already.
  const { target: _, exclude: __, district: ___, selectTag: ____, ...rest } = options;
  const { code, report } = await applyOpened(
    { ...rest, target: looked.editable },
    { session },
    { command: "heal", narrow: onlyHealing },
  );
  if (report === undefined) return code;
  const left = Math.max(0, drifted - report.counts.changed);
  out.text(describeEnd(report.counts.changed, left));
  out.json({ type: "heal", put_back: report.counts.changed, left });
  return code === EXIT.done ? waits(left) : code;
}

function describeEnd(putBack: number, left: number): string {
  const what = putBack === 0 && left === 0 ? "nothing to put back" : `${putBack} put back, ${left} left`;
  return `Heal: ${what}.`;
}
