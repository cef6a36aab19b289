import { addressOf, type DistrictId } from "../../src/model/address.ts";
import type { ConnectionId } from "../../src/model/live.ts";
import { Secret } from "../../src/model/secret.ts";
import type { Instant } from "../../src/model/time.ts";
import type { Handover } from "../../src/sinks/sink.ts";

export const CANARY = "canary-secret-do-not-print";

/** A hand-over of a made-up connection. */
export function handover(more: Partial<Handover> & { readonly secret?: string } = {}): Handover {
  const { secret = CANARY, ...rest } = more;
  const district = "springfield" as DistrictId;
  const at = "2027-06-15T08:30:00.000Z" as Instant;
  const urls = {
    tokenUrl: "https://campus.example.org/token?appName=springfield",
    baseUrl: "https://campus.example.org/or",
  };
  return {
    address: addressOf(district, "Otus"),
    vendor: "Otus",
    change: { kind: "first" },
    connection: {
      id: "c-0001" as ConnectionId,
      district,
      application: "Otus",
      clientId: "client-0001",
      ...urls,
      fingerprint: "3f9a3f9a3f9a3f9a",
      status: { kind: "active" },
      provenance: "generated",
      createdAt: at,
      epoch: 0,
      epochAt: at,
      use: { kind: "unobservable" },
      evidence: [],
      kind: "other",
      version: "1.2",
      rotate: 0,
      schools: "all",
      share: [],
    },
    credentials: { clientId: "client-0001", clientSecret: new Secret(secret), ...urls },
    ...rest,
  };
}
