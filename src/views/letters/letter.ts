import { spokenFingerprint } from "../../model/fingerprint.ts";
import { partsOf } from "../../model/address.ts";
import type { LiveConnection } from "../../model/live.ts";
import { describeDuration } from "../../model/time.ts";
import { plain } from "../layout.ts";
import type { Reminder } from "./due.ts";

/** A letter in plain words: never a secret, and whole lines only. */
export interface Letter {
  readonly reminder: Reminder;
  /** As the documents write it. */
  readonly to?: string;
  /** Whom to answer. */
  readonly answerTo?: string;
  readonly subject: string;
  /** Paragraphs; a line break inside one is kept. */
  readonly paragraphs: readonly string[];
}

/** Writes the letter of a reminder. */
export function letterOf(reminder: Reminder): Letter {
  const { recipient, plan, isOverdue } = reminder;
  const { owner } = plan.desired;
  const subject = `${isOverdue && reminder.kind !== "ends" ? "Overdue: " : ""}${subjectOf(reminder)}`;
  return {
    reminder,
    ...(recipient === undefined ? {} : { to: plain(recipient) }),
    ...(owner === undefined ? {} : { answerTo: plain(owner) }),
    subject: plain(subject),
    paragraphs: [...openingOf(reminder), ...bodyOf(reminder), ...closingOf(reminder)].map((one) =>
      one.split("\n").map(plain).join("\n"),
    ),
  };
}

function subjectOf({ kind, address, plan }: Reminder): string {
  const { vendor, district } = partsOf(address);
  switch (kind) {
    case "move":
      return `OneRoster connection of ${district}: please move ${vendor} to the new values`;
    case "state":
      return `${address}: did the vendor move?`;
    case "deliver":
      return `${address}: the new values may be handed over`;
    case "ends":
      return `${address}: the contract ends on ${plan.desired.ends}`;
  }
}

function openingOf({ kind, isContactMissing, address, plan }: Reminder): readonly string[] {
  if (!isContactMissing || kind !== "move") return ["Hello,"];
  const { vendor } = plan.desired;
  return [
    "Hello,",
    `no document names a contact at ${vendor}, so this letter comes to you. Please send the part below to whoever takes the values there, and write \`contact:\` at ${address} or in the catalogue, so that the next letter finds its way.`,
  ];
}

function bodyOf(reminder: Reminder): readonly string[] {
  switch (reminder.kind) {
    case "move":
      return moveBody(reminder);
    case "state":
      return stateBody(reminder);
    case "deliver":
      return [
        `the day on which ${reminder.address} may be handed over has come (${reminder.plan.desired.deliverFrom}). Nothing reaches the vendor until somebody runs:`,
        `    rosterform apply --target '${reminder.address}'`,
      ];
    case "ends":
      return [
        `the contract or privacy agreement of ${reminder.address} ends on ${reminder.plan.desired.ends}. Nothing is disabled by the date itself.`,
        "Renew it and move `ends:` in the document, or write `state: disabled` there and plan again.",
      ];
  }
}

function moveBody({ old, young, plan, deadline, isOverdue, address }: Reminder): readonly string[] {
  const { vendor, quietMs } = plan.desired;
  const { district } = partsOf(address);
  const day = young?.delivery?.at.slice(0, 10) ?? "";
  const moves = old !== undefined && young !== undefined && old.version !== young.version;
  return [
    `on ${day} the values of a new OneRoster connection of ${district} were handed over for ${vendor}. We have no sign yet that ${vendor} uses it. Its sync period is ${describeDuration(quietMs)}.`,
    factsOf(old, young),
    "If the values were not pasted yet: the new connection works and waits for them. If they did not arrive, answer this letter; we never send them in an answer.",
    ...(moves
      ? [
          `With this move from OneRoster ${old.version} to ${young.version} the ids of users change. Map users by metadata.ic.legacysourceId, which holds the former id, and then run a full sync again; otherwise users may appear twice.`,
        ]
      : []),
    ...(old === undefined
      ? []
      : [
          "The old connection goes on working meanwhile. It will be disabled only after you moved.",
          "Please confirm in an answer that you moved, on which day, and the fingerprint above if you can read it from the sheet you were given.",
        ]),
    ...(deadline === undefined
      ? []
      : [
          isOverdue
            ? `This should have been done by ${deadline}. Please tell us what is in the way.`
            : `Please move by ${deadline}.`,
        ]),
  ];
}

function stateBody({ address, old, young, deadline, isOverdue }: Reminder): readonly string[] {
  return [
    `the vendor has the values of the new connection of ${address} since ${young?.delivery?.at.slice(0, 10) ?? ""}. Please find out whether it moved, and say so. Until somebody knows, both connections stay active.`,
    factsOf(old, young),
    "If the vendor moved, run this with your name and how you know:",
    `    rosterform confirm '${address}' --attest --by NAME --reason TEXT`,
    "If it did not and never will, give the new connection up:",
    `    rosterform abort '${address}'`,
    ...(deadline === undefined
      ? []
      : [
          isOverdue
            ? `This was due on ${deadline}. The deadline itself changes nothing.`
            : `This is due on ${deadline}.`,
        ]),
  ];
}

/** Fingerprints in groups of four, as they are read over the phone. */
function factsOf(old: LiveConnection | undefined, young: LiveConnection | undefined): string {
  const lines = [
    ["New", young],
    ["Old", old],
  ] as const;
  return lines
    .flatMap(([word, one]) =>
      one === undefined
        ? []
        : [
            `${word} connection: OneRoster ${one.version}, Client ID ${one.clientId}`,
            `    fingerprint ${spokenFingerprint(one.fingerprint)}`,
          ],
    )
    .join("\n");
}

function closingOf({ plan }: Reminder): readonly string[] {
  const { owner } = plan.desired;
  return [
    owner === undefined
      ? "Please answer whoever sent you this letter: no document names an owner."
      : `Please answer to ${owner}.`,
    "No secret stands in this letter. Please send none back.",
  ];
}
