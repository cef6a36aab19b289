import { OutsideError } from "../diagnostics/outside-error.ts";
import type { DesiredConnection } from "../model/desired.ts";
import { type ConnectionId, isActive, type LiveConnection } from "../model/live.ts";
import type { Credentials } from "../model/secret.ts";
import type { HandoverChange } from "../sinks/sink.ts";
import type { AbandonOutcome, At, StoreWriter, Written } from "../stores/store.ts";
import type { Ports } from "./walking.ts";

/** Where values are taken from and where they go. */
type Shelf = Pick<Ports, "store" | "sink">;

/**
 * Puts the four values of a connection where the sink keeps or shows them. `from` is the connection that it takes over
 * from; a survivor whose values are put back takes over from nobody. Gives what it handed over.
 */
export async function handOver(
  connection: LiveConnection,
  desired: DesiredConnection,
  { store, sink }: Shelf,
  from?: LiveConnection,
): Promise<Credentials> {
  const { address, vendor, fieldNames, contact, owner, recipients } = desired;
  const credentials = await store.credentials(connection.id);
  await sink.deliver({
    address,
    vendor,
    connection,
    change: from === undefined ? { kind: "first" } : changeFrom(from, connection),
    credentials,
    ...(fieldNames === undefined ? {} : { fieldNames }),
    ...(contact === undefined ? {} : { contact }),
    ...(owner === undefined ? {} : { owner }),
    ...(recipients === undefined ? {} : { recipients }),
  });
  return credentials;
}

/** Ids change with the version, in both directions (Infinite Campus knowledge base, "What's New in 1.2"). */
function changeFrom({ clientId, version }: LiveConnection, to: LiveConnection): HandoverChange {
  return { kind: "replaces", clientId, version, changesUserIds: version !== to.version };
}

/** The four values of a connection; `undefined` where a store that people keep was never told its secret, or forgot it. */
export async function credentialsIfKnown(
  store: Pick<StoreWriter, "credentials">,
  connection: ConnectionId,
): Promise<Credentials | undefined> {
  try {
    return await store.credentials(connection);
  } catch (error) {
    if (isNoSecret(error)) return undefined;
    throw error;
  }
}

async function handOverIfKnown(...what: Parameters<typeof handOver>): Promise<boolean> {
  try {
    await handOver(...what);
    return true;
  } catch (error) {
    if (isNoSecret(error)) return false;
    throw error;
  }
}

function isNoSecret(error: unknown): boolean {
  return error instanceof OutsideError && error.code === "stores/no-secret";
}

/** A candidate that is to be given up, and what the address is left with. */
export interface GivingUp extends At {
  readonly hold: boolean;
  readonly desired: DesiredConnection;
  readonly candidate: LiveConnection;
  /** The address's current connection, where that is another one. */
  readonly survivor?: LiveConnection;
}

/**
 * Gives up a candidate so that nobody finds its dead credentials: a sink that keeps one sheet an address holds the
 * survivor's before the candidate is disabled. Nothing of this is recorded, because both were handed over to this very
 * place already; a crash in between leaves a sheet that works, and giving up again repeats it.
 */
export async function giveUp(giving: GivingUp, shelf: Shelf): Promise<Written<AbandonOutcome>> {
  const { address, revision, hold, desired, candidate, survivor } = giving;
  const target = shelf.sink.target(address);
  const isOverwritten = shelf.sink.keeps && candidate.delivery?.target === target;
  const isSwapped = isOverwritten && survivor !== undefined && isActive(survivor) && wasHandedOver(survivor, target);
  // Where the survivor's secret is known to nobody here, its sheet cannot come back; giving up does not wait for that.
  const isBack = isSwapped && (await handOverIfKnown(survivor, desired, shelf));
  const written = await shelf.store.abandon({ address, revision, hold });
  if (isBack && !isGivenUp(written)) await putBack(giving, target, shelf);
  return written;
}

function wasHandedOver({ delivery }: LiveConnection, target: string): boolean {
  return delivery?.state === "done" && delivery.target === target;
}

function isGivenUp(written: Written<AbandonOutcome>): boolean {
  return written.kind === "done" && written.value.kind === "abandoned";
}

/**
 * The candidate stays, so its sheet comes back. What belongs there is read anew: where the slot moved since the plan was
 * made, somebody else may have closed the cut-over or given the candidate up.
 */
async function putBack({ address, desired }: GivingUp, target: string, shelf: Shelf): Promise<void> {
  for await (const { slots, connections } of shelf.store.read([desired.district])) {
    const slot = slots.find((one) => one.address === address);
    const holder = [slot?.cutover?.to, slot?.current]
      .map((id) => connections.find((one) => one.id === id))
      .find((one) => one !== undefined && isActive(one) && one.delivery?.target === target);
    if (holder !== undefined) await handOver(holder, desired, shelf);
  }
}
