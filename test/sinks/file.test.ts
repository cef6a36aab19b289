import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { OutsideError } from "../../src/diagnostics/outside-error.ts";
import { createFileSink } from "../../src/sinks/file.ts";
import { CANARY, handover } from "./handover.ts";

let base: string;
let folder: string;
let file: string;

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), "rosterform-sink-"));
  folder = join(base, "credentials");
  file = join(folder, "springfield", "otus.txt");
});

afterEach(() => rmSync(base, { recursive: true, force: true }));

function modeOf(path: string): string {
  return (statSync(path).mode & 0o777).toString(8);
}

async function trouble(promise: Promise<void>): Promise<OutsideError> {
  const error: unknown = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof OutsideError)) throw new Error("expected the world to fail", { cause: error });
  return error;
}

/** Everything below the folder of the district, temporary files included. */
function leftBehind(): readonly string[] {
  return readdirSync(join(folder, "springfield"));
}

describe("a file sink", () => {
  it("writes the four values under Campus's names, each alone on its line", async () => {
    await createFileSink({ folder }).deliver(handover());
    expect(readFileSync(file, "utf8")).toBe(
      `# OneRoster credentials. Keep them secret; hand them to nobody but the vendor.
# Address:      springfield/Otus
# Application:  Otus
# Version:      OneRoster 1.2
# Connection:   c-0001
# Fingerprint:  3f9a3f9a3f9a3f9a
# Generated:    2027-06-15

Client ID:
client-0001

Client Secret:
${CANARY}

Token URL:
https://campus.example.org/token?appName=springfield

Base URL:
https://campus.example.org/or
`,
    );
  });

  it("uses the vendor's own names for the four values and says whom to write to", async () => {
    const fieldNames = { clientId: "Key", clientSecret: "Shared secret", tokenUrl: "Auth URL", baseUrl: "Host URL" };
    await createFileSink({ folder }).deliver(handover({ fieldNames, contact: "help@otus.example" }));
    const text = readFileSync(file, "utf8");
    expect(text).toContain(`\nShared secret:\n${CANARY}\n`);
    expect(text).toContain("\nHost URL:\nhttps://campus.example.org/or\n");
    expect(text).toContain("# Contact:      help@otus.example\n");
    expect(text).not.toContain("Client Secret");
  });

  it("keeps file and folders to their owner, and the folder out of version control", async () => {
    await createFileSink({ folder }).deliver(handover());
    expect([modeOf(file), modeOf(join(folder, "springfield")), modeOf(folder)]).toEqual(["600", "700", "700"]);
    expect(readFileSync(join(folder, ".gitignore"), "utf8")).toBe("*\n");
  });

  it("leaves a folder that is in use already as it is", async () => {
    mkdirSync(folder);
    writeFileSync(join(folder, "notes.txt"), "mine");
    await createFileSink({ folder }).deliver(handover());
    expect(readdirSync(folder).toSorted()).toEqual(["notes.txt", "springfield"]);
  });

  it("narrows the mode of a file that others could read", async () => {
    mkdirSync(join(folder, "springfield"), { recursive: true });
    writeFileSync(file, "old");
    chmodSync(file, 0o644);
    await createFileSink({ folder }).deliver(handover());
    expect(modeOf(file)).toBe("600");
  });

  it("leaves the same bytes when the same connection is delivered again", async () => {
    const sink = createFileSink({ folder });
    await sink.deliver(handover());
    const first = readFileSync(file);
    await sink.deliver(handover());
    expect(readFileSync(file).equals(first)).toBe(true);
    expect(leftBehind()).toEqual(["otus.txt"]);
  });

  it("sweeps up what a killed run left half-written, and nothing else", async () => {
    const sink = createFileSink({ folder });
    mkdirSync(join(folder, "springfield"), { recursive: true });
    for (const name of [".otus.txt.0123456789ab.tmp", ".otus.txt.tmp", "notes.tmp"]) {
      writeFileSync(join(folder, "springfield", name), "half");
    }
    await sink.deliver(handover());
    expect(leftBehind().toSorted()).toEqual([".otus.txt.tmp", "notes.tmp", "otus.txt"]);
  });

  it("names its target the same way on every machine", () => {
    const { address } = handover();
    expect(createFileSink({ folder }).target(address)).toBe("file:credentials/springfield/otus.txt");
    expect(createFileSink({ folder }).keeps).toBe(true);
    const shownAs = "./agency/credentials/";
    expect(createFileSink({ folder, shownAs }).target(address)).toBe("file:agency/credentials/springfield/otus.txt");
  });
});

describe("a file sink in trouble", () => {
  it("does not follow a symbolic link in place of the file", async () => {
    mkdirSync(join(folder, "springfield"), { recursive: true });
    writeFileSync(join(base, "elsewhere.txt"), "precious");
    symlinkSync(join(base, "elsewhere.txt"), file);
    const error = await trouble(createFileSink({ folder }).deliver(handover()));
    expect(error).toMatchObject({ code: "sinks/not-a-file", fix: expect.stringContaining("Move it away") });
    expect(error.message).toContain("credentials/springfield/otus.txt is a symbolic link");
    expect(readFileSync(join(base, "elsewhere.txt"), "utf8")).toBe("precious");
    expect(leftBehind()).toEqual(["otus.txt"]);
  });

  it("does not write into a folder in place of the file", async () => {
    mkdirSync(file, { recursive: true });
    const error = await trouble(createFileSink({ folder }).deliver(handover()));
    expect(error).toMatchObject({ code: "sinks/not-a-file", fix: expect.anything() });
    expect(readdirSync(file)).toEqual([]);
  });

  it("does not follow a link in place of the district's folder", async () => {
    mkdirSync(folder);
    mkdirSync(join(base, "elsewhere"));
    symlinkSync(join(base, "elsewhere"), join(folder, "springfield"));
    const error = await trouble(createFileSink({ folder }).deliver(handover()));
    expect(error).toMatchObject({ code: "sinks/not-a-folder", fix: expect.anything() });
    expect(readdirSync(join(base, "elsewhere"))).toEqual([]);
  });

  it("says so when a file stands in place of a folder", async () => {
    writeFileSync(folder, "a file");
    const error = await trouble(createFileSink({ folder }).deliver(handover()));
    expect(error).toMatchObject({ code: "sinks/not-a-folder", fix: expect.anything() });
    expect(readFileSync(folder, "utf8")).toBe("a file");
  });

  it("says so when the folder cannot be read at all", async () => {
    const loop = join(base, "loop");
    symlinkSync(loop, loop);
    const error = await trouble(createFileSink({ folder: join(loop, "credentials") }).deliver(handover()));
    expect(error).toMatchObject({ code: "sinks/write-failed", retryable: true, fix: expect.anything() });
    expect(existsSync(folder)).toBe(false);
  });

  it("never says a secret or a path of this machine", async () => {
    mkdirSync(file, { recursive: true });
    const error = await trouble(createFileSink({ folder }).deliver(handover()));
    const said = `${error.message} ${error.fix} ${JSON.stringify(error)}`;
    expect(said).not.toContain(CANARY);
    expect(said).not.toContain(base);
  });
});
