import { openRehearsal, type Rehearsed } from "../../src/conformance/over-http/rehearsal.ts";
import { openWire } from "../../src/conformance/over-http/wire.ts";
import type { WireWorld } from "../../src/conformance/wire/wire-world.ts";
import type { LiveSystem } from "../../src/conformance/world.ts";
import type { DistrictId } from "../../src/model/address.ts";
import { Secret } from "../../src/model/secret.ts";
import { digestOfToken, type Operator } from "../../src/server/api/operators.ts";
import { createCampus } from "../../src/server/campus.ts";
import { type HttpPlace, openHttpReader, openHttpWriter } from "../../src/stores/http.ts";
import type { StoreReader, StoreWriter } from "../../src/stores/store.ts";
import { NAMES, type TestStore, type World } from "./world.ts";

/** A world behind the connection-store API of a campus, and the API itself. */
export interface HttpWorld extends World, Pick<WireWorld, "wire"> {
  readonly place: HttpPlace;
  /** The world that the campus stands on. */
  readonly behind: World;
  /** Where the token of an operator opens the store; an operator who is not known yet becomes known. */
  as(name: string, rights?: Pick<Operator, "districts" | "access">): HttpPlace;
  reopen(): Promise<HttpWorld>;
}

const ELSEWHERE = "elsewhere" as DistrictId;

/** What passes on the lines of a world, and whether people and consumers are played over the wire as well. */
interface OverTheWire {
  readonly watch?: HttpPlace["watch"];
  readonly rehearses?: boolean;
}

/** Opens a campus over a world, on loopback, and the store through its API. */
export async function openHttpWorld(behind: World, options: OverTheWire = {}): Promise<HttpWorld> {
  const operators: Operator[] = [];
  const campusSide = await behind.signedBy("campus");
  const campus = createCampus({
    store: campusSide,
    clock: behind.clock,
    operators,
    storeAs: (name) => behind.signedBy(name),
    ...(options.rehearses === true ? { rehearsal: behind.clock } : {}),
  });
  const address = await campus.listen();
  await campusSide.setOrigin("http://127.0.0.1:8642");
  const opened: Pick<StoreReader, "close">[] = [];
  const keep = <T extends Pick<StoreReader, "close">>(store: T): T => {
    opened.push(store);
    return store;
  };
  const as: HttpWorld["as"] = (name, rights = { districts: "all", access: "write" }) => {
    const token = new Secret(`token-of-${encodeURIComponent(name)}-${rights.access}-0123456789`);
    const tokens = [digestOfToken(token)];
    if (!operators.some((known) => known.tokens.includes(tokens[0] ?? ""))) operators.push({ name, tokens, ...rights });
    const { watch } = options;
    return { address, token, patience: { firstWaitMs: 5 }, ...(watch === undefined ? {} : { watch }) };
  };
  const open = async (by: string): Promise<TestStore> => withCampusSide(keep(await openHttpWriter(as(by))), campusSide);
  const writer = await open("dana");
  const hands = options.rehearses === true ? keep(await openRehearsal(as("dana"))) : undefined;
  const reader = as("rita", { districts: "all", access: "read" });
  const outsider = as("olga", { districts: [ELSEWHERE], access: "write" });
  const wire = keep(openWire({ main: as("dana"), reader, outsider }));
  const close = async () => {
    for (const store of opened.splice(0)) await store.close();
    await campus.close();
  };
  return {
    ...NAMES,
    works: (credentials) => behind.works(credentials),
    clock: behind.clock,
    behind,
    place: as("dana"),
    as,
    writer,
    campus: hands === undefined ? campusSide : { ...campusSide, ...handsOf(hands) },
    wire,
    signedBy: open,
    reader: async () => keep(await openHttpReader(reader)),
    reopen: async () => {
      await close();
      return await openHttpWorld(await behind.reopen(), options);
    },
    end: async () => {
      await close();
      await behind.end();
    },
  };
}

/** People and consumers, played over the wire. */
function handsOf({ createByHand, changeByHand, recordTraffic, traffic }: Rehearsed): LiveSystem {
  return { createByHand, changeByHand, recordTraffic, traffic };
}

/** What people and consumers do is done in the live system itself; all else goes over the wire. */
function withCampusSide(overTheWire: StoreWriter, campus: TestStore): TestStore {
  return { ...campus, ...overTheWire, traffic: (connection, since) => campus.traffic(connection, since) };
}
