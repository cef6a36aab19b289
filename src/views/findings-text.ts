import type { Address } from "../model/address.ts";
import type { Finding, Probed, Verdict } from "../model/evidence.ts";
import { probeVerdict } from "../model/judge.ts";
import { comparedJson, describeCompared } from "./compared.ts";
import { PAGE_WIDTH, padEnd, wrap } from "./layout.ts";
import type { Style } from "./style.ts";

const SIGNS: Readonly<Record<Verdict, string>> = { confirmed: "✓", refuted: "✗", inconclusive: "?" };

/** One climb of the ladder for people, rung by rung: a sign and the word, and one sentence. Ends with a line break. */
export function describeFindings(
  address: Address,
  probed: Probed,
  options: { readonly style: Style; readonly width?: number },
): string {
  const { style, width = PAGE_WIDTH } = options;
  const verdict = probeVerdict([probed]) ?? "inconclusive";
  const lines = probed.findings.flatMap((finding) => rungLines(finding, style, width));
  const compared = describeCompared(probed.findings);
  return `${[style.bold(`# ${address}: ${verdict}`), ...lines, ...compared].join("\n")}\n`;
}

/** The same for machines; `type` names the line in a stream. */
export function findingsJson(address: Address, probed: Probed): unknown {
  const { about, at, by, findings } = probed;
  return {
    type: "findings",
    address,
    verdict: probeVerdict([probed]) ?? "inconclusive",
    about,
    at,
    by,
    findings,
    compared: comparedJson(findings),
  };
}

/** `token yes, orgs yes, schools no`: all rungs in one clause. */
export function describeVerdicts(findings: readonly Finding[]): string {
  return findings.map(({ rung, verdict }) => `${rung} ${WORDS[verdict]}`).join(", ");
}

const WORDS: Readonly<Record<Verdict, string>> = { confirmed: "yes", refuted: "no", inconclusive: "cannot tell" };

function rungLines({ rung, verdict, code, says }: Finding, style: Style, width: number): readonly string[] {
  const front = `  ${SIGNS[verdict]} ${padEnd(rung, 9)}${padEnd(verdict, 13)}`;
  const about = verdict === "confirmed" ? says : `${says} (${code})`;
  const [first = "", ...more] = wrap(about, { width, first: front, rest: " ".repeat(front.length) });
  const paint = verdict === "confirmed" ? style.green : verdict === "refuted" ? style.red : style.yellow;
  return [paint(first.slice(0, front.length)) + first.slice(front.length), ...more];
}
