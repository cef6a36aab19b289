import type { DistrictId } from "../../model/address.ts";
import { type HttpPlace, openHttpReader, openHttpWriter } from "../../stores/http.ts";
import type { StoreReader } from "../../stores/store.ts";
import { NotTried, type LiveSystem, type StoryClock } from "../world.ts";
import type { WireWorld } from "../wire/wire-world.ts";
import type { Recorder } from "./exchanges.ts";
import { openRehearsal, type Rehearsed } from "./rehearsal.ts";
import { type ServerClock, SLACK_MS } from "./server-clock.ts";
import { asksForToken } from "./tokens.ts";
import { openWire, type Speakers } from "./wire.ts";

/** A server under test, and who speaks to it. */
export interface Server {
  readonly speakers: Speakers & { readonly second?: HttpPlace | undefined };
  readonly clock: ServerClock;
  /** The name of the main token's operator. */
  readonly me: string;
  /** The name of the second token's. */
  readonly other?: string | undefined;
  readonly rehearses: boolean;
  /** How many districts are many here. */
  readonly many: number;
}

/** The world of one story on a server, with districts of its own. */
export interface ServerWorld extends WireWorld {
  close(): Promise<void>;
}

/** Opens a world; everything that it says and hears passes `recorder`. */
export async function openServerWorld(
  server: Server,
  district: DistrictId,
  recorder: Pick<Recorder, "watch">,
): Promise<ServerWorld> {
  const { speakers, me, many } = server;
  const witness = server.other ?? me;
  const watched = (place: HttpPlace): HttpPlace => ({ ...place, watch: recorder.watch });
  const main = watched(speakers.main);
  const second = speakers.second === undefined ? main : watched(speakers.second);
  const opened: Pick<StoreReader, "close">[] = [];
  const keep = <T extends Pick<StoreReader, "close">>(one: T): T => {
    opened.push(one);
    return one;
  };
  const wire = keep(openWire({ ...speakers, main }));
  try {
    const rehearsed = server.rehearses ? keep(await openRehearsal(main)) : undefined;
    const open = async (): Promise<ServerWorld> => ({
      wire,
      writer: keep(await openHttpWriter(main)),
      campus: rehearsed ?? nobodyPlays(keep(await openHttpReader(main))),
      clock: storyClock(server.clock, rehearsed),
      district,
      me,
      witness,
      many,
      works: asksForToken,
      signedBy: async (by) => keep(await openHttpWriter(by === me ? main : second)),
      reader: async () => keep(await openHttpReader(speakers.reader === undefined ? main : watched(speakers.reader))),
      reopen: open,
      close,
    });
    const close = async () => {
      for (const one of opened.splice(0)) await one.close();
    };
    return await open();
  } catch (error) {
    for (const one of opened.splice(0)) await one.close();
    throw error;
  }
}

/** Where the server does not rehearse, nobody plays; its log of requests can be read all the same. */
function nobodyPlays(log: Pick<LiveSystem, "traffic">): LiveSystem {
  const missing = async (): Promise<never> => {
    throw new NotTried("the server does not rehearse");
  };
  return {
    createByHand: missing,
    changeByHand: missing,
    recordTraffic: missing,
    traffic: (connection, since) => log.traffic(connection, since),
  };
}

function storyClock(clock: ServerClock, rehearsed: Rehearsed | undefined): StoryClock {
  return {
    slackMs: SLACK_MS,
    now: () => clock.now(),
    pass: async (ms) => {
      if (rehearsed === undefined) throw new NotTried("the server does not rehearse");
      clock.told(await rehearsed.pass(ms));
    },
  };
}
