import type { FieldNames } from "../../model/desired.ts";
import type { LiveConnection } from "../../model/live.ts";
import type { Step } from "../../plan/step.ts";
import { type Click, type Clicks, type ClickWork, clicksFor, FOUR_VALUES } from "./campus-words.ts";
import type { Around, Paste, RunbookStep } from "./runbook.ts";

/** How a step is done: what to click, what to do otherwise, what to paste where. */
export type Instructions = Pick<RunbookStep, "clicks" | "otherwise" | "pastes"> & { readonly where?: string };

/** For a step that is not to be done now. */
export const NO_CLICKS: Instructions = { clicks: [], otherwise: [], pastes: [] };

/** How a step that is allowed now is done; the first one of an address starts the program. */
export function instructionsFor(step: Step, around: Around, isFirst: boolean): Instructions {
  const { plan, isByHand } = around;
  const command = `rosterform ${isByHand ? "do" : "apply"} --target '${plan.address}'`;
  const start: readonly Click[] = isFirst
    ? [
        {
          text: `At the terminal, run \`${command}\`.`,
          sees: isByHand
            ? "It names this step, and asks before anything happens. Leave it open while you click."
            : "It shows the plan of this address and asks before anything happens.",
        },
      ]
    : [];
  const own = isByHand ? byHand(step, around) : byProgram(step, around);
  return { ...own, clicks: [...start, ...own.clicks] };
}

/** The program clicks nothing in a live system that has an interface of its own: it writes there. */
function byProgram(step: Step, around: Around): Instructions {
  if (step.kind === "deliver") return deliver(around);
  return written(around, "rosterform does this by itself.");
}

function byHand(step: Step, around: Around): Instructions {
  const { plan, connections } = around;
  switch (step.kind) {
    case "open":
      return inCampus(generating(step, around), around);
    case "update": {
      const connection = connections.get(step.connection);
      return connection === undefined ? NO_CLICKS : inCampus({ kind: "edit", connection, make: step.make }, around);
    }
    case "abandon":
    case "disable":
      return disabling(step.connection, undefined, around);
    case "close": {
      const survivor = plan.slot?.cutover === undefined ? undefined : connections.get(plan.slot.cutover.to);
      if (step.disables === undefined)
        return written(around, "rosterform writes that this connection is the current one.");
      return disabling(step.disables, survivor, around);
    }
    case "deliver":
      return deliver(around);
    case "confirm":
      return written(around, "rosterform probes the connection at its real addresses. It reads counts, never rows.");
    case "attest":
      return written(around, `rosterform records the statement of ${step.line.by} that stands in the document.`);
    default:
      return written(around, "rosterform writes this in its registry.");
  }
}

function generating(step: Extract<Step, { kind: "open" }>, { plan, site, live, connections }: Around): ClickWork {
  const application = plan.desired.vendor;
  const isSame = (one: LiveConnection): boolean =>
    one.kind === step.make.kind && one.application.toLowerCase() === application.toLowerCase();
  const isListed = live?.connections.some(isSame) === true;
  const isComplete = live?.kept?.inventory.kind === "signed";
  const from = step.from === undefined ? undefined : connections.get(step.from);
  return {
    kind: "generate",
    site,
    application,
    make: step.make,
    ...(from === undefined ? {} : { from }),
    ...(isListed || isComplete ? { tileExists: isListed } : {}),
  };
}

function disabling(id: string, survivor: LiveConnection | undefined, around: Around): Instructions {
  const connection = around.connections.get(id);
  if (connection === undefined) return NO_CLICKS;
  const { clicks, ...rest } = inCampus(
    { kind: "disable", connection, ...(survivor === undefined ? {} : { survivor }) },
    around,
  );
  const wait: Click = {
    text: "Wait until `rosterform do` asks for this click. It looks at the evidence once more before it asks.",
    sees: "The question names this Client ID. If it does not ask, click nothing.",
  };
  return { ...rest, clicks: [wait, ...clicks] };
}

function inCampus(work: ClickWork, { short }: Around): Instructions {
  const { where, clicks, otherwise }: Clicks = clicksFor(work, short);
  return { where, clicks, otherwise, pastes: [] };
}

function written({ plan }: Around, text: string): Instructions {
  return {
    clicks: [{ text, sees: "It says that the step is done." }],
    otherwise: [
      `It says no, or waits: do not go on. \`rosterform explain '${plan.address}'\` says why, and what would have to be true.`,
    ],
    pastes: [],
  };
}

function deliver({ plan, deliver: kind, isByHand }: Around): Instructions {
  const { vendor, contact, fieldNames } = plan.desired;
  const whom = contact === undefined ? vendor : `${vendor} (${contact})`;
  const fields =
    fieldNames === undefined
      ? "each into its field (the catalogue does not say how they are called there)"
      : "as below";
  const isReplacing = plan.slot?.current !== undefined || plan.desired.replaces !== undefined;
  return {
    where: `rosterform hands the values over as the project file says (\`deliver: ${kind}\`).`,
    clicks: [
      {
        text: isByHand ? "Let `rosterform do` hand the values over." : "rosterform hands the values over by itself.",
        sees: "It names the place to which the values went. The secret is shown once, or never.",
      },
      {
        text: `Give the values to ${whom}, ${fields}. Never in a mail or a chat.`,
        sees: `${vendor} says that its own connection test is green, or that the values are saved.`,
      },
      {
        text: `Compare the fingerprint of the secret with ${vendor} by voice: they read theirs out, and you run \`rosterform verify '${plan.address}' --fingerprint "WHAT THEY READ"\`.`,
        sees: "It says that both hold the same secret.",
      },
      {
        text: `When ${vendor} says that the values arrived, run \`rosterform received '${plan.address}' --by NAME\`.`,
        sees: "It records the receipt. A receipt is no evidence that the vendor moved.",
      },
    ],
    otherwise: [
      `${vendor} says that the values are refused: compare Client ID and fingerprint first. Most often a value was cut off, or Token URL and Base URL stand in each other's place.`,
      `Nobody at ${vendor} answers: leave everything as it is; nothing has to be done today.${isReplacing ? " The old connection goes on working." : ""}`,
    ],
    pastes: pastesOf(fieldNames),
  };
}

const KEYS = {
  "Client ID": "clientId",
  "Client Secret": "clientSecret",
  "Token URL": "tokenUrl",
  "Base URL": "baseUrl",
} as const satisfies Record<(typeof FOUR_VALUES)[number], keyof FieldNames>;

function pastesOf(names: FieldNames | undefined): readonly Paste[] {
  return names === undefined ? [] : FOUR_VALUES.map((value) => ({ value, into: names[KEYS[value]] }));
}
