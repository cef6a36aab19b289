/** What other doors' commands need to run the reference campus. */
export { parseOperators } from "./api/operators-file.ts";
export { createOperatorsSource } from "./api/operators-source.ts";
export { passingClock } from "./api/rehearsal.ts";
export { createCampus } from "./campus.ts";
export { faultsOf } from "./troubles.ts";
export { readVendorKeys } from "./gradebook/vendor-keys.ts";
export { loadExports } from "./data/export/load-exports.ts";
