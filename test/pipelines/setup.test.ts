import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { outputsIn } from "../setup/actions-runner.ts";
import { root } from "../setup/source.ts";
import { read, scriptsOf } from "./files.ts";

const [{ text: SETUP } = { text: "" }] = scriptsOf({ "action.yml": read("action.yml") });
const { version } = JSON.parse(read("package.json")) as { readonly version: string };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rosterform-setup-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the first step of the action where npm only writes down how it was called, and rosterform is there or not. */
function setUp(env: Readonly<Record<string, string>>, files: Readonly<Record<string, string>> = {}) {
  const put = (name: string, text: string) => {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text, { mode: 0o755 });
  };
  put("bin/npm", `#!/bin/sh\necho "npm $*" >> "${folder}/called"\n`);
  for (const [name, text] of Object.entries({ called: "", output: "", path: "", ...files })) put(name, text);
  const usual = (process.env["PATH"] ?? "").split(":").filter((one) => !one.includes("node_modules"));
  const { status, stdout } = spawnSync("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", SETUP], {
    cwd: folder,
    encoding: "utf8",
    env: {
      ...{ COMMAND: "plan", NAME: "rosterform-plan", VERSION: "", ACTION: root, RUNNER_TEMP: join(folder, "temp") },
      ...{ PATH: [join(folder, "bin"), ...usual].join(":") },
      ...{ GITHUB_OUTPUT: join(folder, "output"), GITHUB_PATH: join(folder, "path") },
      ...env,
    },
  });
  const lines = (name: string) => readFileSync(join(folder, name), "utf8").replaceAll(folder, "").trim();
  return {
    status,
    stdout,
    called: lines("called"),
    path: lines("path"),
    outputs: outputsIn(readFileSync(join(folder, "output"), "utf8")),
  };
}

const THERE = { "bin/rosterform": "#!/bin/sh\necho rosterform 0.9.0\n" };

describe("the action finds rosterform", () => {
  it("on the path, and installs nothing", () => {
    expect(setUp({}, THERE)).toMatchObject({ status: 0, called: "", path: "" });
    expect(setUp({ VERSION: "0.9.0" }, THERE)).toMatchObject({ status: 0, called: "" });
  });

  it("in package-lock.json of the folder", () => {
    const lock = { "package-lock.json": '{ "packages": { "node_modules/rosterform": {} } }' };
    expect(setUp({}, lock)).toMatchObject({
      status: 0,
      called: expect.stringMatching(/^npm ci /),
      path: "/node_modules/.bin",
    });
  });

  it("else in its own version, or the one that is asked for", () => {
    const own = setUp({}, { "package-lock.json": '{ "packages": {} }' });
    expect(own).toMatchObject({ status: 0, called: expect.stringMatching(new RegExp(` rosterform@${version}$`)) });
    expect(own.path).toBe("/temp/rosterform/program/node_modules/.bin");
    expect(setUp({ VERSION: "0.8.1" }, THERE).called).toMatch(/ rosterform@0\.8\.1$/);
  });

  it("and refuses other commands, and names that are none", () => {
    expect(setUp({ COMMAND: "destroy" })).toMatchObject({ status: 1, stdout: expect.stringContaining("::error") });
    expect(setUp({ NAME: "../up" })).toMatchObject({ status: 1, stdout: expect.stringContaining("letters, digits") });
  });
});
