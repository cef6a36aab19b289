import { execFileSync } from "node:child_process";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { edit, linesOf, openDesk } from "./desk.ts";
import type { Stage } from "./stage.ts";

let stage: Stage;
beforeEach(async () => {
  stage = await openDesk();
  await stage.openCampus();
});
afterEach(() => stage.close());

const SCHOOLOGY = "shelbyville/Schoology";

/** Schoology moves to 1.2; the new values are handed over, and the vendor does nothing. */
async function openMove(more = ""): Promise<void> {
  await stage.rosterform(["apply", "--auto-approve"]);
  await stage.pull("credentials/shelbyville/schoology.txt");
  await edit(stage, "vendors.yaml", "[1.1, 1.2] }", "[1.1, 1.2], contact: Help <help@schoology.example> }");
  await edit(
    stage,
    "districts/shelbyville.yaml",
    "version: 1.1, kind: supported }",
    `version: 1.2, kind: supported, accept: [user-ids 1.1->1.2], owner: Kim@shelbyville.example.org, confirm: { within: 21d }${more} }`,
  );
  await stage.rosterform(["apply", "--auto-approve"]);
}

const secretOf = async () =>
  /Client Secret:?\s+(\S+)/.exec(await stage.read("credentials/shelbyville/schoology.txt"))?.[1] ?? "none";

describe("rosterform status", () => {
  it("lists the overlaps: how long both connections work, who answers for it, what ends it", async () => {
    await openMove();
    stage.moveClock("3d");
    const { stdout } = await stage.rosterform(["status"]);
    expect(stdout).toContain("Overlaps: both connections work\nshelbyville/Schoology\n    open for 3 days; ");
    expect(stdout).toContain("handed over 3 days ago; due 2027-03-22");
    expect(stdout).toContain("owner: Kim@shelbyville.example.org; vendor: Help <help@schoology.example>");
    const rows = linesOf((await stage.rosterform(["status", "--json"])).stdout);
    expect(rows).toContainEqual(
      expect.objectContaining({ type: "overlap", address: SCHOOLOGY, ageDays: 3, overdue: false }),
    );
    stage.moveClock("20d");
    expect((await stage.rosterform(["status"])).stdout).toContain("due 2027-03-22, overdue");
  });

  it("says nothing of overlaps where there is none", async () => {
    await stage.rosterform(["apply", "--auto-approve"]);
    expect((await stage.rosterform(["status"])).stdout).not.toContain("Overlaps");
  });
});

describe("rosterform remind", () => {
  it("says when the next letter is due while the vendor still has its time", async () => {
    await openMove();
    expect((await stage.rosterform(["remind"])).stdout).toBe(
      "No letter is due. The next one is about shelbyville/Schoology, to the vendor, on 2027-03-04.\n",
    );
    expect((await stage.rosterform(["remind", "--district", "springfield"])).stdout).toBe(
      "No letter is due, and none is to come.\n",
    );
  });

  it("writes to the vendor and the owner once the sync period has passed, and never a secret", async () => {
    await openMove();
    stage.moveClock("3d");
    const { code, stdout } = await stage.rosterform(["remind"]);
    expect(code).toBe(0);
    expect(stdout).toContain("To: Help \\<help@schoology.example\\>");
    expect(stdout).toContain("Answer to: Kim@shelbyville.example.org");
    expect(stdout).toMatch(/fingerprint [0-9a-f]{4} [0-9a-f]{4} [0-9a-f]{4} [0-9a-f]{4}\n/);
    expect(stdout).toContain("metadata.ic.legacysourceId");
    expect(stdout).toContain("It will be disabled only after");
    expect(stdout).toContain("    rosterform confirm 'shelbyville/Schoology' --attest --by NAME --reason TEXT");
    const json = (await stage.rosterform(["remind", "--json"])).stdout;
    for (const text of [stdout, json]) expect(text).not.toContain(await secretOf());
  });

  it("writes to the owner where no contact is named, and says so", async () => {
    await openMove();
    await edit(stage, "vendors.yaml", ", contact: Help <help@schoology.example>", "");
    stage.moveClock("3d");
    const letters = linesOf((await stage.rosterform(["remind", "--json"])).stdout);
    expect(letters).toContainEqual(
      expect.objectContaining({ kind: "move", role: "owner", contactMissing: true, to: "Kim@shelbyville.example.org" }),
    );
    expect((await stage.rosterform(["remind"])).stdout).toContain("no document names a contact at Schoology");
  });

  it("says that it is overdue, and that the deadline changes nothing", async () => {
    await openMove();
    stage.moveClock("30d");
    const { stdout } = await stage.rosterform(["remind"]);
    expect(stdout).toContain("# Overdue: ");
    expect(stdout).toContain("This should have been done by 2027-03-22");
    expect(stdout).toContain("The deadline itself changes nothing");
  });

  it("tells the owner when the day of the hand-over has come, and when a contract ends", async () => {
    await openMove(", deliver-from: 2027-03-10, ends: 2027-05-01");
    const kinds = async () => {
      const lines = linesOf((await stage.rosterform(["remind", "--json"])).stdout);
      return lines.map((one) => (one as { readonly kind: string }).kind);
    };
    expect(await kinds()).toEqual([]);
    stage.moveClock("9d");
    expect(await kinds()).toEqual(["deliver"]);
    stage.moveClock("25d");
    expect(await kinds()).toEqual(["deliver", "ends"]);
    expect((await stage.rosterform(["remind"])).stdout).toContain(
      "    rosterform apply --target 'shelbyville/Schoology'",
    );
  });

  it("writes the letters that are to come with --all", async () => {
    await openMove();
    expect(linesOf((await stage.rosterform(["remind", "--all", "--json"])).stdout)).toHaveLength(2);
  });

  it("writes mail files that a mail program reads, the same bytes each time", async () => {
    await openMove();
    await edit(stage, "districts/shelbyville.yaml", "owner: Kim@", 'owner: "Kim Müßig <kim@');
    await edit(stage, "districts/shelbyville.yaml", "shelbyville.example.org,", 'shelbyville.example.org>",');
    stage.moveClock("3d");
    const write = () => stage.rosterform(["remind", "--format", "mail", "--out", "letters"]);
    expect((await write()).code).toBe(0);
    const files = (await readdir(join(stage.folder, "letters", "shelbyville"))).sort();
    expect(files).toHaveLength(2);
    const [move = ""] = files;
    const path = `letters/shelbyville/${move}`;
    const first = await stage.read(path);
    await write();
    expect(await stage.read(path)).toBe(first);
    expect(first.replaceAll("\r\n", "")).not.toMatch(/[\r\n]/);
    expect(Math.max(...first.split("\r\n").map((line) => line.length))).toBeLessThanOrEqual(78);
    const mail = readMail(join(stage.folder, path));
    expect(mail).toMatchObject({
      defects: 0,
      to: "help@schoology.example",
      from: "kim@shelbyville.example.org",
      unsent: "1",
      subject: "OneRoster connection of shelbyville: please move Schoology to the new values",
    });
    expect(mail.body).toContain("Please answer to Kim Müßig");
    expect(mail.body).not.toContain(await secretOf());
    expect(mail.date).toBe("Thu, 04 Mar 2027 00:00:00 +0000");
  });

  it("writes nothing where it cannot", async () => {
    await openMove();
    stage.moveClock("3d");
    const { code, stderr } = await stage.rosterform(["remind", "--out", "rosterform.yaml"]);
    expect(code).toBe(1);
    expect(stderr).toContain("cli/cannot-write");
  });
});

describe("rosterform tasks", () => {
  it("lists what each person has to do, with what to run; nobody first", async () => {
    await openMove();
    await edit(
      stage,
      "districts/springfield.yaml",
      "version: 1.1, kind: supported,",
      "version: 1.1, kind: supported, ends: 2027-03-10,",
    );
    stage.moveClock("3d");
    const { code, stdout } = await stage.rosterform(["tasks"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Nobody \(no owner is named\): 1 task\n/);
    expect(stdout).toContain("Kim@shelbyville.example.org: 2 tasks");
    expect(stdout).toContain("$ rosterform remind --target 'shelbyville/Schoology'");
    expect(
      Math.max(
        ...stdout
          .split("\n")
          .filter((line) => !line.includes("$ "))
          .map(({ length }) => length),
      ),
    ).toBeLessThanOrEqual(80);
  });

  it("finds a person in any case, and by what stands before the @", async () => {
    await openMove();
    for (const name of ["kim", "KIM@shelbyville.EXAMPLE.org"]) {
      const { code, stdout } = await stage.rosterform(["tasks", "--for", name, "--json"]);
      expect(code).toBe(0);
      expect(linesOf(stdout)).toMatchObject([{ type: "task", kind: "state", where: SCHOOLOGY, due: "2027-03-22" }]);
    }
    const { code, stderr } = await stage.rosterform(["tasks", "--for", "kin"]);
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining("Did you mean Kim?") });
  });

  it("says where a document has to be corrected", async () => {
    await openMove();
    await edit(stage, "districts/springfield.yaml", "version: 1.1, kind: supported", "version: 1.1, kind: other");
    const tasks = linesOf((await stage.rosterform(["tasks", "--json"])).stdout);
    expect(tasks).toContainEqual(
      expect.objectContaining({ kind: "fix", where: "springfield/Otus", place: "districts/springfield.yaml:5" }),
    );
  });

  it("says that there are none", async () => {
    await stage.rosterform(["apply", "--auto-approve"]);
    expect((await stage.rosterform(["tasks"])).stdout).toBe("No tasks.\n");
  });
});

interface Mail {
  readonly defects: number;
  readonly to: string;
  readonly from: string;
  readonly subject: string;
  readonly date: string;
  readonly unsent: string;
  readonly body: string;
}

/** What another program's parser makes of a mail file. */
function readMail(path: string): Mail {
  const script = `import email, email.policy, json, sys
m = email.message_from_binary_file(open(sys.argv[1], "rb"), policy=email.policy.default)
h = lambda n: str(m[n])
print(json.dumps(dict(defects=len(m.defects) + sum(len(v.defects) for v in m.values()), to=h("To"), subject=h("Subject"), date=h("Date"), unsent=h("X-Unsent"), body=m.get_content(), **{"from": h("From")})))`;
  return JSON.parse(execFileSync("python3", ["-c", script, path], { encoding: "utf8" })) as Mail;
}
