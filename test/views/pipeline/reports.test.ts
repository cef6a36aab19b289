import { DOMParser } from "@xmldom/xmldom";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Diagnostic, problem, warning } from "../../../src/diagnostics/diagnostic.ts";
import type { Address } from "../../../src/model/address.ts";
import type { Instant } from "../../../src/model/time.ts";
import { documentSuite, planSuite } from "../../../src/views/pipeline/cases.ts";
import { gitlabReport } from "../../../src/views/pipeline/gitlab.ts";
import { junitXml } from "../../../src/views/pipeline/junit.ts";
import { sarifLog } from "../../../src/views/pipeline/sarif.ts";
import { planJson } from "../../../src/views/plan-json.ts";
import { diagnosticsIn } from "../../../src/views/plan-text.ts";
import { againstJunit, againstSarif } from "../../setup/report-schemas.ts";
import { digestsOf, everything, locate, sha256, versionMove } from "../stories.ts";

const AT = "2027-06-17T08:00:00.000Z" as Instant;
const nowhere = (): undefined => undefined;
const { plan } = everything();

const odd = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "<",
        "&",
        "]]>",
        '"',
        "'",
        "\n",
        "\t",
        "\r",
        "\u0000",
        "\u001b",
        "\ufffe",
        "\ud800",
        "\u0085",
        "é",
        "\u{1f600}",
        "a b",
      ),
      fc.string({ maxLength: 5 }),
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(""));

function sarif(diagnostics: readonly Diagnostic[], where: Parameters<typeof sarifLog>[1]["locate"] = locate) {
  const log = sarifLog(diagnostics, {
    locate: where,
    repository: (file) => `onerosters/${file}`,
    version: "0.1.0",
    hash: sha256,
    category: "plan",
    mainFile: "rosterform.yaml",
  });
  return JSON.parse(JSON.stringify(log));
}

describe("a SARIF log", () => {
  it("of a plan keeps to the schema of SARIF 2.1.0", () => {
    expect(againstSarif(sarif(diagnosticsIn(plan)))).toEqual([]);
    expect(againstSarif(sarif([]))).toEqual([]);
  });

  it("would be found wrong", () => {
    expect(againstSarif({ ...sarif([]), version: "2.0.0" })).not.toEqual([]);
    expect(againstSarif({ version: "2.1.0", runs: [{ tool: {} }] })).not.toEqual([]);
  });

  it("keeps to it whatever is said, and wherever", () => {
    fc.assert(
      fc.property(odd, odd, odd, fc.boolean(), (summary, detail, file, isPlaced) => {
        const at = { file: `a${file}`, line: 3, column: 5, snippet: detail };
        const log = sarif(
          [warning({ code: "x/y", summary, detail, ...(isPlaced ? { at } : {}), address: "a/B" as Address })],
          nowhere,
        );
        expect(againstSarif(log)).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });

  it("names the line, the address and the rule of a finding", () => {
    const [run] = sarif(diagnosticsIn(plan)).runs;
    expect(run.tool.driver.rules.map(({ id }: { id: string }) => id)).toEqual([
      "plan/disabled-outside",
      "plan/loss-not-accepted",
      "plan/still-in-use",
    ]);
    expect(run.results).toHaveLength(4);
    expect(run.results[0]).toMatchObject({
      ruleId: "plan/loss-not-accepted",
      ruleIndex: 1,
      level: "error",
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: "onerosters/springfield.yaml", uriBaseId: "%SRCROOT%" },
            region: { startLine: 6, startColumn: 3, endLine: 6 },
          },
        },
      ],
    });
  });

  it("gives what stands in no file to the first document, because code hosts take nothing without a place", () => {
    const [run] = sarif([problem({ code: "x/y", summary: "s", detail: "d" })]).runs;
    expect(run.results[0].locations[0].physicalLocation.artifactLocation.uri).toBe("rosterform.yaml");
  });

  it("keeps the fingerprint of a finding when its line moves", () => {
    const found = (line: number) =>
      sarif([problem({ code: "x/y", summary: "s", detail: "d", at: { file: "a.yaml", line, column: 1 } })]).runs[0]
        .results[0];
    expect(found(9).partialFingerprints).toEqual(found(3).partialFingerprints);
    expect(found(9).locations).not.toEqual(found(3).locations);
  });
});

/** The report as a real parser of XML reads it. */
function parsed(xml: string) {
  const wrong: string[] = [];
  const tree = new DOMParser({
    onError: (level, message) => void (level === "warning" || wrong.push(String(message))),
  }).parseFromString(xml, "text/xml");
  expect(wrong).toEqual([]);
  return tree;
}

describe("a JUnit report", () => {
  const suites = [documentSuite(["rosterform.yaml", "districts/a.yaml"], [], nowhere), planSuite(plan, locate)];

  it("keeps to the schema of Ant's reports", async () => {
    expect(await againstJunit(junitXml(suites, AT))).toEqual([]);
    expect(await againstJunit(junitXml([], AT))).toEqual([]);
  });

  it("would be found wrong", async () => {
    expect(await againstJunit(junitXml(suites, AT).replace(' tests="', ' tested="'))).not.toEqual([]);
    expect(await againstJunit("<testsuites><testsuite></testsuites>")).not.toEqual([]);
  });

  it("has a case for each document and each address, and one failure for each that is wrong", () => {
    const tree = parsed(junitXml(suites, AT));
    const [documents, planned] = Array.from(tree.getElementsByTagName("testsuite"));
    expect(documents?.getAttribute("tests")).toBe("2");
    expect(documents?.getAttribute("failures")).toBe("0");
    expect(planned?.getAttribute("failures")).toBe("3");
    const failed = Array.from(tree.getElementsByTagName("failure"));
    expect(failed.map((one) => one.parentElement?.getAttribute("name"))).toEqual([
      "springfield/Eduready360",
      "springfield/Learning Ally",
      "springfield/RapidIdentity",
    ]);
    expect(failed[0]?.getAttribute("message")).toBe(
      "A move loses something that the document does not accept (and 1 more)",
    );
    expect(failed[0]?.getAttribute("type")).toBe("plan/loss-not-accepted");
    expect(failed[0]?.textContent).toContain("springfield.yaml:6:3\n");
  });

  it("comes back from a parser as it was meant, whatever is said", async () => {
    await fc.assert(
      fc.asyncProperty(odd, odd, odd, async (name, summary, detail) => {
        const suite = documentSuite(
          [],
          [problem({ code: "x/y", summary, detail, at: { file: `a${name}`, line: 1, column: 1 } })],
          nowhere,
        );
        const warned = documentSuite([], [warning({ code: "x/y", summary, detail })], nowhere);
        const xml = junitXml([suite, warned], AT);
        expect(await againstJunit(xml)).toEqual([]);
        const [failure] = Array.from(parsed(xml).getElementsByTagName("failure"));
        const seen = (text: string): string =>
          text
            .replace(/[^\t\n\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "\ufffd")
            .replace(/[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/gu, "\ufffd");
        expect(failure?.getAttribute("message")).toBe(seen(summary));
        expect(failure?.textContent).toContain(seen(detail));
        expect(failure?.parentElement?.getAttribute("name")).toBe(seen(`a${name}`));
      }),
      { numRuns: 60 },
    );
  }, 60_000);
});

describe("the counts for GitLab", () => {
  it("are what GitLab's own line counts in the JSON of the plan", () => {
    for (const { plan: one } of [everything(), versionMove()]) {
      const json = planJson(one, { locate, rosterformVersion: "0.1.0", digests: digestsOf(one) });
      const actions = json.resource_changes
        .filter(({ held }) => held === undefined)
        .flatMap(({ change }) => change.actions);
      const count = (kind: string): number => actions.filter((action) => action === kind).length;
      expect(gitlabReport(one)).toEqual({ create: count("create"), update: count("update"), delete: count("delete") });
    }
    expect(gitlabReport(versionMove().plan)).toEqual({ create: 1, update: 0, delete: 1 });
  });
});
