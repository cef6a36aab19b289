import { type Address, parseAddress, partsOf } from "../../model/address.ts";
import { isActive } from "../../model/live.ts";
import { listed, noticesOfPlan } from "../translate/changes.ts";
import { fault } from "../translate/fault.ts";
import { parseWait } from "../translate/durations.ts";
import { isSameValue, mapOf } from "../translate/narrow.ts";
import { about, noticeOf } from "../translate/notices.ts";
import { addressIn, namesOf, notFoundYet, standingAt, stateOf } from "../translate/state.ts";
import { valueFromJson } from "../wire/json.ts";
import type { Notice, Resource } from "../wire/provider.ts";
import { typeOf } from "../wire/type.ts";
import { Decimal, hasUnknown, UNKNOWN, type Attributes } from "../wire/value.ts";
import { applyConnection } from "./applying.ts";
import { CONNECTION_SCHEMA } from "./connection-schema.ts";
import { foreseen, isOtherWanted } from "./foreseen.ts";
import { destroyConnection, planDestroy } from "./destroying.ts";
import { planOne, type Planned, twice, wantedBy } from "./planning.ts";
import { isDoable } from "../../plan/doable.ts";
import type { Session } from "./session.ts";

/** Set in what Terraform keeps beside a planned state, so that a forced replacement can be told from a first plan. */
const KEPT = new TextEncoder().encode("1");
const NOTHING = new Uint8Array();

/** The resource `oneroster_connection`. `session` throws where the provider was not configured yet. */
export function connectionResource(session: () => Session, configured: () => Session | undefined): Resource {
  return {
    schema: CONNECTION_SCHEMA,
    validate: (config) => Promise.resolve(validate(config, configured())),
    upgrade: (_, stored) => {
      const state = upgraded(stored);
      // Asked about every object of a state, before anything is planned with it.
      if (state !== undefined) configured()?.noteState(state);
      return Promise.resolve({ state, notices: [] });
    },
    read: async ({ state, private: kept }) => {
      const address = addressIn(state);
      if (address === undefined) return { state, private: kept, notices: [] };
      const { world } = session();
      const live = await session().live(partsOf(address).district);
      const now = stateOf(standingAt(live, address), state, world.clock.now());
      return { state: now ?? null, private: kept, notices: [] };
    },
    plan: async ({ prior, proposed, config, private: kept }) => {
      if (proposed === null || config === null) return planDestroy(prior, session(), kept);
      return planConnection({ prior, proposed, config, wasPlanned: kept.length > 0, session: session() });
    },
    apply: (request) =>
      request.planned === null || request.config === null
        ? destroyConnection(request.prior, session(), request.private)
        : applyConnection({ ...request, planned: request.planned, config: request.config, session: session() }),
    import: (id) => importConnection(id, session()),
    move: ({ type }) =>
      Promise.resolve({
        state: undefined,
        notices: [
          fault(
            "terraform/other-type",
            `A ${type} cannot become an oneroster_connection`,
            "Write a resource block of its own, import the connection by its address, and remove the old resource with a `removed` block.",
          ),
        ],
      }),
  };
}

/**
 * A provider that is configured is about to plan the same configuration, which tells everything; unless something is wrong here
 * already, because then Terraform plans nothing, and all errors are told at once.
 */
function validate(config: Attributes, session: Session | undefined): readonly Notice[] {
  const own = ownRules(config);
  return session !== undefined && own.length === 0 ? own : [...own, ...wantedBy(config, session).notices];
}

/** What no document can say, because it is Terraform's matter alone. */
function ownRules(config: Attributes): readonly Notice[] {
  const { on_destroy: onDestroy, confirmation } = config;
  const wait = mapOf(confirmation)?.["wait"];
  const notices: Notice[] = [];
  if (typeof onDestroy === "string" && !["forget", "disable"].includes(onDestroy)) {
    const detail = `"${onDestroy}" is neither "forget" (the live connection stays untouched) nor "disable" (it is disabled if nobody uses it).`;
    notices.push(fault("terraform/on-destroy", "What destroying does is not known", detail, "on_destroy"));
  }
  if (typeof wait === "string" && parseWait(wait) === undefined) {
    const detail = `"${wait}" is no duration. Write a number and s, m, h or d, for example "10m".`;
    const path = [{ attribute: "confirmation" }, { attribute: "wait" }];
    notices.push(about(path, fault("terraform/unreadable-wait", "A duration cannot be read", detail)));
  }
  return notices;
}

interface Planning {
  readonly prior: Attributes | null;
  readonly proposed: Attributes;
  readonly config: Attributes;
  /** Terraform has planned this object before in the same run, or kept something beside its state. */
  readonly wasPlanned: boolean;
  readonly session: Session;
}

type PlanAnswer = Awaited<ReturnType<Resource["plan"]>>;

async function planConnection(planning: Planning): Promise<PlanAnswer> {
  const { prior, proposed, config, session, wasPlanned } = planning;
  const planned = withDefaults(proposed, config);
  const refuse = (notices: readonly Notice[]): PlanAnswer => ({ planned, private: KEPT, notices });
  const [before, address] = [prior === null ? undefined : addressIn(prior), addressIn(config)];
  if (prior === null && (wasPlanned || isDisabledFirst(address, session))) return refuse([replaced(proposed)]);
  if (hasUnknown(config)) {
    const { notices } = wantedBy(config, session);
    const later = { ...planned, ...notFoundYet(), address: address ?? UNKNOWN };
    return { planned: later, private: KEPT, notices: [...ownRules(config), ...notices] };
  }
  const live = address === undefined ? undefined : await session.live(partsOf(address).district);
  const wanted = wantedBy(config, session, live);
  const { connection, district } = wanted;
  if (connection === undefined || district === undefined || live === undefined) return refuse(wanted.notices);
  if (before !== undefined && before !== connection.address && connection.was !== before) {
    return refuse([...wanted.notices, moved(before, connection.address)]);
  }
  if (!session.claim(connection.address)) return refuse([...wanted.notices, twice(connection.address)]);
  session.want(connection);
  const decided = planOne({ connection, district, live, session });
  const notices = [...wanted.notices, ...[...decided.errors, ...decided.warnings].map(noticeOf)];
  if (decided.errors.length > 0) return refuse(notices);
  if (prior !== null && !isToBeWalked(decided, prior, planned)) {
    return { planned: { ...planned, ...keptFrom(prior) }, private: KEPT, notices };
  }
  const found = foreseen(decided.address.actions, prior, planned);
  const known = { ...planned, ...found, address: connection.address };
  return { planned: known, private: KEPT, notices: [...notices, ...noticesOfPlan(decided.address)] };
}

/**
 * Whether this plan takes steps. Where only words of the configuration changed, what became possible meanwhile (evidence, a date,
 * an edit by hand) is left to the next plan: Terraform plans again while it applies, and the second plan may not do more than the
 * first one showed.
 */
function isToBeWalked({ address }: Planned, prior: Attributes, planned: Attributes): boolean {
  if (isOtherWanted(prior, planned)) return true;
  return isDoable(address) && (isAskingForSteps(prior, planned) || !isReworded(prior, planned));
}

/** Attributes whose change by itself is something to be done. */
const ASKING = ["state", "schools", "share", "adopt", "replaces", "vendor", "name", "attest", "deliver_from"] as const;

function isAskingForSteps(prior: Attributes, planned: Attributes): boolean {
  return ASKING.some((name) => !isSameValue(prior[name], planned[name]));
}

function isReworded(prior: Attributes, planned: Attributes): boolean {
  const kept: Attributes = { ...planned, ...keptFrom(prior) };
  return Object.keys(kept).some((name) => !isSameValue(kept[name], prior[name]));
}

/**
 * A tainted resource is destroyed and made anew, and so is one whose block got another name without a `moved` block. Where the
 * state says that destroying disables, that is a replacement, too, whatever the configuration says by now.
 */
function isDisabledFirst(address: Address | undefined, session: Session): boolean {
  return address !== undefined && session.isDisabledByDestroying(address);
}

function keptFrom(prior: Attributes): Attributes {
  const names = [...Object.keys(notFoundYet()), "address"];
  return Object.fromEntries(names.map((name) => [name, prior[name] ?? null]));
}

/**
 * What a configuration leaves out means the same as in a document, also where it said something before: Terraform proposes what
 * the state has.
 */
function withDefaults(proposed: Attributes, config: Attributes): Attributes {
  return {
    ...proposed,
    ...(config["state"] === null ? { state: "active" } : {}),
    ...(config["rotate"] === null ? { rotate: Decimal.of(0) } : {}),
  };
}

function replaced(proposed: Attributes): Notice {
  const rotate = proposed["rotate"] instanceof Decimal ? Number(proposed["rotate"].text) : 0;
  return fault(
    "terraform/replaced",
    "A connection is never replaced by Terraform",
    `Terraform's replacement destroys the old connection before anybody knows that the new one works. To have another connection of the same kind, set \`rotate = ${rotate + 1}\`: both stay until the vendor has moved. If the resource is tainted, run \`terraform untaint\`; if its block got another name, add a \`moved\` block.`,
    "rotate",
  );
}

function moved(before: Address, after: Address): Notice {
  const { vendor, name } = partsOf(before);
  const was = name === undefined ? vendor : `${vendor}["${name}"]`;
  return fault(
    "terraform/other-address",
    "A resource speaks of another address than before",
    `It was ${before} and would be ${after}. If the vendor was renamed, add \`was = ${JSON.stringify(was)}\`: nothing is generated for a new name. If this is another connection, write another resource block for it.`,
    "vendor",
  );
}

async function importConnection(id: string, session: Session): ReturnType<Resource["import"]> {
  const address = parseAddress(id);
  const refuse = (notice: Notice) => ({ state: undefined, private: NOTHING, notices: [notice] });
  if (address === undefined) {
    return refuse(
      fault(
        "terraform/no-address",
        "An address cannot be read",
        `"${id}" is no address. Write district/vendor, or district/vendor["name"].`,
      ),
    );
  }
  const { district, vendor } = partsOf(address);
  const live = await session.live(district);
  const standing = standingAt(live, address);
  if (standing.slot === undefined) {
    const found = live.connections.filter(
      (one) => one.provenance === "found" && isActive(one) && one.application.toLowerCase() === vendor.toLowerCase(),
    );
    return refuse(
      fault(
        "terraform/not-managed",
        "Nothing is managed at the address",
        found.length === 0
          ? `The store knows no connection at ${address}. It knows: ${
              live.slots
                .map((slot) => slot.address)
                .sort()
                .join(", ") || "none in this district"
            }.`
          : `${listed(found)} is found and not managed. Write the resource with \`adopt = "${found[0]?.clientId}"\` instead of importing it.`,
      ),
    );
  }
  const empty = Object.fromEntries(Object.keys(CONNECTION_SCHEMA.attributes).map((name) => [name, null]));
  const state = stateOf(standing, { ...empty, ...namesOf(address) }, session.world.clock.now());
  return { state, private: NOTHING, notices: [] };
}

/** Attributes that today's schema does not have are dropped, those that are missing say nothing. */
function upgraded(stored: unknown): Attributes | undefined {
  return mapOf(valueFromJson(stored, typeOf(CONNECTION_SCHEMA)));
}
