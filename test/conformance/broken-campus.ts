import { createServer, type IncomingHttpHeaders } from "node:http";
import { onTestFinished } from "vitest";
import { aboutOf, connectionOf, slotOf } from "../../src/conformance/acts.ts";
import { type Address, partsOf } from "../../src/model/address.ts";
import type { CampusSide } from "../../src/stores/campus-side.ts";
import { createMemoryStore, type MemoryStore } from "../../src/stores/memory.ts";
import type { At, StoreWriter, Written } from "../../src/stores/store.ts";
import type { CLOCK, Stock } from "./stage.ts";

type Whole = StoreWriter & CampusSide;

/** A store in memory in which one thing is otherwise. */
function brokenStock(breaking: (store: MemoryStore, whose: Whole) => Partial<Whole>) {
  return (clock: typeof CLOCK): Stock => {
    const store = createMemoryStore({ clock, by: "campus" });
    const broken = (whose: MemoryStore): Whole => ({ ...whose, ...breaking(store, whose) });
    return { store: broken(store), as: (name) => broken(store.signedBy(name)) };
  };
}

const BY = { by: "campus" } as const;

/** Mints again for a generation that is open already. */
export const mintsTwice = brokenStock((store, writer) => ({
  open: async (command) => {
    const { district } = partsOf(command.address);
    const slot = await slotOf(store, command.address);
    if (slot?.cutover?.generation !== command.generation) return await writer.open(command);
    const { site, application, make } = command;
    const value = await store.createByHand({ ...BY, district, site, application, make });
    return { kind: "done", value, revision: slot.revision };
  },
}));

/** Takes every write as if it had been planned right now. */
export const ignoresRevisions = brokenStock((store, writer) => {
  const fresh = async <C extends At>(command: C): Promise<C> => ({
    ...command,
    revision: (await slotOf(store, command.address))?.revision ?? 0,
  });
  return {
    open: async (command) => writer.open(await fresh(command)),
    tie: async (command) => writer.tie(await fresh(command)),
    restore: async (command) => writer.restore(await fresh(command)),
    update: async (command) => writer.update(await fresh(command)),
    adopt: async (command) => writer.adopt(await fresh(command)),
    rename: async (command) => writer.rename(await fresh(command)),
    release: async (command) => writer.release(await fresh(command)),
    closeCutover: async (command) => writer.closeCutover(await fresh(command)),
    abandon: async (command) => writer.abandon(await fresh(command)),
    disable: async (command) => writer.disable(await fresh(command)),
  };
});

/** Says of itself whatever is missing, then closes. */
export const closesWithoutEvidence = brokenStock((store, writer) => ({
  closeCutover: async (at) => {
    const to = (await slotOf(store, at.address))?.cutover?.to;
    if (to === undefined) return await writer.closeCutover(at);
    const { district } = partsOf(at.address);
    const live = await connectionOf({ writer: store, district }, to);
    const about = aboutOf(live);
    const finding = { rung: "token", verdict: "confirmed", code: "ok", says: "Yes." } as const;
    const probed = { kind: "probed", about, at: live.epochAt, ...BY, findings: [finding] } as const;
    const found = await writer.recordFindings({ ...at, probed });
    if (found.kind !== "done") return await writer.closeCutover(at);
    const statement = { kind: "attested", about, at: live.epochAt, ...BY, reason: "Yes." } as const;
    const said = await writer.recordStatement({ ...at, revision: found.revision, statement });
    return await writer.closeCutover(said.kind === "done" ? { ...at, revision: said.revision } : at);
  },
}));

/** Disables the connection to be replaced as soon as its successor is generated. */
export const disablesAtOpen = brokenStock((store, writer) => ({
  open: async (command) => {
    const opened = await writer.open(command);
    if (opened.kind !== "done" || command.from === undefined) return opened;
    await store.changeByHand({ ...BY, connection: command.from, change: { kind: "disable" } });
    return await withRevision(store, command.address, opened);
  },
}));

async function withRevision<T>(store: MemoryStore, address: Address, written: Written<T>): Promise<Written<T>> {
  const revision = (await slotOf(store, address))?.revision ?? 0;
  return written.kind === "done" ? { ...written, revision } : written;
}

/** Remembers nothing of what was done. */
export const forgetsJournal = brokenStock(() => ({ journal: async function* () {} }));

/** Lists every connection together with its secret. */
export const showsSecrets = brokenStock((store) => ({
  read: async function* (districts, signal) {
    for await (const live of store.read(districts, signal)) {
      const secrets: string[] = [];
      for (const { id } of live.connections) secrets.push((await store.credentials(id)).clientSecret.reveal());
      yield { ...live, secrets };
    }
  },
}));

/** Writes everything in the campus's own name. */
export const forgetsWho = (clock: typeof CLOCK): Stock => {
  const store = createMemoryStore({ clock, by: "campus" });
  return { store, as: () => store };
};

/** What passes between a client and a campus. */
export interface Passing {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Changes {
  /** Another request in place of the one that was sent; nothing: it is never answered. */
  readonly asking?: (asked: Passing) => Promise<Partial<Passing> | undefined> | Partial<Passing> | undefined;
  /** Headers in place of those that were answered. */
  readonly headersOut?: (asked: Passing) => Readonly<Record<string, string>>;
  /** Another body in place of the one that was answered. */
  readonly answering?: (asked: Passing, status: number, text: string) => string;
}

/** A server before a campus that passes everything on, but for one thing. */
export async function openBetween(origin: string, { asking, answering, headersOut }: Changes): Promise<string> {
  const server = createServer((request, response) => {
    const pass = async () => {
      const parts: Uint8Array[] = [];
      for await (const part of request) parts.push(part as Uint8Array);
      const { method = "GET", url: path = "/", headers } = request;
      const asked = { method, path, headers, body: Buffer.concat(parts).toString("utf8") };
      const changed = asking === undefined ? {} : await asking(asked);
      if (changed === undefined) return;
      const sent = { ...asked, ...changed };
      const { host: _, connection: __, "content-length": ___, "transfer-encoding": ____, ...rest } = sent.headers;
      const reply = await fetch(`${origin}${sent.path}`, {
        method,
        headers: rest as Record<string, string>,
        ...(method === "GET" ? {} : { body: sent.body }),
      });
      const text = await reply.text();
      const kept = [...reply.headers].filter(([name]) => !/^(content-length|transfer-encoding|connection)$/.test(name));
      response.writeHead(reply.status, { ...Object.fromEntries(kept), ...headersOut?.(sent) });
      response.end(answering === undefined ? text : answering(sent, reply.status, text));
    };
    pass().catch(() => request.socket.destroy());
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
}
