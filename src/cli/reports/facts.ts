import { basename, dirname, relative, resolve, sep } from "node:path";
import { mainFile } from "../../config/load-project.ts";
import type { Diagnostic, Locate } from "../../diagnostics/diagnostic.ts";
import type { DistrictId } from "../../model/address.ts";
import type { LiveDistrict } from "../../model/live.ts";
import type { Instant } from "../../model/time.ts";
import { digestPlan, type Digests } from "../../plan/digest.ts";
import type { Plan } from "../../plan/plan.ts";
import type { Repository } from "../../views/pipeline/github.ts";
import { diagnosticsIn } from "../../views/plan-text.ts";
import { reviewOf, reviewOfTroubles } from "../../views/review/model.ts";
import type { Review } from "../../views/review/review.ts";
import type { ExitCode } from "../exit-code.ts";
import type { ScopeOptions, Shard } from "../fleet/scope.ts";
import { sha256 } from "../hash.ts";
import { folderOf, NOWHERE } from "../output.ts";
import { type DocumentOptions, pathOf, type Session } from "../session.ts";
import type { World } from "../world.ts";

/** How a command ended, for those who report on it. */
export interface Outcome {
  readonly code: ExitCode;
  /** Absent where the documents are broken. */
  readonly session?: Session;
  readonly planned?: Planned;
  readonly planFile?: string;
  /** Documents that were read, where no session holds them. */
  readonly documents?: readonly string[];
  /** Its last line, where it made no plan. */
  readonly says?: string;
}

/** A plan that was made. */
export interface Planned {
  readonly plan: Plan;
  readonly live: ReadonlyMap<DistrictId, LiveDistrict>;
  readonly isErrored: boolean;
  readonly hasChanges: boolean;
  /** Why not every district was looked at, a line each. */
  readonly notes?: readonly string[];
}

/** What every report is made of. */
export interface Facts {
  readonly command: "plan" | "validate";
  /** What was told on the way, in the order in which it was told. */
  readonly heard: readonly Diagnostic[];
  /** All of that, and what is wrong with the plan. */
  readonly diagnostics: readonly Diagnostic[];
  readonly locate: Locate;
  readonly repository: Repository;
  /** The file it all begins with, below the repository. */
  readonly mainFile: string;
  /** Of a fleet that is divided among jobs, which part this is. */
  readonly shard?: Shard;
  /** Documents that were read, as places name them. */
  readonly documents: readonly string[];
  readonly planned?: Planned & { readonly digests: Digests };
  readonly planFile?: string;
  readonly review: Review;
  readonly now: Instant;
}

interface Known extends Pick<Facts, "command" | "heard"> {
  readonly options: DocumentOptions & ScopeOptions;
  readonly world: World;
  readonly outcome: Outcome;
}

/** Gathers what the reports of a command are made of. */
export async function gather({ command, heard, options, world, outcome }: Known): Promise<Facts> {
  const { session, planned, planFile } = outcome;
  const locate = session === undefined ? NOWHERE : await session.locate();
  const main = session?.project.file ?? mainFile(resolve(folderOf(options, world), pathOf(options, world)));
  const repository = repositoryOf(dirname(main), world);
  const diagnostics = [...heard, ...(planned === undefined ? [] : diagnosticsIn(planned.plan))];
  const digests = planned === undefined ? undefined : digestPlan(planned.plan, sha256);
  const now = world.clock.now();
  return {
    command,
    heard,
    diagnostics,
    locate,
    repository,
    mainFile: repository(basename(main)),
    ...(options.shard === undefined ? {} : { shard: options.shard }),
    documents: outcome.documents ?? session?.project.sources.map(({ file }) => file) ?? [],
    ...(planned === undefined || digests === undefined ? {} : { planned: { ...planned, digests } }),
    ...(planFile === undefined ? {} : { planFile }),
    review:
      planned === undefined || digests === undefined
        ? reviewOfTroubles(command === "plan" ? "Plan" : "Documents", outcome.says ?? MISSING[command], {
            diagnostics,
            locate,
            now,
          })
        : reviewOf({ ...planned, digests, locate, more: heard }),
    now,
  };
}

const MISSING: Readonly<Record<Facts["command"], string>> = {
  plan: "No plan was made, so nothing can be applied.",
  validate: "The configuration is not valid.",
};

/** Paths as a code host names them: below what was checked out, else below the folder the command was started in. */
function repositoryOf(folder: string, { env, cwd }: World): Repository {
  const root = [env["GITHUB_WORKSPACE"], env["CI_PROJECT_DIR"]].find((one) => one !== undefined && one !== "") ?? cwd;
  return (file) => relative(root, resolve(folder, file)).split(sep).join("/");
}
