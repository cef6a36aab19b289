import { checkAcceptances } from "./acceptances.ts";
import { checkAdoptions } from "./adoptions.ts";
import type { Check } from "./check.ts";
import { checkDuplicateDistricts } from "./duplicate-districts.ts";
import { checkFreezes } from "./freezes.ts";
import { checkGroupKeys } from "./group-keys.ts";
import { checkGroups, checkUnusedGroups } from "./groups.ts";
import { checkKinds } from "./kinds.ts";
import { checkLocked } from "./locked.ts";
import { checkMachinery } from "./machinery.ts";
import { checkRenames } from "./renames.ts";
import { checkReplacements } from "./replacements.ts";
import { checkRequiredKeys } from "./required-keys.ts";
import { checkRequirements } from "./requirements.ts";
import { checkShares } from "./shares.ts";
import { checkSimilarNames } from "./similar-names.ts";
import { checkSites } from "./sites.ts";
import { checkVendors } from "./vendors.ts";
import { checkVersions } from "./versions.ts";

/** What can be said of one district after the other, with the project and the catalogue beside it. */
export const CHECKS_OF_ONE: readonly Check[] = [
  checkSimilarNames,
  checkMachinery,
  checkGroups,
  checkGroupKeys,
  checkLocked,
  checkVendors,
  checkRequiredKeys,
  checkVersions,
  checkKinds,
  checkShares,
  checkAcceptances,
  checkAdoptions,
  checkReplacements,
  checkRenames,
  checkRequirements,
  checkFreezes,
];

/** What only shows when all districts stand beside each other. Of connections these look at nothing. */
export const CHECKS_ACROSS: readonly Check[] = [checkDuplicateDistricts, checkSites, checkUnusedGroups];

/** Every rule, one a file. */
export const CHECKS: readonly Check[] = [...CHECKS_ACROSS, ...CHECKS_OF_ONE];
