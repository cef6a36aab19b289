import type { OneRosterVersion } from "../../../model/traits.ts";
import { kindsOf, membersOf } from "../../gradebook/kinds.ts";

/** What every object has, and may have (1EdTech OneRoster 1.1 and 1.2, information models). */
const BASE = words("sourcedId status dateLastModified metadata");

const BOTH: Readonly<Record<string, readonly string[]>> = {
  orgs: words("name type identifier parent children"),
  academicSessions: words("title startDate endDate type parent children schoolYear"),
  courses: words("title schoolYear courseCode grades subjects org subjectCodes resources"),
  classes: words(
    "title classCode classType location grades subjects course school terms subjectCodes periods resources",
  ),
  users: words(
    "username userIds enabledUser givenName familyName middleName identifier email sms phone agents grades password",
  ),
  resources: words("title roles importance vendorResourceId vendorId applicationId"),
  enrollments: words("user class school role primary beginDate endDate"),
  demographics: words(
    `birthDate sex americanIndianOrAlaskaNative asian blackOrAfricanAmerican nativeHawaiianOrOtherPacificIslander white
     demographicRaceTwoOrMoreRaces hispanicOrLatinoEthnicity countryOfBirthCode stateOfBirthAbbreviation cityOfBirth
     publicSchoolResidenceStatus`,
  ),
};

const OWN: Readonly<Record<OneRosterVersion, Readonly<Record<string, readonly string[]>>>> = {
  "1.1": { users: words("role orgs") },
  "1.2": {
    users: words(
      `userMasterIdentifier preferredFirstName preferredMiddleName preferredLastName pronouns roles userProfiles primaryOrg
       resources`,
    ),
  },
};

function words(text: string): readonly string[] {
  return text.split(/\s+/);
}

/** The fields that objects of a kind can have, by the name of their list (`users` also for students and teachers). */
export function fieldsOf(many: string, version: OneRosterVersion): ReadonlySet<string> {
  const written = kindsOf(version).find((kind) => kind.many === many);
  const own = written === undefined ? (OWN[version][many] ?? []) : membersOf(written, version);
  return new Set([...BASE, ...(BOTH[many] ?? []), ...own]);
}
