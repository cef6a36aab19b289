import { OutsideError } from "../../diagnostics/outside-error.ts";
import type { ConnectionId, LiveConnection } from "../../model/live.ts";
import { type Instant, parseInstant } from "../../model/time.ts";
import type { TrafficReader } from "../../stores/campus-side.ts";
import { type HttpPlace, openHttpReader } from "../../stores/http.ts";
import { type Line, openLine } from "../../stores/http/line.ts";
import { objectOf } from "../../stores/http/lists.ts";
import { badAnswer } from "../../stores/http/trouble.ts";
import type { LiveSystem } from "../world.ts";

/** The optional rehearsal part of the API: people, consumers and time are played over the wire. */
export interface Rehearsed extends LiveSystem {
  /** Moves the server's clock on and answers what it says then. */
  pass(ms: number): Promise<Instant>;
  close(): Promise<void>;
}

/** What the server's clock says where it rehearses; `undefined` where it does not offer that. */
export async function rehearsalClock(place: HttpPlace): Promise<Instant | undefined> {
  const line = openLine(place);
  try {
    const { status, body } = await line.ask({ path: "/rehearsal", repeatable: true });
    const { now } = await objectOf(line, body);
    return status === 200 ? momentIn(line, now) : undefined;
  } finally {
    await line.close();
  }
}

/** Opens the rehearsal part of a server that offers it. */
export async function openRehearsal(place: HttpPlace): Promise<Rehearsed> {
  const [line, log] = [openLine(place), await openHttpReader(place)];
  const play = async (path: string, body: unknown) => {
    const { status, body: answer } = await line.ask({ path: `/rehearsal/${path}`, body, repeatable: false });
    const outcome = await objectOf(line, answer);
    if (status === 200) return outcome;
    throw status === 404 ? notThere(outcome) : refused(outcome);
  };
  const handed = async (path: string, body: unknown) => {
    const { value } = await play(path, body);
    if (!isConnection(value)) throw badAnswer(line.site, `its answer to ${path} holds no connection`);
    return value;
  };
  return {
    pass: async (ms) => momentIn(line, (await play("pass", { ms }))["now"]),
    recordTraffic: async (traffic) => void (await play("traffic", traffic)),
    createByHand: (command) => handed("create", command),
    changeByHand: (command) => handed("change", command),
    traffic: (connection: ConnectionId, since?: Instant): ReturnType<TrafficReader["traffic"]> =>
      log.traffic(connection, since),
    close: async () => {
      await Promise.all([line.close(), log.close()]);
    },
  };
}

function momentIn(line: Line, text: unknown): Instant {
  const moment = typeof text === "string" ? parseInstant(text) : undefined;
  if (moment === undefined) throw badAnswer(line.site, "it rehearses, and does not say what its clock says");
  return moment;
}

function isConnection(value: unknown): value is LiveConnection {
  return typeof value === "object" && value !== null && typeof Reflect.get(value, "id") === "string";
}

function notThere(outcome: object): OutsideError {
  return new OutsideError("stores/no-such-connection", `the rehearsal knows no such connection: ${said(outcome)}`);
}

function refused(outcome: object): OutsideError {
  return new OutsideError("stores/refused", `the rehearsal refused it: ${said(outcome)}`);
}

function said(outcome: object): string {
  return JSON.stringify(outcome).slice(0, 200);
}
