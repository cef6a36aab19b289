import type { Address } from "../../src/model/address.ts";
import type { OpenCommand } from "../../src/stores/store.ts";

/** The first generation of an address, the same every time it is asked for. */
export function mintingCommand(address: Address): OpenCommand {
  return {
    address,
    revision: 0,
    site: { host: "springfield.example.org", app: "springfield", kind: "sandbox" },
    generation: 1,
    application: "Vendor",
    make: { kind: "other", version: "1.2", schools: "all", share: [], rotate: 0 },
    requires: { clauses: ["probed"], quietMs: 0 },
  };
}
