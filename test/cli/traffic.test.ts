import { parse } from "csv-parse/sync";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openByHandStage } from "./by-hand-stage.ts";
import { openStage, soloDocument, type Stage, VENDOR_KEY } from "./stage.ts";

let stage: Stage;

beforeEach(async () => {
  stage = await openStage();
  await stage.rosterform(["init"]);
  await stage.write("rosterform.yaml", soloDocument("Otus: { version: 1.1, kind: supported }"));
  await stage.openCampus();
});
afterEach(() => stage.close());

const TRAFFIC = ["traffic", "springfield/Otus"];

describe("rosterform traffic", () => {
  it("shows what the vendor read with each connection, and that probes do not count", async () => {
    expect((await stage.rosterform(TRAFFIC)).stdout).toContain("has no connection yet, so there is no traffic.");
    await stage.rosterform(["apply", "--auto-approve"]);
    const before = await stage.rosterform(TRAFFIC);
    expect(before.stdout).toContain("The consumer has not been seen since 2027-03-01 08:00 UTC.");
    expect(before.stdout).toContain("of rosterform's own probes, which never count as use.");
    stage.moveClock("1h");
    await stage.pull("credentials/springfield/otus.txt");
    const { code, stdout } = await stage.rosterform(TRAFFIC);
    expect(code).toBe(0);
    expect(stdout).toContain("Last request of the consumer: 2027-03-01 09:00 UTC.");
    expect(stdout.replaceAll(/\s+/g, " ")).toMatch(/2027-03-01 09:00 UTC, full sync read: (1 of )?orgs \(1 request\)/);
    expect(stdout.split("\n").filter((line) => line.length > 80)).toEqual([]);
  });

  it("shows what a partner wrote into the grade book, as counts", async () => {
    await stage.rosterform(["apply", "--auto-approve"]);
    const sheet = await stage.read("credentials/springfield/otus.txt");
    const lines = sheet.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
    const [id, secret, tokenUrl = "", baseUrl] = lines.filter((_line, index) => index % 2 === 1);
    const token = await fetch(tokenUrl, {
      method: "POST",
      headers: { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}` },
      body: new URLSearchParams({ grant_type: "client_credentials" }),
    });
    const { access_token: bearer } = (await token.json()) as { readonly access_token: string };
    for (const [method, title] of [
      ["PUT", "Homework"],
      ["PUT", "Quizzes"],
      ["DELETE", undefined],
    ] as const) {
      const answer = await fetch(`${baseUrl}/categories/c`, {
        method,
        headers: {
          authorization: `Bearer ${bearer}`,
          "x-vendor-authorization": VENDOR_KEY,
          ...(title === undefined ? {} : { "content-type": "application/json" }),
        },
        ...(title === undefined ? {} : { body: JSON.stringify({ category: { title } }) }),
      });
      expect(answer.ok).toBe(true);
    }
    const { stdout } = await stage.rosterform(TRAFFIC);
    expect(stdout.replaceAll(/\s+/g, " ")).toContain(
      "wrote: 1 of categories created, 1 of categories replaced and 1 of categories deleted",
    );
    expect(stdout).not.toMatch(/Homework|Quizzes/);
  });

  it("is told from a moment on, as a table, and for machines", async () => {
    await stage.rosterform(["apply", "--auto-approve"]);
    await stage.pull("credentials/springfield/otus.txt");
    const since = await stage.rosterform([...TRAFFIC, "--since", "2027-03-02"]);
    expect(since.stdout).toContain("Nothing since 2027-03-02 00:00 UTC.");
    const csv = parse((await stage.rosterform([...TRAFFIC, "--csv"])).stdout, { columns: true });
    expect(csv).toEqual(expect.arrayContaining([expect.objectContaining({ what: "users", role: "in use" })]));
    const json = JSON.parse((await stage.rosterform([...TRAFFIC, "--json"])).stdout);
    expect(json).toMatchObject({ type: "traffic", isObserved: true, syncs: [{ kind: "full" }] });
    expect((await stage.rosterform([...TRAFFIC, "--since", "soon"])).code).toBe(1);
    expect((await stage.rosterform(["traffic", "springfield/Nobody"])).stderr).toContain("cli/unknown-name");
  });

  it("shows both connections of a cut-over, and what the vendor was refused with the old one afterwards", async () => {
    const sheet = "credentials/springfield/otus.txt";
    await stage.rosterform(["apply", "--auto-approve"]);
    await stage.pull(sheet);
    await stage.write("old.txt", await stage.read(sheet));
    await stage.write(
      "rosterform.yaml",
      soloDocument("Otus: { version: 1.2, kind: supported, accept: [user-ids 1.1->1.2] }"),
    );
    await stage.rosterform(["apply", "--auto-approve"]);
    const roles = async () => {
      const lines = (await stage.rosterform([...TRAFFIC, "--json"])).stdout.trim().split("\n");
      return lines.map((line) => JSON.parse(line)).map(({ role, status }) => `${role}: ${status}`);
    };
    expect(await roles()).toEqual(["in use: active", "candidate: active"]);
    await stage.pull(sheet);
    stage.moveClock("3d");
    await stage.rosterform(["apply", "--auto-approve"]);
    expect(await roles()).toEqual(["in use: active", "previous: disabled"]);
    await expect(stage.pull("old.txt")).rejects.toThrow("no sync");
    expect((await stage.rosterform(TRAFFIC)).stdout).toContain("    refused: token 1 time (400)\n");
  });

  it("shows the last ten syncs, and all of them in a table", async () => {
    await stage.rosterform(["apply", "--auto-approve"]);
    for (let night = 0; night < 12; night += 1) {
      await stage.pull("credentials/springfield/otus.txt");
      stage.moveClock("1d");
    }
    expect((await stage.rosterform(TRAFFIC)).stdout).toContain("The last 10 of 12 syncs; --csv and --json give all.");
    const csv = (await stage.rosterform([...TRAFFIC, "--csv"])).stdout;
    const rows = parse(csv, { columns: true }) as readonly Record<string, string>[];
    expect(new Set(rows.map((row) => row["sync_from"])).size).toBe(12);
  });

  it("says that a registry cannot see it, which is not the same as no use", async () => {
    const place = await openByHandStage();
    try {
      const { code, stdout } = await place.stage.rosterform(TRAFFIC);
      expect([code, stdout.replaceAll(/\s+/g, " ")]).toEqual([0, expect.stringContaining("not the same as no use")]);
      expect(JSON.parse((await place.stage.rosterform([...TRAFFIC, "--json"])).stdout).isObserved).toBe(false);
    } finally {
      await place.stage.close();
    }
  });
});
