import { OutsideError } from "../diagnostics/outside-error.ts";
import type { DesiredConnection } from "../model/desired.ts";
import { type ConnectionId, isActive, type LiveConnection } from "../model/live.ts";
import type { Credentials } from "../model/secret.ts";
import type { HandoverChange } from "../sinks/sink.ts";
import type { AbandonOutcome, At, StoreWriter, TieCommand, Written } from "../stores/store.ts";
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
  const { address, revision, hold, candidate, survivor } = giving;
  const swap = { ...giving, away: candidate, back: survivor };
  return await behindSheet(swap, shelf, isGivenUp, () => shelf.store.abandon({ address, revision, hold }));
}

/** A cut-over between two connections that exist, both of which work. */
export interface TurningRound extends TieCommand {
  readonly desired: DesiredConnection;
  readonly connections: { readonly from: LiveConnection; readonly to: LiveConnection };
}

/**
 * Opens a cut-over back to a connection that was handed over before. Where the sheet of the address holds the values that are to
 * be left, the others are put back first: the vendor is to find what it shall return to, and not what closing disables.
 */
export async function turnRound(
  { desired, connections, ...command }: TurningRound,
  shelf: Shelf,
): Promise<Written<LiveConnection>> {
  const { address, revision } = command;
  const swap = { address, revision, desired, away: connections.from, back: connections.to };
  return await behindSheet(
    swap,
    shelf,
    ({ kind }) => kind === "done",
    () => shelf.store.tie(command),
  );
}

interface Swap extends At {
  readonly desired: DesiredConnection;
  /** Whose values lie in the sheet, and whose are to. */
  readonly away: LiveConnection;
  readonly back: LiveConnection | undefined;
}

/** Puts the values of one connection back where those of another one lie, then writes; where nothing is written, they come back. */
async function behindSheet<T>(
  swap: Swap,
  shelf: Shelf,
  isMeant: (written: Written<T>) => boolean,
  write: () => Promise<Written<T>>,
): Promise<Written<T>> {
  const { address, desired, away, back } = swap;
  const target = shelf.sink.target(address);
  const isOverwritten = shelf.sink.keeps && away.delivery?.target === target;
  const isSwapped = isOverwritten && back !== undefined && isActive(back) && wasHandedOver(back, target);
  // Where somebody else went on since the plan was made, what lies there may be newer than what this run knows.
  // Where the secret is known to nobody here, that sheet cannot come back; the write does not wait for that.
  if (isSwapped && (await isUnmoved(swap, shelf))) await handOverIfKnown(back, desired, shelf);
  try {
    const written = await write();
    if (isSwapped && !isMeant(written)) await putBack(swap, target, shelf);
    return written;
  } catch (error) {
    // Nobody knows whether that was written. Where nothing moved, what lies there works, and another run may be about to write
    // the same. What is told is the first trouble.
    if (isSwapped) await putBackWhereMoved(swap, target, shelf).catch(() => {});
    throw error;
  }
}

async function putBackWhereMoved(swap: Swap, target: string, shelf: Shelf): Promise<void> {
  if (!(await isUnmoved(swap, shelf))) await putBack(swap, target, shelf);
}

async function isUnmoved({ address, revision, desired }: Swap, { store }: Shelf): Promise<boolean> {
  for await (const { slots } of store.read([desired.district])) {
    const slot = slots.find((one) => one.address === address);
    if (slot?.revision !== revision) return false;
  }
  return true;
}

function wasHandedOver({ delivery }: LiveConnection, target: string): boolean {
  return delivery?.state === "done" && delivery.target === target;
}

function isGivenUp(written: Written<AbandonOutcome>): boolean {
  return written.kind === "done" && written.value.kind === "abandoned";
}

/** How often what belongs in a sheet may change while it is written. */
const LOOKS = 5;

/**
 * Puts in the sheet what belongs there. That is read anew: where the slot moved since the plan was made, somebody else may have closed
 * the cut-over, given the candidate up or opened another one. It is read once more after the writing, because somebody
 * else may have handed over meanwhile.
 */
export async function putBack(where: Pick<Swap, "address" | "desired">, target: string, shelf: Shelf): Promise<void> {
  let written: ConnectionId | undefined;
  for (let look = 0; look < LOOKS; look += 1) {
    const holder = await holderOf(where, target, shelf);
    if (holder === undefined || holder.id === written) return;
    await handOverIfKnown(holder, where.desired, shelf);
    written = holder.id;
  }
}

/** The connection whose values belong in the sheet: the candidate's once they were on their way there, else the current one's. */
async function holderOf(
  { address, desired }: Pick<Swap, "address" | "desired">,
  target: string,
  { store }: Shelf,
): Promise<LiveConnection | undefined> {
  for await (const { slots, connections } of store.read([desired.district])) {
    const slot = slots.find((one) => one.address === address);
    return [slot?.cutover?.to, slot?.current]
      .map((id) => connections.find((one) => one.id === id))
      .find((one) => one !== undefined && isActive(one) && one.delivery?.target === target);
  }
  return undefined;
}
