import type { Site } from "../../model/site.ts";
import { type DataSet, describeSchools, type Traits } from "../../model/traits.ts";
import type { Short } from "../words.ts";

/**
 * Every word about what stands on the screens of Campus, in one place. Double quotes stand around what is written there.
 *
 * Sources, all of the Infinite Campus knowledge base: "Supported and Unsupported Connections" (the two procedures: a new
 * connection first, then disable the previous one in the list), "Configuring OneRoster Connections" (tiles with logo and
 * green check mark, Information to Share, school access, data to share). What no source says is said as unknown.
 */

/** A connection as a person has to find it again in Campus. */
export interface SeenConnection extends Traits {
  readonly application: string;
  readonly clientId: string;
}

/** A click in Campus, with no more about it than is needed to describe it. What a store asks its hands for fits in here. */
export type ClickWork =
  | {
      readonly kind: "generate";
      readonly site: Site;
      readonly application: string;
      readonly make: Traits;
      /** The connection that stays untouched until the new one is proven. */
      readonly from?: SeenConnection;
      /** Whether the registry already lists a connection of this application and kind; `undefined`: nobody looked. */
      readonly tileExists?: boolean;
    }
  | {
      readonly kind: "edit";
      readonly connection: SeenConnection;
      readonly make: Pick<Traits, "schools" | "share">;
    }
  | {
      readonly kind: "disable";
      readonly connection: SeenConnection;
      /** The connection that works on. */
      readonly survivor?: SeenConnection;
    };

/** One click, or one look: what to do, and what is seen when it was right. */
export interface Click {
  readonly text: string;
  readonly sees: string;
}

/** A way through the screens of Campus. */
export interface Clicks {
  readonly title: string;
  /** Where to start. */
  readonly where: string;
  readonly clicks: readonly Click[];
  /** What to do when something else is seen, as sentences. */
  readonly otherwise: readonly string[];
}

/** The four values, as they are called under "Information to Share". */
export const FOUR_VALUES = ["Client ID", "Client Secret", "Token URL", "Base URL"] as const;

/** What nobody can promise: rosterform has no hand on a real site. */
export const CANNOT_STOP =
  "rosterform cannot stop a click in Campus. It can only refuse to ask for one: click what it asks for, when it asks for it, and nothing else.";

/** What is unknown about a connection that was disabled; no public page of the vendor says it. */
export const REENABLING_IS_UNKNOWN =
  "Whether Campus can enable a disabled connection again, and whether its secret would still be the same, is unknown.";

/** The click path for one piece of work. `short` is how Client IDs are shortened where this is printed. */
export function clicksFor(work: ClickWork, short: Short = (clientId) => clientId): Clicks {
  switch (work.kind) {
    case "generate":
      return work.make.kind === "supported" ? generateSupported(work, short) : generateOther(work, short);
    case "edit":
      return edit(work, short);
    case "disable":
      return disable(work, short);
  }
}

type Generating = Extract<ClickWork, { kind: "generate" }>;

const LIST = '"Digital Learning Applications"';
const GENERATE = '"Generate New OneRoster Connection"';

function generateSupported(work: Generating, short: Short): Clicks {
  const { application, make } = work;
  const find: Click =
    work.tileExists === false
      ? {
          text: `Look for the tile of ${application} with its logo and green check mark. If it is not in the list yet, choose "Add Application" and find ${application} there.`,
          sees: `The tile of ${application}, with logo and green check mark.`,
        }
      : {
          text: `Open the tile of ${application}: the one with its logo and a green check mark.`,
          sees: "The list of its OneRoster connections, older ones included.",
        };
  return {
    title: `Generate a ${make.version} connection in the tile of ${application}`,
    where: startOf(work.site),
    clicks: [find, ...untouched(work, short), press(make), ...settings(make), copy()],
    otherwise: [
      `No tile of ${application} has a green check mark: it is not supported at this site. Stop, and tell the owner; the document has to say \`kind: other\` first.`,
      ...insteadOfGenerating(make),
    ],
  };
}

function generateOther(work: Generating, short: Short): Clicks {
  const { application, make } = work;
  const isThere = work.tileExists === true;
  const open: readonly Click[] = isThere
    ? [
        {
          text: `Open the application ${application}, which your district connected before.`,
          sees: `Its name, ${application}, without a green check mark.`,
        },
      ]
    : [
        {
          text: 'Choose "Add Application" and go to the end of the list.',
          sees: '"Connect to Other Applications" stands last.',
        },
        { text: 'Choose "Connect to Other Applications".', sees: "A field that asks for a name." },
        { text: `Type the name ${application}, then choose "Next".`, sees: `The new application ${application}.` },
      ];
  return {
    title: `Generate a ${make.version} connection in the application ${application}`,
    where: startOf(work.site),
    clicks: [
      ...open,
      { text: 'Expand "OneRoster Connections".', sees: `${GENERATE}, and older connections if there are any.` },
      ...untouched(work, short),
      press(make),
      ...settings(make),
      copy(),
    ],
    otherwise: [
      isThere
        ? `${application} is not in the list: it may be listed under another name. Look before you add one; ask the owner when in doubt.`
        : `${application} is in the list already: do not add it a second time. Open it and go on with "OneRoster Connections".`,
      ...insteadOfGenerating(make),
    ],
  };
}

function startOf({ host, app, kind }: Site): string {
  const sandbox = kind === "sandbox" ? ", a sandbox" : "";
  return `Sign in to Campus at ${host} (district ${app}${sandbox}) and open ${LIST}.`;
}

function untouched({ from, application }: Generating, short: Short): readonly Click[] {
  if (from === undefined) return [];
  const elsewhere = from.application === application ? "" : ` in ${from.application}`;
  return [
    {
      text: `Leave the connection ${nameOf(from, short)}${elsewhere} as it is. The vendor works with it until the new one is proven.`,
      sees: "It is still active.",
    },
  ];
}

function press({ version }: Traits): Click {
  return {
    text: `Choose ${GENERATE}, and the version ${version}. The version cannot be changed later.`,
    sees: `A new connection with the version ${version}.`,
  };
}

function settings(make: Pick<Traits, "schools" | "share">): readonly Click[] {
  return [
    {
      text:
        make.schools === "all"
          ? 'Choose "Edit". School access: all schools.'
          : `Choose "Edit". School access: only ${describeSchools(make.schools)}.`,
      sees: make.schools === "all" ? "All schools are chosen." : `${schoolCount(make.schools)} chosen, and no other.`,
    },
    {
      text: `Data to share: ${demographics(make.share)}. Then save.`,
      sees: "The connection shows what you chose.",
    },
  ];
}

function schoolCount(schools: readonly string[]): string {
  return schools.length === 1 ? "1 school is" : `${schools.length} schools are`;
}

function demographics(share: readonly DataSet[]): string {
  return share.includes("demographics") ? "switch Demographics on" : "leave Demographics off";
}

function copy(): Click {
  return {
    text: `Under "Information to Share", copy the four values into \`rosterform do\`, one after the other: ${FOUR_VALUES.join(", ")}. Not into a file, a mail or a chat.`,
    sees: "rosterform says of each whether it has the right shape, and then probes the connection.",
  };
}

function insteadOfGenerating({ version }: Traits): readonly string[] {
  return [
    `The version ${version} is not offered: stop. Generate no other one.`,
    "A new connection is there already that you did not make: somebody may have clicked before you. Do not generate another; ask who it was, and report its four values.",
    "rosterform says that a value has the wrong shape: copy it once more, whole and without spaces. Nothing is lost by pasting twice.",
  ];
}

function edit({ connection, make }: Extract<ClickWork, { kind: "edit" }>, short: Short): Clicks {
  return {
    title: `Change what the connection ${nameOf(connection, short)} may read`,
    where: `Sign in to Campus, open ${LIST} and there ${connection.application}.`,
    clicks: [pick(connection, short), ...settings(make)],
    otherwise: [
      notListed(connection, short),
      'Do not generate a new connection, and do not renew its secret: an edit keeps the four values. If Campus shows other values under "Information to Share" afterwards, tell the owner at once.',
    ],
  };
}

function disable({ connection, survivor }: Extract<ClickWork, { kind: "disable" }>, short: Short): Clicks {
  const stays: readonly Click[] =
    survivor === undefined
      ? []
      : [
          {
            text: `Look at the connection that works on, ${nameOf(survivor, short)}${survivor.application === connection.application ? "" : ` in ${survivor.application}`}.`,
            sees: "It is still active.",
          },
        ];
  return {
    title: `Disable the connection ${nameOf(connection, short)}`,
    where: `Sign in to Campus, open ${LIST}, go back to the list of connections of ${connection.application}.`,
    clicks: [
      pick(connection, short),
      {
        text: "Compare the Client ID once more. Then disable this connection, and no other.",
        sees: "It is no longer active. (How Campus labels that differs; the label is not known to us.)",
      },
      ...stays,
    ],
    otherwise: [
      notListed(connection, short),
      "You disabled another one by mistake: tell the owner and the vendor at once, and tell rosterform so at the question. " +
        REENABLING_IS_UNKNOWN,
    ],
  };
}

function pick(connection: SeenConnection, short: Short): Click {
  return {
    text: `Select the connection whose Client ID is \`${short(connection.clientId)}\` (version ${connection.version}).`,
    sees: `Its Client ID under "Information to Share" is \`${short(connection.clientId)}\`.`,
  };
}

function notListed(connection: SeenConnection, short: Short): string {
  return `No connection with the Client ID \`${short(connection.clientId)}\` is there, or it is disabled already: click nothing, and tell rosterform so at the question.`;
}

function nameOf({ clientId, version }: SeenConnection, short: Short): string {
  return `\`${short(clientId)}\` (${version})`;
}
