import { type Address, addressOf, partsOf } from "../../src/model/address.ts";
import { line } from "../apply/documents.ts";
import type { Dice } from "./dice.ts";
import type { Part } from "./part.ts";

/** The states in which a fault may meet an address: the kinds of change there are, each at several of its stages. */
export const PARTS: readonly ((address: Address, dice: Dice) => Part)[] = [
  first,
  kept,
  switching,
  switchingTwice,
  moved,
  stays,
  revertedEarly,
  revertedLate,
  updated,
  updatedCandidate,
  disabled,
  rotated,
  adopted,
  renamed,
  replaced,
];

function one(address: Address): Pick<Part, "addresses" | "before" | "home"> {
  return { addresses: [address], before: [line(address)], home: address };
}

/** A name beside the first one in the same district. */
function beside(address: Address): Address {
  const { district, vendor } = partsOf(address);
  return addressOf(district, `${vendor} Two`);
}

function first(address: Address, dice: Dice): Part {
  const after = [line(address, { version: dice.pick(["1.1", "1.2"]) })];
  return { ...one(address), kind: "first", before: [], after, later: "follows" };
}

function kept(address: Address): Part {
  return { ...one(address), kind: "kept", after: [line(address)], later: "stays" };
}

function switching(address: Address, dice: Dice): Part {
  const after = [line(address, { version: "1.2", kind: dice.pick(["other", "supported"]) })];
  return { ...one(address), kind: "switch", after, later: dice.pick(["follows", "stays", "silent"]) };
}

/** The candidate of an open cut-over is not what the documents say any more. */
function switchingTwice(address: Address): Part {
  const opened = [line(address, { version: "1.2" })];
  const after = [line(address, { version: "1.2", kind: "supported" })];
  return { ...one(address), kind: "switch, then another", opened, after, later: "follows" };
}

/** The vendor works with the new connection and the old one is quiet: this apply closes. */
function moved(address: Address): Part {
  const after = [line(address, { version: "1.2" })];
  return { ...one(address), kind: "switch, moved", opened: after, hasMoved: true, after, later: "follows" };
}

/** A cut-over is open, and the vendor was never seen on the new connection. */
function stays(address: Address, dice: Dice): Part {
  const after = [line(address, { version: "1.2" })];
  return { ...one(address), kind: "switch, not moved", opened: after, after, later: dice.pick(["stays", "silent"]) };
}

function revertedEarly(address: Address): Part {
  const opened = [line(address, { version: "1.2" })];
  return { ...one(address), kind: "reverted", opened, after: [line(address)], later: "stays" };
}

function revertedLate(address: Address): Part {
  const opened = [line(address, { version: "1.2" })];
  return { ...one(address), kind: "reverted, moved", opened, hasMoved: true, after: [line(address)], later: "returns" };
}

function updated(address: Address): Part {
  return { ...one(address), kind: "update", after: [line(address, { schools: ["Lincoln"] })], later: "stays" };
}

function updatedCandidate(address: Address): Part {
  const opened = [line(address, { version: "1.2" })];
  const after = [line(address, { version: "1.2", schools: ["Lincoln"] })];
  return { ...one(address), kind: "switch, updated", opened, after, later: "follows" };
}

function disabled(address: Address): Part {
  const after = [line(address, { state: "disabled" })];
  return { ...one(address), kind: "disable", isSilent: true, after, later: "silent" };
}

function rotated(address: Address): Part {
  return { ...one(address), kind: "rotate", after: [line(address, { rotate: 1 })], later: "follows" };
}

function adopted(address: Address): Part {
  const after = [line(address, { schools: ["Lincoln"] })];
  return { ...one(address), kind: "adopt", before: [], isFound: true, after, later: "stays" };
}

function renamed(address: Address, dice: Dice): Part {
  const home = beside(address);
  const [version, later] = dice.pick([["1.1", "stays"] as const, ["1.2", "follows"] as const]);
  return { ...one(address), kind: "rename", after: [line(home, { was: address, version })], home, later };
}

function replaced(address: Address): Part {
  const home = beside(address);
  const after = [line(address, { state: "disabled" }), line(home, { replaces: address, kind: "supported" })];
  return { ...one(address), kind: "replaces", after, home, later: "follows" };
}
