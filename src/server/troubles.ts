import type { TroubleKind } from "../rehearsal/script.ts";
import type { Fault } from "./faults.ts";

/** Longer than a rehearsal's probes and vendors wait for an answer. */
const SLOW_MS = 1500;

/** How the trouble of a rehearsal shows at the campus; a host that nobody knows shows at those who ask. */
export function faultsOf(kind: TroubleKind): readonly Fault[] {
  switch (kind) {
    case "slow":
      return [{ at: "everywhere", what: { kind: "slow", ms: SLOW_MS } }];
    case "server-errors":
      return [{ at: "everywhere", what: { kind: "status", status: 503 } }];
    case "throttled":
      return [{ at: "everywhere", what: { kind: "status", status: 429, retryAfterSeconds: 30 } }];
    case "dropped-replies":
      return [{ at: "everywhere", what: { kind: "drop-reply" } }];
    case "expired-token":
      return [{ at: "data", what: { kind: "expired-token" } }];
    case "empty-orgs":
      return [{ at: "data", collection: "orgs", what: { kind: "empty" } }];
    case "wrong-scope":
      return [{ at: "data", what: { kind: "wrong-scope" } }];
    case "unknown-host":
      return [];
  }
}
