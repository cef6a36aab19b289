import { type Address, partsOf } from "../model/address.ts";
import type { DesiredConnection } from "../model/desired.ts";
import type { LiveConnection, Said } from "../model/live.ts";
import { acceptanceOf, type Loss } from "../model/loss.ts";
import type { Instant } from "../model/time.ts";
import type { Action } from "../plan/action.ts";
import type { AddressPlan } from "../plan/plan.ts";
import type { StepKind } from "../plan/step.ts";
import { stepsInWords } from "./plan-steps.ts";

/** One action at one address, in the shape of Terraform's `resource_changes[]`. */
export interface ResourceChangeJson {
  readonly address: Address;
  /** Where a renamed connection stood before. */
  readonly previous_address?: Address;
  readonly mode: "managed";
  readonly type: "rosterform_connection";
  /** The vendor; `index` is the name part of an address that has one. */
  readonly name: string;
  readonly index?: string;
  readonly district: string;
  /** Set where the action is about a candidate that is given up, not about the address's connection. */
  readonly deposed?: string;
  readonly change: ChangeJson;
  /** Why, in one sentence; `null` where nothing needs a reason. */
  readonly action_reason: string | null;
  /** `blocked`: an error stands in the way. `observe`: the district is only looked at. Neither is applied. */
  readonly held?: "blocked" | "observe";
  /** What is lost, in the words that `accept:` takes. */
  readonly loses: readonly { readonly what: string; readonly accepted: boolean }[];
}

/** Terraform's words for existing tools, ours in `intent`. Waiting is `no-op`. */
export interface ChangeJson {
  readonly actions: readonly ("create" | "update" | "delete" | "no-op" | "read")[];
  readonly intent: Action["kind"];
  readonly before: ConnectionJson | null;
  readonly after: ConnectionJson | null;
  readonly after_unknown: Readonly<Record<string, true>>;
  readonly before_sensitive: Readonly<Record<string, true>>;
  readonly after_sensitive: Readonly<Record<string, true>>;
}

/** What a connection is. The secret is never part of it: `before_sensitive` and `after_sensitive` say that there is one. */
export interface ConnectionJson {
  readonly vendor: string;
  readonly version: string;
  readonly kind: string;
  readonly rotate: number;
  readonly schools: "all" | readonly string[];
  readonly share: readonly string[];
  readonly state: "active" | "disabled";
  readonly connection?: string;
  readonly client_id?: string;
  readonly token_url?: string;
  readonly base_url?: string;
  /** Who last said that it is so; only where people keep the store. */
  readonly reported?: Said;
}

/** One numbered step of an address. */
export interface StepJson {
  readonly number: number;
  readonly step: StepKind;
  readonly allowed: boolean;
  readonly says: string;
  readonly not_before?: string;
}

const ACTIONS: Readonly<Record<Action["kind"], ChangeJson["actions"]>> = {
  generate: ["create"],
  switch: ["create", "delete"],
  update: ["update"],
  adopt: ["update"],
  rename: ["update"],
  disable: ["delete"],
  wait: ["no-op"],
  keep: ["no-op"],
};

const SECRET = { client_secret: true } as const;
const MINTED = { connection: true, client_id: true, client_secret: true, token_url: true, base_url: true } as const;

/** The changes of one address in the order in which they happen. */
export function resourceChangesJson(plan: AddressPlan): readonly ResourceChangeJson[] {
  const { district, vendor, name } = partsOf(plan.address);
  return plan.actions.map((action) => ({
    address: action.address,
    ...(action.kind === "rename" ? { previous_address: action.from } : {}),
    mode: "managed",
    type: "rosterform_connection",
    name: vendor,
    ...(name === undefined ? {} : { index: name }),
    district,
    ...(action.kind === "disable" && action.because === "abandoned" ? { deposed: action.connection.id } : {}),
    change: changeJson(action),
    action_reason: action.reason ?? null,
    ...(plan.hold === undefined ? {} : { held: plan.hold }),
    loses: lossesJson("loses" in action ? action.loses : [], plan.desired),
  }));
}

/** The steps of one address, numbered as in the text of a plan. */
export function stepsJson(plan: AddressPlan, now: Instant): readonly StepJson[] {
  return stepsInWords(plan, now, (clientId) => clientId).map((line) => {
    const allowed = plan.steps[line.number - 1]?.allowed;
    return {
      number: line.number,
      step: line.kind,
      allowed: line.isAllowed,
      says: `${line.does}; ${line.allowed}`,
      ...(allowed?.kind === "not-before" ? { not_before: allowed.day } : {}),
    };
  });
}

function lossesJson(losses: readonly Loss[], desired: DesiredConnection): ResourceChangeJson["loses"] {
  return losses.map((loss) => ({
    what: acceptanceOf(loss),
    accepted: desired.accepts.includes(acceptanceOf(loss)),
  }));
}

function changeJson(action: Action): ChangeJson {
  const [before, after] = sidesOf(action);
  const isMinted = action.kind === "generate" || (action.kind === "switch" && action.to === undefined);
  return {
    actions: ACTIONS[action.kind],
    intent: action.kind,
    before,
    after,
    after_unknown: isMinted ? MINTED : {},
    before_sensitive: before === null ? {} : SECRET,
    after_sensitive: after === null ? {} : SECRET,
  };
}

function sidesOf(action: Action): readonly [ConnectionJson | null, ConnectionJson | null] {
  switch (action.kind) {
    case "generate":
      return [null, desiredJson(action.desired)];
    case "switch":
      return [liveJson(action.from), action.to === undefined ? desiredJson(action.desired) : liveJson(action.to)];
    case "update": {
      const { schools, share } = action.desired;
      return [liveJson(action.connection), { ...unreported(action.connection), schools, share }];
    }
    case "disable":
      return [liveJson(action.connection), null];
    case "adopt":
      return [liveJson(action.connection), { ...unreported(action.connection), rotate: action.desired.rotate }];
    case "rename":
      return [null, null];
    case "wait": {
      const inUse = liveJson(action.from ?? action.candidate);
      return [inUse, inUse];
    }
    case "keep": {
      const kept = action.connection === undefined ? null : liveJson(action.connection);
      return [kept, kept];
    }
  }
}

/** What is not so yet, nobody has reported. */
function unreported(live: LiveConnection): ConnectionJson {
  const { reported: _, ...rest } = liveJson(live);
  return rest;
}

function desiredJson({ vendor, version, kind, rotate, schools, share, state }: DesiredConnection): ConnectionJson {
  return { vendor, version, kind, rotate, schools, share, state };
}

/** A live connection for machines. */
export function liveJson(live: LiveConnection): ConnectionJson {
  const { application, version, kind, rotate, schools, share, status, id, clientId, tokenUrl, baseUrl, reported } =
    live;
  return {
    vendor: application,
    version,
    kind,
    rotate,
    schools,
    share,
    state: status.kind,
    connection: id,
    client_id: clientId,
    token_url: tokenUrl,
    base_url: baseUrl,
    ...(reported === undefined ? {} : { reported }),
  };
}
