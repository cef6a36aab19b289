import { execFileSync, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { armor, Decrypter, generateX25519Identity, identityToRecipient } from "age-encryption";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Secret } from "../../src/model/secret.ts";
import { createPacketSink } from "../../src/sinks/packet.ts";
import { describeHandover } from "../../src/sinks/sheet.ts";
import { fingerprintOf } from "../../src/stores/fingerprint.ts";
import { CANARY, handover } from "./handover.ts";

let home: string;
let folder: string;
const told: string[] = [];

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "rosterform-packet-"));
  folder = join(home, "packets");
  told.length = 0;
});

afterEach(() => rmSync(home, { recursive: true, force: true }));

const sealedFile = (): string => join(folder, "springfield", "otus.txt.age");
const cover = (): string => readFileSync(join(folder, "springfield", "otus.cover.md"), "utf8");
const tell = async (text: string): Promise<void> => void told.push(text);

const needed = ["age", "ssh-keygen", "script"].filter(
  (program) => spawnSync("sh", ["-c", `command -v ${program}`]).status !== 0,
);
const isRequired = (process.env["ROSTERFORM_REQUIRE"] ?? "").split(",").includes("age");
if (needed.length > 0) {
  const why = `${needed.join(", ")} not installed, so what vendors do with our packets is not tried`;
  if (isRequired) throw new Error(`${why}, and ROSTERFORM_REQUIRE says that it has to be`);
  console.warn(`SKIPPED: ${why}`);
}
const reads = it.skipIf(needed.length > 0);

/** A key pair of a vendor, made by the program that vendors use. */
function sshKey(
  type: "ed25519" | "rsa",
  name = "vendor",
  bits = "3072",
): { readonly path: string; readonly line: string } {
  const path = join(home, name);
  const size = type === "rsa" ? ["-b", bits] : [];
  execFileSync("ssh-keygen", ["-q", "-t", type, ...size, "-N", "", "-C", "pat@otus.example", "-f", path]);
  return { path, line: readFileSync(`${path}.pub`, "utf8").trim() };
}

/** A key of a vendor that nobody will open anything with: a passphrase takes a second of hard work each time. */
async function freshKey(): Promise<string> {
  return await identityToRecipient(await generateX25519Identity());
}

function opened(identity: string): string {
  return execFileSync("age", ["-d", "-i", identity, sealedFile()], { encoding: "utf8" });
}

describe("a packet", () => {
  reads.each([
    ["ssh-ed25519", "ed25519", ""],
    ["ssh-rsa", "rsa", "2048"],
    ["a longer ssh-rsa", "rsa", "3072"],
  ] as const)("for %s is opened by the age program with the vendor's own key", async (_name, type, bits) => {
    const key = sshKey(type, "vendor", bits);
    const packet = handover({ recipients: [key.line] });
    await createPacketSink({ folder }).deliver(packet);
    expect(opened(key.path)).toBe(describeHandover(packet));
    const stranger = sshKey("ed25519", "stranger");
    expect(spawnSync("age", ["-d", "-i", stranger.path, sealedFile()]).status).not.toBe(0);
  });

  reads("for several keys is opened with each of them", async () => {
    const identity = await generateX25519Identity();
    const key = sshKey("ed25519");
    await createPacketSink({ folder }).deliver(
      handover({ recipients: [await identityToRecipient(identity), key.line] }),
    );
    const file = join(home, "key.txt");
    writeFileSync(file, `${identity}\n`, { mode: 0o600 });
    expect(opened(file)).toBe(opened(key.path));
    expect(told).toEqual([]);
  });

  reads("without a key is opened by the age program with the passphrase that was shown once", async () => {
    await createPacketSink({ folder, tell }).deliver(handover());
    expect(told).toHaveLength(1);
    const passphrase = /^ {4}(\d{5}(?:-\d{5}){5})$/m.exec(told[0] ?? "")?.[1] ?? "";
    expect(passphrase).not.toBe("");
    expect(await typed(["age", "-d", sealedFile()], passphrase)).toContain(CANARY);
    for (const text of [cover(), readFileSync(sealedFile(), "utf8")]) expect(text).not.toContain(passphrase);
  });

  it("makes another passphrase each time, and the one that was told last opens it", { timeout: 90_000 }, async () => {
    const sink = createPacketSink({ folder, tell });
    await sink.deliver(handover());
    await sink.deliver(handover());
    const [first, second] = told.map((text) => /\d{5}(-\d{5}){5}/.exec(text)?.[0] ?? "");
    expect(first).not.toBe(second);
    const decrypter = new Decrypter();
    decrypter.addPassphrase(second ?? "");
    expect(await decrypter.decrypt(armor.decode(readFileSync(sealedFile(), "utf8")), "text")).toBe(
      describeHandover(handover()),
    );
  });

  it("needs a key or somebody who sees the passphrase, and leaves nothing behind without", async () => {
    await expect(createPacketSink({ folder }).deliver(handover())).rejects.toMatchObject({
      code: "sinks/not-a-terminal",
      message: "Otus has no key, and nobody is there to see a passphrase.",
    });
    expect(existsSync(folder)).toBe(false);
  });

  it("can be read by its owner only, and is named by where it stands", async () => {
    const sink = createPacketSink({ folder, shownAs: "./packets" });
    await sink.deliver(handover({ recipients: [await freshKey()] }));
    expect(sink.target(handover().address)).toBe("packet:packets/springfield/otus.txt.age");
    expect(sink.keeps).toBe(true);
    for (const file of readdirSync(join(folder, "springfield"))) {
      expect((statSync(join(folder, "springfield", file)).mode & 0o777).toString(8)).toBe("600");
    }
  });

  it.each([
    ["a private key", "AGE-SECRET-KEY-1QQQQQ", "neither"],
    ["an unknown type", "ecdsa-sha2-nistp256 AAAA", "neither"],
    ["a cut key", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB", "cut off"],
    ["a length that ends", "ssh-rsa AAA", "cut off"],
    ["nothing but the type", "ssh-rsa AAAAB3NzaC1yc2E=", "cut off"],
    ["another type inside", "ssh-rsa AAAAC3NzaC1lZDI1NTE5", "not a key of that type"],
    ["no point", `ssh-ed25519 ${wire("ssh-ed25519", Buffer.alloc(32, 255))}`, "no point"],
    [
      "a short rsa key",
      `ssh-rsa ${wire("ssh-rsa", Buffer.from([1, 0, 1]), Buffer.alloc(128, 1))}`,
      "fewer than 2048 bits",
    ],
    ["an empty rsa key", `ssh-rsa ${wire("ssh-rsa", Buffer.from([3]), Buffer.alloc(4))}`, "fewer than 2048 bits"],
    ["a wrong age key", "age1qqqq", "cannot be read"],
  ])("refuses %s without repeating it, and writes nothing", async (_name, line, why) => {
    const failure: unknown = await createPacketSink({ folder, tell })
      .deliver(handover({ recipients: [line] }))
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: "sinks/bad-recipient", message: expect.stringContaining(why) });
    expect(String(failure)).not.toContain(line.split(" ").at(-1));
    expect(existsSync(folder)).toBe(false);
  });
});

describe("the cover of a packet", () => {
  const move = { kind: "replaces", clientId: "client-old", version: "1.1", changesUserIds: true } as const;

  it("says what changes, what the vendor has to do and whom to call, in lines of at most 120 signs", async () => {
    await createPacketSink({ folder, tell }).deliver(handover({ change: move, owner: "dana@springfield.example" }));
    const text = cover();
    expect(text).toContain(
      "take over from the connection with the Client ID `client-old`, and OneRoster 1.1 becomes 1.2",
    );
    expect(text).toContain("metadata.ic.legacysourceId");
    expect(text).toContain("Only then we disable the old one");
    expect(text).toContain("Questions: dana@springfield.example");
    expect(text).toContain("3f9a 3f9a 3f9a 3f9a");
    expect(text).toContain("age -d otus.txt.age");
    expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(120);
  });

  it("asks for no full sync where no id changes, and speaks of no old connection where there was none", async () => {
    const recipients = [await freshKey()];
    const sink = createPacketSink({ folder });
    await sink.deliver(handover({ recipients, change: { ...move, version: "1.2", changesUserIds: false } }));
    expect(cover()).not.toMatch(/legacysourceId|becomes/);
    await sink.deliver(handover({ recipients }));
    expect(cover()).toContain("Otus gets access for the first time");
    expect(cover()).not.toContain("old");
  });

  it("uses the vendor's own names and holds everything but the secret", async () => {
    const fieldNames = { clientId: "Consumer Key", clientSecret: "Consumer Secret", tokenUrl: "Auth", baseUrl: "Host" };
    await createPacketSink({ folder }).deliver(handover({ fieldNames, recipients: [await freshKey()] }));
    expect(cover()).toContain("- Consumer Key: `client-0001`");
    expect(cover()).toContain("- Consumer Secret: in otus.txt.age");
    expect(cover()).toContain("age -d -i KEYFILE otus.txt.age");
    expect(cover()).not.toContain(CANARY);
  });

  it("gives a line that finds the fingerprint at the vendor's end", async () => {
    await createPacketSink({ folder }).deliver(handover({ recipients: [await freshKey()] }));
    const line = / {4}(printf .*)/.exec(cover())?.[1] ?? "";
    const command = line.replace("CLIENT ID", "client-0001").replace("CLIENT SECRET", CANARY);
    expect(execFileSync("sh", ["-c", command], { encoding: "utf8" }).trim()).toBe(
      fingerprintOf("client-0001", new Secret(CANARY)),
    );
  });
});

/** An SSH public key in the form of RFC 4253, in base64. */
function wire(type: string, ...fields: readonly Buffer[]): string {
  const parts = [Buffer.from(type), ...fields].flatMap((field) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(field.length);
    return [length, field];
  });
  return Buffer.concat(parts).toString("base64");
}

/** Runs a program at a terminal and types an answer when it asks for a passphrase. */
function typed(command: readonly string[], answer: string): Promise<string> {
  const child = spawn("script", ["-qec", command.join(" "), "/dev/null"], { stdio: ["pipe", "pipe", "inherit"] });
  let shown = "";
  let isAnswered = false;
  child.stdout.on("data", (chunk: Buffer) => {
    shown += chunk.toString();
    if (isAnswered || !/passphrase/i.test(shown)) return;
    isAnswered = true;
    child.stdin.write(`${answer}\n`);
  });
  return new Promise((resolve) => child.on("close", () => resolve(shown)));
}
