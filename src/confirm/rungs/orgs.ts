import type { AskRung } from "../climb.ts";
import { confirmed, refuted } from "../sight.ts";

/** Is anything shared at all? An empty list after a good token is a failure, not a quiet success. */
export const askOrgs: AskRung = async ({ source }) => {
  const orgs = await source.count("orgs");
  if (orgs.kind === "trouble") return orgs.sight;
  if (orgs.value.count === 0) {
    return refuted(
      "empty-orgs",
      "The list of organisations is empty: nothing is shared with this connection. Check its school access in the site.",
    );
  }
  return confirmed("ok", `Organisations can be read (${orgs.value.exact ? "" : "at least "}${orgs.value.count}).`);
};
