import type { Catalogue } from "../generated/catalogue.ts";
import type { District } from "../generated/district.ts";
import type { Project } from "../generated/project.ts";

/** The kinds of document and what each holds once its shape is right. */
export interface Shapes {
  readonly project: Project;
  readonly district: District;
  readonly catalogue: Catalogue;
}
