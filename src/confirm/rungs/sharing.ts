import type { AskRung } from "../climb.ts";
import { confirmed, refuted } from "../sight.ts";

/**
 * Are demographics readable if and only if they are shared? They are personal data, so nobody reads a single one unless
 * the documents opt in; without that the question is not asked and holds nothing up.
 */
export const askSharing: AskRung = async ({ source, connection, readDemographics }) => {
  if (!readDemographics) {
    return confirmed("not-asked", "Whether demographics are readable was not asked: reading them is opt-in.");
  }
  const isShared = connection.share.includes("demographics");
  const demographics = await source.count("demographics");
  if (demographics.kind === "trouble" && demographics.sight.code !== "not-shared") return demographics.sight;
  const isReadable = demographics.kind === "seen" && demographics.value.count > 0;
  if (isReadable === isShared) {
    return confirmed(
      "ok",
      isShared ? "Demographics can be read, as declared." : "Demographics cannot be read, as declared.",
    );
  }
  return isShared
    ? refuted(
        "under-shared",
        "Demographics are declared as shared but cannot be read. Switch them on under the connection's data to share.",
      )
    : refuted(
        "over-shared",
        "Demographics can be read although they are not declared as shared. Switch them off in the site, or declare them.",
      );
};
