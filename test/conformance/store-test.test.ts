import { describe, expect, it, vi } from "vitest";
import { AREAS } from "../../src/conformance/store-test.ts";
import { PROMISES } from "../../src/conformance/promises.ts";
import { ALL_TOKENS, openCampus, storeTest, those } from "./stage.ts";

const PLAYED = ["hands", "use", "clock"];

// That everything is kept where it rehearses is told over SQLite in test/cli/store-test.test.ts.
describe("the reference campus", { timeout: 150_000 }, () => {
  it("without rehearsal and other tokens keeps the rest, and what needs them is not tried", async () => {
    const address = await openCampus({ rehearses: false });
    const { results, left, told } = await storeTest(address, { tokens: { main: ALL_TOKENS.main } });
    expect(told).toHaveLength(results.length);
    expect(new Set(results.map(({ area }) => area)).size).toBe(AREAS.length + 1);
    expect(left.filter(({ active }) => active !== 0)).toEqual([]);
    const all = PROMISES.flatMap(({ name, promises }) => promises.map((promise) => ({ name, ...promise })));
    const needy = all.filter(({ needs }) => needs.some((need) => PLAYED.includes(need) || need === "another"));
    const untried = those(results, "not-tried");
    expect(untried.slice(0, -4)).toEqual(needy.map(({ name, says }) => `${name}: ${says}`));
    expect(untried.slice(-4).every((line) => line.startsWith("who asks:"))).toBe(true);
    expect(those(results, "broken")).toEqual([]);
    const reasons = new Set(results.flatMap(({ outcome }) => ("why" in outcome ? [outcome.why] : [])));
    expect([...reasons].sort()).toEqual([
      "it needs --outsider-token",
      "it needs --reader-token",
      "the server does not rehearse",
    ]);
  });
});

describe("a run", { timeout: 30_000 }, () => {
  it("touches no district but its own", async () => {
    const address = await openCampus({ rehearses: false });
    const first = await storeTest(address, { only: ["updating"] });
    const second = await storeTest(address, { only: ["updating"] });
    expect(those(second.results, "broken")).toEqual([]);
    const [one, other] = [first, second].map(({ left }) => left.map(({ district }) => district));
    expect(one?.every((district) => /^conformance-[0-9a-f]{8}-\d{3}$/.test(district))).toBe(true);
    expect(one?.filter((district) => other?.includes(district))).toEqual([]);
  });

  it("ends at an interrupt, says what it left, and nothing is open", async () => {
    const stop = new AbortController();
    const address = await openCampus({ rehearses: false });
    const running = storeTest(address, { signal: stop.signal, parallelism: 2 });
    await vi.waitFor(() => expect(stop.signal.aborted).toBe(false), 50);
    setTimeout(() => stop.abort("SIGINT"), 300);
    const { results, left } = await running;
    expect(results.length).toBeLessThan(100);
    expect(those(results, "broken")).toEqual([]);
    expect(left.filter(({ active }) => active !== 0)).toEqual([]);
  });

  it.each([
    ["of a second operator is the first one's", { second: ALL_TOKENS.main }, "conformance/wrong-token"],
    ["of a second operator may only read", { second: ALL_TOKENS.reader }, "conformance/wrong-token"],
    ["of a reader may write", { reader: ALL_TOKENS.second }, "conformance/wrong-token"],
    ["of an outsider reaches every district", { outsider: ALL_TOKENS.second }, "conformance/wrong-token"],
    ["may only read", { main: ALL_TOKENS.reader }, "conformance/wrong-token"],
    ["is bound to a district", { main: ALL_TOKENS.outsider }, "conformance/wrong-token"],
    ["leads nowhere", { main: { named: "the variable NONE" } }, "stores/no-token"],
  ])("is not begun where a token %s", async (_, tokens, code) => {
    const address = await openCampus({ rehearses: false });
    const running = storeTest(address, { tokens: { ...ALL_TOKENS, ...tokens } });
    await expect(running).rejects.toMatchObject({ code });
  });

  it("is not begun for an area that there is not", async () => {
    const running = storeTest("http://127.0.0.1:1", { only: ["generatin"] });
    await expect(running).rejects.toMatchObject({
      code: "conformance/no-such-area",
      fix: 'Did you mean "generating"?',
    });
  });

  it("is not begun in clear, nor against a store that people keep", async () => {
    await expect(storeTest("http://store.example.org")).rejects.toMatchObject({ code: "stores/in-clear" });
    const { place } = await openKept();
    await expect(storeTest(place.address)).rejects.toMatchObject({ code: "conformance/by-hand" });
  });
});

/** A server that says of itself that people keep its store. */
async function openKept() {
  const { openDouble } = await import("../stores/http-double.ts");
  const body = {
    operator: { name: "dana", access: "write" },
    can: { observesUse: false, enables: false, byHand: true },
  };
  return await openDouble([], { greeting: { status: 200, body } });
}
