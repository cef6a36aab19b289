import { isReference } from "../reference.ts";
import { type AnyDoc, isBroken, placeIn } from "../doc.ts";
import type { Draft } from "../draft.ts";
import { type Trouble, trouble } from "../trouble.ts";
import type { Check } from "./check.ts";

const MACHINERY = ["store", "deliver", "probe", "notify", "catalogue"] as const;

/** Store, delivery, probes, notifications and catalogue are said once, where the project begins; keys are named, never written down. */
export const checkMachinery: Check = (draft) => [
  ...misplaced(draft),
  ...missingStore(draft),
  ...placeOfRegistry(draft),
  ...inlineKey(draft),
];

function misplaced({ project, districts }: Draft): readonly Trouble[] {
  const others = project === undefined ? districts.slice(1) : districts;
  return others.flatMap(({ doc }) =>
    MACHINERY.filter((key) => doc.value[key] !== undefined).map((key) => {
      const home = project === undefined ? "the first document" : project.source.file;
      const detail = `"${key}" is the same for all districts, so it stands in ${home}. Move it there, or delete it.`;
      return trouble({ code: "only-in-project", detail, place: placeIn(doc, key), on: "key" });
    }),
  );
}

function missingStore(draft: Draft): readonly Trouble[] {
  const root = rootOf(draft);
  if (root === undefined || root.value.store !== undefined || isBroken(root, ["store"])) return [];
  const detail = "Nothing says where the live store is. Add for example `store: { kind: sqlite, path: ./campus.db }`.";
  return [trouble({ code: "no-store", detail, place: placeIn(root) })];
}

/** Other stores have one place that they need; a registry may be a file, or in a database. */
function placeOfRegistry(draft: Draft): readonly Trouble[] {
  const root = rootOf(draft);
  const store = root?.value.store;
  if (root === undefined || store?.kind !== "by-hand" || isBroken(root, ["store"])) return [];
  if ((store.path === undefined) !== (store.url === undefined)) return [];
  const detail =
    "A registry is a file or stands in a PostgreSQL database. Write either `path: ./registry.db` or `url: env:ROSTERFORM_STORE_URL`, not both.";
  return [trouble({ code: "store-place", detail, place: placeIn(root, "store") })];
}

function inlineKey(draft: Draft): readonly Trouble[] {
  return [draft.project, ...draft.districts.map((district) => district.doc)].flatMap((doc) => {
    const store = doc?.value.store;
    const key = store === undefined || store.kind === "http" ? undefined : store.key;
    if (doc === undefined || key === undefined || isReference(key)) return [];
    const detail =
      "The key of the store is written here, or something that is no reference. Documents never hold secrets: write `key: file:./rosterform.key`. If this was the key, replace it, because it may have been read.";
    return [trouble({ code: "secret-inline", detail, place: placeIn(doc, "store", "key") })];
  });
}

/** The document that says where the store is: the project, or a district that stands alone. */
export function rootOf(draft: Draft): Extract<AnyDoc, { kind: "project" | "district" }> | undefined {
  return draft.project ?? draft.districts[0]?.doc;
}
