import { type Address, addressOf, type DistrictId } from "../../src/model/address.ts";
import type { Desired, DesiredConnection } from "../../src/model/desired.ts";
import { documents } from "../apply/documents.ts";
import type { Dice } from "./dice.ts";
import { PARTS } from "./parts.ts";

/** What the vendor of an address does once the fault is over. */
export type Later =
  /** Pastes what lies in the sink for it. */
  | "follows"
  /** Goes on with what it has. */
  | "stays"
  /** Goes back to what it had before it moved. */
  | "returns"
  /** Does nothing any more. */
  | "silent";

/** One address, or two that hang together, with its past and what the documents say now. */
export interface Part {
  readonly kind: string;
  /** Where it begins; a part about two addresses names the other one second. */
  readonly addresses: readonly Address[];
  /** What the documents said first; none where the address is new. */
  readonly before: readonly DesiredConnection[];
  /** What they said next, where a cut-over is open already. */
  readonly opened?: readonly DesiredConnection[];
  /** Whether the vendor took up the candidate of that cut-over. */
  readonly hasMoved?: boolean;
  /** Whether the vendor has fallen silent. */
  readonly isSilent?: boolean;
  /** Whether a person made the connection by hand, which the documents adopt now. */
  readonly isFound?: boolean;
  /** What the documents say when the fault strikes. */
  readonly after: readonly DesiredConnection[];
  /** Where the connection is in the end. */
  readonly home: Address;
  readonly later: Later;
}

/** A world about to be changed: several districts, each with addresses in all kinds of states. */
export interface Story {
  readonly parts: readonly Part[];
}

const DISTRICTS = ["springfield", "shelbyville", "ogdenville"] as const;
const VENDORS = ["Otus", "Canvas", "Bluebird"] as const;

/** A story that depends on the dice alone. */
export function storyFrom(dice: Dice): Story {
  const count = 2 + dice.below(DISTRICTS.length - 1);
  const parts = DISTRICTS.slice(0, count).flatMap((name) => {
    const vendors = VENDORS.slice(0, 1 + dice.below(VENDORS.length));
    return vendors.map((vendor) => dice.pick(PARTS)(addressOf(name as DistrictId, vendor), dice));
  });
  return { parts };
}

/** The documents of one moment. Client IDs of found connections are known only once they were made. */
export function documentsOf(
  story: Story,
  moment: "before" | "opened" | "after",
  found: ReadonlyMap<Address, string>,
): Desired {
  const lines = story.parts.flatMap((part) => (moment === "opened" ? (part.opened ?? part.before) : part[moment]));
  return documents(
    lines.map((line) => {
      const adopt = found.get(line.address);
      return adopt === undefined ? line : { ...line, adopt };
    }),
  );
}

/** The documents of some districts alone. */
export function ofDistricts(desired: Desired, districts: readonly DistrictId[]): Desired {
  return { ...desired, districts: desired.districts.filter(({ district }) => districts.includes(district)) };
}

/** Every address that a part ever speaks of. */
export function addressesOf(part: Part): readonly Address[] {
  return [...part.addresses, ...part.after.map(({ address }) => address)];
}
