import { chmod, mkdir, readdir, stat, symlink, writeFile } from "node:fs/promises";
import { realpathSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openDesk } from "./desk.ts";
import type { Stage } from "./stage.ts";

const MODELINE = (kind: string): string =>
  `# yaml-language-server: $schema=https://rosterform.example/schemas/v1/${kind}.schema.json`;
const UNTIDY =
  "district:   shelbyville   # who\nsite: {host: h.example.org,app: shelbyville, kind: sandbox}\nvendors:\n    # of math\n    Schoology:   {version: 1.10,   kind: supported}\n\n\n\n";
const TIDY = `${MODELINE("district")}
district: shelbyville   # who
site: { host: h.example.org, app: shelbyville, kind: sandbox }
vendors:
  # of math
  Schoology: { version: 1.10, kind: supported }
`;
const FILE = "districts/shelbyville.yaml";

let stage: Stage;
beforeEach(async () => {
  stage = await openDesk();
});
afterEach(() => stage.close());

const fmt = (...args: readonly string[]) => stage.rosterform(["fmt", ...args]);
async function through(text: string | Uint8Array, ...args: readonly string[]) {
  const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
  async function* piped(): AsyncGenerator<Uint8Array> {
    yield bytes.subarray(0, 5);
    yield bytes.subarray(5);
  }
  return stage.rosterform(["fmt", "-", ...args], { input: piped() });
}

describe("fmt", () => {
  it("formats the files of the project, prints their names, and has nothing to do after that", async () => {
    await stage.write(FILE, UNTIDY);
    await chmod(join(stage.folder, FILE), 0o640);
    const { code, stdout, stderr } = await fmt();
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toBe("rosterform.yaml\ndistricts/shelbyville.yaml\ndistricts/springfield.yaml\nvendors.yaml\n");
    expect(await stage.read(FILE)).toBe(TIDY);
    expect(await stage.read("vendors.yaml")).toMatch(
      new RegExp(`^${MODELINE("catalogue").replace("$", "\\$")}\nvendors:`),
    );
    expect(await stage.read("rosterform.yaml")).toContain(`${MODELINE("project")}\ndistricts:`);
    expect((await stat(join(stage.folder, FILE))).mode & 0o777).toBe(0o640);
    expect((await readdir(join(stage.folder, "districts"))).sort()).toEqual(["shelbyville.yaml", "springfield.yaml"]);
    expect(await fmt()).toEqual({ code: 0, stdout: "", stderr: "" });
    expect(await fmt("--check")).toEqual({ code: 0, stdout: "", stderr: "" });
  });

  it("writes nothing with --check and --diff, and says by its exit code what it found", async () => {
    await fmt();
    await stage.write(FILE, UNTIDY);
    const checked = await fmt("--check");
    expect(checked).toMatchObject({ code: 1, stdout: `${FILE}\n` });
    expect(checked.stderr).toContain("cli/not-formatted");
    expect(await fmt("--check", "--detailed-exitcode")).toEqual({ code: 2, stdout: `${FILE}\n`, stderr: "" });
    const { code, stdout } = await fmt("--diff");
    expect(code).toBe(0);
    expect(stdout).toContain(`--- ${FILE}\n+++ ${FILE}\n@@ -1,8 +1,6 @@\n-district:   shelbyville   # who\n`);
    expect(stdout).toContain("-    Schoology:   {version: 1.10,   kind: supported}\n");
    expect(stdout).toContain("+  Schoology: { version: 1.10, kind: supported }\n");
    expect((await fmt("--diff", "--check")).code).toBe(1);
    expect(await stage.read(FILE)).toBe(UNTIDY);
  });

  it("says in JSON what it did", async () => {
    await fmt();
    await stage.write(FILE, UNTIDY);
    const { stdout } = await fmt("--json");
    expect(
      stdout
        .trimEnd()
        .split("\n")
        .map((line): unknown => JSON.parse(line)),
    ).toEqual([
      { type: "formatted", file: FILE, written: true },
      { type: "format_summary", files: 4, changed: 1, written: true, errored: false },
    ]);
  });

  it("leaves a file that is no YAML as it is, tells why, and formats the others", async () => {
    const broken = "district: shelbyville\n  vendors: {A: {version: 1.1}}  \n";
    await stage.write(FILE, broken);
    const { code, stdout, stderr } = await fmt();
    expect(code).toBe(1);
    expect(stderr).toContain("config/syntax");
    expect(stderr).toContain(`${FILE} line 1`);
    expect(stdout).toContain("districts/springfield.yaml\n");
    expect(await stage.read(FILE)).toBe(broken);
  });

  it("leaves alone what it would change the meaning of, says so, and formats the others", async () => {
    const odd = "district: shelbyville\nvendors:\n  ? x:\n  - a\n  : b\n";
    await stage.write(FILE, odd);
    const { code, stdout, stderr } = await fmt();
    expect(stderr).toContain("cli/fmt-left-alone");
    expect(stdout).toBe("rosterform.yaml\ndistricts/springfield.yaml\nvendors.yaml\n");
    expect(await stage.read(FILE)).toBe(odd);
    expect(code).toBe(0);
  });

  it("does not ask whether documents make sense: that is what validate is for", async () => {
    await stage.write(FILE, "district: shelbyville\nvendrs: {A: {versoin: 7}}\n");
    expect((await fmt()).code).toBe(0);
    expect(await stage.read(FILE)).toContain("vendrs: { A: { versoin: 7 } }\n");
  });

  it("formats the files and folders that are named, and nothing of somebody else's", async () => {
    const foreign = "services:   {a: 1}\n";
    await stage.write(FILE, UNTIDY);
    await stage.write("compose.yml", foreign);
    await stage.write("chart.yaml", "{{ .Values.x }}: : :\n");
    await stage.write("other.yml", "site: {host: h,   app: s}\n");
    const named = await fmt("compose.yml", FILE);
    expect(named).toMatchObject({ code: 0, stdout: `${FILE}\n` });
    expect(named.stderr).toContain("cli/no-document");
    const below = await fmt(".");
    expect(below).toMatchObject({ code: 0, stderr: "" });
    expect(below.stdout.split("\n")).toContain("other.yml");
    expect(await stage.read("compose.yml")).toBe(foreign);
    expect(await stage.read("other.yml")).toBe(`${MODELINE("district")}\nsite: { host: h, app: s }\n`);
    const missing = await fmt("nowhere.yaml", "vendors.yaml");
    expect(missing.code).toBe(1);
    expect(missing.stderr).toContain("config/file-missing");
  });

  it("says that there is no project, and that districts cannot be found", async () => {
    expect((await fmt("--config", "nowhere.yaml")).stderr).toContain("config/no-project");
    await stage.write("rosterform.yaml", "districts:   none/*.yaml\nstore: {kind: sqlite, path: a.db}\n");
    const { code, stdout, stderr } = await fmt();
    expect({ code, stdout }).toEqual({ code: 1, stdout: "rosterform.yaml\n" });
    expect(stderr).toContain("config/no-district-files");
  });

  it("keeps a link a link, and follows none out of the repository", async () => {
    await mkdir(join(stage.folder, "repo", ".git"), { recursive: true });
    await mkdir(join(stage.folder, "repo", "real"));
    await writeFile(join(stage.folder, "outside.yaml"), UNTIDY);
    await writeFile(join(stage.folder, "repo", "real", "a.yaml"), UNTIDY);
    await symlink("real/a.yaml", join(stage.folder, "repo", "link.yaml"));
    await symlink("../outside.yaml", join(stage.folder, "repo", "out.yaml"));
    const { code, stderr } = await fmt("repo");
    expect(code).toBe(1);
    expect(stderr).toContain("config/leads-outside");
    expect(await stage.read("outside.yaml")).toBe(UNTIDY);
    expect(await stage.read("repo/real/a.yaml")).toBe(TIDY);
    expect(realpathSync(join(stage.folder, "repo", "link.yaml"))).toContain("real");
  });

  it("takes Windows line ends and byte order marks away", async () => {
    await stage.write(FILE, `\uFEFF${TIDY.replaceAll("\n", "\r\n")}`);
    expect((await fmt("--diff", FILE)).stdout).toContain("@@ -1,6 +1,6 @@\n");
    expect((await fmt(FILE)).stdout).toBe(`${FILE}\n`);
    expect(await stage.read(FILE)).toBe(TIDY);
  });

  it("writes no file half where it cannot write", async () => {
    await stage.write(FILE, UNTIDY);
    const there = join(stage.folder, FILE);
    await mkdir(`${there}.${process.pid}.tmp`);
    const { code, stderr } = await fmt(FILE);
    expect(code).toBe(1);
    expect(stderr).toContain("cli/cannot-write");
    expect(await stage.read(FILE)).toBe(UNTIDY);
  });

  it("ends where it is interrupted, between two files", async () => {
    await stage.write(FILE, UNTIDY);
    const { code } = await stage.rosterform(["fmt"], { signal: AbortSignal.abort("SIGINT") });
    expect(code).toBe(130);
    expect(await stage.read(FILE)).toBe(UNTIDY);
  });
});

describe("fmt -", () => {
  it("formats stdin to stdout", async () => {
    expect(await through(UNTIDY)).toEqual({ code: 0, stdout: TIDY, stderr: "" });
    expect(await through(TIDY, "--check")).toEqual({ code: 0, stdout: "", stderr: "" });
    expect(await through(UNTIDY, "--check")).toMatchObject({ code: 1, stdout: "stdin\n" });
    expect((await through(UNTIDY, "--diff")).stdout).toContain("--- stdin\n+++ stdin\n");
    const json: unknown = JSON.parse((await through(UNTIDY, "--json")).stdout.split("\n")[0] ?? "");
    expect(json).toEqual({ type: "formatted", file: "stdin", written: false, changed: true, text: TIDY });
  });

  it("hands back what it cannot format, as it was", async () => {
    const { code, stdout, stderr } = await through("district: [a\n");
    expect({ code, stdout }).toEqual({ code: 1, stdout: "district: [a\n" });
    expect(stderr).toContain("config/syntax");
    expect(await through("a:   1\n")).toMatchObject({ code: 0, stdout: "a:   1\n" });
    expect((await through(Uint8Array.from([0xff, 0xfe, 0x41]))).stderr).toContain("config/not-utf-8");
  });

  it("stands alone", async () => {
    const { code, stderr } = await through(UNTIDY, FILE);
    expect(code).toBe(1);
    expect(stderr).toContain("cli/fmt-usage");
  });
});

describe("schema", () => {
  it("prints each schema, their names, and offers a near name", async () => {
    const names = (await stage.rosterform(["schema", "--list"])).stdout.trimEnd().split("\n");
    expect(names).toEqual(["project", "district", "catalogue", "connection", "definitions"]);
    for (const name of names) {
      const { stdout } = await stage.rosterform(["schema", name]);
      expect(JSON.parse(stdout)).toMatchObject({ $id: `https://rosterform.example/schemas/v1/${name}.schema.json` });
    }
    const { code, stderr } = await stage.rosterform(["schema", "distrct"]);
    expect(code).toBe(1);
    expect(stderr).toContain("cli/unknown-schema");
    expect(stderr).toContain("Did you mean district?");
  });

  it("writes all of them into a folder, as they are in the package", async () => {
    const { stdout } = await stage.rosterform(["schema", "--out", "a/b"]);
    expect(stdout).toContain("wrote a/b/definitions.schema.json\n");
    expect(await stage.read("a/b/project.schema.json")).toBe((await stage.rosterform(["schema", "project"])).stdout);
    await stage.write("c", "");
    expect((await stage.rosterform(["schema", "--out", "c"])).stderr).toContain("cli/cannot-write");
  });
});
