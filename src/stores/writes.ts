import { type Address, type DistrictId, partsOf } from "../model/address.ts";
import type { ConnectionId } from "../model/live.ts";
import { invariant } from "../diagnostics/invariant.ts";
import { OutsideError } from "../diagnostics/outside-error.ts";
import type { CampusSide } from "./campus-side.ts";
import { freshFrom, type Mint } from "./minting.ts";
import { ruleAdopt, ruleDisable, ruleRelease, ruleRename, ruleUpdate } from "./rules/addresses.ts";
import { ruleAbandon, ruleClose, ruleOpen, ruleTie } from "./rules/cutovers.ts";
import { noSuchConnection, ruleChangeByHand, ruleCreateByHand } from "./rules/hands.ts";
import {
  ruleBeginDelivery,
  ruleRecordDelivery,
  ruleRecordFindings,
  ruleRecordReceipt,
  ruleRecordStatement,
} from "./rules/proof.ts";
import { ruleRestore } from "./rules/restoring.ts";
import type { Ruling, Scene, Scope } from "./rules/scene.ts";
import type { At, StoreReader, StoreWriter, Written } from "./store.ts";

/**
 * The part of a driver that differs: load what the scope names, run the rule, save what it says, all in one transaction that
 * excludes every other write to the district.
 */
export interface Engine {
  /** `doing` says for people what is written about the address or district, such as `closing`. */
  readonly transact: <T>(doing: string, scope: Scope, rule: (scene: Scene) => Ruling<T>) => Promise<Written<T>>;
  /** The district of a connection, which never changes. */
  readonly districtOf: (connection: ConnectionId) => Promise<DistrictId | undefined>;
  readonly mint: Mint;
}

/** Every write of the port, the same for every driver. */
export type Writes = Omit<StoreWriter, keyof StoreReader | "credentials"> &
  Pick<CampusSide, "createByHand" | "changeByHand">;

/** Turns the calls of the port into rules run by the engine. */
export function createWrites(engine: Engine): Writes {
  const { transact } = engine;
  return {
    open: (command) => {
      const fresh = freshFrom(engine.mint);
      return transact("opening", scopeOf(command, command.from), (scene) => ruleOpen(scene, command, fresh));
    },
    tie: (command) => transact("tying", scopeOf(command, command.from, command.to), (scene) => ruleTie(scene, command)),
    // The previous connection is named by the slot and not by the command; a district's scene holds what its slots name.
    restore: (command) => transact("bringing back", scopeOf(command), (scene) => ruleRestore(scene, command)),
    beginDelivery: (at) =>
      transact("beginning the delivery of", scopeOf(at, at.connection), (scene) => ruleBeginDelivery(scene, at)),
    recordDelivery: (at) =>
      transact("noting the delivery of", scopeOf(at, at.connection), (scene) => ruleRecordDelivery(scene, at)),
    recordReceipt: (at) =>
      transact("noting the receipt of", scopeOf(at, at.connection), (scene) => ruleRecordReceipt(scene, at)),
    recordFindings: (at) =>
      transact("noting findings about", scopeOf(at, at.probed.about.connection), (scene) =>
        ruleRecordFindings(scene, at),
      ),
    recordStatement: (at) =>
      transact("noting a statement about", scopeOf(at, at.statement.about.connection), (scene) =>
        ruleRecordStatement(scene, at),
      ),
    update: (command) =>
      transact("updating", scopeOf(command, command.connection), (scene) => ruleUpdate(scene, command)),
    adopt: (command) =>
      transact("adopting", scopeOf(command, command.connection), (scene) => ruleAdopt(scene, command)),
    rename: async (command) => {
      if (districtOf(command.to) !== districtOf(command.address)) {
        return { kind: "refused", why: `${command.to} is in another district than ${command.address}` };
      }
      const scope = scopeOf(command);
      return await transact("renaming", { ...scope, addresses: [...scope.addresses, command.to] }, (scene) =>
        ruleRename(scene, command),
      );
    },
    release: (at) => transact("releasing", scopeOf(at), (scene) => ruleRelease(scene, at)),
    closeCutover: (at) => transact("closing", scopeOf(at), (scene) => ruleClose(scene, at)),
    abandon: (at) => transact("abandoning", scopeOf(at), (scene) => ruleAbandon(scene, at)),
    disable: (command) =>
      transact("disabling", scopeOf(command, command.connection), (scene) => ruleDisable(scene, command)),
    createByHand: async (command) => {
      const fresh = freshFrom(engine.mint);
      const scope = { district: command.district, addresses: [], connections: [] };
      return handed(await transact("noting a hand in", scope, (scene) => ruleCreateByHand(scene, command, fresh)));
    },
    changeByHand: async (command) => {
      const district = await engine.districtOf(command.connection);
      if (district === undefined) throw unknownConnection(command.connection);
      const scope = { district, addresses: [], connections: [command.connection] };
      return handed(await transact("noting a hand in", scope, (scene) => ruleChangeByHand(scene, command)));
    },
  };
}

/** Thrown where a connection is asked for that the store does not hold. */
export function unknownConnection(id: ConnectionId): OutsideError {
  return new OutsideError("stores/no-such-connection", noSuchConnection(id), {
    fix: "Run `rosterform status` to see the connections of the store.",
  });
}

/** What a write about an address looks at. */
export function scopeOf({ address }: At, ...connections: readonly (ConnectionId | undefined)[]): Scope {
  return {
    district: districtOf(address),
    addresses: [address],
    connections: connections.filter((id) => id !== undefined),
  };
}

function districtOf(address: Address): DistrictId {
  const { district } = partsOf(address);
  invariant(district !== "", `${address} is no address`);
  return district;
}

/** A hand in the live system gets an answer or an error; there is no plan that could be stale. */
export function handed<T>(written: Written<T>): T {
  if (written.kind === "done") return written.value;
  throw new OutsideError(
    "stores/refused",
    written.kind === "refused" ? written.why : "the store did not make the change",
    { fix: "Look at the district with `rosterform status` and choose another change." },
  );
}
