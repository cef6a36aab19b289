import { openReader } from "../../drivers.ts";
import type { Address } from "../../model/address.ts";
import type { LiveDistrict } from "../../model/live.ts";
import type { Instant } from "../../model/time.ts";
import type { Traffic } from "../../model/traffic.ts";
import { wrap } from "../../views/layout.ts";
import {
  describeTraffic,
  type Role,
  TRAFFIC_COLUMNS,
  trafficCells,
  trafficJson,
  type Travelled,
} from "../../views/traffic.ts";
import { csvOf } from "../csv.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { type DocumentOptions, findAddress, openSession, type Session } from "../session.ts";
import type { World } from "../world.ts";

/** What the command line says. */
export interface TrafficOptions extends DocumentOptions {
  readonly address: string;
  readonly since?: Instant;
  readonly csv?: boolean;
}

/** What the consumer did with the connections of one address: what "used" rests on. Writes nothing. */
export async function traffic(options: TrafficOptions, world: World): Promise<ExitCode> {
  const session = await openSession(options, world);
  const named = session === undefined ? undefined : findAddress(options.address, session);
  if (session === undefined || named === undefined) return EXIT.failed;
  const { address, district } = named;
  const seen = await lookAtTraffic(session, { address, district: district.district, since: options.since });
  const { out } = session;
  if (seen === undefined) {
    out.text(wrap(UNSEEN, { width: out.width }).join("\n"));
    out.json({ type: "traffic", address, isObserved: false });
    return EXIT.done;
  }
  if (options.csv === true) {
    out.text(
      csvOf(
        seen.flatMap((one) => trafficCells(one, address)),
        TRAFFIC_COLUMNS,
      ),
    );
    return EXIT.done;
  }
  const since = options.since === undefined ? {} : { since: options.since };
  out.text(describeTraffic(seen, { address, width: out.width, ...since }));
  for (const one of seen) out.json({ type: "traffic", isObserved: true, ...trafficJson(one, address) });
  return EXIT.done;
}

const UNSEEN =
  "This store cannot see what a consumer does: people keep it, or no campus has served it yet. That is not the same as " +
  "no use. Ask the vendor, look at its own sync log, and record what they say with `rosterform confirm ADDRESS --attest`.";

/** The connections of an address with their usage logs; `undefined` where the store cannot see use. */
async function lookAtTraffic(
  { project, world }: Session,
  {
    address,
    district,
    since,
  }: Pick<LiveDistrict, "district"> & { readonly address: Address; readonly since: Instant | undefined },
): Promise<readonly Travelled[] | undefined> {
  const reader = await openReader(project.settings.store, { clock: world.clock });
  try {
    const seen: Travelled[] = [];
    for await (const live of reader.read([district], world.signal)) {
      if (!live.observesUse) return undefined;
      for (const { role, connection } of connectionsOf(live, address)) {
        const lines: Traffic[] = [];
        for await (const line of reader.traffic(connection.id, since)) lines.push(line);
        seen.push({ role, connection, lines });
      }
    }
    return seen;
  } finally {
    await reader.close();
  }
}

/** Each connection that the address has or had a moment ago, once; a cut-over may take over another address's. */
function connectionsOf(live: LiveDistrict, address: Address): readonly Pick<Travelled, "role" | "connection">[] {
  const slot = live.slots.find((one) => one.address === address);
  const ids: readonly (readonly [Role, string | undefined])[] = [
    ["in use", slot?.current],
    ["candidate", slot?.cutover?.to],
    ["to be replaced", slot?.cutover?.from],
    ["previous", slot?.previous],
  ];
  const seen = new Set<string>();
  return ids.flatMap(([role, id]) => {
    const connection = live.connections.find((one) => one.id === id);
    if (connection === undefined || seen.has(connection.id)) return [];
    seen.add(connection.id);
    return [{ role, connection }];
  });
}
