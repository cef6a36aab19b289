import { relative } from "node:path";
import { rekeyStore, requireKept } from "../../drivers.ts";
import { plural } from "../../views/words.ts";
import { wrap } from "../../views/layout.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { folderOf } from "../output.ts";
import { type DocumentOptions, openSession } from "../session.ts";
import type { World } from "../world.ts";

/** Seals every secret of the store under a new key. */
export async function rekey(options: DocumentOptions, world: World): Promise<ExitCode> {
  const session = await openSession(options, world);
  if (session === undefined) return EXIT.failed;
  const { out, project } = session;
  const { store } = project.settings;
  requireKept(store);
  const { secrets, oldKeyFile } = await rekeyStore(store, session.writing);
  const shown = (path: string) => relative(folderOf(options, world), path);
  const did = secrets === 0 ? "The key was changed" : `${plural(secrets, "secret")} sealed under a new key`;
  const says = `${did}, which is in ${shown(store.keyFile)} now. The old one is kept in ${shown(oldKeyFile)}: dumps and backups from before need it. Give the new key to every machine that applies.`;
  out.text(wrap(says, { width: out.width }).join("\n"));
  out.json({ type: "store-rekeyed", secrets, key_file: shown(store.keyFile), old_key_file: shown(oldKeyFile) });
  return EXIT.done;
}
