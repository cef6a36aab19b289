/**
 * The rules that are explored: the store's own, not a copy of them. Loaded with `import()`, so that a test can load them again with
 * one guard less.
 */
export { ruleAdopt, ruleDisable, ruleRelease, ruleRename, ruleUpdate } from "../../../src/stores/rules/addresses.ts";
export { ruleAbandon, ruleClose, ruleOpen, ruleTie } from "../../../src/stores/rules/cutovers.ts";
export { ruleChangeByHand, useAfter } from "../../../src/stores/rules/hands.ts";
export {
  ruleBeginDelivery,
  ruleRecordDelivery,
  ruleRecordFindings,
  ruleRecordStatement,
} from "../../../src/stores/rules/proof.ts";
export { ruleRestore } from "../../../src/stores/rules/restoring.ts";
