import type { Diagnostic, Locate } from "../../diagnostics/diagnostic.ts";
import type { Plan } from "../../plan/plan.ts";
import { type Located, sortDiagnostics } from "../diagnostics-text.ts";
import type { Case, Said, Suite } from "./junit.ts";

/** A case for each document; what stands in none of them is a case of its own. */
export function documentSuite(files: readonly string[], diagnostics: readonly Diagnostic[], locate: Locate): Suite {
  const located = sortDiagnostics(diagnostics, locate);
  const named = located.map(fileOf);
  const names = [...new Set([...files, ...named.filter((file) => file !== undefined)])].toSorted();
  const cases = names.map((name) =>
    caseOf(
      name,
      "documents",
      located.filter((one) => fileOf(one) === name),
    ),
  );
  const others = located.filter((one) => fileOf(one) === undefined);
  return {
    name: "documents",
    cases: [...cases, ...(others.length === 0 ? [] : [caseOf("rosterform", "documents", others)])],
  };
}

/** A case for each address of a plan, and for what is wrong with a district or with everything. */
export function planSuite(plan: Plan, locate: Locate): Suite {
  const whole = caseOf("everything", "plan", sortDiagnostics(plan.diagnostics, locate));
  const districts = plan.districts.flatMap(({ district, diagnostics, addresses }) => [
    caseOf(district, "plan", sortDiagnostics(diagnostics, locate)),
    ...addresses.map((one) => caseOf(one.address, district, sortDiagnostics(one.diagnostics, locate))),
  ]);
  return { name: "plan", cases: [whole, ...districts] };
}

function fileOf({ diagnostic, position }: Located): string | undefined {
  return position?.file ?? diagnostic.place?.file;
}

function caseOf(name: string, of: string, located: readonly Located[]): Case {
  const said = (severity: Diagnostic["severity"]): readonly Said[] =>
    located.filter(({ diagnostic }) => diagnostic.severity === severity).map(saidOf);
  return { name, of, errors: said("error"), warnings: said("warning") };
}

function saidOf({ diagnostic, position }: Located): Said {
  const { code, summary, detail, place } = diagnostic;
  const where = position === undefined ? place?.file : `${position.file}:${position.line}:${position.column}`;
  return { code, summary, text: where === undefined ? detail : `${where}\n${detail}` };
}
