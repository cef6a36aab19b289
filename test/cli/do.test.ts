import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ByHandStage, type Four, type Line, openByHandStage } from "./by-hand-stage.ts";

let place: ByHandStage;
beforeEach(async () => {
  place = await openByHandStage();
});
afterEach(() => place.stage.close());

const SHEET = "credentials/springfield/otus.txt";

/** The four values, one after the other, as they stand on the screen when they are asked for. */
function pasting(four: () => Four | Promise<Four>): readonly Line[] {
  let known: Four | undefined;
  return [
    ["Client ID", async () => (known = await four()).clientId],
    ["Client Secret", () => known?.clientSecret ?? ""],
    ["Token URL", () => known?.tokenUrl ?? ""],
    ["Base URL", () => known?.baseUrl ?? ""],
  ];
}

/** The vendor has its first connection, 1.1, and the document wants 1.2 by now. */
async function moveBegun(): Promise<Four> {
  const old = await place.generate("1.1");
  await place.typing(
    ["do"],
    pasting(() => old),
  );
  const file = "districts/springfield.yaml";
  const text = await place.stage.read(file);
  await place.stage.write(file, text.replace("version: 1.1,", "version: 1.2, accept: [user-ids 1.1->1.2],"));
  return old;
}

describe("rosterform do", () => {
  it("moves a vendor by the hands of a person, and asks to disable the old one only at the end", async () => {
    const old = await moveBegun();
    let young: Four | undefined;
    const { code, stdout, stderr } = await place.typing(
      ["do"],
      [
        ...pasting(async () => (young = await place.generate("1.2"))),
        ["Has it?", "yes"],
        ["Who told you", "Kim of Otus, by phone"],
        ["Is it disabled?", async () => (await place.click("disable", old.clientId), "done")],
        ["last 4 characters", old.clientId.slice(-4)],
      ],
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain("done.");
    expect(stdout).not.toContain(young?.clientSecret);
    expect(await place.active()).toEqual([young?.clientId]);
    expect(await place.stage.pull(SHEET)).toBeGreaterThan(0);
    expect(stdout.split("\n").filter((line) => line.length > 80 && !line.includes("http"))).toEqual([]);
  });

  it("is planned without a word of use, which a registry cannot see", async () => {
    await moveBegun();
    const { stdout } = await place.stage.rosterform(["plan"]);
    expect(stdout.replaceAll(/\s+/g, " ")).toContain("needs probed, and attested (this store cannot see use)");
    expect(stdout).not.toContain("used or attested");
  });

  it("stops at a question, and another person goes on another day", async () => {
    await moveBegun();
    const first = await place.typing(["do"], [["Client ID", "later"]]);
    expect(first).toMatchObject({ code: 0, stderr: "" });
    expect(first.stdout).toContain("waits for");
    place.stage.moveClock("24h");
    const env = { ROSTERFORM_ACTOR: "lee" };
    const second = await place.typing(
      ["do"],
      [["exist already", "no"], ...pasting(() => place.generate("1.2")), ["Has it?", "no"]],
      { env },
    );
    expect(second.stdout).toContain("dana was asked for this on 2027-03-01");
    expect(second.code).toBe(0);
    expect(await place.journal()).toContain("lee: open");
  });

  it("asks another person on another day whether the vendor moved, when only that is missing", async () => {
    const old = await moveBegun();
    await place.typing(["do"], [...pasting(() => place.generate("1.2")), ["Has it?", "no"]]);
    const { code, stdout } = await place.typing(
      ["do", "--by", "lee"],
      [
        ["Has it?", "yes"],
        ["Who told you", "Kim of Otus, by phone"],
        ["Is it disabled?", async () => (await place.click("disable", old.clientId), "done")],
        ["last 4 characters", old.clientId.slice(-4)],
      ],
    );
    expect([code, stdout.includes("done.")]).toEqual([0, true]);
    expect(await place.journal()).toContain("lee: attestation");
  });

  it("refuses a step that is not the next one, and writes nothing", async () => {
    await moveBegun();
    const before = await place.journal();
    const { code, stderr } = await place.typing(["do", "--step", "2"], []);
    expect(code).toBe(1);
    expect(stderr).toContain("cli/step-not-allowed");
    expect(await place.journal()).toEqual(before);
  });

  it("takes no tick for another connection than the one to disable", async () => {
    const old = await moveBegun();
    let young: Four | undefined;
    const { stdout } = await place.typing(
      ["do"],
      [
        ...pasting(async () => (young = await place.generate("1.2"))),
        ["Has it?", "yes"],
        ["Who told you", "Kim of Otus, by phone"],
        ["Is it disabled?", "done"],
        ["last 4 characters", () => young?.clientId.slice(-4) ?? ""],
        ["Is it disabled?", "later"],
      ],
    );
    expect(stdout.replace(/\s+/g, " ")).toContain("enable it again at once in Campus");
    // The one of the first connection, which disabled nothing.
    expect((await place.journal()).filter((line) => line === "dana: close")).toHaveLength(1);
    expect(await place.active()).toContain(old.clientId);
  });

  it("asks again for a secret that was cut, and understands a whole sheet", async () => {
    const four = await place.generate("1.1");
    const sheet = `Client ID: ${four.clientId}\nClient Secret: ${four.clientSecret.slice(0, -3)}\nToken URL: ${four.tokenUrl}\nBase URL: ${four.baseUrl}`;
    const { code, stdout } = await place.typing(
      ["do"],
      [
        ["Client ID", sheet],
        ["Paste what again?", "secret"],
        ["Client Secret", `\u201c${four.clientSecret}\u200b\u201d`],
      ],
    );
    expect(code).toBe(0);
    expect(stdout).not.toContain(four.clientSecret.slice(0, -3));
    expect(await place.stage.pull(SHEET)).toBeGreaterThan(0);
  });

  it("helps, goes back to the value before, and asks twice about what looks wrong", async () => {
    const four = await place.generate("1.1");
    const other = four.tokenUrl.replace("appName=springfield", "appName=shelbyville");
    const { code, stdout } = await place.typing(
      ["do"],
      [
        ["Client ID", "?"],
        ["Client ID", four.clientId],
        ["Client Secret", four.clientSecret],
        ["Token URL", "back"],
        ["Client Secret", four.clientSecret],
        ["Token URL", other],
        ["Is it right all the same?", "?"],
        ["Is it right all the same?", "perhaps"],
        ["Is it right all the same?", "no"],
        ["Token URL", four.tokenUrl],
        ["Base URL", four.baseUrl],
      ],
    );
    const told = stdout.replace(/\s+/g, " ");
    expect([
      code,
      told.includes("If you see something else:"),
      told.includes("`back` asks for the value before"),
    ]).toEqual([0, true, true]);
    expect(told).toContain("Its appName is not springfield");
    expect(told).toContain("Please answer one of: yes, no, ?");
    expect(stdout).not.toContain(four.clientSecret);
    expect(await place.stage.pull(SHEET)).toBeGreaterThan(0);
  });

  it("keeps values that not everything could be shown of, when the person says so", async () => {
    const file = "districts/springfield.yaml";
    const text = await place.stage.read(file);
    await place.stage.write(file, text.replace("kind: supported", "kind: supported, schools: [Lincoln]"));
    const { code, stdout } = await place.typing(
      ["do"],
      [...pasting(() => place.generate("1.1")), ["Go on with these values?", "?"], ["Go on with these values?", "on"]],
    );
    expect(stdout.replace(/\s+/g, " ")).toContain("Not everything could be shown.");
    expect([code, await place.journal()]).toEqual([1, expect.arrayContaining(["dana: open"])]);
  });

  it("asks for an edit, takes its tick, and another day for the one that was not made", async () => {
    const old = await place.generate("1.1");
    await place.typing(
      ["do"],
      pasting(() => old),
    );
    const file = "districts/springfield.yaml";
    const text = await place.stage.read(file);
    const narrower = "kind: supported, schools: [Lincoln], accept: [schools all->Lincoln]";
    await place.stage.write(file, text.replace("kind: supported", narrower));
    const later = await place.typing(
      ["do"],
      [
        ["Is it changed and saved?", "?"],
        ["Is it changed and saved?", "later"],
      ],
    );
    expect([later.code, (await place.journal()).at(-1)]).toEqual([0, "dana: ask"]);
    const done = await place.typing(
      ["do"],
      [
        ["Is the change made already in Campus?", "no"],
        ["Is it changed and saved?", "done"],
      ],
      { env: { ROSTERFORM_ACTOR: "lee" } },
    );
    expect((await place.journal()).filter((line) => line.endsWith(": update"))).toEqual(["lee: update"]);
    expect(done.stdout).toContain("schools");
  });

  it("leaves stdout to the machine with --json, and speaks to the person elsewhere", async () => {
    const four = await place.generate("1.1");
    const { code, stdout, stderr } = await place.typing(
      ["do", "--json"],
      pasting(() => four),
    );
    const lines = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect([code, lines.length > 2, stderr.includes("copy the four values")]).toEqual([0, true, true]);
  });

  it("is a conversation: without a person it says so and writes nothing", async () => {
    const before = await place.journal();
    expect((await place.typing(["do", "--input=false"], [])).stderr).toContain("cli/cannot-ask");
    expect((await place.typing(["do"], [], { canAsk: false })).stderr).toContain("cli/cannot-ask");
    expect(await place.journal()).toEqual(before);
  });

  it("is not for a store that needs no clicks", async () => {
    const text = await place.stage.read("rosterform.yaml");
    await place.stage.write("rosterform.yaml", text.replace(/store: .*/, "store: { kind: sqlite, path: ./campus.db }"));
    const { code, stderr } = await place.typing(["do"], []);
    expect(code).toBe(1);
    expect(stderr).toContain("cli/not-by-hand");
  });

  it("asks for a name where nobody gave one, and journals under it", async () => {
    const lines = [["Your name", "lee"], ...pasting(() => place.generate("1.1"))] as const;
    await place.typing(["do"], lines, { env: {} });
    expect(await place.journal()).toContain("lee: open");
  });

  it("ends cleanly when it is interrupted at a question", async () => {
    const aborting = new AbortController();
    const stop = (): string => (aborting.abort("SIGTERM"), "");
    const { code } = await place.typing(["do"], [["Client ID", stop]], { signal: aborting.signal });
    expect(code).toBe(143);
    expect(await place.journal()).toContain("dana: ask");
  });
});
