import { giveUp } from "../../apply/sheet.ts";
import { problem } from "../../diagnostics/diagnostic.ts";
import { Bug } from "../../diagnostics/invariant.ts";
import { openPorts } from "../../drivers.ts";
import type { Address } from "../../model/address.ts";
import type { LiveConnection } from "../../model/live.ts";
import type { Hands } from "../../stores/hands.ts";
import { createTerminalHands } from "../hands.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { type NotifyingOptions, openNotes, reportOfOne } from "../notifying.ts";
import { tell } from "../output.ts";
import { type DocumentOptions, findAddress, lookAtLive, openSession, type Session } from "../session.ts";
import type { World } from "../world.ts";
import { demand } from "./confirm.ts";

/** What the command line says. */
export interface AbortOptions extends DocumentOptions, NotifyingOptions {
  readonly address: string;
  readonly autoApprove?: boolean;
  readonly input?: string;
}

/** Gives up a candidate that nobody uses. The connection in use stays, and the generation is held until the document changes. */
export async function abort(options: AbortOptions, world: World): Promise<ExitCode> {
  const session = await openSession(options, world);
  const named = session === undefined ? undefined : findAddress(options.address, session);
  if (session === undefined || named === undefined) return EXIT.failed;
  const live = await lookAtLive(session);
  const { slots = [], connections = [] } = live.get(named.district.district) ?? {};
  const slot = slots.find((one) => one.address === named.address);
  const candidate = connections.find((one) => one.id === slot?.cutover?.to);
  if (slot === undefined || candidate === undefined) {
    return fail(
      session,
      "cli/nothing-to-abort",
      "There is no candidate to give up",
      `${named.address} has no open cut-over.`,
    );
  }
  if (!(await isMeant(options, session))) return EXIT.failed;
  const notes = await openNotes("abort", options, session);
  const survivor = connections.find((one) => one.id === slot.current && one.id !== candidate.id);
  const ports = await openPorts(session.project.settings, {
    ...session.writing,
    terminal: {
      write: world.stdout,
      isTerminal: world.isTerminal,
      ...(world.isTerminal && world.canAsk ? { reveal: world.reveal } : {}),
    },
    env: world.env,
    ...handsAt(options, session),
  });
  try {
    const { address, desired } = named;
    const giving = { address, revision: slot.revision, hold: true, desired, candidate };
    const written = await giveUp(survivor === undefined ? giving : { ...giving, survivor }, ports);
    if (written.kind === "asked") return notClicked(session, address, candidate);
    const outcome = demand(written);
    if (outcome.kind === "in-use") {
      const why =
        candidate.use.kind === "unobservable"
          ? `candidate ${outcome.connection} was handed over, and nobody here can see whether the vendor uses it`
          : `the vendor already uses candidate ${outcome.connection}`;
      const detail = `${named.address}: ${why}; giving it up would cut the vendor off. Let the cut-over end, or revert the document to switch back on evidence.`;
      return fail(session, "cli/candidate-in-use", "The candidate is in use", detail);
    }
    const did = [{ kind: "abandoned" as const, connection: outcome.connection }];
    notes.ended(reportOfOne({ kind: "done", address, did }));
    session.out.text(
      `Aborted: candidate ${outcome.connection} of ${named.address} is disabled. What was in use stays in use.\nThis generation is held until the document asks for something else.`,
    );
    session.out.json({ type: "aborted", address: named.address, connection: outcome.connection });
    return EXIT.done;
  } finally {
    await ports.store.close();
  }
}

/** Where people keep the store, the candidate is disabled by the person at the terminal, if one is there. */
function handsAt({ input }: AbortOptions, { world, out }: Session): { readonly hands?: Hands } {
  if (input === "false" || !world.canAsk) return {};
  const ladder = (): never => {
    throw new Bug("giving up generates nothing, so nothing is probed");
  };
  return {
    hands: createTerminalHands({ world, by: world.by, style: out.style, say: world.stdout, ladder, known: [] }),
  };
}

/** A click was asked for and not reported: the candidate stays as it is, and nothing is held. */
function notClicked(session: Session, address: Address, { clientId }: LiveConnection): ExitCode {
  const detail = `${address}: the connection ${clientId} has to be disabled in Campus by a person, and nobody has reported that. It is noted as asked for; nothing else changed. Run \`rosterform abort '${address}'\` at a terminal when somebody can click.`;
  return fail(session, "cli/not-clicked", "The candidate is not given up yet", detail);
}

async function isMeant(options: AbortOptions, session: Session): Promise<boolean> {
  const { world } = session;
  if (options.autoApprove === true) return true;
  if (options.input === "false" || !world.canAsk) {
    fail(
      session,
      "cli/cannot-ask",
      "Nobody is there to approve",
      "Giving up a candidate needs a yes and nobody can be asked here. Say --auto-approve.",
    );
    return false;
  }
  const said = await world.ask(`Give up the candidate of ${options.address}? Only \`yes\` is accepted: `);
  if (said.trim() === "yes") return true;
  world.stderr("Not approved; nothing was done.\n");
  return false;
}

function fail(session: Session, code: string, summary: string, detail: string): ExitCode {
  tell(session.out, [problem({ code, summary, detail })]);
  return EXIT.failed;
}
