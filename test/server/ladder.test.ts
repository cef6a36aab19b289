import { describe, expect, it } from "vitest";
import { RUNGS } from "../../src/model/evidence.ts";
import { VERSIONS } from "../../src/model/traits.ts";
import { climb, OCTOBER, openStage, SHELBYVILLE, withSecret } from "./stage.ts";

const shortly = (findings: Awaited<ReturnType<typeof climb>>) =>
  findings.map(({ rung, verdict, code }) => `${rung}: ${verdict} ${code}`);
const last = (findings: Awaited<ReturnType<typeof climb>>) => shortly(findings).at(-1);

describe("the ladder over the campus", () => {
  it.each(
    VERSIONS.flatMap((version) => [
      { version, schools: "all", share: [] } as const,
      { version, schools: ["Lincoln", "North High"], share: ["demographics"] } as const,
    ]),
  )("confirms a healthy connection: $version, $schools, $share", async (make) => {
    const stage = await openStage();
    expect(shortly(await climb(await stage.connect(make)))).toEqual(RUNGS.map((rung) => `${rung}: confirmed ok`));
  });

  it("confirms a successor against its 1.1 predecessor and leaves no trace of use on either", async () => {
    const stage = await openStage();
    const [old, fresh] = [await stage.connect({ version: "1.1" }), await stage.connect({ kind: "supported" })];
    const findings = await climb(fresh, { old });
    expect(shortly(findings)).toEqual(RUNGS.map((rung) => `${rung}: confirmed ok`));
    expect(findings.find(({ rung }) => rung === "data")?.says).toContain("within tolerance of the old connection");
    for (const { connection } of [old, fresh]) {
      expect((await stage.store.connection(connection.id))?.use).not.toHaveProperty("last");
    }
  });

  it("finds in July that the next session begins soon", async () => {
    const stage = await openStage();
    const connected = await stage.connect();
    stage.setNow("2027-07-10T08:00:00.000Z");
    const findings = await climb(connected, { now: "2027-07-10T08:00:00.000Z" });
    expect(shortly(findings)).toContain("sessions: confirmed upcoming-session");
    expect(findings.every(({ verdict }) => verdict === "confirmed")).toBe(true);
  });

  it("refutes a wrong secret, a wrong appName and a disabled connection at the token", async () => {
    const stage = await openStage();
    const { connection, credentials } = await stage.connect();
    expect(last(await climb({ connection, credentials: withSecret(credentials, "no") }))).toBe(
      "token: refuted invalid-client",
    );
    const tokenUrl = `${stage.origin}/campus/oauth2/token?appName=other`;
    expect(last(await climb({ connection, credentials: { ...credentials, tokenUrl } }))).toBe(
      "token: refuted no-application",
    );
    await stage.store.changeByHand({ connection: connection.id, by: "dana", change: { kind: "disable" } });
    expect(last(await climb({ connection, credentials }))).toBe("token: refuted invalid-client");
  });

  it("refutes a Base URL pasted as Token URL, another version's and another site's Base URL", async () => {
    const stage = await openStage();
    const { connection, credentials } = await stage.connect();
    const older = await stage.connect({ version: "1.1" });
    const elsewhere = await stage.connect({ district: SHELBYVILLE });
    const swapped = { ...credentials, tokenUrl: credentials.baseUrl };
    expect(last(await climb({ connection, credentials: swapped }))).toBe("token: refuted not-a-token-endpoint");
    const wrongVersion = { ...older.credentials, baseUrl: credentials.baseUrl };
    expect(last(await climb({ connection: older.connection, credentials: wrongVersion }))).toBe(
      "orgs: refuted wrong-version",
    );
    const wrongSite = { ...credentials, baseUrl: elsewhere.credentials.baseUrl };
    expect(last(await climb({ connection, credentials: wrongSite }))).toBe("orgs: refuted token-not-accepted");
  });

  it("refutes an empty scope, and one that is narrower or wider than declared", async () => {
    const stage = await openStage();
    const nothing = await stage.connect({ schools: ["Nowhere"] });
    expect(last(await climb(nothing))).toBe("orgs: refuted empty-orgs");
    const { connection, credentials } = await stage.connect({ schools: ["Lincoln", "Roosevelt"] });
    const declared = (schools: readonly string[]) => climb({ connection: { ...connection, schools }, credentials });
    expect(last(await declared(["Lincoln", "Roosevelt", "North High"]))).toBe("schools: refuted scope-too-narrow");
    expect(last(await declared(["Lincoln"]))).toBe("schools: refuted scope-too-wide");
  });

  it("refutes demographics that are shared undeclared or declared unshared", async () => {
    const stage = await openStage();
    const shared = await stage.connect({ share: ["demographics"] });
    const plain = await stage.connect();
    expect(last(await climb({ ...shared, connection: { ...shared.connection, share: [] } }))).toBe(
      "sharing: refuted over-shared",
    );
    const declared = { ...plain.connection, share: ["demographics"] as const };
    expect(last(await climb({ ...plain, connection: declared }))).toBe("sharing: refuted under-shared");
  });

  it("leaves a silent campus undecided", async () => {
    const stage = await openStage();
    const connected = await stage.connect();
    stage.store.recordTraffic = () => Promise.reject(new Error("disk full"));
    const [first] = await climb(connected, { now: OCTOBER });
    expect(first).toMatchObject({ rung: "token", verdict: "inconclusive", code: "server-error" });
  });
});
