import type { Identity } from "./model/evidence.ts";

/** Variables of the process that runs this. */
type Environment = Readonly<Record<string, string | undefined>>;

/** A name given on purpose, the pipeline's identity, or the login name. */
export function whoRuns(env: Environment, login: string): string {
  return namedBy(env) ?? login;
}

/** The name that the environment gives; `undefined` where it gives none. */
export function namedBy(env: Environment): string | undefined {
  const names = [env["ROSTERFORM_ACTOR"], env["GITHUB_ACTOR"], env["GITLAB_USER_LOGIN"], env["USER"]];
  return names.find((name) => name !== undefined && name !== "");
}

/**
 * Who runs this command, as far as the place knows it that runs it: a pipeline's own variables, else the user of the operating
 * system. Unlike `--by` nobody chooses it while typing. Which variables: the documentation of GitHub Actions, GitLab CI and
 * Azure Pipelines.
 */
export function identified({ env, login }: { readonly env: Environment; readonly login?: string }): {
  readonly identity?: Identity;
} {
  const pipeline = pipelineIn(env);
  if (pipeline !== undefined) return { identity: pipeline };
  return login === undefined ? {} : { identity: { kind: "system-user", name: login } };
}

function pipelineIn(env: Environment): Identity | undefined {
  if (env["GITHUB_ACTIONS"] === "true") {
    const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: run } = env;
    const where = server && repository && run ? `${server}/${repository}/actions/runs/${run}` : undefined;
    return pipeline(env["GITHUB_ACTOR"], where, env["GITHUB_SHA"]);
  }
  if (env["GITLAB_CI"] === "true") return pipeline(env["GITLAB_USER_LOGIN"], env["CI_JOB_URL"], env["CI_COMMIT_SHA"]);
  if (env["TF_BUILD"] === "True") {
    const { SYSTEM_COLLECTIONURI: server, SYSTEM_TEAMPROJECT: project, BUILD_BUILDID: build } = env;
    const where = server && project && build ? `${server}${project}/_build/results?buildId=${build}` : undefined;
    return pipeline(env["BUILD_REQUESTEDFOR"], where, env["BUILD_SOURCEVERSION"]);
  }
  return undefined;
}

function pipeline(name = "unknown", where?: string, commit?: string): Identity {
  return {
    kind: "ci",
    name,
    ...(where === undefined ? {} : { where }),
    ...(commit === undefined || commit === "" ? {} : { commit }),
  };
}
