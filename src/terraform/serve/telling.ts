import { invariant } from "../../diagnostics/invariant.ts";
import type { Diagnostic } from "../generated/provider.js";
import { diagnosticsOf } from "../wire/messages.ts";
import { faultOf } from "./faults.ts";
import type { Log } from "./log.ts";

interface Failed {
  readonly diagnostics: Diagnostic[];
}

/** Runs what answers a call; whatever it throws becomes the diagnostics of the answer. */
export function telling(log: Log) {
  return async <T>(rpc: string, work: () => Promise<T>): Promise<T | Failed> => {
    try {
      return await work();
    } catch (thrown) {
      return { diagnostics: diagnosticsOf([faultOf(thrown, rpc, log)]) };
    }
  };
}

/** What the provider has by a name. Throws where it has no such thing. */
export function named<T>(from: { readonly [name: string]: T }, name: string, kind: string): T {
  const found = Object.hasOwn(from, name) ? from[name] : undefined;
  invariant(found !== undefined, `the provider has no ${kind} ${name}`);
  return found;
}
