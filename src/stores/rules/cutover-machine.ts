/**
 * The life of an address as a small machine: where it stands, and which steps lead where. The rules of the store ask it before
 * every step, the replay of a journal asks it again afterwards, and test/stores/exploration walks through all of it.
 *
 * ```
 *   empty ------ open, restore ------> first, taking-over ------ close -----------> settled
 *   empty ------ adopt --------------> settled ----------------- disable ---------> empty
 *   settled ---- open, restore ------> switching --------------- close, abandon --> settled
 *   settled ---- tie ----------------> tied -------------------- close, abandon --> settled
 *   switching <- tie ----------------> tied
 *   first, taking-over --------------------------------------- abandon ---------> empty
 * ```
 *
 * A step that is refused, waits, or is asked for again leaves an address where it stands.
 */

/** Where an address stands. */
export type Phase =
  /** Nothing is in use here, and nothing is on its way. */
  | "empty"
  /** A first connection is on its way; it takes over from nobody. */
  | "first"
  /** A first connection is on its way; it takes over from another address's. */
  | "taking-over"
  /** A connection is in use. */
  | "settled"
  /** A connection is in use, and another one is on its way to take over from it. */
  | "switching"
  /** The connection in use is itself to take over: the cut-over was turned round, or leads here from another address. */
  | "tied";

/** What moves an address from one phase to another. */
export type MachineStep = "open" | "adopt" | "restore" | "tie" | "close" | "abandon" | "disable";

/** As much of a slot as tells where it stands. */
export interface Standing {
  readonly current?: string | undefined;
  readonly cutover?: { readonly from?: string | undefined; readonly to: string } | undefined;
}

/** The whole machine: which steps are taken in which phase, and where they may lead. */
export const MACHINE: Readonly<Record<Phase, Readonly<Partial<Record<MachineStep, readonly Phase[]>>>>> = {
  empty: { open: ["first", "taking-over"], adopt: ["settled"], restore: ["first"] },
  first: { close: ["settled"], abandon: ["empty"] },
  "taking-over": { close: ["settled"], abandon: ["empty"] },
  settled: { open: ["switching"], restore: ["switching"], tie: ["tied"], disable: ["empty"] },
  switching: { tie: ["tied"], close: ["settled"], abandon: ["settled"] },
  tied: { tie: ["switching"], close: ["settled"], abandon: ["settled"] },
};

/** Where an address stands; one that the store does not know is empty. */
export function phaseOf(slot: Standing | undefined): Phase {
  if (slot?.cutover === undefined) return slot?.current === undefined ? "empty" : "settled";
  const { current, cutover } = slot;
  if (current === cutover.to) return "tied";
  if (current !== undefined) return "switching";
  return cutover.from === undefined ? "first" : "taking-over";
}

/** Whether the step is taken at all where the address stands. */
export function isTaken(step: MachineStep, slot: Standing | undefined): boolean {
  return MACHINE[phaseOf(slot)][step] !== undefined;
}
