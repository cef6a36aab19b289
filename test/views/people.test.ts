import { describe, expect, it } from "vitest";
import type { LiveDistrict } from "../../src/model/live.ts";
import { DAY_MS, shift, type Day } from "../../src/model/time.ts";
import { remindersOf } from "../../src/views/letters/due.ts";
import { spokenFingerprint } from "../../src/model/fingerprint.ts";
import { letterOf } from "../../src/views/letters/letter.ts";
import { letterMail, mailboxOf } from "../../src/views/letters/mail.ts";
import { letterMarkdown } from "../../src/views/letters/markdown.ts";
import { overlapsOf } from "../../src/views/overlaps.ts";
import { tasksOf } from "../../src/views/tasks.ts";
import * as world from "../plan/world.ts";
import { everything, locate, NOW, sha256, type World } from "./stories.ts";

const desired = (story: World) =>
  world.documents(
    ...story.plan.districts.map((one) =>
      world.district(
        one.addresses.map(({ desired }) => desired),
        { district: one.district, owner: "kim@springfield.example.org" },
      ),
    ),
  );

const tasksIn = (story: World) => tasksOf({ ...story, desired: desired(story), locate });

describe("tasks", () => {
  it("name at least one for every open cut-over, whoever it waits for", () => {
    const story = everything();
    const waiting = story.plan.districts.flatMap((one) =>
      one.addresses.filter(({ slot, hold }) => slot?.cutover !== undefined && hold !== "observe"),
    );
    expect(waiting.length).toBeGreaterThan(1);
    const named = tasksIn(story).map(({ where }) => where);
    for (const { address } of waiting) expect(named).toContain(address);
  });

  it("come in the order of their due days, then of their age", () => {
    const order = tasksIn(everything()).map(({ due, since }) => `${due ?? "9999"} ${since ?? "9999"}`);
    expect(order).toEqual(order.toSorted());
    expect(order.length).toBeGreaterThan(3);
  });

  it("of a registry ask for its signature, for what was asked and never reported, and for the receipt", () => {
    const story = everything();
    const [[district, live] = []] = [...story.live];
    const slot = live?.slots.find(({ cutover }) => cutover?.from !== undefined);
    if (district === undefined || live === undefined || slot === undefined) throw new Error("no cut-over");
    const asked = [{ address: slot.address, click: "disable", by: "dana", at: shift(NOW, -DAY_MS) }] as const;
    const kept: LiveDistrict = { ...live, kept: { inventory: { kind: "unsigned" }, asked } };
    const tasks = tasksIn({ ...story, live: new Map([[district, kept]]) });
    expect(tasks).toContainEqual(
      expect.objectContaining({ kind: "inventory", where: district, who: "kim@springfield.example.org" }),
    );
    expect(tasks).toContainEqual(
      expect.objectContaining({ kind: "report", where: slot.address, run: `rosterform do --target '${slot.address}'` }),
    );
    expect(tasks.some(({ kind }) => kind === "receipt")).toBe(true);
  });
});

describe("overlaps", () => {
  it("come oldest first, and only where both connections give tokens", () => {
    const { plan, live } = everything();
    const overlaps = overlapsOf(plan, live);
    expect(overlaps.length).toBeGreaterThan(0);
    for (const { old, young } of overlaps) expect([old.status.kind, young.status.kind]).toEqual(["active", "active"]);
    expect(overlaps.map(({ since }) => since)).toEqual(overlaps.map(({ since }) => since).toSorted());
  });

  it("are listed also where no document speaks of them any more, unless only a part was planned", () => {
    const { plan, live } = everything();
    const bare = { ...plan, districts: plan.districts.map((one) => ({ ...one, addresses: [] })) };
    expect(overlapsOf(bare, live)[0]?.next).toContain("no document speaks of it");
    expect(overlapsOf({ ...bare, partial: true }, live)).toEqual([]);
  });
});

describe("letters", () => {
  const lettersOf = (story: World) => remindersOf(story.plan, story.live).map(letterOf);

  it("never forge a header, whatever stands in the documents", () => {
    const story = everything();
    const evil = "Kim\r\nBcc: all@example.org <kim@example.org>";
    const districts = story.plan.districts.map((one) => ({
      ...one,
      addresses: one.addresses.map((plan) => ({
        ...plan,
        desired: { ...plan.desired, owner: evil, contact: evil, ends: "2027-06-20" as Day },
      })),
    }));
    const letters = remindersOf({ ...story.plan, districts }, story.live).map(letterOf);
    expect(letters.length).toBeGreaterThan(1);
    for (const letter of letters) {
      const [head = ""] = letterMail(letter, { now: NOW, hash: sha256 }).split("\r\n\r\n");
      expect(head).not.toMatch(/^bcc:/im);
      expect(letterMarkdown(letter)).not.toMatch(/^Bcc:/m);
    }
  });

  it("encode a subject that is not plain, with whole characters in every word", () => {
    const [letter] = lettersOf(everything());
    if (letter === undefined) throw new Error("no letter");
    const subject = "Zürich 📚 ".repeat(12).trim();
    const mail = letterMail({ ...letter, subject }, { now: NOW, hash: sha256 });
    const [, folded = ""] = /^Subject: (.*(?:\r\n .*)*)/m.exec(mail) ?? [];
    const words = folded.split("\r\n ");
    const parts = words.map((word) => Buffer.from(/^=\?utf-8\?B\?(.*)\?=$/.exec(word)?.[1] ?? "", "base64").toString());
    expect(parts.join("")).toBe(subject);
    for (const [index, word] of words.entries()) expect(word.length + (index === 0 ? 9 : 1)).toBeLessThanOrEqual(76);
    for (const part of parts) expect(part).not.toContain("\ufffd");
  });

  it("take a mail address out of what documents write, and nothing else", () => {
    expect(mailboxOf("a@b.example")).toBe("a@b.example");
    expect(mailboxOf('"Kim, K." <a@b.example>')).toBe("a@b.example");
    expect(mailboxOf("the help desk, 555 0100")).toBeUndefined();
    expect(mailboxOf("a@b.example, c@d.example")).toBeUndefined();
    expect(mailboxOf(undefined)).toBeUndefined();
  });

  it("show a fingerprint as it is read aloud; what is unknown stays unknown", () => {
    expect(spokenFingerprint("0123456789abcdef")).toBe("0123 4567 89ab cdef");
    expect(spokenFingerprint("unknown")).toBe("unknown");
  });
});
