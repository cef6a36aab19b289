import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { createStore, openReader, openRegistry, openWriter } from "../../src/drivers.ts";
import type { DistrictId } from "../../src/model/address.ts";
import { isActive } from "../../src/model/live.ts";
import { Secret } from "../../src/model/secret.ts";
import { dayOf } from "../../src/model/time.ts";
import type { OneRosterVersion } from "../../src/model/traits.ts";
import type { World } from "../../src/cli/world.ts";
import type { CampusSide } from "../../src/stores/campus-side.ts";
import type { StoreWriter } from "../../src/stores/store.ts";
import { openStage, type Shown, type Stage } from "./stage.ts";

/** What is typed at a question: it must hold the first text, or the story has gone wrong. */
export type Line = readonly [question: string, answer: string | (() => string | Promise<string>)];

/** Four values as they stand on the screen. */
export type Four = Readonly<Record<"clientId" | "clientSecret" | "tokenUrl" | "baseUrl", string>>;

/** A registry that people keep, and a reference campus that stands for their real Campus. */
export interface ByHandStage {
  readonly stage: Stage;
  /** Runs a command while a person answers these questions, all of them and in this order. */
  typing(args: readonly string[], lines: readonly Line[], more?: Partial<World>): Promise<Shown>;
  /** A person generates a connection in Campus and has its four values on the screen. */
  generate(version: OneRosterVersion, application?: string): Promise<Four>;
  /** Somebody writes down a connection that stands in Campus, and signs once more that nothing is missing. */
  report(version: OneRosterVersion, application: string, four: Four): Promise<void>;
  /** A person disables or enables a connection in Campus. */
  click(kind: "disable" | "enable", clientId: string): Promise<void>;
  /** Client IDs that give tokens in Campus. */
  active(): Promise<readonly string[]>;
  /** Who wrote what to the registry. */
  journal(): Promise<readonly string[]>;
  /** The same with the day and the address. */
  journalByDay(): Promise<readonly string[]>;
}

const SPRINGFIELD = "springfield" as DistrictId;

/** Documents with one vendor; nothing exists yet, and somebody signed so. */
export async function openByHandStage(given?: Stage): Promise<ByHandStage> {
  const stage = given ?? (await openStage());
  const { folder } = stage;
  const clock = { now: stage.now };
  const campus = { kind: "sqlite", path: join(folder, "campus.db"), keyFile: join(folder, "rosterform.key") } as const;
  const registry = { kind: "by-hand", path: join(folder, "kept.db"), keyFile: join(folder, "kept.key") } as const;
  await createStore(campus, { clock });
  await createStore(registry, { clock });
  const origin = await stage.openCampus();
  const site = { host: new URL(origin).host, app: "springfield", kind: "sandbox" } as const;
  await mkdir(join(folder, "districts"));
  await stage.write(
    "rosterform.yaml",
    "districts: districts/*.yaml\nstore: { kind: by-hand, path: ./kept.db, key: file:./kept.key }\ndeliver: { kind: file, folder: ./credentials }\n",
  );
  await stage.write(
    "districts/springfield.yaml",
    `district: springfield\nsite: { host: "${site.host}", app: springfield, kind: sandbox }\nvendors:\n  Otus: { version: 1.1, kind: supported }\n`,
  );
  const writer = await openRegistry(registry, { clock, by: "dana" });
  await writer.signInventory({ district: SPRINGFIELD, site, by: "dana", asOf: dayOf(clock.now()) });
  await writer.close();
  const atCampus = async <T>(work: (side: StoreWriter & CampusSide) => Promise<T>): Promise<T> => {
    const side = await openWriter(campus, { clock, by: "campus" });
    try {
      return await work(side);
    } finally {
      await side.close();
    }
  };
  const connections = (side: StoreWriter) =>
    all(side.read("all")).then((districts) => districts.flatMap((one) => one.connections));
  const entries = async () => {
    const reader = await openReader(registry, { clock });
    try {
      return await all(reader.journal());
    } finally {
      await reader.close();
    }
  };
  return {
    stage,
    async typing(args, lines, more = {}) {
      const left = [...lines];
      let talk = "";
      const answer = async (question: string): Promise<string> => {
        const next = left.shift();
        if (next === undefined || !question.includes(next[0])) {
          throw new Error(`asked "${question}", and the story has "${next?.[0] ?? "nothing"}"\n${talk}`);
        }
        return typeof next[1] === "string" ? next[1] : await next[1]();
      };
      const shown = await stage.rosterform(args, {
        canAsk: true,
        isTerminal: true,
        env: { ROSTERFORM_ACTOR: "dana" },
        ask: answer,
        askHidden: answer,
        stdout: (text) => void (talk += text),
        ...more,
      });
      if (left.length > 0)
        throw new Error(`never asked: ${left.map(([question]) => question).join(" | ")}\n${talk}${shown.stderr}`);
      return { ...shown, stdout: talk };
    },
    generate: (version, application = "Otus") =>
      atCampus(async (side) => {
        const make = makeOf(version);
        const made = await side.createByHand({ district: SPRINGFIELD, site, application, make, by: "dana" });
        const { clientId, clientSecret, tokenUrl, baseUrl } = await side.credentials(made.id);
        return { clientId, clientSecret: clientSecret.reveal(), tokenUrl, baseUrl };
      }),
    async report(version, application, { clientId, clientSecret, tokenUrl, baseUrl }) {
      const told = await openRegistry(registry, { clock, by: "dana" });
      const seen = { clientId, clientSecret: new Secret(clientSecret), tokenUrl, baseUrl, by: "dana" } as const;
      const make = makeOf(version);
      await told.reportFound({ district: SPRINGFIELD, site, application, make, status: "active", ...seen });
      await told.signInventory({ district: SPRINGFIELD, site, by: "dana", asOf: dayOf(clock.now()) });
      await told.close();
    },
    click: (kind, clientId) =>
      atCampus(async (side) => {
        const found = (await connections(side)).find((one) => one.clientId === clientId);
        if (found === undefined) throw new Error(`no ${clientId} in Campus`);
        await side.changeByHand({ connection: found.id, by: "dana", change: { kind } });
      }),
    active: () =>
      atCampus(async (side) =>
        (await connections(side))
          .flat()
          .filter(isActive)
          .map(({ clientId }) => clientId),
      ),
    journal: async () => (await entries()).map(({ by, what }) => `${by}: ${what}`),
    journalByDay: async () =>
      (await entries()).map(({ at, by, what, address }) => `${dayOf(at)}  ${by}: ${what}  ${address ?? ""}`.trimEnd()),
  };
}

function makeOf(version: OneRosterVersion) {
  return { kind: "supported", version, schools: "all", share: [] } as const;
}

async function all<T>(stream: AsyncIterable<T>): Promise<readonly T[]> {
  const found: T[] = [];
  for await (const one of stream) found.push(one);
  return found;
}
