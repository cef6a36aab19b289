import { spokenFingerprint } from "../model/fingerprint.ts";
import { dayOf } from "../model/time.ts";
import { partsOf } from "../model/address.ts";
import { describeSchools } from "../model/traits.ts";
import { CAMPUS_NAMES } from "./sheet.ts";
import type { Handover } from "./sink.ts";

/** How the encrypted part of a packet is opened. */
export type OpenedWith = "key" | "passphrase";

/**
 * The cover page of a packet, in plain words and without the secret: what changed, from when, what the vendor has to do,
 * whom to call, and a fingerprint that both sides can read to each other. The same connection always gives the same page.
 */
export function describeCover(
  handover: Handover,
  packet: { readonly file: string; readonly openedWith: OpenedWith },
): string {
  const { address, vendor, connection, owner } = handover;
  const { district, name } = partsOf(address);
  const names = handover.fieldNames ?? CAMPUS_NAMES;
  return [
    `# OneRoster access of ${vendor} to ${district}`,
    "",
    ...change(handover),
    "",
    "## What this is",
    "",
    `- District: ${district}${name === undefined ? "" : ` (connection "${name}")`}`,
    `- Version: OneRoster ${connection.version}, OAuth 2.0 client credentials`,
    `- Schools: ${describeSchools(connection.schools)}`,
    `- Data: rostering${connection.share.map((set) => `, ${set}`).join("")}`,
    `- Generated on: ${dayOf(connection.createdAt)}; it works from that day`,
    `- Questions: ${owner ?? "the person at the district who gave you this page"}`,
    "",
    "## The four values",
    "",
    `The secret does not stand here. It is in ${packet.file}, with the other three.`,
    "",
    `- ${names.clientId}: \`${connection.clientId}\``,
    `- ${names.clientSecret}: in ${packet.file}`,
    `- ${names.tokenUrl}: \`${connection.tokenUrl}\``,
    `- ${names.baseUrl}: \`${connection.baseUrl}\``,
    "",
    `## How to open ${packet.file}`,
    "",
    ...opening(packet),
    "",
    "## Are they the right ones?",
    "",
    "Read this fingerprint to each other on the telephone. It does not reveal the secret.",
    "",
    `    ${spokenFingerprint(connection.fingerprint)}`,
    "",
    "You find yours with this line; put the two values in place of the words:",
    "",
    '    printf \'%s\\n%s\' "CLIENT ID" "CLIENT SECRET" | sha256sum | cut -c1-16',
    "",
  ].join("\n");
}

function change({ change: what, vendor, connection }: Handover): readonly string[] {
  if (what.kind === "first") {
    return [`${vendor} gets access for the first time. Put the four values into your settings, and say when it works.`];
  }
  const move =
    what.version === connection.version ? "" : `, and OneRoster ${what.version} becomes ${connection.version}`;
  return [
    `These values take over from the connection with the Client ID \`${what.clientId}\`${move}.`,
    "",
    "The old connection goes on working until you have moved. Put the new values into your settings, run a sync, and",
    "**tell us when it works**. Only then we disable the old one. If something fails, put the old values back.",
    ...(what.changesUserIds
      ? [
          "",
          "**Every user gets a new sourcedId.** Map `metadata.ic.legacysourceId` to the ids you have, then run a full sync",
          "instead of a differential one. Otherwise every account is there twice. Do not move before you are ready for this.",
        ]
      : []),
  ];
}

function opening({ file, openedWith }: { readonly file: string; readonly openedWith: OpenedWith }): readonly string[] {
  const program = "With the program age (https://age-encryption.org) and";
  return openedWith === "key"
    ? [`${program} the private key whose public part you gave us:`, "", `    age -d -i KEYFILE ${file}`]
    : [`${program} the passphrase that we tell you on the telephone:`, "", `    age -d ${file}`];
}
