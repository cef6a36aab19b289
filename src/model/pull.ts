/** What a consumer reads in a sync: organisations, people, and who is enrolled where. */
export const PULLS = ["orgs", "users", "enrollments"] as const;
/** One kind of data that a sync has to have read. */
export type Pull = (typeof PULLS)[number];
