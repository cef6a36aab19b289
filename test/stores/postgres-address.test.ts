import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Secret } from "../../src/model/secret.ts";
import { openPostgresReader } from "../../src/stores/postgres.ts";
import { type PostgresAddress, readPostgresAddress, shownAs } from "../../src/stores/postgres-address.ts";
import { canStartPostgres, giveToServer, type OwnServer, referenceTo, startPostgres } from "../setup/postgres.ts";
import { troubleWith } from "./postgres-desk.ts";

const read = (url: string): PostgresAddress => readPostgresAddress(referenceTo(url));
const wrong = (url: string) => troubleWith((async () => read(url))());

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "rosterform-address-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the URL of a store", () => {
  it("is taken apart, escapes undone", () => {
    const { password, ...rest } = read("postgresql://d%40na:p%3Ass@db.example.org:6543/agency");
    expect(rest).toEqual({
      host: "db.example.org",
      port: 6543,
      database: "agency",
      user: "d@na",
      ssl: { rejectUnauthorized: true },
    });
    expect(password?.reveal()).toBe("p:ss");
    expect(shownAs(read("postgresql://d:p@db.example.org/agency"), "north")).toBe(
      "agency/north on db.example.org:5432",
    );
    expect(shownAs(read("postgres://[::1]/a"), "s")).toBe("a/s on [::1]:5432");
    expect(shownAs(read("postgres:///a?host=/run/postgresql"), "s")).toBe("a/s on /run/postgresql");
    expect(read("postgres:///a").host).toBe("localhost");
  });

  it("asks for a proof of the server, unless that is this machine or the URL says otherwise", () => {
    const isPlain = (url: string) => read(url).ssl === false;
    for (const host of ["localhost", "127.0.0.1", "[::1]"]) expect(isPlain(`postgres://${host}/a`)).toBe(true);
    expect(isPlain("postgres:///a?host=/run/postgresql")).toBe(true);
    expect(isPlain("postgres://localhost/a?sslmode=require")).toBe(false);
    for (const mode of ["", "?sslmode=require", "?sslmode=verify-ca", "?sslmode=verify-full&sslrootcert=system"]) {
      expect(read(`postgres://10.0.0.1/a${mode}`).ssl).toMatchObject({ rejectUnauthorized: true });
    }
    expect(isPlain("postgres://10.0.0.1/a?sslmode=disable")).toBe(true);
  });

  it.each([
    "",
    "db.example.org/agency",
    "mysql://db/agency",
    "postgresql://db.example.org",
    "postgresql://db.example.org/",
    "postgresql://d:100%@db/agency",
    "postgresql://d:p@db/agency?sslmode=prefer",
    "postgresql://d:p@db/agency?sslmode=no-verify",
    "postgresql://d:p@db/agency?options=-csearch_path=x",
    "postgresql://d:p@db/agency?host=elsewhere.example.org",
    "postgresql://d:canary-password-do-not-print@db:port/agency",
  ])("is refused, and not repeated, where it cannot be meant: %s", async (url) => {
    expect(await wrong(url)).toBe("stores/address-unusable");
  });

  it("is told when nothing holds it", async () => {
    const named = { named: "env:STORE_URL" };
    expect(await troubleWith((async () => readPostgresAddress(named))())).toBe("stores/no-address");
    const file = { named: "file:./none", file: join(folder, "none") };
    expect(await troubleWith((async () => readPostgresAddress(file))())).toBe("stores/no-address");
    expect(await wrong("postgresql://db/a?sslrootcert=/no/such/file")).toBe("stores/not-trusted");
  });

  it("is read from a file that nobody else can read", async () => {
    const file = join(folder, "url");
    writeFileSync(file, "postgresql://d:p@db.example.org/agency\n", { mode: 0o600 });
    const reference = { named: "file:./url", file };
    expect(readPostgresAddress(reference).database).toBe("agency");
    if (process.platform === "win32") return;
    chmodSync(file, 0o644);
    expect(await troubleWith((async () => readPostgresAddress(reference))())).toBe("stores/address-exposed");
  });

  it("keeps the password from everything that prints", () => {
    const address = read("postgresql://d:canary-password-do-not-print@db.example.org/agency");
    expect(JSON.stringify(address)).not.toContain("canary");
    expect(address.password).toBeInstanceOf(Secret);
  });
});

describe.skipIf(!canStartPostgres())("a server that speaks TLS", () => {
  let server: OwnServer;
  let roots: string;
  beforeAll(async () => {
    server = await startPostgres();
    const [key, certificate] = [join(server.folder, "key.pem"), join(server.folder, "certificate.pem")];
    const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
    const making = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", key, "-out", certificate];
    execFileSync("openssl", [...making, ...subject], { stdio: "pipe" });
    chmodSync(key, 0o600);
    for (const path of [key, certificate]) giveToServer(path);
    await server.crash();
    await server.start(["ssl=on", `ssl_cert_file=${certificate}`, `ssl_key_file=${key}`]);
    roots = `&sslrootcert=${encodeURIComponent(certificate)}`;
  });
  afterAll(() => server.end());

  const enter = (host: string, query: string) =>
    troubleWith(openPostgresReader({ url: referenceTo(server.url({ host, query })) }));

  // Where there is no store yet, `not-found` says that the server was believed and answered.
  it("is believed when its certificate is from the authority that the URL names, for the host that it names", async () => {
    expect(await enter("localhost", `?sslmode=verify-full${roots}`)).toBe("stores/not-found");
    expect(await enter("localhost", `?sslmode=require${roots}`)).toBe("stores/not-found");
    expect(await enter("127.0.0.1", `?sslmode=verify-ca${roots}`)).toBe("stores/not-found");
  });

  it("is not believed otherwise", async () => {
    expect(await enter("localhost", "?sslmode=verify-full")).toBe("stores/not-trusted");
    expect(await enter("localhost", "?sslmode=require")).toBe("stores/not-trusted");
    expect(await enter("127.0.0.1", `?sslmode=verify-full${roots}`)).toBe("stores/not-trusted");
  });

  it("is not spoken to in clear where it speaks no TLS", async () => {
    const plain = await startPostgres();
    const url = plain.url({ query: "?sslmode=require" });
    expect(await troubleWith(openPostgresReader({ url: referenceTo(url) }))).toBe("stores/not-trusted");
    await plain.end();
  });
});
