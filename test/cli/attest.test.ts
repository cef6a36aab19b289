import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openStage, soloDocument, type Stage } from "./stage.ts";

let stage: Stage;

const DOCUMENT = (otus: string): string => soloDocument(`Otus: ${otus}`);

beforeEach(async () => {
  stage = await openStage();
  await stage.rosterform(["init"]);
  await stage.write("rosterform.yaml", DOCUMENT("{ version: 1.1, kind: supported }"));
  await stage.openCampus();
  await stage.rosterform(["apply", "--auto-approve"]);
  await stage.pull("credentials/springfield/otus.txt");
  await stage.write("rosterform.yaml", DOCUMENT(MOVED));
  await stage.rosterform(["apply", "--auto-approve"]);
});
afterEach(() => stage.close());

const MOVED = "{ version: 1.2, kind: supported, accept: [user-ids 1.1->1.2] }";
const SAY = ["confirm", "springfield/Otus", "--attest", "--by", "dana", "--reason", "the vendor wrote"];
const plain = (text: string): string => text.replaceAll(/\s+/g, " ");

describe("an attestation", () => {
  it("is kept with who really said it and where it can be looked up", async () => {
    const said = await stage.rosterform([...SAY, "--evidence", "https://tickets.example.org/4711", "--json"], {
      login: "dana.lee",
    });
    expect([said.code, JSON.parse(said.stdout).statement]).toMatchObject([
      0,
      { by: "dana", identity: { kind: "system-user", name: "dana.lee" }, evidence: "https://tickets.example.org/4711" },
    ]);
    const { stdout } = await stage.rosterform(["explain", "springfield/Otus"]);
    expect(plain(stdout)).toContain(
      "dana (user dana.lee) says that the vendor moved: the vendor wrote; see https://tickets.example.org/4711",
    );
  });

  it("takes no address that is none, or that holds a password", async () => {
    for (const evidence of ["4711", "https://dana:secret@tickets.example.org/4711"]) {
      const { code, stderr } = await stage.rosterform([...SAY, "--evidence", evidence]);
      expect([code, stderr.includes("cli/confirm-usage"), stderr.includes("secret@")]).toEqual([1, true, false]);
    }
  });

  it("may stand in the document, and is put into force in the name of the pipeline that applies it", async () => {
    const [line = ""] = (await stage.rosterform(["status", "--json"])).stdout.split("\n");
    const { candidate } = JSON.parse(line);
    const { stdout } = await stage.rosterform(["explain", "springfield/Otus"]);
    const fingerprint = /candidate .*?fingerprint ([0-9a-f]{16})/.exec(plain(stdout))?.[1] ?? "";
    const attest = `attest: { connection: ${candidate.connection}, fingerprint: "${fingerprint}", by: kim, at: 2027-03-01, reason: told, evidence: "https://mail.example.org/1" }`;
    await stage.write("rosterform.yaml", DOCUMENT(MOVED.replace(" }", `, deliver-from: 2027-01-01, ${attest} }`)));
    await stage.rosterform(["apply", "--auto-approve", "--exclude", "springfield/Otus"]);
    const env = { GITHUB_ACTIONS: "true", GITHUB_ACTOR: "kim-github", GITHUB_SHA: "0123abc" };
    expect((await stage.rosterform(["apply", "--auto-approve"], { env })).code).toBe(0);
    expect(plain((await stage.rosterform(["explain", "springfield/Otus"])).stdout)).toContain(
      "kim (pipeline of kim-github at 0123abc) says that the vendor moved: told; see https://mail.example.org/1",
    );
  });
});
