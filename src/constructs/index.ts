// rosterform for the Cloud Development Kit for Terraform: the bindings of the provider, and `District`. Written against CDK
// Terrain (cdktn); the build makes the same for the archived CDKTF (cdktf).

export { District } from "./district.ts";
export type {
  DistrictOptions,
  DistrictProps,
  DistrictShape,
  ProjectShape,
  VendorShape,
  VendorsShape,
} from "./district-shape.ts";
export * from "./generated/index.ts";
