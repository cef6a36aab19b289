import { describe, expect, it } from "vitest";
import { identified } from "../src/identity.ts";

describe("who runs a command", () => {
  it("is the user of the operating system, where no pipeline runs it", () => {
    expect(identified({ env: { GITHUB_ACTOR: "somebody" }, login: "dana" })).toEqual({
      identity: { kind: "system-user", name: "dana" },
    });
    expect(identified({ env: {} })).toEqual({});
  });

  it("is whom a pipeline runs for, with its run and its commit", () => {
    const github = {
      GITHUB_ACTIONS: "true",
      GITHUB_ACTOR: "dana",
      GITHUB_SERVER_URL: "https://github.example",
      GITHUB_REPOSITORY: "agency/connections",
      GITHUB_RUN_ID: "17",
      GITHUB_SHA: "0123abc",
    };
    expect(identified({ env: github, login: "runner" }).identity).toEqual({
      kind: "ci",
      name: "dana",
      where: "https://github.example/agency/connections/actions/runs/17",
      commit: "0123abc",
    });
    const gitlab = {
      GITLAB_CI: "true",
      GITLAB_USER_LOGIN: "lee",
      CI_JOB_URL: "https://gitlab.example/1",
      CI_COMMIT_SHA: "",
    };
    expect(identified({ env: gitlab }).identity).toEqual({
      kind: "ci",
      name: "lee",
      where: "https://gitlab.example/1",
    });
    const azure = {
      TF_BUILD: "True",
      BUILD_REQUESTEDFOR: "Kim",
      SYSTEM_COLLECTIONURI: "https://azure.example/agency/",
      SYSTEM_TEAMPROJECT: "rostering",
      BUILD_BUILDID: "9",
    };
    expect(identified({ env: azure }).identity).toMatchObject({
      name: "Kim",
      where: "https://azure.example/agency/rostering/_build/results?buildId=9",
    });
    expect(identified({ env: { GITHUB_ACTIONS: "true" } }).identity).toEqual({ kind: "ci", name: "unknown" });
  });
});
