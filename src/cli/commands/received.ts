import { problem } from "../../diagnostics/diagnostic.ts";
import { openWriter } from "../../drivers.ts";
import { dayOf } from "../../model/time.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { tell } from "../output.ts";
import { type DocumentOptions, findAddress, lookAtLive, openSession } from "../session.ts";
import type { World } from "../world.ts";
import { demand } from "./confirm.ts";
import { heldAt } from "./verify.ts";

/** What the command line says. */
export interface ReceivedOptions extends DocumentOptions {
  readonly address: string;
  readonly by: string;
}

/** Records that the values of a hand-over arrived, and who said so. It is no evidence that the vendor uses them. */
export async function received(options: ReceivedOptions, world: World): Promise<ExitCode> {
  const session = await openSession(options, world);
  const named = session === undefined ? undefined : findAddress(options.address, session);
  if (session === undefined || named === undefined) return EXIT.failed;
  const { out, project } = session;
  const held = heldAt(named, await lookAtLive(session));
  if (held?.connection.delivery?.state !== "done" || options.by.trim() === "") {
    const detail =
      options.by.trim() === ""
        ? "Say with --by who told you that the values arrived."
        : `${named.address} has no connection that was handed over. \`rosterform status\` shows how things stand.`;
    tell(out, [problem({ code: "cli/nothing-received", summary: "There is no receipt to record", detail })]);
    return EXIT.failed;
  }
  const { connection, revision } = held;
  const store = await openWriter(project.settings.store, session.writing);
  try {
    const at = { address: named.address, revision, connection: connection.id, from: options.by.trim() };
    const { delivery } = demand(await store.recordReceipt(at));
    const receipt = delivery?.received;
    out.text(
      `Recorded: ${receipt?.by} received the values of ${named.address} (Client ID ${connection.clientId}) on ${dayOf(receipt?.at ?? world.clock.now())}.\nThis says nothing about use: the old connection stays until the vendor has moved.`,
    );
    out.json({ type: "receipt", address: named.address, connection: connection.id, received: receipt });
    return EXIT.done;
  } finally {
    await store.close();
  }
}
