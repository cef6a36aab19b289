import type { Plan } from "../../plan/plan.ts";
import { resourceChangesJson } from "../change-json.ts";

/** What GitLab shows in a merge request of an artifact that is `reports: terraform`. */
export interface GitlabReport {
  readonly create: number;
  readonly update: number;
  readonly delete: number;
}

/**
 * Counted as GitLab's own line for `terraform show -json` counts: a switch is a create, and the delete that comes later, on
 * evidence. What is held is not counted, as in the last line of the plan.
 */
export function gitlabReport(plan: Plan): GitlabReport {
  const actions = plan.districts
    .flatMap((district) => district.addresses)
    .filter((one) => one.hold === undefined)
    .flatMap(resourceChangesJson)
    .flatMap(({ change }) => change.actions);
  const count = (kind: (typeof actions)[number]): number => actions.filter((one) => one === kind).length;
  return { create: count("create"), update: count("update"), delete: count("delete") };
}
