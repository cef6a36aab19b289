import { problem } from "../../diagnostics/diagnostic.ts";

import type { DistrictId } from "../../model/address.ts";
import { parseFingerprint, spokenFingerprint } from "../../model/fingerprint.ts";
import { type LiveConnection, type LiveDistrict, UNKNOWN_FINGERPRINT } from "../../model/live.ts";
import { Secret } from "../../model/secret.ts";
import { fingerprintOf } from "../../stores/fingerprint.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { tell } from "../output.ts";
import { type DocumentOptions, findAddress, lookAtLive, type Named, openSession, type Session } from "../session.ts";
import type { World } from "../world.ts";

/** What the command line says. */
export interface VerifyOptions extends DocumentOptions {
  readonly address: string;
  /** What the other side read out; `true` where the secret is asked for instead. */
  readonly fingerprint: string | true;
  readonly input?: string;
}

/** The connection that an address would hand over: the candidate of its open cut-over, else the one in use. */
export function heldAt(
  { address, district }: Named,
  live: ReadonlyMap<DistrictId, LiveDistrict>,
): { readonly connection: LiveConnection; readonly revision: number } | undefined {
  const side = live.get(district.district);
  const slot = side?.slots.find((one) => one.address === address);
  const id = slot?.cutover?.to ?? slot?.current;
  const connection = side?.connections.find((one) => one.id === id);
  return slot === undefined || connection === undefined ? undefined : { connection, revision: slot.revision };
}

/** Tells whether two people hold the same secret, without either of them saying it. */
export async function verify(options: VerifyOptions, world: World): Promise<ExitCode> {
  const session = await openSession(options, world);
  const named = session === undefined ? undefined : findAddress(options.address, session);
  if (session === undefined || named === undefined) return EXIT.failed;
  const connection = heldAt(named, await lookAtLive(session))?.connection;
  if (connection === undefined || connection.fingerprint === UNKNOWN_FINGERPRINT) {
    const why =
      connection === undefined ? "has no connection" : "has a connection whose secret rosterform was never told";
    return refuse(session, "cli/nothing-to-verify", `${named.address} ${why}, so there is nothing to compare with.`);
  }
  const said = options.fingerprint === true ? await fromSecret(connection, options, world) : options.fingerprint;
  const theirs = said === undefined ? undefined : parseFingerprint(said);
  if (theirs === undefined) {
    return refuse(
      session,
      "cli/no-fingerprint",
      "A fingerprint has 16 signs, 0 to 9 and a to f, such as 3f9a 12bc 77d0 e001. Leave it out to be asked for the secret.",
    );
  }
  const isSame = theirs === connection.fingerprint;
  session.out.text(
    `${named.address}, Client ID ${connection.clientId}\n  ours    ${spokenFingerprint(connection.fingerprint)}\n  theirs  ${spokenFingerprint(theirs)}\n${isSame ? "The same: both sides hold the same secret." : "DIFFERENT: they hold another secret, or another Client ID. Hand the values over again."}`,
  );
  session.out.json({ type: "verification", address: named.address, connection: connection.id, same: isSame });
  return isSame ? EXIT.done : EXIT.failed;
}

/** Nothing of what is typed is shown or kept; only its fingerprint goes on. */
async function fromSecret(
  { clientId }: LiveConnection,
  { input }: VerifyOptions,
  world: World,
): Promise<string | undefined> {
  if (input === "false" || !world.canAsk) return undefined;
  const typed = (await world.askHidden(`Client Secret that belongs to ${clientId} (not shown): `)).trim();
  return typed === "" ? undefined : fingerprintOf(clientId, new Secret(typed));
}

function refuse({ out }: Session, code: string, detail: string): ExitCode {
  tell(out, [problem({ code, summary: "The fingerprints cannot be compared", detail })]);
  return EXIT.failed;
}
