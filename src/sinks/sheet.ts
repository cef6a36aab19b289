import type { FieldNames } from "../model/desired.ts";
import { dayOf } from "../model/time.ts";
import type { Handover } from "./sink.ts";

/** What Campus itself calls the four values under "Information to Share". */
export const CAMPUS_NAMES: FieldNames = {
  clientId: "Client ID",
  clientSecret: "Client Secret",
  tokenUrl: "Token URL",
  baseUrl: "Base URL",
};

/**
 * The sheet that is handed over: which connection it is, then the four values under the vendor's own names, each alone
 * on its line so that it can be copied whole. Holds no clock: the same connection always gives the same sheet.
 */
export function describeHandover(handover: Handover): string {
  const { connection, credentials, contact } = handover;
  const names = handover.fieldNames ?? CAMPUS_NAMES;
  const facts: readonly (readonly [string, string])[] = [
    ["Address", handover.address],
    ["Application", connection.application],
    ["Version", `OneRoster ${connection.version}`],
    ["Connection", connection.id],
    ["Fingerprint", connection.fingerprint],
    ["Generated", dayOf(connection.createdAt)],
    ...(contact === undefined ? [] : [["Contact", contact] as const]),
  ];
  const values: readonly (readonly [string, string])[] = [
    [names.clientId, credentials.clientId],
    [names.clientSecret, credentials.clientSecret.reveal()],
    [names.tokenUrl, credentials.tokenUrl],
    [names.baseUrl, credentials.baseUrl],
  ];
  return [
    "# OneRoster credentials. Keep them secret; hand them to nobody but the vendor.",
    ...facts.map(([label, value]) => `# ${`${label}:`.padEnd(13)} ${value}`),
    ...values.flatMap(([label, value]) => ["", `${label}:`, value]),
    "",
  ].join("\n");
}
