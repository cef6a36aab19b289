import { putBack } from "../../apply/sheet.ts";
import { problem } from "../../diagnostics/diagnostic.ts";
import { openPorts } from "../../drivers.ts";
import { isActive, type LiveConnection } from "../../model/live.ts";
import { requirementOf } from "../../model/requirement.ts";
import { isSameFixed } from "../../model/traits.ts";
import { wrap } from "../../views/layout.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { type NotifyingOptions, openNotes, reportOfOne } from "../notifying.ts";
import { tell } from "../output.ts";
import { type DocumentOptions, findAddress, lookAtLive, type Named, openSession, type Session } from "../session.ts";
import type { World } from "../world.ts";
import { demand } from "./confirm.ts";

/** What the command line says. */
export interface RollbackOptions extends DocumentOptions, NotifyingOptions {
  readonly address: string;
  readonly autoApprove?: boolean;
  readonly input?: string;
}

/**
 * Brings back what an address had before its last cut-over, while the store still can: the previous connection is enabled next
 * to the one in use, and a cut-over to it is opened. Nothing is disabled; that happens on evidence, like in any other cut-over.
 */
export async function rollback(options: RollbackOptions, world: World): Promise<ExitCode> {
  const session = await openSession(options, world);
  const named = session === undefined ? undefined : findAddress(options.address, session);
  if (session === undefined || named === undefined) return EXIT.failed;
  const live = (await lookAtLive(session)).get(named.district.district);
  const slot = live?.slots.find((one) => one.address === named.address);
  const previous = live?.connections.find((one) => one.id === slot?.previous);
  if (live === undefined || slot === undefined || previous === undefined)
    return fail(session, NOTHING, `${named.address} had no connection before the one it has.`);
  if (live.kept !== undefined) return fail(session, NOT_HERE, `${named.address}: ${BY_HAND}`);
  if (!(await isMeant(options, session, previous))) return EXIT.failed;
  const notes = await openNotes("rollback", options, session);
  const { stdout: write, isTerminal, canAsk, reveal, env } = world;
  const terminal = { write, isTerminal, ...(isTerminal && canAsk ? { reveal } : {}) };
  const ports = await openPorts(session.project.settings, { ...session.writing, terminal, env });
  try {
    const { address, desired } = named;
    const requires = requirementOf(desired);
    const written = await ports.store.restore({ address, revision: slot.revision, requires });
    if (written.kind === "refused") return fail(session, NOT_NOW, `${address}: ${written.why}.`);
    const back = demand(written);
    const did = [{ kind: "tied" as const, connection: back.id }];
    notes.ended(reportOfOne({ kind: "waiting", address, did, awaits: [] }));
    tellOf(back, named, session);
    // The vendor is to find what it shall return to, and not what the end of this cut-over disables.
    if (ports.sink.keeps) await putBack(named, ports.sink.target(address), ports);
    return EXIT.done;
  } finally {
    await ports.store.close();
  }
}

function tellOf(back: LiveConnection, { address, desired }: Named, { out }: Session): void {
  const says = [
    `Brought back: connection ${back.clientId} of ${address} is active again, with the secret it had. The one in use stays active next to it.`,
    isSameFixed(desired, back)
      ? "The document asks for it already: the next apply ends the cut-over once it is seen, or said, that the vendor is back."
      : `Now put the document back: it asks for ${desired.version}, ${desired.kind}, rotate ${desired.rotate}; this one is ${back.version}, ${back.kind}, rotate ${back.rotate}. Until then the next apply turns round again, towards what the document asks for. Both stay active meanwhile.`,
  ];
  out.text(says.flatMap((one) => wrap(one, { width: out.width })).join("\n"));
  out.json({ type: "restored", address, connection: back.id, client_id: back.clientId });
}

async function isMeant(options: RollbackOptions, session: Session, previous: LiveConnection): Promise<boolean> {
  const { world } = session;
  if (options.autoApprove === true || isActive(previous)) return true;
  if (options.input === "false" || !world.canAsk) {
    fail(
      session,
      { code: "cli/cannot-ask", summary: "Nobody is there to approve" },
      "Bringing a connection back needs a yes and nobody can be asked here. Say --auto-approve.",
    );
    return false;
  }
  const said = await world.ask(
    `Enable ${previous.clientId} (${previous.version}) again at ${options.address}? Only \`yes\` is accepted: `,
  );
  if (said.trim() === "yes") return true;
  world.stderr("Not approved; nothing was done.\n");
  return false;
}

const NOTHING = { code: "cli/nothing-to-roll-back", summary: "There is nothing to bring back" } as const;
const NOT_NOW = {
  code: "cli/cannot-roll-back",
  summary: "The previous connection cannot be brought back now",
} as const;
const NOT_HERE = { code: "cli/cannot-roll-back", summary: "Nobody knows whether it can be brought back" } as const;
const BY_HAND =
  "whether Campus can enable a disabled connection again, and whether its secret would still be the same, is unknown. Put the document back as it was: the next plan generates another connection, and the vendor moves once more.";

function fail(session: Session, what: { readonly code: string; readonly summary: string }, detail: string): ExitCode {
  tell(session.out, [problem({ ...what, detail })]);
  return EXIT.failed;
}
