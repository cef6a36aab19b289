import { createHash, timingSafeEqual } from "node:crypto";
import type { DistrictId } from "../../model/address.ts";
import type { Secret } from "../../model/secret.ts";

/** Somebody who may speak to the connection-store API. */
export interface Operator {
  /** In whose name everything is journaled and said. */
  readonly name: string;
  readonly token: Secret;
  readonly districts: readonly DistrictId[] | "all";
  /** `write` includes `read`, and the right to fetch credentials. */
  readonly access: "read" | "write";
}

/** The operator whose token this is. Every token is compared, each in constant time, so that time tells nothing. */
export function operatorWith(operators: readonly Operator[], authorization: string | undefined): Operator | undefined {
  const given = digestOf(/^Bearer +(\S+)$/i.exec(authorization ?? "")?.[1] ?? "");
  const matching = operators.filter(({ token }) => {
    const known = token.reveal();
    return timingSafeEqual(digestOf(known), given) && known !== "";
  });
  return matching[0];
}

/** Whether the operator may see, and with `write` access change, this district. */
export function mayReach(operator: Operator, district: DistrictId): boolean {
  return operator.districts === "all" || operator.districts.includes(district);
}

function digestOf(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
