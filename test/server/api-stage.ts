import { addressOf } from "../../src/model/address.ts";
import { DAY_MS } from "../../src/model/time.ts";
import { type Connected, type Got, openStage, operator, send, SHELBYVILLE, SPRINGFIELD, type Stage } from "./stage.ts";

export const DANA = operator("dana", { districts: [SPRINGFIELD], access: "write" });
export const RITA = operator("rita", { districts: [SPRINGFIELD], access: "read" });
export const ROOT = operator("root", { districts: "all", access: "write" });
export const OTUS = addressOf(SPRINGFIELD, "Otus");
export const ELSEWHERE = addressOf(SHELBYVILLE, "Otus");

export const opening = (address = OTUS, app = "springfield-app") => ({
  address,
  revision: 0,
  site: { host: "cloud.example.org", app, kind: "production" },
  generation: 1,
  application: "Otus",
  make: { kind: "other", version: "1.2", schools: "all", share: [], rotate: 0 },
  requires: { clauses: ["probed"], quietMs: DAY_MS },
});

/** A campus with its connection-store API, and the ways to ask it. */
export async function openApi(): Promise<Stage & { post: typeof post; get: typeof get }> {
  const stage = await openStage({ operators: [DANA, RITA, ROOT] });
  const at = (path: string) => `${stage.origin}/api/v1${path}`;
  const post = (path: string, command: unknown, who = DANA, type = "application/json"): Promise<Got> => {
    const { revision = 0, ...rest } = Object(command);
    const body = typeof command === "string" || Array.isArray(command) ? command : rest;
    return send(at(path), {
      method: "POST",
      headers: { ...who.headers, "content-type": type, "if-match": `"${revision}"` },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
  };
  const get = (path: string, who = DANA): Promise<Got> => send(at(path), { headers: who.headers });
  return { ...stage, post, get };
}

export const JSON_HEADERS = { ...DANA.headers, "content-type": "application/json", "if-match": '"0"' };
/** A command as it stands in a body: its revision is a header. */
export const bodyOf = (command: ReturnType<typeof opening>) => ({ ...command, revision: undefined });

export const linesOf = ({ text }: Got) =>
  text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
export const aboutOf = ({ id, fingerprint, epoch }: Connected["connection"]) => ({
  connection: id,
  fingerprint,
  epoch,
});
