/**
 * The Campus site of a district. Host and app together are the identity: several districts share one cloud host
 * (Infinite Campus knowledge base, "Configuring OneRoster Connections").
 */
export interface Site {
  /** Host name, with a port where it is not the usual one, e.g. `cloud.example.org`. */
  readonly host: string;
  /** The value of `appName` in the Token URL. */
  readonly app: string;
  /** Production and sandbox are never mixed. */
  readonly kind: "production" | "sandbox";
}

/** Whether two sites are the same one, whatever their kind is said to be. */
export function isSameSite(a: Site, b: Site): boolean {
  return a.host.toLowerCase() === b.host.toLowerCase() && a.app === b.app;
}
