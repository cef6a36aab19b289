import { Secret } from "../../src/model/secret.ts";
import type { DistrictId } from "../../src/model/address.ts";
import type { Traits } from "../../src/model/traits.ts";
import type { CampusOptions } from "../../src/server/campus.ts";
import { askToken, type Connected, type Got, openStage, send, type Stage, vendorOf } from "./stage.ts";

export const VENDOR_KEY = "otus-key:otus-secret-0123456789";

/** A campus that issued a vendor key to Otus, the application of every connection of the stage. */
export function openGradeBook(options: Partial<CampusOptions> = {}): Promise<Stage> {
  return openStage({
    partners: [
      { application: "Otus", value: new Secret(VENDOR_KEY) },
      { application: "Manage1to1", value: new Secret("m1-key:m1-secret-0123456789") },
    ],
    ...options,
  });
}

/** A client of the grade book. Paths are below the grade book's root of its version. */
export interface GradeClient {
  readonly connected: Connected;
  readonly root: string;
  get(path: string): Promise<Got>;
  put(path: string, body: unknown): Promise<Got>;
  post(path: string, body: unknown): Promise<Got>;
  remove(path: string): Promise<Got>;
  /** Reads rostering. */
  readonly roster: (path: string) => Promise<Got>;
}

export async function gradeClient(
  stage: Stage,
  make: Partial<Traits> & { readonly district?: DistrictId } = {},
  more: { readonly vendorKey?: string | undefined; readonly scope?: string } = { vendorKey: VENDOR_KEY },
): Promise<GradeClient> {
  const connected = await stage.connect({ kind: "supported", ...make });
  const { json } = await askToken(connected.credentials, more.scope === undefined ? {} : { scope: more.scope });
  const { version } = connected.connection;
  const root = version === "1.1" ? connected.root : `${connected.credentials.baseUrl}/gradebook/v1p2`;
  const call = (method: string, path: string, body?: unknown): Promise<Got> =>
    send(`${root}/${path}`, {
      method,
      headers: {
        authorization: `Bearer ${json.access_token}`,
        ...(more.vendorKey === undefined ? {} : { "x-vendor-authorization": more.vendorKey }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  return {
    connected,
    root,
    get: (path) => call("GET", path),
    put: (path, body) => call("PUT", path, body),
    post: (path, body) => call("POST", path, body),
    remove: (path) => call("DELETE", path),
    roster: await vendorOf(connected),
  };
}

/** A class with its school, a student who is enrolled in it, and another one who is not. */
export interface Place {
  readonly group: string;
  readonly school: string;
  readonly student: string;
  readonly stranger: string;
  readonly gradingPeriod: string;
}

/** A place at a school, in the ids of the client's version. */
export async function placeAt(client: GradeClient, school = "Lincoln"): Promise<Place> {
  const schools = (await client.roster("schools")).json.orgs;
  const id = schools.find((org: { readonly name: string }) => org.name === school).sourcedId;
  const groups = (await client.roster(`schools/${id}/classes?limit=1000`)).json.classes;
  const group =
    groups.find((one: { readonly resources?: readonly unknown[] }) => one.resources !== undefined) ?? groups[0];
  const students = (await client.roster(`classes/${group.sourcedId}/students`)).json.users;
  const there = new Set(students.map((one: { readonly sourcedId: string }) => one.sourcedId));
  const all = (await client.roster(`schools/${id}/students?limit=1000`)).json.users;
  const term = group.terms[0].sourcedId;
  const periods = (await client.roster(`terms/${term}/gradingPeriods`)).json.academicSessions;
  return {
    group: group.sourcedId,
    school: id,
    student: students[0].sourcedId,
    stranger: all.find((one: { readonly sourcedId: string }) => !there.has(one.sourcedId)).sourcedId,
    gradingPeriod: periods[0].sourcedId,
  };
}

const at = (sourcedId: string) => ({ sourcedId });

/** A line item as a client of the version would send it. */
export function lineItem(place: Place, version: "1.1" | "1.2", more: Readonly<Record<string, unknown>> = {}) {
  return {
    title: "Fractions",
    assignDate: "2026-09-14T00:00:00Z",
    dueDate: "2026-09-21T00:00:00Z",
    class: at(place.group),
    category: at("homework"),
    resultValueMin: 0,
    resultValueMax: 20,
    ...(version === "1.1" ? { gradingPeriod: at(place.gradingPeriod) } : { school: at(place.school) }),
    ...more,
  };
}

export function result(place: Place, item: string, more: Readonly<Record<string, unknown>> = {}) {
  return {
    lineItem: at(item),
    student: at(place.student),
    scoreStatus: "fully graded",
    score: 17.5,
    scoreDate: "2026-09-22",
    ...more,
  };
}

/** Writes the category `homework`, the line item `fractions` and the result `one`. */
export async function writeOne(client: GradeClient, place: Place): Promise<readonly number[]> {
  const { version } = client.connected.connection;
  const answers = [
    await client.put("categories/homework", { category: { sourcedId: "homework", title: "Homework" } }),
    await client.put("lineItems/fractions", { lineItem: lineItem(place, version, { sourcedId: "fractions" }) }),
    await client.put("results/one", { result: result(place, "fractions", { sourcedId: "one" }) }),
  ];
  return answers.map(({ status }) => status);
}
