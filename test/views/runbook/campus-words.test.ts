import { describe, expect, it } from "vitest";
import { Secret } from "../../../src/model/secret.ts";
import type { Traits } from "../../../src/model/traits.ts";
import { applicationsPage, connectionPage } from "../../../src/server/screens/pages.ts";
import { type Clicks, type ClickWork, clicksFor } from "../../../src/views/runbook/campus-words.ts";
import { spansOf } from "../../../src/views/spans.ts";
import { createShort } from "../../../src/views/words.ts";
import * as world from "../../plan/world.ts";

const OTHER: Traits = { kind: "other", version: "1.2", schools: ["Lincoln"], share: [] };
const SUPPORTED: Traits = { kind: "supported", version: "1.2", schools: "all", share: ["demographics"] };
const old = world.connection("old", { application: "Paper Trail", kind: "other", clientId: "aaaa1111bbbb2222" });
const fresh = world.connection("fresh", { application: "Comet Math", clientId: "cccc3333dddd4444" });

type Generate = Extract<ClickWork, { kind: "generate" }>;

function generate(make: Traits, more: Partial<Generate> = {}): Clicks {
  return clicksFor({ kind: "generate", site: world.SITE, application: "Comet Math", make, ...more });
}

/** Everything that is said to stand on a screen, in the order in which it is clicked. */
function labelsOf({ where, clicks }: Clicks): readonly string[] {
  return [where, ...clicks.map(({ text }) => text)].flatMap((text) =>
    spansOf(text).flatMap((span) => (span.kind === "label" ? [span.text] : [])),
  );
}

describe("the two procedures", () => {
  it("a supported vendor: its tile, generate, version, edit, copy", () => {
    expect(labelsOf(generate(SUPPORTED, { tileExists: true }))).toEqual([
      "Digital Learning Applications",
      "Generate New OneRoster Connection",
      "Edit",
      "Information to Share",
    ]);
  });

  it("any other application: the end of the list, a name, next, expand, generate, version, copy", () => {
    expect(labelsOf(generate(OTHER, { tileExists: false }))).toEqual([
      "Digital Learning Applications",
      "Add Application",
      "Connect to Other Applications",
      "Next",
      "OneRoster Connections",
      "Generate New OneRoster Connection",
      "Edit",
      "Information to Share",
    ]);
  });

  it("an application that is there already is not added again", () => {
    expect(labelsOf(generate(OTHER, { tileExists: true }))).not.toContain("Add Application");
  });

  it("a supported vendor that is not in the list yet is looked for there, and is not supported where it is not", () => {
    const { clicks, otherwise } = generate(SUPPORTED, { tileExists: false });
    expect(clicks[0]?.text).toContain('choose "Add Application"');
    expect(otherwise[0]).toContain("Stop");
  });

  it("leave the previous connection alone, wherever it stands", () => {
    const texts = generate(SUPPORTED, { from: old }).clicks.map(({ text }) => text);
    expect(texts).toContainEqual(expect.stringMatching(/^Leave the connection `aaaa1111bbbb2222` .* in Paper Trail/));
  });

  it("say that the version stays, and how widely data is shared", () => {
    const text = generate(SUPPORTED)
      .clicks.map((one) => one.text)
      .join(" ");
    expect(text).toContain("The version cannot be changed later.");
    expect(text).toContain("all schools");
    expect(text).toContain("switch Demographics on");
    expect(generate(OTHER).clicks.map((one) => one.sees)).toContain("1 school is chosen, and no other.");
  });
});

describe("the click that disables", () => {
  const short = createShort([old.clientId, fresh.clientId]);
  const work = { kind: "disable", connection: old, survivor: fresh } as const;
  const { title, where, clicks, otherwise } = clicksFor(work, short);

  it("names the one connection, and the one that works on, by their Client IDs", () => {
    expect(title).toBe("Disable the connection `aaaa..` (1.1)");
    expect(where).toContain("Paper Trail");
    expect(clicks.at(-1)).toEqual({
      text: "Look at the connection that works on, `cccc..` (1.1) in Comet Math.",
      sees: "It is still active.",
    });
  });

  it("says what is unknown as unknown", () => {
    expect(clicks[1]?.sees).toContain("not known to us");
    expect(otherwise.join(" ")).toContain("is unknown");
  });

  it("has nothing to say of a survivor where there is none", () => {
    expect(clicksFor({ kind: "disable", connection: old }).clicks).toHaveLength(clicks.length - 1);
  });
});

it("an edit warns of new values, which would lock the vendor out", () => {
  const { clicks, otherwise } = clicksFor({ kind: "edit", connection: old, make: SUPPORTED });
  expect(clicks[0]?.text).toContain("`aaaa1111bbbb2222`");
  expect(otherwise.join(" ")).toContain("do not renew its secret");
});

it("what is said to stand on a screen stands on the pages of the reference campus, apart from its shorter way", () => {
  const { clientId, tokenUrl, baseUrl } = fresh;
  const credentials = { clientId, tokenUrl, baseUrl, clientSecret: new Secret("a secret") };
  const pages =
    applicationsPage(world.SPRINGFIELD, [old, fresh]) +
    connectionPage({ district: world.SPRINGFIELD, connection: fresh, credentials, schools: ["Lincoln"] });
  const works = [
    generate(SUPPORTED),
    generate(OTHER, { tileExists: false }),
    clicksFor({ kind: "disable", connection: old }),
  ];
  const said = new Set(works.flatMap(labelsOf));
  // The campus asks for the name on the page itself.
  said.delete("Next");
  expect(said.size).toBeGreaterThan(6);
  expect([...said].filter((label) => !pages.includes(label))).toEqual([]);
});
