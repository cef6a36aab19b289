import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { armor, Decrypter, generateX25519Identity, identityToRecipient } from "age-encryption";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createAgeSink } from "../../src/sinks/age.ts";
import { describeHandover } from "../../src/sinks/sheet.ts";
import { CANARY, handover } from "./handover.ts";

let folder: string;
let file: string;

beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), "rosterform-age-")), "credentials");
  file = join(folder, "springfield", "otus.txt.age");
});

afterEach(() => rmSync(join(folder, ".."), { recursive: true, force: true }));

async function openWith(identity: string): Promise<string> {
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  return await decrypter.decrypt(armor.decode(readFileSync(file, "utf8")), "text");
}

const hasAge = spawnSync("age", ["--version"]).status === 0;
if (!hasAge) console.warn("SKIPPED: the age program is not installed, so its reading of our files is not tried");

describe("an age sink", () => {
  it("writes a file that every recipient can open and that shows nothing else", async () => {
    const identities = [await generateX25519Identity(), await generateX25519Identity()];
    const recipients = await Promise.all(identities.map(identityToRecipient));
    const sink = createAgeSink({ folder, recipients });
    await sink.deliver(handover());
    expect(sink.keeps).toBe(true);
    for (const identity of identities) expect(await openWith(identity)).toBe(describeHandover(handover()));
    expect(readFileSync(file, "utf8")).toMatch(
      /^-----BEGIN AGE ENCRYPTED FILE-----\n[\s\S]+-----END AGE ENCRYPTED FILE-----\n$/,
    );
    expect(readFileSync(file, "utf8")).not.toContain(CANARY);
    expect((statSync(file).mode & 0o777).toString(8)).toBe("600");
    expect(sink.target(handover().address)).toBe("age:credentials/springfield/otus.txt.age");
  });

  it("keeps the same content when the same connection is delivered again", async () => {
    const identity = await generateX25519Identity();
    const sink = createAgeSink({ folder, recipients: [await identityToRecipient(identity)] });
    await sink.deliver(handover());
    await sink.deliver(handover());
    expect(await openWith(identity)).toBe(describeHandover(handover()));
  });

  it.skipIf(!hasAge)("writes a file that the age program opens", async () => {
    const identity = await generateX25519Identity();
    await createAgeSink({ folder, recipients: [await identityToRecipient(identity)] }).deliver(handover());
    const key = join(folder, "key.txt");
    writeFileSync(key, `${identity}\n`, { mode: 0o600 });
    expect(execFileSync("age", ["--decrypt", "--identity", key, file], { encoding: "utf8" })).toBe(
      describeHandover(handover()),
    );
  });

  it("writes nothing for a recipient that is none, and does not repeat it", async () => {
    const identity = await generateX25519Identity();
    const attempt = createAgeSink({ folder, recipients: [identity] }).deliver(handover());
    const error: unknown = await attempt.catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "sinks/bad-recipient", fix: expect.stringContaining("age1") });
    expect(String(error)).not.toContain(identity);
    expect(existsSync(folder)).toBe(false);
  });

  it("writes nothing when nobody could open it", async () => {
    await expect(createAgeSink({ folder, recipients: [] }).deliver(handover())).rejects.toMatchObject({
      code: "sinks/bad-recipient",
    });
    expect(existsSync(folder)).toBe(false);
  });
});
