import { InvalidArgumentError } from "commander";
import { type Diagnostic, problem, warning } from "../diagnostics/diagnostic.ts";
import type { DistrictId } from "../model/address.ts";
import type { Plan } from "../plan/plan.ts";
import { type DigestFindings, judgeDigests, kindsOf, type SaidDigest } from "../plan/said-digests.ts";
import { sha256 } from "./hash.ts";

/** Gathers the digests of a command line: `SHA` of the whole plan or of a district, or `DISTRICT=SHA`. */
export function digests(value: string, before: readonly SaidDigest[] = []): readonly SaidDigest[] {
  const [, district, digest] = /^(?:([a-z0-9][a-z0-9-]{0,63})=)?([0-9a-f]{64})$/.exec(value) ?? [];
  if (digest === undefined)
    throw new InvalidArgumentError(
      "It takes a digest as `rosterform plan` prints it (64 signs, 0 to 9 and a to f), or DISTRICT=DIGEST.",
    );
  return [...before, { digest, ...(district === undefined ? {} : { district }) }];
}

/** Districts that may be walked, and what is wrong with the digests of the others. */
export interface HeldDigests {
  readonly approved: ReadonlySet<DistrictId>;
  readonly diagnostics: readonly Diagnostic[];
}

/** Holds the digests that were handed in against the plan of now. */
export function holdAgainstDigests(plan: Plan, said: readonly SaidDigest[]): HeldDigests {
  const found = judgeDigests(said, plan, sha256);
  const { approved, moved, unknown, unsaid } = found;
  return {
    approved,
    diagnostics: [
      ...moved.map((one) => describeMoved(one, found, plan)),
      ...unknown.map((one) => describeUnknown(one, found, plan)),
      ...(unknown.length > 0 || unsaid.length === 0 ? [] : [describeUnsaid(unsaid, plan)]),
    ],
  };
}

function describeMoved({ district = "", digest }: SaidDigest, { now }: DigestFindings, plan: Plan): Diagnostic {
  const today = now.districts[district];
  const said =
    today === undefined
      ? "is not part of the plan of now"
      : `moved since it was reviewed: reviewed was ${digest}, now it is ${today} (${kindsOf(plan, district)})`;
  return problem({
    code: "cli/plan-stale",
    summary: "The plan was reviewed for another state of things",
    detail: `${district} ${said}. Nothing was done there. Plan and review it again; a plan file (\`plan --out\`) names the addresses that moved.`,
  });
}

/** A digest alone does not say of what it was; what may be meant are the districts that no other digest speaks of. */
function describeUnknown({ digest }: SaidDigest, { now, approved, unsaid }: DigestFindings, plan: Plan): Diagnostic {
  const left = approved.size === 0 ? "Nothing was done." : "Nothing was done in districts that no digest speaks of.";
  const maybe = unsaid
    .slice(0, MOST_NAMED)
    .map((one) => `${one} is now ${now.districts[one] ?? ""} (${kindsOf(plan, one)})`);
  const more = unsaid.length > MOST_NAMED ? `; and ${unsaid.length - MOST_NAMED} more districts` : "";
  const named = maybe.length === 0 ? "" : ` Compare with what was reviewed: ${maybe.join("; ")}${more}.`;
  return problem({
    code: "cli/digest-differs",
    summary: "The plan of now is not the one that was reviewed",
    detail: `Reviewed was ${digest}, the plan of now is ${now.whole}, and no district's digest is that one. ${left}${named} A plan file (\`plan --out\`) would name what moved; review the plan again.`,
  });
}

function describeUnsaid(unsaid: readonly DistrictId[], plan: Plan): Diagnostic {
  const shown = unsaid.slice(0, MOST_NAMED).map((one) => `${one} (${kindsOf(plan, one)})`);
  const more = unsaid.length > MOST_NAMED ? ` and ${unsaid.length - MOST_NAMED} more districts` : "";
  return warning({
    code: "cli/digest-missing",
    summary: "No digest was handed in for a district in which something is to be done",
    detail: `Left alone: ${shown.join(", ")}${more}. Review the plan of it and hand in its digest, too, or that of the whole plan.`,
  });
}

const MOST_NAMED = 5;
