import { describe, expect, it } from "vitest";
import type { DesiredConnection, DesiredDistrict } from "../../../src/model/desired.ts";
import { DAY_MS, type Day, shift } from "../../../src/model/time.ts";
import * as world from "../../plan/world.ts";
import * as stories from "../stories.ts";
import {
  at,
  begins,
  blocked,
  bookOf,
  edits,
  ends,
  everyState,
  keptBook,
  mayEnd,
  moves,
  NOW,
  settingUp,
  stays,
  step,
  waits,
} from "./books.ts";

const clicksOf = (one: { readonly clicks: readonly { readonly text: string }[] }) => one.clicks.map(({ text }) => text);

describe("a move that has not begun", () => {
  const book = keptBook([moves()]);
  const here = at(book);

  it("asks for the click path of a supported vendor, and starts the program first", () => {
    const open = step(here, "open");
    expect(open.state).toEqual({ kind: "now" });
    expect(clicksOf(open)).toEqual([
      "At the terminal, run `rosterform do --target 'springfield/Schoology'`.",
      "Open the tile of Schoology: the one with its logo and a green check mark.",
      expect.stringMatching(/^Leave the connection `[0-9a-f]+\.\.` \(1\.1\) as it is\./),
      expect.stringContaining('Choose "Generate New OneRoster Connection", and the version 1.2.'),
      'Choose "Edit". School access: all schools.',
      "Data to share: leave Demographics off. Then save.",
      expect.stringContaining('Under "Information to Share", copy the four values into `rosterform do`'),
    ]);
    expect(open.where).toContain("springfield.example.org");
  });

  it("does not print the click that disables, and says what it waits for", () => {
    const close = step(here, "close");
    expect(close.state).toEqual({
      kind: "not-yet",
      why: expect.stringMatching(
        /^Do not disable `[0-9a-f]+\.\.`: waiting for a named person's statement that the vendor moved\.$/,
      ),
      needs: [
        "step 3 says yes and is recorded",
        "a named person states that the vendor moved (nobody can see use here)",
        "to state it: `rosterform confirm 'springfield/Schoology' --attest --by NAME --reason TEXT`",
      ],
    });
    expect(close.clicks).toEqual([]);
  });

  it("says which value goes into which field of the vendor", () => {
    expect(step(here, "deliver").pastes).toEqual([
      { value: "Client ID", into: "Consumer Key" },
      { value: "Client Secret", into: "Consumer Secret" },
      { value: "Token URL", into: "Authentication URL" },
      { value: "Base URL", into: "Service URL" },
    ]);
  });

  it("warns of what is lost, and that nothing has happened yet", () => {
    expect(here.losses).toMatchObject([{ accepted: true, acceptance: "user-ids 1.1->1.2" }]);
    expect(here.undo.map(({ isNow }) => isNow)).toEqual([true, false, false, false]);
    expect(here.undo.at(-1)?.how).toContain("is unknown");
  });

  it("names who does it, and who reported what is known", () => {
    expect(step(here, "open").who).toBe("kim@springfield.example.org, in Campus");
    expect(step(here, "deliver").who).toContain("support@schoology.example.com");
    expect(here.connections).toMatchObject([{ role: "To be replaced", source: "reported by dana on 2027-05-08" }]);
  });
});

describe("a first connection", () => {
  it("goes through the end of the list where the vendor is no partner", () => {
    const open = step(at(keptBook([begins()])), "open");
    expect(clicksOf(open).join(" ")).toContain('Choose "Connect to Other Applications".');
    expect(clicksOf(open).join(" ")).toContain("only Lincoln, North High");
  });

  it("opens the application that is there already rather than adding it twice", () => {
    const here = at(keptBook([begins('Manage1to1["west"]'), settingUp("Manage1to1")]), 'Manage1to1["west"]');
    expect(clicksOf(step(here, "open")).join(" ")).not.toContain("Add Application");
    expect(step(here, "open").otherwise[0]).toContain("listed under another name");
  });

  it("needs nobody's statement: the end of its cut-over is a matter of the registry", () => {
    const here = at(keptBook([settingUp()]));
    expect(here.steps.map(({ kind, state }) => [kind, state.kind])).toEqual([
      ["open", "done"],
      ["deliver", "done"],
      ["confirm", "now"],
      ["close", "now"],
    ]);
    expect(step(here, "close").state).toEqual({ kind: "now", after: 3 });
    expect(here.undo[0]).toMatchObject({ when: "The vendor has the values", isNow: true });
  });
});

describe("a cut-over that waits", () => {
  it("shows what is recorded as done, with who said so", () => {
    const here = at(keptBook([waits("Classworks", { receivedBy: "pat" })]));
    const done = here.steps.filter(({ state }) => state.kind === "done");
    expect(done.map(({ kind }) => kind)).toEqual(["open", "deliver"]);
    expect(done[0]?.state).toMatchObject({ says: expect.stringContaining("reported by kim on 2027-06-08") });
    expect(done[1]?.state).toMatchObject({ says: expect.stringContaining("pat said on 2027-06-10 that it arrived") });
  });

  it("is not closed for a probe alone", () => {
    const here = at(keptBook([waits("Classworks", { evidence: (one) => [world.probed(one)] })]));
    expect(step(here, "close").state).toMatchObject({
      kind: "not-yet",
      needs: ["a person: their statement, by name, that the vendor moved", expect.stringContaining("--attest")],
    });
  });

  it("says only what its own requirement asks for", () => {
    const needsOf = (requires: DesiredConnection["requires"]) => {
      const { plan, live } = stories.versionMove({ requires });
      const { state } = step(at(bookOf(plan, live)), "close");
      return state.kind === "not-yet" ? state.needs.join("; ") : "";
    };
    expect(needsOf(["probed", "attested"])).not.toContain("pulls");
    expect(needsOf(["probed", "used"])).not.toContain("--attest");
    expect(needsOf(["probed", "used", "attested"])).toMatch(/pulls.*--attest/);
  });

  it("is not closed for a statement alone", () => {
    const here = at(keptBook([waits("Classworks", { evidence: (one) => [world.attested(one)] })]));
    expect(step(here, "confirm").state.kind).toBe("now");
    expect(step(here, "close").state).toMatchObject({ kind: "not-yet", needs: ["step 4 says yes and is recorded"] });
  });

  it("prints the click that disables once everything is recorded, and asks the program first", () => {
    const close = step(at(keptBook([mayEnd()])), "close");
    expect(close.state.kind).toBe("now");
    expect(clicksOf(close).slice(0, 3)).toEqual([
      expect.stringContaining("rosterform do --target 'springfield/RapidIdentity'"),
      expect.stringContaining("Wait until `rosterform do` asks for this click."),
      expect.stringContaining("Select the connection whose Client ID is"),
    ]);
    expect(close.otherwise.join(" ")).toContain("is unknown");
  });

  it("is held by a freeze all the same, with its days and its reason", () => {
    const freeze: DesiredDistrict["freeze"] = [
      { from: "2027-06-15" as Day, to: "2027-06-20" as Day, why: "state testing" },
    ];
    const close = step(at(keptBook([mayEnd()], { district: { freeze } })), "close");
    expect(close).toMatchObject({
      state: { why: expect.stringContaining("not before 2027-06-21 (freeze: state testing)") },
      clicks: [],
    });
  });

  it("stands among the overlaps with its age, its owner and its next step, the oldest first", () => {
    const { overlaps } = everyState();
    expect(overlaps).toMatchObject([
      { address: "springfield/Classworks", age: "9 days", next: expect.stringContaining("a person") },
      { address: "springfield/RapidIdentity", owner: "kim@springfield.example.org" },
    ]);
  });

  it("is undone by the vendor first, once the vendor has the values", () => {
    expect(at(keptBook([waits()])).undo[0]).toMatchObject({
      isNow: true,
      how: expect.stringContaining("First the vendor puts its old values back"),
    });
    const early = at(keptBook([waits("Classworks", { isDelivered: false })]));
    expect(early.undo[0]).toMatchObject({ isNow: true, how: expect.stringContaining("Nobody notices") });
    expect(early.steps[0]?.kind).toBe("open");
    expect(step(early, "deliver").state.kind).toBe("now");
  });
});

describe("a date", () => {
  it("holds the hand-over and what comes after it, and not what comes before", () => {
    const here = at(keptBook([moves("Schoology", { deliverFrom: "2027-07-01" as Day })]));
    expect(step(here, "open").state.kind).toBe("now");
    expect(step(here, "deliver")).toMatchObject({
      state: { why: "Do not hand over the values: not before 2027-07-01 (deliver-from)." },
      clicks: [],
    });
    expect(step(here, "confirm").state).toMatchObject({ kind: "not-yet", why: "Not yet: step 2 comes first." });
  });
});

describe("an error", () => {
  it("refuses every step of its address, and tells what it is once", () => {
    const here = at(keptBook([blocked()]));
    expect(new Set(here.steps.map(({ state }) => state.kind))).toEqual(new Set(["refused"]));
    expect(here.steps[0]?.state).toMatchObject({
      why: "Refused: A move loses something that the document does not accept (`plan/loss-not-accepted`).",
    });
    expect(here.troubles.map(({ place }) => place)).toEqual(["springfield.yaml:6", "springfield.yaml:6"]);
    expect(here.undo).toEqual([]);
  });

  it("about an unsigned registry is told with what to do, and nothing is to be generated", () => {
    const book = keptBook([begins()], { inventory: { kind: "unsigned" } });
    expect(book.districts[0]?.inventory).toContain("Nobody signed");
    expect(book.districts[0]?.troubles[0]?.code).toBe("plan/inventory-unsigned");
    expect(step(at(book), "open")).toMatchObject({ state: { kind: "refused" }, clicks: [] });
  });
});

describe("a district that is only observed", () => {
  it("has steps that nobody is to do", () => {
    const here = at(keptBook([moves()], { district: { mode: "observe" } }));
    expect(new Set(here.steps.map(({ state }) => state.kind))).toEqual(new Set(["not-yet"]));
    expect(here.steps[0]?.state).toMatchObject({ why: expect.stringContaining("mode: observe") });
  });
});

describe("a click that was asked for and not reported", () => {
  const asked = { by: "kim", at: shift(NOW, -DAY_MS), address: begins().line.address } as const;

  it("stands at its step: look before you click again", () => {
    const open = step(at(keptBook([begins()], { asked: [{ ...asked, click: "generate" }] })), "open");
    expect(open.asked).toMatch(/^kim was asked on 2027-06-16 to generate .* before you click again\.$/);
  });

  it("stands at its address where no step asks for it any more", () => {
    const address = stays().line.address;
    const here = at(keptBook([stays()], { asked: [{ ...asked, address, click: "disable" }] }));
    expect(here.asked).toEqual([expect.stringContaining("to disable a connection here")]);
  });
});

describe("other steps", () => {
  it("an edit keeps the four values and names what is shared", () => {
    const update = step(at(keptBook([edits()])), "update");
    expect(update.title).toBe("Change share: none -> demographics");
    expect(clicksOf(update)).toContain("Data to share: switch Demographics on. Then save.");
    expect(at(keptBook([edits()])).undo[0]?.when).toBe("At any time");
  });

  it("a connection that is not wanted any more is disabled, which nobody can promise to undo", () => {
    const here = at(keptBook([ends()]));
    expect(clicksOf(step(here, "disable")).join(" ")).toContain("Then disable this connection, and no other.");
    expect(here.undo[0]?.how).toContain("unknown");
  });

  it("addresses that stay have none and are named", () => {
    const [district] = keptBook([stays(), begins()]).districts;
    expect(district?.unchanged).toEqual(["springfield/Google Classroom"]);
    expect(district?.addresses.map(({ address }) => address)).toEqual(["springfield/Manage1to1"]);
  });
});

describe("a store that writes in the live system itself", () => {
  const { plan, live } = stories.everything();
  const book = bookOf(plan, live, "file");

  it("asks for no click in Campus: the program does it", () => {
    const texts = book.districts.flatMap(({ addresses }) => addresses.flatMap(({ steps }) => steps.flatMap(clicksOf)));
    expect(texts.filter((text) => text.includes("Generate New OneRoster Connection"))).toEqual([]);
    expect(texts.join(" ")).toContain("rosterform apply --target 'springfield/Otus'");
    expect(book.isByHand).toBe(false);
  });

  it("waits for evidence of use where use can be seen", () => {
    expect(step(at(book, "Schoology"), "close").state).toMatchObject({
      why: expect.stringMatching(/^Do not disable `.*`: waiting for evidence of use\.$/),
    });
    expect(at(book, "Schoology").connections[0]?.source).toBe("read from the live system");
  });

  it("says what is waited for before the successor exists", () => {
    expect(step(at(book, 'Comet Math["north"]'), "close").state).toMatchObject({
      needs: [expect.stringContaining("step "), expect.stringContaining("the vendor pulls"), expect.any(String)],
    });
  });
});
