import { documentSuite, planSuite } from "../../views/pipeline/cases.ts";
import { gitlabReport } from "../../views/pipeline/gitlab.ts";
import { junitXml } from "../../views/pipeline/junit.ts";
import { sarifLog } from "../../views/pipeline/sarif.ts";
import { reviewHtml } from "../../views/review/html.ts";
import { reviewMarkdown } from "../../views/review/markdown.ts";
import { VERSION } from "../../version.ts";
import { sha256 } from "../hash.ts";
import type { Facts } from "./facts.ts";

/** Where each report goes: a file, or `-` for stdout. */
export interface ReportFlags {
  readonly markdown?: string;
  readonly html?: string;
  readonly gitlabReport?: string;
  readonly sarif?: string;
  readonly junit?: string;
}

/** A report that is written into one file. */
export interface ReportKind {
  readonly option: keyof ReportFlags;
  readonly flag: string;
  readonly says: string;
  readonly make: (facts: Facts) => string;
}

/** All that there are, in the order in which they are written. */
export const REPORTS: readonly ReportKind[] = [
  { option: "markdown", flag: "--markdown", says: "the review", make: markdown },
  { option: "html", flag: "--html", says: "the page", make: ({ review }) => reviewHtml(review) },
  { option: "gitlabReport", flag: "--gitlab-report", says: "the counts", make: gitlab },
  { option: "sarif", flag: "--sarif", says: "the findings", make: sarif },
  { option: "junit", flag: "--junit", says: "the JUnit report", make: junit },
];

/** The review as Markdown. Each part of a divided fleet is a comment of its own. */
export function markdown({ review, mainFile, shard }: Facts): string {
  const part = shard === undefined ? "" : `-${shard.index}/${shard.count}`;
  return reviewMarkdown(review, { name: `${mainFile}${part}` });
}

/** Where no plan was made, nothing is counted. */
function gitlab({ planned }: Facts): string {
  return json(planned === undefined ? { create: 0, update: 0, delete: 0 } : gitlabReport(planned.plan));
}

function sarif({ command, diagnostics, locate, repository, mainFile }: Facts): string {
  return json(
    sarifLog(diagnostics, { locate, repository, mainFile, category: command, version: VERSION, hash: sha256 }),
  );
}

function junit({ heard, locate, documents, planned, now }: Facts): string {
  const suites = [documentSuite(documents, heard, locate)];
  return junitXml(planned === undefined ? suites : [...suites, planSuite(planned.plan, locate)], now);
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
