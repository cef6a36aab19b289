import { Annotations } from "cdktn";
import { Construct } from "constructs";
import { type CheckedDistrict, checkDistrict } from "../config/check-values.ts";
import { type Address, type DistrictId, parseRelativeAddress, partsOf } from "../model/address.ts";
import { complaint } from "./complaint.ts";
import type { DistrictOptions, DistrictProps } from "./district-shape.ts";
import { Connection } from "./generated/connection.ts";
import { logicalId } from "./logical-id.ts";
import { resourceArguments, unsaid } from "./resource-arguments.ts";
import { Roll } from "./roll.ts";

/**
 * The connections of one district, in the words of its YAML file: one `oneroster_connection` for each.
 *
 * The value is held against the same schemas and rules as the YAML. What is wrong is said when the app is synthesised: all
 * of it at once, with the path to each value; nothing is thrown before. With `mode: "observe"` there are no resources.
 */
export class District extends Construct {
  /** The resources by address: `springfield/Otus`, or `springfield/Edlink["north"]`. Empty while something is wrong. */
  readonly connections: ReadonlyMap<string, Connection>;

  readonly #district: string;
  readonly #complaints: readonly string[];
  readonly #isObserved: boolean;

  constructor(scope: Construct, id: string, props: DistrictProps) {
    super(scope, id);
    const { project, provider: _, dependsOn: __, lifecycle: ___, onDestroy: ____, wait: _____, ...district } = props;
    const checked = checkDistrict({ name: this.node.path, district, ...(project === undefined ? {} : { project }) });
    const say = (severity: "error" | "warning") =>
      checked.troubles.filter((one) => one.severity === severity).map((one) => complaint(one, props));
    this.#complaints = say("error");
    this.#district = district.district;
    this.#isObserved = district.mode === "observe";
    for (const warning of say("warning")) Annotations.of(this).addWarning(warning);
    Roll.of(this).enter({ construct: this, draft: checked.draft, complaints: this.#complaints });
    this.connections = this.#complaints.length > 0 ? new Map() : this.#connect(checked, props);
  }

  /**
   * The resource of one address; the district may be left out: `Otus`, `Edlink["north"]`.
   * Throws when the district has no such resource, and says why.
   */
  connection(address: string): Connection {
    const whole = parseRelativeAddress(this.#district as DistrictId, address);
    const found = whole === undefined ? undefined : this.connections.get(whole);
    if (found !== undefined) return found;
    if (this.#complaints.length > 0) {
      throw new Error(
        `${this.node.path} has no connections, because something is wrong:\n  ${this.#complaints.join("\n  ")}`,
      );
    }
    const why = this.#isObserved
      ? 'It is only observed (`mode: "observe"`), so that it has no resources.'
      : `It has ${[...this.connections.keys()].join(", ") || "none"}.`;
    throw new Error(`${this.node.path} has no connection "${address}". ${why}`);
  }

  #connect({ draft }: CheckedDistrict, options: DistrictOptions): ReadonlyMap<Address, Connection> {
    if (draft === undefined || this.#isObserved) return new Map();
    return new Map(
      draft.connections.map((connection) => {
        const { address } = connection;
        for (const key of unsaid(connection)) {
          Annotations.of(this).addWarning(
            `${address} has "${key}", which Terraform does not carry: it has no effect here.`,
          );
        }
        const parts = partsOf(address);
        const id = parts.name === undefined ? parts.vendor : `${parts.vendor}["${parts.name}"]`;
        const resource = new Connection(this, id, resourceArguments(draft, connection, options));
        resource.overrideLogicalId(logicalId(parts));
        return [address, resource];
      }),
    );
  }
}
