import type { AskRung, Climb } from "../climb.ts";
import { textOf } from "../json.ts";
import { confirmed, refuted, type Seen, type Sight } from "../sight.ts";
import type { Source } from "../source.ts";

/** Does the connection see exactly the schools it was declared for? */
export const askSchools: AskRung = async (climb) => {
  const names = await schoolNames(climb.source);
  if (names.kind === "trouble") return names.sight;
  const declared = climb.connection.schools;
  if (declared === "all") return allSchools(climb, names.value);
  return compare(names.value, new Set(declared), {
    ok: `Exactly the declared schools can be read (${names.value.size}).`,
    than: "declared",
    codes: { missing: "scope-too-narrow", extra: "scope-too-wide", both: "scope-differs" },
  });
};

async function allSchools({ connection, old }: Climb, names: ReadonlySet<string>): Promise<Sight> {
  if (names.size === 0) {
    return refuted(
      "no-schools",
      "No school can be read although all are declared. Check the connection's school access in the site.",
    );
  }
  const said = `${names.size} ${names.size === 1 ? "school" : "schools"} can be read`;
  const before = await old?.();
  if (before === undefined) return confirmed("ok", `${said}.`);
  if (before.connection.schools !== connection.schools)
    return confirmed("ok", `${said}; the old connection had another scope, so they were not compared.`);
  const known = before.source.kind === "trouble" ? before.source : await schoolNames(before.source.value);
  if (known.kind === "trouble")
    return confirmed(
      "ok-not-compared",
      `${said}; the old connection could not be read (${known.sight.code}), so they were not compared.`,
    );
  const sight = compare(names, known.value, {
    ok: `${said}, the same as over the old connection.`,
    than: "seen over the old connection",
    codes: { missing: "fewer-schools-than-old", extra: "more-schools-than-old", both: "other-schools-than-old" },
  });
  const again = [...known.value].filter((name) => names.has(name)).length;
  return { ...sight, compared: [{ what: "schools", old: known.value.size, now: names.size, again }] };
}

async function schoolNames(source: Source): Promise<Seen<ReadonlySet<string>>> {
  const listed = await source.list("schools", (school) => textOf(school, "name"));
  return listed.kind === "trouble" ? listed : { kind: "seen", value: new Set(listed.value) };
}

interface Wording {
  readonly ok: string;
  readonly than: string;
  readonly codes: { readonly missing: string; readonly extra: string; readonly both: string };
}

function compare(found: ReadonlySet<string>, expected: ReadonlySet<string>, { ok, than, codes }: Wording): Sight {
  const missing = [...expected].filter((name) => !found.has(name));
  const extra = [...found].filter((name) => !expected.has(name));
  const lacks = `not readable although ${than}: ${listed(missing)}`;
  const exceeds = `readable although not ${than}: ${listed(extra)}`;
  const advice = "Correct the connection's school access in the site, or the document.";
  if (missing.length > 0 && extra.length > 0)
    return refuted(codes.both, `Schools differ; ${lacks}; ${exceeds}. ${advice}`);
  if (missing.length > 0) return refuted(codes.missing, `Schools are missing; ${lacks}. ${advice}`);
  if (extra.length > 0)
    return refuted(codes.extra, `There are more schools than there should be; ${exceeds}. ${advice}`);
  return confirmed("ok", ok);
}

const NAMES_SHOWN = 10;

function listed(names: readonly string[]): string {
  const shown = [...names].sort().slice(0, NAMES_SHOWN).join(", ");
  return names.length > NAMES_SHOWN ? `${shown} and ${names.length - NAMES_SHOWN} more` : shown;
}
