import type { DistrictId } from "../../model/address.ts";
import type { Secret } from "../../model/secret.ts";
import type { Traits } from "../../model/traits.ts";
import { DATA_SETS, KINDS, sortedUnique, VERSIONS } from "../../model/traits.ts";

/** A connection as somebody saw it in Campus. */
export interface Seen {
  readonly district: DistrictId;
  readonly application: string;
  readonly make: Traits;
  readonly status: "active" | "disabled";
  readonly clientId: string;
  readonly clientSecret?: Secret;
  readonly tokenUrl: string;
  readonly baseUrl: string;
}

/** What may stand in the columns and answers that are no values of Campus. Each reads a text, or says what it takes. */
export const WORDS = {
  application: (text: string) =>
    /^(?! )[^\p{C}"'[\]/\\]{1,80}(?<! )$/u.test(text)
      ? text
      : wrong("the name of the tile, without quotes, brackets and slashes"),
  kind: oneOf(KINDS),
  version: oneOf(VERSIONS),
  status: oneOf(["active", "disabled"] as const),
  schools: (text: string) =>
    text === "all" ? ("all" as const) : (listOf(text) ?? wrong("all, or names separated by ;")),
  share: (text: string) => {
    const sets = listOf(text) ?? [];
    const known = DATA_SETS.filter((set) => sets.includes(set));
    return known.length === sets.length ? known : wrong(`nothing, or ${DATA_SETS.join(";")}`);
  },
};

/** What was wanted instead of what was given. */
export interface Wrong {
  readonly wants: string;
}

export function isWrong(value: unknown): value is Wrong {
  return typeof value === "object" && value !== null && "wants" in value;
}

function wrong(wants: string): Wrong {
  return { wants };
}

function oneOf<T extends string>(words: readonly T[]): (text: string) => T | Wrong {
  return (text) => words.find((word) => word === text.toLowerCase()) ?? wrong(words.join(" or "));
}

function listOf(text: string): readonly string[] | undefined {
  const items = text.split(";").map((item) => item.trim());
  return items.every((item) => item !== "") ? sortedUnique(items) : undefined;
}
