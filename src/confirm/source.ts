import type { LiveConnection } from "../model/live.ts";
import type { Credentials } from "../model/secret.ts";
import type { Ask, Reply } from "./ask.ts";
import { hasMembers, type Members, readJson } from "./json.ts";
import { inconclusive, refuted, type Seen, seen, trouble } from "./sight.ts";
import { fetchToken } from "./token.ts";
import { silenceSight, statusSight } from "./troubles.ts";
import { collectionUrl, readUrl } from "./urls.ts";

/** The rostering collections that the ladder reads. */
export type Collection = "orgs" | "schools" | "academicSessions" | "classes" | "users" | "enrollments" | "demographics";

/** How many there are. `exact` is false where the site does not say, and only a lower bound was seen. */
export interface Count {
  readonly count: number;
  readonly exact: boolean;
}

/** A connection that gave a token: questions can be asked through it. Answers hold counts and picked facts, never rows. */
export interface Source {
  /** How many objects a collection has, asked with `limit=1`. */
  count(collection: Collection): Promise<Seen<Count>>;
  /** One picked fact of every object; what `pick` answers `undefined` for is left out. */
  list<T>(collection: Collection, pick: (object: Members) => T | undefined): Promise<Seen<readonly T[]>>;
  /** The same for long collections: in large pages, and of every object only these fields, where the site heeds that. */
  listLong<T>(
    collection: Collection,
    fields: readonly string[],
    pick: (object: Members) => T | undefined,
  ): Promise<Seen<readonly T[]>>;
}

const PAGE = 100;
const LONG_PAGE = 1000;
/** Ten thousand schools or sessions: more than any district has, so what goes on after them is a paging that never ends. */
const MAX_PAGES = 100;

/** Asks for a token and answers what can be read with it. */
export async function openSource(
  ask: Ask,
  connection: LiveConnection,
  credentials: Credentials,
  readDemographics: boolean,
): Promise<Seen<Source>> {
  const token = await fetchToken(ask, { credentials, version: connection.version, readDemographics });
  if (token.kind === "trouble") return token;
  const base = readUrl("Base URL", credentials.baseUrl);
  const read = (collection: Collection, limit: number, offset: number, fields?: readonly string[]) => {
    if (base.kind === "trouble") return Promise.resolve(base);
    const url = pageUrl(base.value, connection, collection, limit, offset);
    if (fields !== undefined) url.searchParams.set("fields", fields.join(","));
    return readPage(ask, token.value, url, collection);
  };
  return seen({
    count: async (collection) => {
      const page = await read(collection, 1, 0);
      if (page.kind === "trouble") return page;
      const { total, objects } = page.value;
      return seen(total === undefined ? { count: objects.length, exact: false } : { count: total, exact: true });
    },
    list: (collection, pick) => listAll(PAGE, (offset) => read(collection, PAGE, offset), pick, collection),
    listLong: (collection, fields, pick) =>
      listAll(LONG_PAGE, (offset) => read(collection, LONG_PAGE, offset, fields), pick, collection),
  });
}

interface Page {
  readonly objects: readonly unknown[];
  readonly total?: number;
}

function pageUrl(base: URL, connection: LiveConnection, collection: Collection, limit: number, offset: number): URL {
  const url = collectionUrl(base, connection.version, collection);
  url.searchParams.set("limit", String(limit));
  url.searchParams.set("offset", String(offset));
  return url;
}

async function readPage(ask: Ask, token: string, url: URL, collection: Collection): Promise<Seen<Page>> {
  const answer = await ask({ method: "GET", url, headers: { authorization: `Bearer ${token}` } });
  if (answer.kind === "silence") return trouble(silenceSight(answer, `The ${collection} service`));
  if (answer.status !== 200) return trouble(statusSight(answer, collection));
  const body = readJson(answer.text);
  const objects = hasMembers(body) ? body[wrapperOf(collection)] : undefined;
  if (!Array.isArray(objects)) {
    return trouble(
      refuted(
        "not-a-collection",
        `The ${collection} service answered 200, but with something else than a list of ${wrapperOf(collection)}. The Base URL probably leads to a page; copy it again from the site.`,
      ),
    );
  }
  return seen({ objects, ...totalOf(answer) });
}

/** OneRoster puts schools under `orgs`: the wrapper names the kind of object, not the path. */
function wrapperOf(collection: Collection): string {
  return collection === "schools" ? "orgs" : collection;
}

function totalOf(reply: Reply): { readonly total?: number } {
  const text = reply.header("x-total-count") ?? "";
  return /^\d{1,12}$/.test(text) ? { total: Number(text) } : {};
}

async function listAll<T>(
  limit: number,
  read: (offset: number) => Promise<Seen<Page>>,
  pick: (object: Members) => T | undefined,
  collection: Collection,
): Promise<Seen<readonly T[]>> {
  const picked: T[] = [];
  let offset = 0;
  for (let pages = 0; pages < MAX_PAGES; pages += 1) {
    const page = await read(offset);
    if (page.kind === "trouble") return page;
    const { objects, total } = page.value;
    for (const object of objects.filter(hasMembers).filter((candidate) => candidate["status"] !== "tobedeleted")) {
      const fact = pick(object);
      if (fact !== undefined) picked.push(fact);
    }
    offset += objects.length;
    if (objects.length === 0 || isLast(objects.length, limit, offset, total)) return seen(picked);
  }
  return trouble(
    inconclusive(
      "endless-paging",
      `The ${collection} service goes on after ${MAX_PAGES} pages. It may ignore offsets; read it with the vendor's own tool.`,
    ),
  );
}

/** Where the site says how many there are, all of them; else a page that is not exactly full (a site may ignore limits). */
function isLast(length: number, limit: number, offset: number, total: number | undefined): boolean {
  return total === undefined ? length !== limit : offset >= total;
}
