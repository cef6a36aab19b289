import { endpointsOf } from "../../src/server/oneroster/discovery/document.ts";
import type { Service } from "../../src/server/oneroster/roots.ts";
import { type GradeClient, placeAt, writeOne } from "./gradebook-stage.ts";
import type { Got } from "./stage.ts";

export const SERVICES = ["rostering", "gradebook", "resources"] as const;
const NOT_IN_11 =
  /scoreScales|assessment|academicSessions\/.*results|users\/.*resources|classes\/\{sourcedId\}\/categories/;

/** Every endpoint of a version; what hangs on something is deleted before it, and everything else is asked first. */
export function endpointsIn(version: "1.1" | "1.2") {
  return SERVICES.flatMap((service) => endpointsOf(service).map((endpoint) => ({ ...endpoint, service })))
    .filter(({ method, path }) => version === "1.2" || (method !== "post" && !NOT_IN_11.test(path)))
    .toReversed()
    .toSorted((a, b) => Number(a.method === "delete") - Number(b.method === "delete"));
}

/** Ids for the parts of paths, of objects that exist and belong together. */
export async function idsFor(client: GradeClient, version: "1.1" | "1.2"): Promise<Readonly<Record<string, string>>> {
  const place = await placeAt(client);
  await writeOne(client, place);
  await client.put("categories/lone", { category: { title: "In no use" } });
  const all = async (path: string): Promise<readonly { readonly sourcedId: string }[]> =>
    Object.values((await client.roster(path)).json)[0] as { readonly sourcedId: string }[];
  const first = async (path: string): Promise<string> => (await all(`${path}?limit=1`))[0]?.sourcedId ?? "";
  const group = (await client.roster(`classes/${place.group}`)).json.class;
  const ids: Record<string, string> = {
    categories: "lone",
    lineItems: "fractions",
    results: "one",
    orgs: place.school,
    courses: group.course.sourcedId,
    users: place.student,
    students: place.student,
    demographics: place.student,
    teachers: await first(`classes/${place.group}/teachers`),
    enrollments: await first(`schools/${place.school}/classes/${place.group}/enrollments`),
    resources: group.resources[0].sourcedId,
  };
  for (const name of ["academicSessions", "terms", "gradingPeriods"]) ids[name] = await first(name);
  if (version === "1.2") {
    await client.put("scoreScales/letters", {
      scoreScale: {
        title: "Letters",
        type: "grade",
        class: { sourcedId: place.group },
        scoreScaleValue: [{ itemValueLHS: "A", itemValueRHS: "90-100" }],
      },
    });
    await client.put("assessmentLineItems/test", { assessmentLineItem: { title: "Test", resultValueMax: 5 } });
    await client.put("assessmentResults/mark", {
      assessmentResult: {
        assessmentLineItem: { sourcedId: "test" },
        student: { sourcedId: place.student },
        scoreStatus: "submitted",
        scoreDate: "2026-09-22",
        late: "true",
      },
    });
  }
  const written = { scoreScales: "letters", assessmentLineItems: "test", assessmentResults: "mark" };
  return { ...ids, ...written, classes: place.group, schools: place.school };
}

/** The path with ids: each of the collection before it. */
export function filled(path: string, ids: Readonly<Record<string, string>>): string {
  const parts = path.split("/").slice(1);
  return parts.map((part, index) => (part.startsWith("{") ? (ids[parts[index - 1] ?? ""] ?? "") : part)).join("/");
}

export function rootOf({ connected }: GradeClient, service: Service): string {
  return connected.connection.version === "1.1" ? connected.root : `${connected.credentials.baseUrl}/${service}/v1p2`;
}

/** Asks below any root: the client's own calls are below the grade book's. */
export function ask(client: GradeClient, method: string, url: string, body?: unknown): Promise<Got> {
  const path = url.startsWith(`${client.root}/`) ? url.slice(client.root.length + 1) : undefined;
  if (path === undefined) return client.roster(url);
  if (method === "put") return client.put(path, body);
  if (method === "post") return client.post(path, body);
  return method === "delete" ? client.remove(path) : client.get(path);
}
