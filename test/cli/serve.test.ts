import { access, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openReader } from "../../src/drivers.ts";
import { dataAt } from "../server/data.ts";
import { exportFiles } from "../server/export-writer.ts";
import { zipOf } from "../server/zip-writer.ts";
import { openStage, type Stage } from "./stage.ts";

let stage: Stage;
beforeEach(async () => {
  stage = await openStage();
});
afterEach(() => stage.close());

/** Runs `serve` until `during` is done; it gets the origin. */
async function served(args: readonly string[], during: (origin: string) => Promise<void>) {
  const stop = new AbortController();
  const printed: string[] = [];
  let working: Promise<void> | undefined;
  const stdout = (text: string): void => {
    printed.push(text);
    const origin = /answers at (\S+)/.exec(text)?.[1];
    if (origin !== undefined) working = during(origin).finally(() => stop.abort());
  };
  const { code, stderr } = await stage.rosterform(["serve", "--port", "0", ...args], {
    signal: stop.signal,
    stdout,
    env: { OTUS_KEY: "otus-key:from-the-environment" },
  });
  await working;
  return { code, stderr, stdout: printed.join("") };
}

/** A person generates a 1.2 connection of Springfield on the pages, and a vendor reads with its four values. */
async function connect(
  origin: string,
  more: { readonly kind: string; readonly vendorKey: string } = { kind: "other", vendorKey: "" },
): Promise<(path: string) => Promise<any>> {
  const form = new URLSearchParams({ application: "Otus", kind: more.kind, version: "1.2" });
  const page = await (await fetch(`${origin}/campus/apps/springfield`, { method: "POST", body: form })).text();
  const value = (name: string) =>
    (new RegExp(`<dt>${name}</dt><dd><code>([^<]+)</code>`).exec(page)?.[1] ?? "").replaceAll("&amp;", "&");
  const body = new URLSearchParams({
    grant_type: "client_credentials",
    client_id: value("Client ID"),
    client_secret: value("Client Secret"),
  });
  const token: any = await (await fetch(value("Token URL"), { method: "POST", body })).json();
  const headers = { authorization: `Bearer ${token.access_token}`, "x-vendor-authorization": more.vendorKey };
  return async (path) => {
    const service = path.startsWith("categories") ? "gradebook" : "rostering";
    return (await fetch(`${value("Base URL")}/${service}/v1p2/${path}`, { headers })).json();
  };
}

describe("serve", () => {
  it("starts the campus's clock where --now says: its data, and what it writes into the store", async () => {
    const done = await served(["--now", "2027-07-15", "--screens", "springfield"], async (origin) => {
      const read = await connect(origin);
      const { academicSessions } = await read("terms");
      expect(academicSessions.map(({ startDate }: { startDate: string }) => startDate)).toEqual([
        "2027-08-10",
        "2028-01-05",
      ]);
    });
    expect(done.stdout).toContain("Its clock was set to 2027-07-15T00:00:00.000Z");
    const store = {
      kind: "sqlite",
      path: join(stage.folder, "campus.db"),
      keyFile: join(stage.folder, "rosterform.key"),
    };
    const reader = await openReader(store as Parameters<typeof openReader>[0], { clock: stage });
    const moments: string[] = [];
    for await (const { at } of reader.journal({})) moments.push(at);
    await reader.close();
    expect(moments.length).toBeGreaterThan(0);
    for (const moment of moments) expect(moment.slice(0, 10)).toBe("2027-07-15");
  });

  it("makes as many schools and students as asked for, and other ones for another seed", async () => {
    const ids = new Set<string>();
    for (const seed of ["a", "b"]) {
      const size = ["--schools", "5", "--students", "3", "--seed", seed, "--screens", "springfield"];
      await served([...size, "--store", `${seed}.db`, "--key", `${seed}.key`], async (origin) => {
        const read = await connect(origin);
        const { orgs } = await read("schools");
        const { users } = await read("students");
        expect(orgs.map(({ name }: { name: string }) => name)).toEqual([
          "Lincoln",
          "Roosevelt",
          "North High",
          "South High",
          "Maple Grove",
        ]);
        for (const { sourcedId } of users) ids.add(sourcedId);
      });
    }
    expect(ids.size).toBeGreaterThanOrEqual(30);
  });

  it("opens the grade book to the vendor key of an application, from the environment or a file", async () => {
    await writeFile(join(stage.folder, "otus.key"), "otus-key:from-a-file\n");
    for (const [reference, vendorKey] of [
      ["file:otus.key", "otus-key:from-a-file"],
      ["env:OTUS_KEY", "otus-key:from-the-environment"],
    ] as const) {
      await served(["--vendor-key", `Otus=${reference}`, "--screens", "springfield"], async (origin) => {
        const read = await connect(origin, { kind: "supported", vendorKey });
        expect(await read("categories")).toEqual({ categories: [] });
        const stranger = await connect(origin, { kind: "supported", vendorKey: "otus-key:guessed" });
        expect((await stranger("categories")).imsx_severity).toBe("error");
      });
    }
  });

  it("starts with no vendor key that is none", async () => {
    await writeFile(join(stage.folder, "empty.key"), "no colon\n");
    const args = ["--vendor-key", "Otus=file:empty.key", "--vendor-key", "Edlink=file:gone.key"];
    const { code, stderr } = await stage.rosterform(["serve", "--port", "0", ...args]);
    expect(code).toBe(1);
    for (const part of ["server/bad-vendor-key", "Otus", "Edlink"]) expect(stderr).toContain(part);
    expect(stderr).not.toContain("no colon");
  });

  it("serves an export to the district it is for", async () => {
    const sample = dataAt("2027-05-20T08:00:00.000Z", { studentsPerSchool: 4, seed: "export" });
    const files = exportFiles(sample, "1.2");
    const zip = zipOf([...files].map(([name, bytes]) => ({ name: `${name}.csv`, bytes })));
    await writeFile(join(stage.folder, "bulk.zip"), zip);
    await served(["--data", "springfield=bulk.zip", "--screens", "springfield"], async (origin) => {
      const read = await connect(origin);
      const { users } = await read("users?limit=1000");
      expect(new Set(users.map(({ sourcedId }: { sourcedId: string }) => sourcedId))).toEqual(
        new Set(sample.people.map(({ guid }) => guid)),
      );
    });
  });

  it("serves nothing from a broken export, says every row, and makes no store", async () => {
    await writeFile(join(stage.folder, "bulk.zip"), zipOf([{ name: "orgs.csv", bytes: "" }]));
    const { code, stderr } = await stage.rosterform(["serve", "--port", "0", "--data", "bulk.zip"]);
    expect(code).toBe(1);
    expect(stderr).toContain("server/export-file");
    expect(stderr).toContain("bulk.zip/manifest.csv");
    await expect(access(join(stage.folder, "campus.db"))).rejects.toThrow();
    const gone = await stage.rosterform(["serve", "--port", "0", "--data", "springfield=none.zip"]);
    expect(gone.stderr).toContain("server/export-unreadable");
  });

  it.each([
    [["--vendor-key", "otus-key:otus-secret"], "never the key itself"],
    [["--now", "yesterday"], "It takes a day such as 2027-07-15"],
    [["--schools", "901"], "It takes at most 900"],
    [["--schools", "0"], "at least 1"],
    [["--students", "100001"], "It takes at most 100000"],
  ])("refuses %j", async (args, why) => {
    const { code, stderr } = await stage.rosterform(["serve", "--port", "0", ...args]);
    expect(code).toBe(1);
    expect(stderr).toContain(why);
  });
});
