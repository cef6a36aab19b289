import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import { createHttpLadder, type HttpLadderSettings } from "../../src/confirm/http-ladder.ts";
import type { Question } from "../../src/confirm/ladder.ts";
import type { DistrictId } from "../../src/model/address.ts";
import type { Finding, Rung } from "../../src/model/evidence.ts";
import type { ConnectionId, LiveConnection } from "../../src/model/live.ts";
import { Secret } from "../../src/model/secret.ts";
import type { Instant } from "../../src/model/time.ts";

/** One request as the site saw it. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** What the site answers; `drop` cuts the line, `hang` never answers. */
export type Script =
  | {
      readonly status?: number;
      readonly headers?: Record<string, string>;
      readonly json?: unknown;
      readonly text?: string;
    }
  | "drop"
  | "hang";

/** How the site behaves: by collection name, or `token`; what is missing behaves well. */
export type Behaviour = Readonly<Record<string, Script | ((asked: Asked, times: number) => Script)>>;

export interface Site {
  readonly origin: string;
  readonly asked: Asked[];
}

/** A real HTTP server on loopback that behaves well except where the test says otherwise. */
export async function openSite(behaviour: Behaviour = {}): Promise<Site> {
  const asked: Asked[] = [];
  const times = new Map<string, number>();
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const url = new URL(request.url ?? "/", "http://site");
      const one: Asked = {
        method: request.method ?? "",
        path: url.pathname,
        query: url.searchParams,
        headers: request.headers,
        body: Buffer.concat(parts).toString("utf8"),
      };
      asked.push(one);
      const name = url.pathname.split("/").at(-1) ?? "";
      times.set(name, (times.get(name) ?? 0) + 1);
      const rule = behaviour[name] ?? WELL[name] ?? { status: 404 };
      const script = typeof rule === "function" ? rule(one, times.get(name) ?? 0) : rule;
      if (script === "hang") return;
      if (script === "drop") {
        request.socket.destroy();
        return;
      }
      const text = script.json === undefined ? (script.text ?? "") : JSON.stringify(script.json);
      response.writeHead(script.status ?? 200, {
        "content-type": script.json === undefined ? "text/html" : "application/json",
        ...script.headers,
      });
      response.end(text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

/** A collection answer with its total. */
export function listOf(wrapper: string, objects: readonly unknown[], total: number = objects.length): Script {
  return { json: { [wrapper]: objects }, headers: { "x-total-count": String(total) } };
}

/** Schools by name. */
export function schoolsOf(...names: string[]): Script {
  return listOf(
    "orgs",
    names.map((name, index) => ({ sourcedId: String(index), name, type: "school" })),
  );
}

const WELL: Behaviour = {
  token: { json: { access_token: "t0ken", token_type: "Bearer", expires_in: 3600 } },
  orgs: listOf("orgs", [{ sourcedId: "d" }], 3),
  schools: schoolsOf("Lincoln", "Roosevelt"),
  academicSessions: listOf("academicSessions", [{ startDate: "2026-08-10", endDate: "2027-06-10" }]),
  classes: listOf("classes", [{}], 40),
  users: listOf("users", [{}], 500),
  enrollments: listOf("enrollments", [{}], 2000),
  demographics: listOf("demographics", [{}], 450),
};

export const NOW = "2026-10-05T08:00:00.000Z" as Instant;
export const SECRET = "s3cret/with:odd+chars %";

/** A connection in the live system, 1.2 and all schools unless the test says otherwise. */
export function connectionWith(changes: Partial<LiveConnection> = {}): LiveConnection {
  return {
    id: "c-new" as ConnectionId,
    district: "springfield" as DistrictId,
    application: "Otus",
    clientId: "client-new",
    tokenUrl: "https://unused.example.org/token",
    baseUrl: "https://unused.example.org",
    fingerprint: "0123456789abcdef",
    status: { kind: "active" },
    provenance: "generated",
    kind: "supported",
    version: "1.2",
    rotate: 0,
    schools: "all",
    share: [],
    createdAt: "2026-10-01T00:00:00.000Z" as Instant,
    epoch: 2,
    epochAt: "2026-10-02T12:00:00.000Z" as Instant,
    use: { kind: "unobservable" },
    evidence: [],
    ...changes,
  };
}

/** The question about a connection of that site. */
export function questionOf(site: Site, changes: Partial<LiveConnection> = {}): Question {
  return {
    connection: connectionWith(changes),
    credentials: {
      clientId: "client-new",
      clientSecret: new Secret(SECRET),
      tokenUrl: `${site.origin}/campus/oauth2/token?appName=springfield`,
      baseUrl: `${site.origin}/campus/api/oneroster/v1p2/springfield/ims/oneroster`,
    },
    now: NOW,
  };
}

/** What the ladder sees, with waits written down instead of waited for. */
export async function climb(
  question: Question,
  settings: Partial<HttpLadderSettings> = {},
  signal?: AbortSignal,
): Promise<{ readonly findings: readonly Finding[]; readonly waits: readonly number[] }> {
  const waits: number[] = [];
  const ladder = createHttpLadder({
    deadlineMs: 60_000,
    readDemographics: false,
    tolerance: 0.1,
    random: () => 0.5,
    sleep: async (ms) => {
      waits.push(ms);
    },
    ...settings,
  });
  return { findings: await ladder.climb(question, signal), waits };
}

/** One rung's finding of a climb. */
export function findingOf(findings: readonly Finding[], rung: Rung): Finding {
  const finding = findings.find((candidate) => candidate.rung === rung);
  if (finding === undefined) throw new Error(`no finding for ${rung}`);
  return finding;
}

/** `rung: verdict code` for each, which is what most tests compare. */
export function shortly(findings: readonly Finding[]): readonly string[] {
  return findings.map(({ rung, verdict, code }) => `${rung}: ${verdict} ${code}`);
}
