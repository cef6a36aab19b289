import { checkUnder } from "../../config/policy.ts";
import { type Diagnostic, problem } from "../../diagnostics/diagnostic.ts";
import type { Address } from "../../model/address.ts";
import type { DesiredConnection, DesiredDistrict } from "../../model/desired.ts";
import type { LiveDistrict } from "../../model/live.ts";
import { planDistricts } from "../../plan/make-plan.ts";
import type { AddressPlan, Plan } from "../../plan/plan.ts";
import { documentOf, SAID_IN } from "../translate/document.ts";
import { liveAround } from "../translate/around.ts";
import { fault } from "../translate/fault.ts";
import { noticeOf } from "../translate/notices.ts";
import type { Notice } from "../wire/provider.ts";
import type { Attributes } from "../wire/value.ts";
import type { Session } from "./session.ts";

/** What a configuration wants at its address, or what is wrong with it. */
export interface Wanted {
  /** Absent where something is wrong, or not known yet. */
  readonly connection?: DesiredConnection;
  readonly district?: DesiredDistrict;
  readonly notices: readonly Notice[];
}

/** Reads a configuration with the schema and the checks of the documents. Without a session there is no catalogue yet. */
export function wantedBy(config: Attributes, session: Session | undefined, live?: LiveDistrict): Wanted {
  const { value, unknown } = documentOf(config, live?.site);
  const { desired, troubles } = checkUnder(session?.policy, value, SAID_IN);
  const notices = troubles.map(noticeOf).filter(({ path }) => !isAbout(path?.[0], unknown));
  const address = addressOfInterest(desired, config);
  if (address === undefined || unknown.size > 0 || desired === undefined) return { notices };
  return { connection: address, district: desired, notices };
}

function isAbout(step: NonNullable<Notice["path"]>[number] | undefined, unknown: ReadonlySet<string>): boolean {
  return step !== undefined && "attribute" in step && unknown.has(step.attribute);
}

function addressOfInterest(desired: DesiredDistrict | undefined, config: Attributes): DesiredConnection | undefined {
  const name = typeof config["name"] === "string" ? config["name"] : undefined;
  return desired?.connections.find((one) => one.vendor === config["vendor"] && one.name === name);
}

/** The plan for one address, and all that stands in its way. */
export interface Planned {
  readonly plan: Plan;
  readonly address: AddressPlan;
  readonly errors: readonly Diagnostic[];
  readonly warnings: readonly Diagnostic[];
}

/** The same plan as everywhere, of one address. */
export function planOne({
  connection,
  district,
  live,
  session,
}: {
  readonly connection: DesiredConnection;
  readonly district: DesiredDistrict;
  readonly live: LiveDistrict;
  readonly session: Session;
}): Planned {
  const { address } = connection;
  const connections = [connection, ...session.tiedTo(connection)];
  const limits = { disable: 1, switch: 1, atLeast: connections.length };
  const only: DesiredDistrict = { ...district, connections, limits };
  const plan = planDistricts({
    desired: { districts: [only], limits },
    live: new Map([[district.district, liveAround(live, connections)]]),
    now: session.world.clock.now(),
    selection: { targets: [address] },
  });
  const [first] = plan.districts;
  const own = first?.addresses[0];
  if (own === undefined || first === undefined) throw new Error(`${address} is not in its own plan`);
  const all = [...own.diagnostics, ...first.diagnostics, ...plan.diagnostics];
  const errors = all.filter(({ severity }) => severity === "error");
  const warnings = all.filter(({ severity }) => severity === "warning");
  return {
    plan,
    address: own,
    errors: [...(own.steps.length === 0 ? [] : needsSite(district, live)), ...errors],
    warnings,
  };
}

/** Only the store or the configuration can say where a first connection is generated. */
function needsSite({ district, site, place }: DesiredDistrict, live: LiveDistrict): readonly Diagnostic[] {
  if (live.site !== undefined || site.host !== "unknown.invalid") return [];
  return [
    problem({
      code: "terraform/no-site",
      summary: "The site of a district is not known",
      detail: `The store has never heard of ${district}, so nobody knows where its connections are. Add \`site: { host: ${district}.example.org, app: ${district} }\`.`,
      place: { ...place, path: ["site"] },
    }),
  ];
}

/** Both would be right, or one would undo what the other does. */
export function twice(address: Address): Notice {
  return fault(
    "terraform/two-resources",
    `Two resources speak of ${address}`,
    "Each connection has one resource. Remove one of the two, or give the second connection of this vendor a `name` of its own; if a block got another name, add a `moved` block.",
    "vendor",
  );
}
