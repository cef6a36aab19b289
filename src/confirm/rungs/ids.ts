import type { Compared } from "../../model/evidence.ts";
import type { LiveConnection } from "../../model/live.ts";
import type { Climb } from "../climb.ts";
import { hasMembers, type Members, textOf } from "../json.ts";
import { confirmed, refuted, type Seen, type Sight } from "../sight.ts";
import type { Source } from "../source.ts";

/** Where ids are compared. What a vendor keeps of people and classes is stored under them. */
const FAMILIES = ["classes", "users"] as const;

type Family = (typeof FAMILIES)[number];

/** More ids than this are not read on every climb: twenty pages of each connection. */
const MOST_IDS = 20_000;

interface Side {
  readonly connection: LiveConnection;
  readonly source: Source;
}

export interface Pair {
  readonly climb: Side & Pick<Climb, "tolerance">;
  readonly old: Side;
}

/** Are they the same people and classes, under ids that a vendor can follow from the old connection to the new one? */
export async function compareIds(pair: Pair, rows: readonly Compared[], said: string): Promise<Sight> {
  const compared: Compared[] = [];
  const open: string[] = [];
  const lost: string[] = [];
  for (const row of rows) {
    const found = isFamily(row.what) ? await findAgain(pair, row.what, row) : undefined;
    compared.push(found?.kind === "found" ? { ...row, again: found.again } : row);
    if (found?.kind === "unknown") open.push(`the ids of ${row.what} were not compared (${found.why})`);
    if (found?.kind === "found" && found.again < found.of * (1 - pair.climb.tolerance))
      lost.push(`${found.again} of ${found.of} ${row.what}`);
  }
  if (lost.length === 0) return confirmed("ok", `${[said, ...open].join("; ")}.`, compared);
  return refuted(
    "other-ids-than-old",
    `Only a part of what the old connection sees is found again under the same ids: ${lost.join(", ")}. The vendor would take the others for new ones. The connections probably read different data, or ids that are not linked; compare both in the site.`,
    compared,
  );
}

type Found =
  | { readonly kind: "found"; readonly again: number; readonly of: number }
  | { readonly kind: "unknown"; readonly why: string };

/** How many of the old connection's are found again, or why that is not known. */
async function findAgain({ climb, old }: Pair, family: Family, row: Compared): Promise<Found> {
  const unknown = (why: string): Found => ({ kind: "unknown", why });
  if (row.old > MOST_IDS || row.now > MOST_IDS) return unknown(`there are more than ${MOST_IDS}`);
  const isOtherVersion = climb.connection.version !== old.connection.version;
  const isLinked = family === "users" && isOtherVersion;
  const known = await readIds(old, family, isLinked);
  if (known.kind === "trouble") return unknown(`the old connection was not read to the end: ${known.sight.code}`);
  const found = await readIds(climb, family, isLinked);
  if (found.kind === "trouble") return unknown(`the new connection was not read to the end: ${found.sight.code}`);
  if (found.value.length === 0 || known.value.length === 0) return unknown("no object names one");
  const ids = new Set(found.value);
  const again = known.value.filter((id) => ids.has(id)).length;
  // A site may link its versions in a way that is not known here; that is no sign of other data.
  if (again === 0 && isOtherVersion) return unknown("nothing links the two versions");
  return { kind: "found", again, of: known.value.length };
}

async function readIds(side: Side, family: Family, isLinked: boolean): Promise<Seen<readonly string[]>> {
  const { source, connection } = side;
  const fields = isLinked ? ["sourcedId", "metadata"] : ["sourcedId"];
  const pick = !isLinked ? ownId : connection.version === "1.2" ? legacyId : (user: Members) => numberOf(ownId(user));
  return await source.listLong(family, fields, pick);
}

function ownId(object: Members): string | undefined {
  return textOf(object, "sourcedId");
}

/** In Campus a person of 1.2 names the id that 1.1 has for the same person in its metadata. */
function legacyId(user: Members): string | undefined {
  const metadata = user["metadata"];
  if (!hasMembers(metadata)) return undefined;
  const id = metadata["ic.legacysourceId"];
  return numberOf(typeof id === "number" ? String(id) : textOf(metadata, "ic.legacysourceId"));
}

/** 1.1 puts a letter for the role before a person's number; the letter changes with the role, the number stays. */
function numberOf(id: string | undefined): string | undefined {
  return id?.replace(/^[A-Za-z](?=\d+$)/, "");
}

function isFamily(what: Compared["what"]): what is Family {
  return what === "classes" || what === "users";
}
