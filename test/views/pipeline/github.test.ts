import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { problem, warning } from "../../../src/diagnostics/diagnostic.ts";
import { plain } from "../../../src/views/layout.ts";
import {
  annotations,
  outputLines,
  planOutputs,
  resumeCommands,
  stopCommands,
} from "../../../src/views/pipeline/github.ts";
import { diagnosticsIn } from "../../../src/views/plan-text.ts";
import { obeyed, outputsIn } from "../../setup/actions-runner.ts";
import { digestsOf, everything, locate } from "../stories.ts";

const below = (file: string): string => `onerosters/${file}`;
const awkward = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "%",
        "%0A",
        "%250A",
        "\n",
        "\r",
        ":",
        "::",
        ",",
        ";",
        "=",
        "::error::x",
        "##[error]",
        "\u0000",
        "\ud800",
        " ",
      ),
      fc.string({ maxLength: 5 }),
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(""));

describe("notes at lines", () => {
  it("are read by the runner as they are meant", () => {
    const { plan } = everything();
    const lines = annotations(diagnosticsIn(plan), locate, below);
    const commands = obeyed(lines.join("\n"));
    expect(commands).toHaveLength(4);
    expect(commands[0]).toEqual({
      command: "error",
      properties: {
        file: "onerosters/springfield.yaml",
        line: "6",
        col: "3",
        title: "A move loses something that the document does not accept (plan/loss-not-accepted)",
      },
      data: 'springfield/Eduready360: only a supported connection has Assessments. If that is meant, add `accept: ["assessments supported->other"]` to this connection in the district\'s file.',
    });
  });

  it("stand on one line each, and say what was said, whatever that is", () => {
    fc.assert(
      fc.property(awkward, awkward, awkward, (summary, detail, file) => {
        const at = { file: `a${file}`, line: 3, column: 5, endColumn: 9 };
        const lines = annotations(
          [warning({ code: "x/y", summary: `s${summary}`, detail, at })],
          () => undefined,
          (one) => one,
        );
        expect(lines).toHaveLength(1);
        const [line = ""] = lines;
        expect(line).not.toMatch(/[\n\r]/u);
        const [command, ...more] = obeyed(line);
        const seen = (text: string): string => text.split("\n").map(plain).join("\n");
        expect(more).toEqual([]);
        expect(command).toEqual({
          command: "warning",
          properties: {
            file: seen(`a${file}`),
            line: "3",
            col: "5",
            endColumn: "9",
            title: `${seen(`s${summary}`)} (x/y)`,
          },
          data: seen(detail),
        });
      }),
      { numRuns: 1_000 },
    );
  });

  it("without a place name none", () => {
    const [line = ""] = annotations([problem({ code: "x/y", summary: "s", detail: "d" })], locate, below);
    expect(obeyed(line)).toEqual([{ command: "error", properties: { title: "s (x/y)" }, data: "d" }]);
  });
});

describe("what is printed between the two lines", () => {
  it("is obeyed by nobody", () => {
    const names = [
      "::add-mask::e",
      "  ::set-output name=digest::0",
      "x ##[add-path]/tmp",
      "::rosterform-1::",
      "::error::boo",
    ];
    expect(obeyed(names.join("\n"))).toHaveLength(4);
    const guarded = [stopCommands("rosterform-2"), ...names, resumeCommands("rosterform-2"), "::notice::after"];
    expect(obeyed(guarded.join("\n")).map(({ command }) => command)).toEqual(["notice"]);
  });
});

describe("outputs of a step", () => {
  it("come back as they were, and set no other", () => {
    const value = fc
      .array(
        fc.oneof(
          fc.constantFrom("\n", "digest=0", "a<<b", "b", "EOF", "has_changes=true"),
          fc.string({ maxLength: 6 }),
        ),
        { maxLength: 8 },
      )
      .map((parts) => parts.join("").replaceAll("\r", ""));
    fc.assert(
      fc.property(value, value, (one, other) => {
        const outputs = { first: one, second: other };
        expect(outputsIn(outputLines(outputs, "rosterform-7f"))).toEqual(outputs);
      }),
    );
  });

  it("are refused where one holds the delimiter", () => {
    expect(() => outputLines({ digest: "a\nrosterform-7f\nb" }, "rosterform-7f")).toThrow(RangeError);
  });

  it("say what a pipeline decides on", () => {
    const { plan } = everything();
    const digests = digestsOf(plan);
    const outputs = planOutputs({
      counts: plan.counts,
      hasChanges: true,
      isErrored: true,
      digests,
      summary: ["a", "b"],
      planFile: "plan.json",
    });
    expect(outputs).toEqual({
      has_changes: "true",
      errored: "true",
      generate: "1",
      switch: "2",
      change: "4",
      disable: "2",
      waiting: "4",
      blocked: "3",
      observed: "0",
      digest: digests.whole,
      digests: JSON.stringify(digests.districts),
      summary: "a\nb",
      plan_file: "plan.json",
    });
  });
});
