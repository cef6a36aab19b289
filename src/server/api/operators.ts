import { hash, timingSafeEqual } from "node:crypto";
import type { DistrictId } from "../../model/address.ts";
import type { Secret } from "../../model/secret.ts";

/** Somebody who may speak to the connection-store API. */
export interface Operator {
  /** In whose name everything is journaled and said. */
  readonly name: string;
  /** Digests of the tokens that are theirs (`digestOfToken`); two while one takes the place of the other. */
  readonly tokens: readonly string[];
  readonly districts: readonly DistrictId[] | "all";
  /** `write` includes `read`, and the right to fetch credentials. */
  readonly access: "read" | "write";
}

/** The operator whose token this is. Every token is compared, each in constant time, so that time tells nothing. */
export function operatorWith(operators: readonly Operator[], authorization: string | undefined): Operator | undefined {
  const token = /^Bearer +(\S+)$/i.exec(authorization ?? "")?.[1] ?? "";
  const given = Buffer.from(digestOf(token));
  const matching = operators.filter(
    ({ tokens }) => tokens.filter((known) => timingSafeEqual(Buffer.from(known), given)).length > 0,
  );
  return token === "" ? undefined : matching[0];
}

/** Whether the operator may see, and with `write` access change, this district. */
export function mayReach(operator: Operator, district: DistrictId): boolean {
  return operator.districts === "all" || operator.districts.includes(district);
}

/** SHA-256 of a token, in hexadecimal: what is kept of it. Tokens are long and random, so that nobody finds one by trying. */
export function digestOfToken(token: Secret): string {
  return digestOf(token.reveal());
}

function digestOf(text: string): string {
  return hash("sha256", text, "hex");
}
