import { existsSync } from "node:fs";
import { relative } from "node:path";
import type { KeptStoreSettings } from "../../config/settings.ts";
import { createStore, requireKept } from "../../drivers.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { folderOf } from "../output.ts";
import { type DocumentOptions, openSession } from "../session.ts";
import type { World } from "../world.ts";

/** Makes the empty store that the documents name, and its key file unless there is one. Never overwrites. */
export async function storeCreate(options: DocumentOptions, world: World): Promise<ExitCode> {
  const session = await openSession(options, world);
  if (session === undefined) return EXIT.failed;
  const { out, project } = session;
  const { store } = project.settings;
  requireKept(store);
  const hadKey = existsSync(store.keyFile);
  await createStore(store, { clock: world.clock });
  const shown = (path: string) => relative(folderOf(options, world), path);
  const key = shown(store.keyFile);
  out.text(`made ${placeOf(store, shown)}`);
  out.text(hadKey ? `kept ${key}` : `made ${key} (mode 0600; keep it apart from the store, and safe)`);
  out.json({ type: "store-created", kind: store.kind, key_file: key, key_made: !hadKey });
  return EXIT.done;
}

/** A store in a database is named by its schema and by where its URL is kept; the URL itself is not for printing. */
function placeOf(store: KeptStoreSettings, shown: (path: string) => string): string {
  return "url" in store ? `schema ${store.schema} in the database of ${store.url.named}` : shown(store.path);
}
