import { loadPolicy } from "../../config/policy.ts";
import { plain } from "../translate/document.ts";
import { fault } from "../translate/fault.ts";
import { parseWait } from "../translate/durations.ts";
import { textOf } from "../translate/narrow.ts";
import { noticeOf, PROVIDER_BLOCK } from "../translate/notices.ts";
import type { Notice, Provider } from "../wire/provider.ts";
import { hasUnknown, type Attributes } from "../wire/value.ts";
import { connectionResource } from "./connection.ts";
import { connectionsSource } from "./connections.ts";
import { credentialsResource } from "./credentials.ts";
import { districtSource } from "./district.ts";
import { parseAddressFunction } from "./parse-address.ts";
import { PROVIDER_SCHEMA } from "./provider-schema.ts";
import { Session, type World } from "./session.ts";
import { vendorsSource } from "./vendors.ts";

/** The provider `oneroster`: the same plan and the same apply as on the command line, one address at a time. */
export function createProvider(world: World): Provider {
  let stopped = new AbortController();
  let current: Session | undefined;
  const session = (): Session => {
    if (current === undefined) throw new Error("the provider is used before it was configured");
    return current;
  };
  return {
    schema: PROVIDER_SCHEMA,
    resources: { oneroster_connection: connectionResource(session, () => current) },
    dataSources: {
      oneroster_connections: connectionsSource(session),
      oneroster_district: districtSource(session),
      oneroster_vendors: vendorsSource(session),
    },
    ephemerals: { oneroster_credentials: credentialsResource(session) },
    functions: { parse_address: parseAddressFunction },
    validate: async (config) => {
      const { notices } = hasUnknown(config) ? { notices: [] } : await configured(config, world, stopped.signal);
      return [...ownRules(config), ...notices];
    },
    configure: async (config) => {
      const before = current;
      // One process may serve several runs: an interrupt ends the one that it belongs to.
      stopped = new AbortController();
      const { made, notices } = await configured(config, world, stopped.signal);
      current = made;
      await before?.close();
      return notices;
    },
    stop: () => stopped.abort("SIGINT"),
    close: async () => current?.close(),
  };
}

interface Configured {
  readonly made?: Session;
  readonly notices: readonly Notice[];
}

async function configured(config: Attributes, world: World, signal: AbortSignal): Promise<Configured> {
  if (hasUnknown(config)) return { notices: [notKnownYet()] };
  const { env, cwd } = world;
  const path = textOf(config["project"]) ?? (env["ROSTERFORM_CONFIG"] || undefined);
  const loaded = await loadPolicy({
    ...(path === undefined ? {} : { path }),
    said: saidBy(config, env),
    saidIn: PROVIDER_BLOCK,
    env,
    cwd,
  });
  if (loaded.kind === "broken") return { notices: loaded.diagnostics.map(noticeOf) };
  const { policy, warnings } = loaded;
  const refused = [...byHand(policy.settings.store.kind), ...onTerminal(policy)];
  if (refused.length > 0) return { notices: refused };
  const lockMs = parseWait(textOf(config["lock_timeout"]) ?? "10s");
  const made = new Session({ policy, world, signal, ...(lockMs === undefined ? {} : { lockMs }) });
  return { made, notices: warnings.map(noticeOf) };
}

/** The words of the block as keys of a project. */
function saidBy({ store, catalogue, deliver, confirmation }: Attributes, env: World["env"]): Record<string, unknown> {
  const path = env["ROSTERFORM_STORE"] ?? "";
  const said = {
    store: plain(store ?? null) ?? (path === "" ? undefined : { kind: "sqlite", path }),
    catalogue: plain(catalogue ?? null),
    deliver: plain(deliver ?? null),
    confirm: plain(confirmation ?? null),
  };
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
}

function ownRules(config: Attributes): readonly Notice[] {
  const timeout = textOf(config["lock_timeout"]);
  if (timeout === undefined || parseWait(timeout) !== undefined) return [];
  const detail = `"${timeout}" is no duration. Write a number and s, m or h, for example "30s".`;
  return [fault("terraform/unreadable-wait", "A duration cannot be read", detail, "lock_timeout")];
}

function byHand(kind: string): readonly Notice[] {
  if (kind !== "by-hand") return [];
  const detail =
    "Every step in a store that people keep asks a person, and Terraform cannot wait for one. Use `rosterform apply` and `rosterform do` there.";
  return [fault("terraform/by-hand", "A store that is kept by hand cannot be run by Terraform", detail, "store")];
}

function onTerminal({ delivers, settings }: Session["policy"]): readonly Notice[] {
  if (!delivers || settings.deliver.kind !== "terminal") return [];
  const detail =
    "Terraform shows nothing that a provider prints. Leave `deliver` out and open the values with `oneroster_credentials`, or deliver them somewhere else.";
  return [fault("terraform/no-terminal", "There is no terminal to show credentials on", detail, "deliver")];
}

function notKnownYet(): Notice {
  return fault(
    "terraform/not-known-yet",
    "The configuration of the provider is not known yet",
    "It depends on something that is made in the same run, so nothing can be planned. Apply that first, for example with `-target`.",
  );
}
