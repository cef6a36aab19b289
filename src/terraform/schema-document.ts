import { SCHEMAS } from "./resources/schemas.ts";
import { SOURCE } from "./source.ts";
import { schemaJson } from "./wire/schema-json.ts";

/** The document that is published as `schemas/terraform-provider.json`. */
export function schemaDocument(): object {
  return schemaJson(SCHEMAS, SOURCE);
}
