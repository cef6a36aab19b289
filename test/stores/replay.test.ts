import { describe, expect, it } from "vitest";
import { DAY_MS, HOUR_MS, type Instant, shift } from "../../src/model/time.ts";
import { createReplay } from "../../src/stores/replay.ts";
import type { JournalEntry } from "../../src/stores/store.ts";

const NOON = "2027-06-01T12:00:00.000Z" as Instant;

type Told = Partial<Omit<JournalEntry, "connection" | "address">> & {
  readonly connection?: string;
  readonly address?: string;
};

function line(what: string, told: Told = {}): JournalEntry {
  const base = { sequence: 1, at: NOON, by: "dana", what, district: "springfield", address: "springfield/Otus" };
  return { ...base, detail: {}, ...told } as JournalEntry;
}

const generated = (connection: string, generation: number, from?: string) =>
  line("open", { connection, detail: { generation, ...(from === undefined ? {} : { from }) } });
const yes = (connection: string, more: Told = {}) =>
  line("findings", { connection, detail: { verdicts: { token: "confirmed" } }, ...more });
const moved = (connection: string) => line("attestation", { connection });
const close = (connection: string, detail: Record<string, unknown>, more: Told = {}) =>
  line("close", { connection, detail: { reached: ["probed"], ...detail }, ...more });
const byHand = (connection: string, change: string) => line("outside", { connection, detail: { change } });

const FIRST = [generated("c-1", 1), line("deliver", { connection: "c-1" }), yes("c-1"), close("c-1", {})];
const SECOND = [...FIRST, generated("c-2", 2, "c-1"), line("deliver", { connection: "c-2" })];
const BOTH = { reached: ["probed", "used-or-attested"], from: "c-1", disabled: true };
const SWITCHED = [...SECOND, yes("c-2"), moved("c-2"), close("c-2", BOTH)];
const ATTESTED = { ...BOTH, reached: ["probed", "attested"] };

/** What the last line is told, all before it being possible. */
function judged(lines: readonly JournalEntry[]): string | undefined {
  const replay = createReplay();
  const said = lines.map((one) => replay.step(one));
  expect(said.slice(0, -1)).toEqual(lines.slice(1).map(() => undefined));
  return said.at(-1);
}

describe("the journal, played again", () => {
  it.each<[string, readonly JournalEntry[]]>([
    ["a first connection", FIRST],
    ["a switch on a statement", SWITCHED],
    ["a switch on use", [...SECOND, yes("c-2"), close("c-2", BOTH)]],
    [
      "a waived question",
      [
        ...SECOND,
        yes("c-2", { detail: { verdicts: { token: "confirmed", sessions: "inconclusive" } } }),
        line("waiver", { connection: "c-2", detail: { rung: "sessions" } }),
        close("c-2", BOTH),
      ],
    ],
    [
      "a switch from what a hand disabled, on a probe alone",
      [...SECOND, byHand("c-1", "disable"), yes("c-2"), close("c-2", { from: "c-1", disabled: false })],
    ],
    ["a candidate given up", [...SECOND, line("abandon", { connection: "c-2", detail: { disabled: true } })]],
    [
      "a candidate given up that a hand had disabled",
      [...SECOND, byHand("c-2", "disable"), line("abandon", { connection: "c-2", detail: { disabled: false } })],
    ],
    ["a cut-over turned round", [...SECOND, line("tie", { connection: "c-1", detail: { from: "c-2" } })]],
    ["the way back", [...SWITCHED, line("restore", { connection: "c-1", detail: { from: "c-2" } })]],
    ["a disable", [...FIRST, line("disable", { connection: "c-1" })]],
    ["a disable of what a hand disabled", [...FIRST, byHand("c-1", "disable"), line("disable", { connection: "c-1" })]],
    ["a rename", [...FIRST, line("rename", { address: "springfield/Edlink", detail: { from: "springfield/Otus" } })]],
    ["a release, and an adoption", [...FIRST, line("release"), line("adopt", { connection: "c-1" })]],
    ["what a hand made and edited", [byHand("c-9", "create"), byHand("c-9", "edit")]],
    ["what a hand disabled and enabled", [...FIRST, byHand("c-1", "disable"), byHand("c-1", "enable")]],
    [
      "what is told of a registry",
      [
        line("found", { connection: "c-9", detail: { status: "active" } }),
        line("found", { connection: "c-8", detail: { status: "disabled" } }),
        line("ask"),
        line("sign-inventory"),
        line("forget", { connection: "c-9" }),
        line("adopt", { connection: "c-9" }),
        line("begin-delivery", { connection: "c-9" }),
        line("deliver", { connection: "c-9" }),
        line("receipt", { connection: "c-9" }),
        line("update", { connection: "c-9" }),
      ],
    ],
    [
      "a vendor that another one replaces",
      [
        ...FIRST,
        line("open", { connection: "c-2", address: "springfield/Edlink", detail: { generation: 1, from: "c-1" } }),
        yes("c-2", { address: "springfield/Edlink" }),
        close("c-2", BOTH, { address: "springfield/Edlink" }),
        generated("c-3", 2),
      ],
    ],
    [
      "a vendor's own connection that takes another one's place",
      [
        ...FIRST,
        line("open", { connection: "c-2", address: "springfield/Edlink", detail: { generation: 1 } }),
        yes("c-2", { address: "springfield/Edlink" }),
        close("c-2", {}, { address: "springfield/Edlink" }),
        line("tie", { connection: "c-2", address: "springfield/Edlink", detail: { from: "c-1" } }),
      ],
    ],
  ])("believes %s", (_name, lines) => {
    expect(judged(lines)).toBeUndefined();
  });

  it.each<[string, string, readonly JournalEntry[]]>([
    ["a step that nobody makes", "no store makes a step called steal", [line("steal")]],
    ["closing without a probe", "had not been probed", [...SECOND, moved("c-2"), close("c-2", BOTH)]],
    [
      "closing on a probe of before the hand-over",
      "had not been probed",
      [...FIRST, generated("c-2", 2, "c-1"), yes("c-2"), line("deliver", { connection: "c-2" }), close("c-2", BOTH)],
    ],
    [
      "closing on a no",
      "did not say yes (orgs)",
      [...SECOND, yes("c-2", { detail: { verdicts: { token: "confirmed", orgs: "refuted" } } }), close("c-2", BOTH)],
    ],
    [
      "closing on a probe that saw nothing",
      "did not say yes (token)",
      [...SECOND, yes("c-2", { detail: {} }), close("c-2", BOTH)],
    ],
    [
      "closing on an old probe",
      "older than a day",
      [...SECOND, yes("c-2"), close("c-2", BOTH, { at: shift(NOON, DAY_MS + HOUR_MS) })],
    ],
    [
      "closing on a probe alone",
      "still worked",
      [...SECOND, yes("c-2"), close("c-2", { ...BOTH, reached: ["probed"] })],
    ],
    ["closing on nothing", "still worked", [...SECOND, yes("c-2"), close("c-2", { ...BOTH, reached: undefined })]],
    ["closing on a statement that nobody made", "nobody had stated", [...SECOND, yes("c-2"), close("c-2", ATTESTED)]],
    ["closing what is not open", "not the candidate", [...SWITCHED, close("c-2", {})]],
    ["closing over a dead candidate", "was disabled", [...SECOND, byHand("c-2", "disable"), close("c-2", BOTH)]],
    [
      "closing and leaving the old one",
      "does not fit",
      [...SECOND, yes("c-2"), close("c-2", { ...BOTH, disabled: false })],
    ],
    ["opening twice", "open at the address already", [...SECOND, generated("c-3", 3, "c-1")]],
    ["a generation left out", "generation of the address was 2", [...FIRST, generated("c-2", 3, "c-1")]],
    ["passing over the current one", "had the current connection c-1", [...FIRST, generated("c-2", 2)]],
    ["taking over from nothing", "there was no connection c-0", [generated("c-1", 1, "c-0")]],
    [
      "taking over from what was disabled",
      "was disabled already",
      [...FIRST, line("disable", { connection: "c-1" }), generated("c-2", 2, "c-1")],
    ],
    [
      "taking over from what nobody has",
      "not the current one of any",
      [byHand("c-9", "create"), generated("c-1", 1, "c-9")],
    ],
    [
      "taking over twice",
      "part of another open cut-over",
      [
        ...SECOND,
        line("open", { connection: "c-3", address: "springfield/Edlink", detail: { generation: 1, from: "c-1" } }),
      ],
    ],
    ["minting the same again", "was there already", [byHand("c-1", "create"), generated("c-1", 1)]],
    ["giving up what is not open", "not the candidate", [...FIRST, line("abandon", { connection: "c-1" })]],
    [
      "giving up and saying otherwise",
      "does not fit",
      [...SECOND, line("abandon", { connection: "c-2", detail: { disabled: false } })],
    ],
    ["disabling a survivor", "part of an open cut-over", [...SECOND, line("disable", { connection: "c-1" })]],
    ["disabling a stranger", "not the current one", [...FIRST, line("disable", { connection: "c-9" })]],
    ["adopting over another", "had a connection already", [...FIRST, line("adopt", { connection: "c-9" })]],
    ["adopting nothing", "no active connection", [line("adopt", { connection: "c-9" })]],
    [
      "adopting what is managed",
      "managed already",
      [...FIRST, line("adopt", { connection: "c-1", address: "springfield/Edlink" })],
    ],
    [
      "renaming nothing",
      "there was nothing at springfield/Nobody",
      [line("rename", { detail: { from: "springfield/Nobody" } })],
    ],
    ["renaming nothing named", "there was nothing at", [line("rename")]],
    [
      "renaming onto another",
      "had connections of its own",
      [...FIRST, line("rename", { detail: { from: "springfield/Otus" } })],
    ],
    ["releasing nothing", "there was nothing", [line("release")]],
    ["proving a stranger", "neither the current one nor the candidate", [yes("c-9")]],
    ["taking over with what is dead", "was not active", [line("tie", { connection: "c-9" })]],
    [
      "tying while another cut-over is open",
      "of other connections",
      [...SECOND, byHand("c-9", "create"), line("tie", { connection: "c-9", detail: { from: "c-1" } })],
    ],
    [
      "tying what is not current",
      "was not the current one",
      [...FIRST, byHand("c-9", "create"), line("tie", { connection: "c-9", detail: { from: "c-1" } })],
    ],
    ["tying to nothing", "there was no connection", [...FIRST, line("tie", { connection: "c-1" })]],
    ["bringing a stranger back", "not the previous one", [...FIRST, line("restore", { connection: "c-9" })]],
    [
      "bringing back what is there",
      "was active",
      [...SWITCHED, byHand("c-1", "enable"), line("restore", { connection: "c-1" })],
    ],
    [
      "bringing back while a cut-over is open",
      "a cut-over was open",
      [...SWITCHED, generated("c-3", 3, "c-2"), line("restore", { connection: "c-1" })],
    ],
    ["a hand on nothing", "there was no connection c-9", [byHand("c-9", "edit")]],
    ["a hand that disables twice", "disabled already", [...FIRST, byHand("c-1", "disable"), byHand("c-1", "disable")]],
    ["a hand that enables what works", "active already", [...FIRST, byHand("c-1", "enable")]],
  ])("does not believe %s", (_name, why, lines) => {
    expect(judged(lines)).toContain(why);
  });
});
