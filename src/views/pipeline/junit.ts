import type { Instant } from "../../model/time.ts";

/** One thing that was looked at: a document, or an address of a plan. */
export interface Case {
  readonly name: string;
  /** What it belongs to: `documents`, or a district. */
  readonly of: string;
  readonly errors: readonly Said[];
  readonly warnings: readonly Said[];
}

export interface Said {
  readonly code: string;
  readonly summary: string;
  /** Where, what and how to fix it. */
  readonly text: string;
}

export interface Suite {
  readonly name: string;
  readonly cases: readonly Case[];
}

/**
 * A report in the XML of JUnit, strict enough for the schema of Ant's task: a case fails once, whatever is wrong with it, and
 * warnings stand in its output. No host is named and no time measured.
 */
export function junitXml(suites: readonly Suite[], at: Instant): string {
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    "<testsuites>",
    ...suites.flatMap((suite, index) => suiteXml(suite, index, at)),
    "</testsuites>",
    "",
  ].join("\n");
}

function suiteXml({ name, cases }: Suite, index: number, at: Instant): readonly string[] {
  const failures = cases.filter((one) => one.errors.length > 0).length;
  const warnings = cases.flatMap((one) => one.warnings.map((said) => `${one.name}: ${described(said)}`));
  const head = attributes({
    id: String(index),
    package: "rosterform",
    name,
    timestamp: at.slice(0, 19),
    hostname: "localhost",
    tests: String(cases.length),
    failures: String(failures),
    errors: "0",
    time: "0",
  });
  return [
    `  <testsuite${head}>`,
    "    <properties/>",
    ...cases.flatMap(caseXml),
    `    <system-out>${text(warnings.join("\n\n"))}</system-out>`,
    "    <system-err/>",
    "  </testsuite>",
  ];
}

function caseXml({ name, of, errors }: Case): readonly string[] {
  const head = `    <testcase${attributes({ name, classname: of, time: "0" })}`;
  const [first] = errors;
  if (first === undefined) return [`${head}/>`];
  const more = errors.length === 1 ? "" : ` (and ${errors.length - 1} more)`;
  const failure = attributes({ message: `${first.summary}${more}`, type: first.code });
  return [
    `${head}>`,
    `      <failure${failure}>${text(errors.map(described).join("\n\n"))}</failure>`,
    "    </testcase>",
  ];
}

function described({ code, summary, text: said }: Said): string {
  return `${summary} (${code})\n${said}`;
}

function attributes(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${text(value).replaceAll("\n", "&#10;").replaceAll("\t", "&#9;")}"`)
    .join("");
}

/** Text of an XML file: what XML cannot hold, not even by its number, and what steers a terminal becomes a replacement. */
function text(value: string): string {
  return value
    .replace(/[^\t\n\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "\ufffd")
    .replace(/[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/gu, "\ufffd")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
