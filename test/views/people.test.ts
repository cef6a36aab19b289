import { describe, expect, it } from "vitest";
import type { LiveConnection, LiveDistrict } from "../../src/model/live.ts";
import { DAY_MS, type Day, dayOf, shift } from "../../src/model/time.ts";
import { remindersOf } from "../../src/views/letters/due.ts";
import { spokenFingerprint } from "../../src/model/fingerprint.ts";
import { letterOf } from "../../src/views/letters/letter.ts";
import { letterMail, mailboxOf } from "../../src/views/letters/mail.ts";
import { letterMarkdown } from "../../src/views/letters/markdown.ts";
import { digestPlan } from "../../src/plan/digest.ts";
import { explain } from "../../src/views/explain.ts";
import { overlapsOf } from "../../src/views/overlaps.ts";
import { planJson } from "../../src/views/plan-json.ts";
import { describePlan } from "../../src/views/plan-text.ts";
import { describeInventories } from "../../src/views/reported.ts";
import { describeOverlaps, describeStatus } from "../../src/views/status-text.ts";
import { statusRows } from "../../src/views/status.ts";
import { createStyle } from "../../src/views/style.ts";
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

function undelivered(connection: LiveConnection): LiveConnection {
  const { delivery: _, ...rest } = connection;
  return rest;
}

describe("an overlap", () => {
  const text = (change: (young: LiveConnection) => LiveConnection): string => {
    const { plan, live } = everything();
    const [first] = overlapsOf(plan, live);
    const worlds = [...live].map(([id, one]): [typeof id, LiveDistrict] => [
      id,
      { ...one, connections: one.connections.map((each) => (each.id === first?.young.id ? change(each) : each)) },
    ]);
    const [one] = overlapsOf(plan, new Map(worlds));
    const how = { style: createStyle(false), now: NOW };
    return one === undefined ? "" : describeOverlaps([one], how).replaceAll(/\s+/g, " ");
  };
  const delivery = { state: "done", target: "file:x", at: shift(NOW, -200 * DAY_MS) } as const;

  it("says when the values were handed over, and who said that they arrived", () => {
    const received = { by: "Pat at Otus", at: shift(NOW, -DAY_MS) };
    const handed = text((young) => ({ ...young, delivery: { ...delivery, at: NOW, received } }));
    expect(handed).toContain("handed over 0 days ago, received (Pat at Otus, 2027-06-16)");
    const unknown = text((young) => ({ ...undelivered(young), provenance: "generated" }));
    expect(unknown).toContain("not handed over yet");
  });

  it("does not say that values are to come which the vendor has had all along", () => {
    const day = dayOf(delivery.at);
    expect(text((young) => ({ ...young, delivery }))).toContain(`the vendor has had these values since ${day}`);
    expect(text((young) => ({ ...undelivered(young), provenance: "adopted" }))).toContain(
      "the vendor had these values before rosterform knew them",
    );
  });
});

describe("what people reported", () => {
  const reported = { by: "dana", at: shift(NOW, -3 * DAY_MS) };
  const said = (story: World) => {
    const of = (one: LiveConnection): LiveConnection => ({ ...one, reported });
    const live = new Map([...story.live].map(([id, one]) => [id, { ...one, connections: one.connections.map(of) }]));
    return { live, plan: world.planOf(desired(story), [...live.values()]) };
  };

  it("is said with every live fact of a plan, and is no part of its digest", () => {
    const story = everything();
    const [before, after] = [world.planOf(desired(story), [...story.live.values()]), said(story).plan];
    const digests = digestPlan(after, sha256);
    expect(digests).toEqual(digestPlan(before, sha256));
    const page = { locate, style: createStyle(false) };
    expect(describePlan(before, page)).not.toContain("reported by");
    const text = describePlan(after, page);
    expect(text.match(/known +\S+ reported by dana on 2027-06-14/g)?.length).toBeGreaterThan(3);
    expect(text.split("\n").filter((line) => line.length > 80)).toEqual([]);
    const json = JSON.stringify(planJson(after, { locate, rosterformVersion: "0", digests, drift: [] }));
    expect(json).toContain(JSON.stringify({ reported }).slice(1, -1));
  });

  it("is said in a status and an explanation, with who signed the registry", () => {
    const { plan, live } = said(everything());
    const rows = statusRows(plan, live);
    const text = describeStatus(rows, { style: createStyle(false), now: NOW });
    const known = rows.filter(({ current, candidate }) => (current ?? candidate) !== undefined);
    expect(text.match(/reported by dana on 2027-06-14/g)).toHaveLength(known.length);
    const one = plan.districts.flatMap(({ addresses }) => addresses).find(({ slot }) => slot?.current !== undefined);
    const district = one === undefined ? undefined : live.get(one.desired.district);
    if (one === undefined || district === undefined) throw new Error("nothing is in use");
    const inventory = { kind: "signed", asOf: "2027-06-01" as Day, ...reported } as const;
    const kept: LiveDistrict = { ...district, kept: { inventory, asked: [] } };
    const facts = explain(one, kept, NOW).facts.map(([key, says]) => `${key}: ${says}`);
    expect(facts.some((fact) => /^in use: .*; reported by dana on 2027-06-14$/.test(fact))).toBe(true);
    expect(facts).toContainEqual(expect.stringContaining("registry: dana signed on 2027-06-14"));
    expect(describeInventories(new Map([[kept.district, kept]]))).toEqual([
      expect.stringContaining(`${kept.district}: dana signed`),
    ]);
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
