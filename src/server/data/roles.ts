/** What a person can be, in the words of 1.2, which has more of them than 1.1. */
export const PERSON_ROLES = [
  "student",
  "teacher",
  "aide",
  "counselor",
  "proctor",
  "principal",
  "siteAdministrator",
  "districtAdministrator",
  "systemAdministrator",
  "guardian",
  "parent",
  "relative",
] as const;
export type PersonRole = (typeof PERSON_ROLES)[number];

/** What a person can be in 1.1. */
export const LEGACY_ROLES = [
  "administrator",
  "aide",
  "guardian",
  "parent",
  "proctor",
  "relative",
  "student",
  "teacher",
] as const;
export type LegacyRole = (typeof LEGACY_ROLES)[number];

/** As what a person takes part in a class; the same words in both versions. */
export const ENROLLMENT_ROLES = ["administrator", "aide", "proctor", "student", "teacher"] as const;
export type EnrollmentRole = (typeof ENROLLMENT_ROLES)[number];

/** The word of 1.1 for a role. It knows one kind of administrator and no counselor. */
export function legacyRoleOf(role: PersonRole): LegacyRole {
  switch (role) {
    case "principal":
    case "siteAdministrator":
    case "districtAdministrator":
    case "systemAdministrator":
      return "administrator";
    case "counselor":
      return "aide";
    default:
      return role;
  }
}

/** Whether somebody with this role is there for students of theirs and not for a school. */
export function isFamily(role: PersonRole): boolean {
  return role === "guardian" || role === "parent" || role === "relative";
}
