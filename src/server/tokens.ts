import { createHash, randomBytes } from "node:crypto";
import type { ConnectionId } from "../model/live.ts";
import { type Clock, HOUR_MS, type Instant, SECOND_MS, shift } from "../model/time.ts";
import type { ScopeName } from "./scopes.ts";

/** What a token stands for. */
export interface Grant {
  readonly connection: ConnectionId;
  /** Who asked for it; what is read with it counts for the same one. */
  readonly by: "consumer" | "probe";
  readonly scopes: ReadonlySet<ScopeName>;
}

/** How long tokens live, and whether they live on when their connection is disabled. */
export interface TokenRules {
  /** Default: an hour. */
  readonly lifetimeMs?: number;
  /** `revoke` (the default): at once. `let-end`: a token that was given lives to its end. */
  readonly onDisable?: "revoke" | "let-end";
}

/** The tokens given out by one campus. They are kept as digests, in memory only: a restart ends them all. */
export interface Tokens {
  issue(grant: Grant): { readonly token: string; readonly expiresInSeconds: number };
  /** What a token stands for; `undefined` when it was never given, has ended or was revoked. */
  find(token: string): Grant | undefined;
  /** Ends a token for good; whose it was stays known until it would have ended, so that late use can be told. */
  revoke(token: string): void;
  /** Whose a revoked token was. */
  revoked(token: string): Grant | undefined;
  /** What becomes of the tokens of a connection that is disabled. */
  readonly onDisable: "revoke" | "let-end";
}

/** A client that asks for a token with every request must not fill the memory; its oldest tokens end first. */
const MOST_TOKENS = 50_000;

interface Entry {
  readonly grant: Grant;
  readonly endsAt: Instant;
  isRevoked: boolean;
}

/** Makes an empty register. `most` is how many tokens it holds before the oldest end early. */
export function createTokens(clock: Clock, rules: TokenRules = {}, most: number = MOST_TOKENS): Tokens {
  const { lifetimeMs = HOUR_MS, onDisable = "revoke" } = rules;
  const entries = new Map<string, Entry>();
  const living = (token: string): Entry | undefined => {
    const entry = entries.get(digestOf(token));
    return entry === undefined || entry.endsAt <= clock.now() ? undefined : entry;
  };
  return {
    onDisable,
    issue: (grant) => {
      const now = clock.now();
      makeRoom(entries, now, most);
      const token = randomBytes(32).toString("base64url");
      entries.set(digestOf(token), { grant, endsAt: shift(now, lifetimeMs), isRevoked: false });
      return { token, expiresInSeconds: Math.floor(lifetimeMs / SECOND_MS) };
    },
    find: (token) => {
      const entry = living(token);
      return entry?.isRevoked === false ? entry.grant : undefined;
    },
    revoke: (token) => {
      const entry = living(token);
      if (entry !== undefined) entry.isRevoked = true;
    },
    revoked: (token) => {
      const entry = living(token);
      return entry?.isRevoked === true ? entry.grant : undefined;
    },
  };
}

/** Tokens end in the order in which they were given, so the first ones are the ones to forget. */
function makeRoom(entries: Map<string, Entry>, now: Instant, most: number): void {
  for (const [digest, entry] of entries) {
    if (entry.endsAt > now && entries.size < most) return;
    entries.delete(digest);
  }
}

/** A digest finds the token without comparing secrets byte by byte. */
function digestOf(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
