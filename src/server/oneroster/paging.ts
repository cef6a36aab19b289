import { badRequest, type Fault } from "./errors.ts";

/** Which part of a collection is asked for. */
export interface Page {
  readonly limit: number;
  readonly offset: number;
}

const DEFAULT_LIMIT = 100;
/** The most that one answer holds; what asks for more gets this much. */
const MAX_LIMIT = 10_000;

/** Reads `limit` and `offset`. */
export function readPage(query: URLSearchParams): Page | Fault {
  const limit = wholeNumber(query.get("limit") ?? String(DEFAULT_LIMIT));
  const offset = wholeNumber(query.get("offset") ?? "0");
  if (limit === undefined || limit === 0) return badRequest("invaliddata", "limit is a whole number from 1.");
  if (offset === undefined) return badRequest("invaliddata", "offset is a whole number from 0.");
  return { limit: Math.min(limit, MAX_LIMIT), offset };
}

/**
 * The Link header (RFC 8288) of a page: first, prev, next and last, as far as they exist. Other parameters stay as they
 * were asked.
 */
export function linksOf(url: URL, { limit, offset }: Page, total: number): string {
  const last = total === 0 ? 0 : Math.floor((total - 1) / limit) * limit;
  const offsets = {
    first: 0,
    ...(offset > 0 ? { prev: Math.max(0, Math.min(offset, total) - limit) } : {}),
    ...(offset + limit < total ? { next: offset + limit } : {}),
    last,
  };
  return Object.entries(offsets)
    .map(([rel, at]) => {
      const target = new URL(url);
      target.searchParams.set("limit", String(limit));
      target.searchParams.set("offset", String(at));
      return `<${target.href}>; rel="${rel}"`;
    })
    .join(", ");
}

function wholeNumber(text: string): number | undefined {
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}
