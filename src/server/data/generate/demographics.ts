import type { Day } from "../../../model/time.ts";
import type { DemographicFlag, Demographics } from "../district-data.ts";
import { DEMOGRAPHIC_FLAGS } from "../district-data.ts";
import type { Pick } from "../random.ts";

type Flags = Demographics["flags"];

/** Each answer is one object, however many share it. */
const ANSWERS: ReadonlyMap<string, Flags> = new Map(
  (
    [
      ["white"],
      ["blackOrAfricanAmerican"],
      ["asian"],
      ["americanIndianOrAlaskaNative"],
      ["nativeHawaiianOrOtherPacificIslander"],
      ["white", "asian", "demographicRaceTwoOrMoreRaces"],
      ["white", "blackOrAfricanAmerican", "demographicRaceTwoOrMoreRaces"],
    ] satisfies readonly (readonly DemographicFlag[])[]
  ).flatMap((races, index) =>
    [false, true].map((isHispanic): [string, Flags] => {
      const yes: readonly DemographicFlag[] = isHispanic ? [...races, "hispanicOrLatinoEthnicity"] : races;
      return [
        `${index} ${isHispanic}`,
        Object.fromEntries(DEMOGRAPHIC_FLAGS.map((flag) => [flag, yes.includes(flag)])),
      ];
    }),
  ),
);
/** How many in a hundred give each of the answers above. */
const SHARES = [52, 18, 12, 3, 2, 7, 6];

/** What is known of a student who entered a school in that year at that age. */
export function demographicsOf(pick: Pick, entryYear: number, entryAge: number): Demographics {
  const [month, day] = [pick(12) + 1, pick(28) + 1];
  // Who is born after August enters with those of the next year.
  const year = entryYear - entryAge - (month >= 9 ? 1 : 0);
  const flags = ANSWERS.get(`${raceOf(pick(100))} ${pick(4) === 0}`);
  return {
    birthDate: `${year}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}` as Day,
    sex: pick(2) === 0 ? "female" : "male",
    flags: flags ?? {},
    countryOfBirthCode: pick(20) === 0 ? "CA" : "US",
  };
}

function raceOf(percent: number): number {
  let sum = 0;
  return Math.max(
    0,
    SHARES.findIndex((share) => {
      sum += share;
      return percent < sum;
    }),
  );
}
