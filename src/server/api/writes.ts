import { type Address, type DistrictId, parseAddress, partsOf } from "../../model/address.ts";
import type { Probed, Statement } from "../../model/evidence.ts";
import type { ConnectionId, LiveConnection } from "../../model/live.ts";
import type { Instant } from "../../model/time.ts";
import type {
  At,
  OpenCommand,
  RestoreCommand,
  StoreWriter,
  TieCommand,
  UpdateCommand,
  Written,
} from "../../stores/store.ts";
import { ApiTrouble } from "./answers.ts";
import { requireReach } from "./attempt-log.ts";
import type { Operator } from "./operators.ts";
import type { SHAPES } from "./shapes.ts";
import { signedFindings, signedStatement } from "./statements.ts";

/** What one write stands on. */
export interface Writing {
  readonly store: StoreWriter;
  readonly operator: Operator;
  readonly now: Instant;
  /** A connection as the live system has it; `undefined` also for one that the operator may not reach. */
  readonly connection: (id: ConnectionId) => Promise<LiveConnection | undefined>;
}

type Write = keyof typeof SHAPES;
type First<F extends (command: never) => unknown> = Parameters<F>[0];

/** The commands by write, as their shapes have let them through. */
interface Commands {
  readonly open: OpenCommand;
  readonly tie: TieCommand;
  readonly restore: RestoreCommand;
  readonly "begin-delivery": First<StoreWriter["beginDelivery"]>;
  readonly "record-delivery": First<StoreWriter["recordDelivery"]>;
  readonly "record-receipt": First<StoreWriter["recordReceipt"]>;
  readonly "record-findings": At & { readonly probed: Probed };
  readonly "record-statement": At & { readonly statement: Statement };
  readonly update: UpdateCommand;
  readonly adopt: First<StoreWriter["adopt"]>;
  readonly rename: First<StoreWriter["rename"]>;
  readonly release: At;
  readonly "close-cutover": At;
  readonly abandon: First<StoreWriter["abandon"]>;
  readonly disable: First<StoreWriter["disable"]>;
}

type Run<W extends Write> = (writing: Writing, command: Commands[W]) => Promise<Written<unknown>>;

/** Each write of the port, once. */
export const WRITES: { readonly [W in Write]: Run<W> } = {
  open: reaching(
    ({ store }, command) => store.open(command),
    (command) => ({ connections: [command.from] }),
  ),
  tie: reaching(
    ({ store }, command) => store.tie(command),
    (command) => ({ connections: [command.from, command.to] }),
  ),
  restore: reaching(({ store }, command) => store.restore(command)),
  "begin-delivery": reaching<Commands["begin-delivery"]>(
    ({ store }, command) => store.beginDelivery(command),
    ofConnection,
  ),
  "record-delivery": reaching<Commands["record-delivery"]>(
    ({ store }, command) => store.recordDelivery(command),
    ofConnection,
  ),
  "record-receipt": reaching<Commands["record-receipt"]>(
    ({ store }, command) => store.recordReceipt(command),
    ofConnection,
  ),
  "record-findings": reaching(
    ({ store, operator, now }, command) =>
      store.recordFindings({ ...command, probed: signedFindings(command.probed, operator.name, now) }),
    (command) => ({ connections: [command.probed.about.connection] }),
  ),
  "record-statement": reaching(recordStatement, (command) => ({ connections: [command.statement.about.connection] })),
  update: reaching<Commands["update"]>(({ store }, command) => store.update(command), ofConnection),
  adopt: reaching<Commands["adopt"]>(({ store }, command) => store.adopt(command), ofConnection),
  rename: reaching(
    ({ store }, command) => store.rename(command),
    (command) => ({ addresses: [command.to] }),
  ),
  release: reaching(({ store }, command) => store.release(command)),
  "close-cutover": reaching(({ store }, command) => store.closeCutover(command)),
  abandon: reaching(({ store }, command) => store.abandon(command)),
  disable: reaching<Commands["disable"]>(({ store }, command) => store.disable(command), ofConnection),
};

/** What a command touches beside its own address. */
interface Touched {
  readonly addresses?: readonly Address[];
  readonly connections?: readonly (ConnectionId | undefined)[];
}

/** A write that first makes sure that every address it names lies in the operator's districts. */
function reaching<C extends At>(
  run: (writing: Writing, command: C) => Promise<Written<unknown>>,
  touches: (command: C) => Touched = () => ({}),
): (writing: Writing, command: C) => Promise<Written<unknown>> {
  return async (writing, command) => {
    const { addresses = [], connections = [] } = touches(command);
    for (const address of [command.address, ...addresses]) requireReach(writing.operator, districtOf(address));
    // Connections of other districts are answered as the store answers for those that exist nowhere: it looks at no district but
    // the address's. They are looked up so that the attempt is counted; who may reach every district makes none.
    if (writing.operator.districts !== "all")
      for (const id of connections) if (id !== undefined) await writing.connection(id);
    return await run(writing, command);
  };
}

function ofConnection(command: { readonly connection: ConnectionId }): Touched {
  return { connections: [command.connection] };
}

async function recordStatement(
  { store, operator, now, connection }: Writing,
  command: Commands["record-statement"],
): Promise<Written<unknown>> {
  const about = await connection(command.statement.about.connection);
  const statement = signedStatement(command.statement, about, { by: operator.name, now });
  return statement.kind === "refused" ? statement : await store.recordStatement({ ...command, statement });
}

function districtOf(text: string): DistrictId {
  const address = parseAddress(text);
  if (address === undefined)
    throw new ApiTrouble(400, "bad-request", "The command names something that is no address.");
  return partsOf(address).district;
}
