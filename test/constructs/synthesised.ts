import { App, TerraformStack, Testing } from "cdktn";
import { OnerosterProvider } from "../../src/constructs/index.ts";

/** Arguments of one resource, as they stand in cdk.tf.json. */
export type Arguments = Readonly<Record<string, unknown>>;

/** The part of a synthesised stack that tests look at. */
export interface Synthesised {
  readonly resource?: { readonly oneroster_connection?: Readonly<Record<string, Arguments>> };
  readonly [block: string]: unknown;
}

/** A stack with a provider, for one test. */
export function stackFor(id = "agency", app = new App({ outdir: "unused" })): TerraformStack {
  const stack = new TerraformStack(app, id);
  new OnerosterProvider(stack, "oneroster", { project: "./rosterform.yaml" });
  return stack;
}

/** What a stack becomes, its metadata left out. Nothing is written. */
export function synthesised(stack: TerraformStack): Synthesised {
  return JSON.parse(Testing.synth(stack, true));
}

/** The connections of a stack by their names in Terraform. */
export function connectionsOf(stack: TerraformStack): Readonly<Record<string, Arguments>> {
  return synthesised(stack).resource?.oneroster_connection ?? {};
}
