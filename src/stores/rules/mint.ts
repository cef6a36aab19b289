import type { DistrictId } from "../../model/address.ts";
import type { ConnectionId, LiveConnection, Provenance } from "../../model/live.ts";
import type { Secret } from "../../model/secret.ts";
import type { Site } from "../../model/site.ts";
import { type FixedTraits, type OneRosterVersion, sortedUnique, type Traits } from "../../model/traits.ts";
import { reported, type Scene } from "./scene.ts";

/** The random part of a new connection; made before the transaction, thrown away when nothing is minted. */
export interface Fresh {
  readonly id: ConnectionId;
  readonly clientId: string;
  readonly clientSecret: Secret;
  readonly fingerprint: string;
  /** Where they were given to us, rather than being ours to choose. */
  readonly endpoints?: Endpoints;
}

type Endpoints = Pick<LiveConnection, "tokenUrl" | "baseUrl">;

/** A connection as it begins: active, never used, in its first epoch. */
export function mintedFrom(
  scene: Scene,
  fresh: Omit<Fresh, "clientSecret">,
  facts: {
    readonly district: DistrictId;
    readonly site: Site;
    readonly application: string;
    readonly make: Traits & FixedTraits;
    readonly provenance: Provenance;
  },
): LiveConnection {
  const { make, site, now } = { ...facts, now: scene.now };
  return reported(scene, {
    id: fresh.id,
    district: facts.district,
    application: facts.application,
    clientId: fresh.clientId,
    ...(fresh.endpoints ?? endpointsAt(scene.origin, site, make.version)),
    fingerprint: fresh.fingerprint,
    kind: make.kind,
    version: make.version,
    rotate: make.rotate,
    ...editable(make),
    status: { kind: "active" },
    provenance: facts.provenance,
    createdAt: now,
    epoch: 1,
    epochAt: now,
    use: scene.observesUse ? { kind: "observed", since: now, pulled: {} } : { kind: "unobservable" },
    evidence: [],
  });
}

/** Schools and shared data in the one form in which the store keeps them. */
export function editable(traits: Pick<Traits, "schools" | "share">): Pick<Traits, "schools" | "share"> {
  const schools = traits.schools === "all" ? "all" : sortedUnique(traits.schools);
  return { schools, share: sortedUnique(traits.share) };
}

/**
 * The two URLs of a connection, in the shapes seen in the field (docs: the domain page, "A connection's fields"). Below the
 * campus's origin where it is known, else on the site's own host.
 */
function endpointsAt(origin: string | undefined, site: Site, version: OneRosterVersion): Endpoints {
  const root = `${(origin ?? `https://${site.host}`).replace(/\/+$/, "")}/campus`;
  const app = encodeURIComponent(site.app);
  const tail = version === "1.2" ? `v1p2/${app}/ims/oneroster` : `v1p1/${app}/ims/oneroster/v1p1`;
  return { tokenUrl: `${root}/oauth2/token?appName=${app}`, baseUrl: `${root}/api/oneroster/${tail}` };
}
