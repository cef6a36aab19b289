/** What is taught in a kind of school, and to whom. */
export interface SchoolPlan {
  readonly name: string;
  readonly level: Level;
}

export interface Level {
  readonly kind: "elementary" | "middle" | "high";
  readonly grades: readonly string[];
  /** The age at which a student enters its first grade. */
  readonly entryAge: number;
  readonly subjects: readonly Subject[];
}

export interface Subject {
  readonly name: string;
  /** The days of the year that it fills; most fill it all. */
  readonly term: "all" | "first" | "second";
}

const subjects = (all: readonly string[], first: readonly string[] = [], second: readonly string[] = []): Subject[] => [
  ...all.map((name) => ({ name, term: "all" as const })),
  ...first.map((name) => ({ name, term: "first" as const })),
  ...second.map((name) => ({ name, term: "second" as const })),
];

export const ELEMENTARY: Level = {
  kind: "elementary",
  grades: ["01", "02", "03", "04", "05"],
  entryAge: 6,
  subjects: subjects(["Homeroom", "Mathematics", "Reading", "Music"]),
};
const MIDDLE: Level = {
  kind: "middle",
  grades: ["06", "07", "08"],
  entryAge: 11,
  subjects: subjects(["English", "Mathematics", "Science", "History"]),
};
const HIGH: Level = {
  kind: "high",
  grades: ["09", "10", "11", "12"],
  entryAge: 14,
  subjects: subjects(["English", "Mathematics", "Science", "History"], ["Health"], ["Art"]),
};
const LEVELS = [ELEMENTARY, MIDDLE, HIGH] as const;

/** The schools of every district, so that a document's `schools:` finds them everywhere. */
const FIRST: readonly SchoolPlan[] = [
  { name: "Lincoln", level: ELEMENTARY },
  { name: "Roosevelt", level: ELEMENTARY },
  { name: "North High", level: HIGH },
  { name: "South High", level: HIGH },
];
export const USUAL_SCHOOLS = FIRST.length;

const PLACES = [
  "Maple Grove",
  "Cedar Ridge",
  "Riverbend",
  "Stone Creek",
  "Willow Park",
  "Harbor View",
  "Sunset Hill",
  "Fox Hollow",
  "Eagle Point",
  "Prairie View",
  "Orchard Lane",
  "Lakeside",
  "Birch Valley",
  "Summit",
  "Meadowbrook",
  "Old Mill",
  "Clearwater",
  "Juniper",
  "Bluff Street",
  "Pine Bay",
];

/** The plans of so many schools: the four that every district has, then others with invented names. */
export function schoolPlans(count: number): readonly SchoolPlan[] {
  const more = Array.from({ length: Math.max(0, count - FIRST.length) }, (_, index): SchoolPlan => {
    const level = LEVELS[index % LEVELS.length] ?? ELEMENTARY;
    const round = Math.floor(index / PLACES.length);
    const place = `${PLACES[index % PLACES.length]}${round === 0 ? "" : ` ${round + 1}`}`;
    return { name: level === ELEMENTARY ? place : `${place} ${level === HIGH ? "High" : "Middle"}`, level };
  });
  return [...FIRST, ...more].slice(0, count);
}
