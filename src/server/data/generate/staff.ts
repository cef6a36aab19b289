import type { Person, Resource, School } from "../district-data.ts";
import type { PersonRole } from "../roles.ts";
import { makeStaff } from "./people.ts";
import { enter, type Ledger, type Site, type Span } from "./site.ts";
import { occupantsOf } from "./slots.ts";

/** A post of the staff: those who hold it in the year, one after the other and without a gap. */
export type Post = readonly { readonly person: Person; readonly span: Span }[];

/** What a post is for; it keeps one number in every year. */
export const POSTS = {
  principal: 0,
  siteAdministrator: 1,
  homeroom: 2,
  music: 3,
  aide: 4,
  /** One for each subject; several people where there are many sections. */
  subject: 10,
} as const;

/** Before that year nobody left, so far as the site remembers. */
const MEMORY = 2020;

/** Fills a post, and notes who holds it as people of the site. */
export function fillPost(
  site: Site,
  ledger: Ledger,
  post: {
    readonly role: PersonRole;
    readonly schoolIndex: number;
    readonly code: number;
    readonly index: number;
    readonly schools: readonly [School, ...(readonly School[])];
    readonly resources?: readonly Resource[];
  },
): Post {
  const { schoolIndex, code, index } = post;
  const slot = { key: [schoolIndex, code, index], since: MEMORY, turnover: 60, gap: { least: 0, most: 0 } };
  return occupantsOf(site, slot).map(({ generation, ...span }) => {
    const person = makeStaff(site, post, [schoolIndex, code, generation % 10, index]);
    enter(ledger, person, span);
    return { person, span };
  });
}
