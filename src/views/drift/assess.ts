import type { Address } from "../../model/address.ts";
import type { DesiredConnection } from "../../model/desired.ts";
import type { LiveConnection } from "../../model/live.ts";
import { acceptanceOf } from "../../model/loss.ts";
import type { Place } from "../../model/place.ts";
import { describeSchools, isSameEditable } from "../../model/traits.ts";
import type { Update } from "../../plan/action.ts";
import type { AddressPlan } from "../../plan/plan.ts";
import { describeSharing } from "../differences.ts";
import { placeOfKey } from "../words.ts";
import type { Drift, DriftDifference } from "./drift.ts";
import type { Trail } from "./trail.ts";

/** Why somebody should look, the most urgent first. */
export const ATTENTION = ["gone", "disabled", "enabled", "wider", "replaced", "edited", "agrees"] as const;

/**
 * `gone`: the store does not list it any more. `disabled`: a vendor may be cut off. `enabled`: credentials give tokens that should
 * not. `wider`: a vendor sees more than it should. `replaced`: what cannot be edited is another. `edited`: anything else.
 * `agrees`: the document says the same by now, so nothing is left to be done.
 */
export type Attention = (typeof ATTENTION)[number];

/** Whose turn it is: `heal` edits it back, a line of the document has to say something, `apply` goes on with it, or a person looks. */
export type Way = "heal" | "document" | "apply" | "person" | "nobody";

/** One drift, what it means and what can be done. */
export interface Finding {
  readonly drift: Drift;
  readonly attention: Attention;
  readonly way: Way;
  /** What can be done, in sentences. */
  readonly advice: string;
  readonly trail: Trail;
  /** The line of the document about it. */
  readonly place?: Place;
}

/** What a drift is held against. */
export interface Around {
  readonly trail: Trail;
  /** The line of the address; absent where no document speaks of it any more. */
  readonly line?: DesiredConnection;
  /** The address whose line says `was:` with this one. */
  readonly renamedTo?: Address;
  /** What healing would do there (`onlyHealing`); absent where the district cannot be planned. */
  readonly plan?: AddressPlan;
  readonly live?: LiveConnection;
}

/** Says of a drift what it means and whose turn it is. */
export function assess(drift: Drift, around: Around): Finding {
  const { line, trail } = around;
  const attention = attentionOf(drift, line);
  const place = line === undefined ? {} : { place: placeOfKey(line, ...keysOf(drift)) };
  return { drift, attention, ...wayOf(drift, attention, around), trail, ...place };
}

/** The most urgent first, and by address. */
export function sortFindings(findings: readonly Finding[]): readonly Finding[] {
  const rank = ({ attention }: Finding): number => ATTENTION.indexOf(attention);
  return findings.toSorted((a, b) => rank(a) - rank(b) || (a.drift.address < b.drift.address ? -1 : 1));
}

function keysOf({ differences }: Drift): readonly string[] {
  return differences.map(({ what }) => (what === "status" ? "state" : what));
}

function attentionOf({ differences }: Drift, line: DesiredConnection | undefined): Attention {
  if (line !== undefined && differences.every((one) => isAsWritten(one, line))) return "agrees";
  const has = (test: (one: DriftDifference) => boolean): boolean => differences.some(test);
  if (has(({ what }) => what === "connection")) return "gone";
  if (has(({ what, after }) => after === "disabled" && (what === "status" || what === "candidate"))) return "disabled";
  if (has(({ what }) => what === "status" || what === "previous")) return "enabled";
  if (has(isWider)) return "wider";
  return has(({ what }) => what === "version" || what === "kind" || what === "rotate") ? "replaced" : "edited";
}

/** The document says by now what somebody did by hand. */
function isAsWritten({ what, after }: DriftDifference, line: DesiredConnection): boolean {
  switch (what) {
    case "schools":
      return after === describeSchools(line.schools);
    case "share":
      return after === describeSharing(line.share);
    case "status":
      return after === "disabled" && line.state === "disabled";
    case "version":
    case "kind":
    case "rotate":
    case "connection":
    case "previous":
    case "candidate":
      return false;
  }
}

function isWider({ what, after, members }: DriftDifference): boolean {
  if (what !== "schools" && what !== "share") return false;
  return members === undefined ? after === "all" : members.added.length > 0;
}

type Said = Pick<Finding, "way" | "advice">;

function wayOf(drift: Drift, attention: Attention, around: Around): Said {
  const { line, renamedTo, plan } = around;
  if (attention === "agrees") return { way: "nobody", advice: "the document says so too; nothing is left to be done" };
  if (attention === "gone")
    return person(
      "look in Campus what became of it. Nothing is generated in its place by itself, and its district cannot be planned while the store names a connection that it does not list",
    );
  if (line === undefined && renamedTo !== undefined)
    return {
      way: "apply",
      advice: `the document calls it ${renamedTo} now; \`rosterform apply\` moves it there first`,
    };
  if (line === undefined)
    return person(
      "no document speaks of this address any more, so nothing is put back. Write its line again, or change it by hand",
    );
  if (plan === undefined)
    return person("the store names a connection of this district that it does not list; until then nothing is planned");
  const left = leftToApply(plan);
  if (left !== undefined) return { way: "apply", advice: left };
  if (attention === "disabled") return ofDisabled(drift, line);
  if (attention === "enabled") return ofEnabled(drift, around);
  return ofEdited(plan, line);
}

function person(advice: string): Said {
  return { way: "person", advice };
}

/** What was planned there besides putting it back; healing holds it with that reason. */
function leftToApply({ actions, hold }: AddressPlan): string | undefined {
  if (hold === "blocked" || actions.some(({ kind }) => kind !== "keep")) return undefined;
  return actions.find(({ reason }) => reason !== undefined)?.reason;
}

function ofDisabled({ differences, address }: Drift, { rotate }: DesiredConnection): Said {
  if (differences.some(({ what }) => what === "candidate"))
    return {
      way: "document",
      advice: `\`rotate: ${rotate + 1}\` in its line tries with another candidate, \`rosterform abort '${address}'\` gives this one up`,
    };
  return {
    way: "document",
    advice: `\`rotate: ${rotate + 1}\` in its line replaces it, \`state: disabled\` accepts it. It is not enabled and not generated again by itself`,
  };
}

function ofEnabled({ differences, address }: Drift, { live }: Around): Said {
  const { use } = live ?? {};
  const used = use?.kind === "observed" && use.last !== undefined ? `Last used ${use.last.slice(0, 10)}. ` : "";
  const isBeside = differences.some(({ what }) => what === "previous");
  const back = isBeside ? `, or take it back with \`rosterform rollback '${address}'\`` : "";
  return person(`${used}Whoever has its values gets tokens. Disable it again by hand${back}`);
}

function ofEdited(plan: AddressPlan, line: DesiredConnection): Said {
  const edit = plan.actions.find((action) => action.kind === "update");
  if (plan.hold === "blocked") return { way: "document", advice: whyBlocked(plan, edit, line) };
  if (edit === undefined)
    return { way: "document", advice: `it cannot be edited; \`rotate: ${line.rotate + 1}\` in its line replaces it` };
  if (plan.hold === "observe") return person("its district says `mode: observe`, so nothing is put back");
  const also = isSameEditable(line, plan.slot?.applied ?? line) ? "" : ", which changed as well since";
  return { way: "heal", advice: `\`rosterform drift --heal\` puts it back as the document says${also}` };
}

/** What is taken from a vendor has to be accepted, also where somebody gave it by hand. */
function whyBlocked(plan: AddressPlan, edit: Update | undefined, { accepts }: DesiredConnection): string {
  const acceptances = edit?.loses.map(acceptanceOf).filter((one) => !accepts.includes(one)) ?? [];
  if (acceptances.length > 0) {
    const list = acceptances.map((one) => `"${one}"`).join(", ");
    return `putting it back takes something from its vendor; \`accept: [${list}]\` in its line allows that`;
  }
  const errors = plan.diagnostics.filter(({ severity }) => severity === "error").map(({ detail }) => detail);
  return errors.length > 0 ? errors.join(" ") : "an error about its district stands in the way";
}
