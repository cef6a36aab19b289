import { confirmed, type Seen, type Sight } from "../sight.ts";
import type { Source } from "../source.ts";

/** Do the four values give a token? */
export function tokenSight(opened: Seen<Source>): Sight {
  return opened.kind === "trouble" ? opened.sight : confirmed("ok", "The credentials gave a token.");
}
