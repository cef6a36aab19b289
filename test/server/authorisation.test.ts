import { expect, it } from "vitest";
import { type OneRosterVersion, VERSIONS } from "../../src/model/traits.ts";
import { COLLECTIONS } from "../../src/server/oneroster/collections.ts";
import { NESTED } from "../../src/server/oneroster/nested.ts";
import { SCOPE_NAMES, type ScopeName, scopesOpenTo } from "../../src/server/scopes.ts";
import { ask, endpointsIn, filled, idsFor, rootOf as gradeRootOf } from "./endpoints.ts";
import { gradeClient, openGradeBook, VENDOR_KEY } from "./gradebook-stage.ts";
import { askToken, type Connected, send, type Stage } from "./stage.ts";

const KINDS = ["supported", "other"] as const;
const SHARES = [[], ["demographics"]] as const;
type Family = "rostering" | "gradebook" | "resources";

/** One way of asking: what is asked for, and the scopes each of which is enough. */
interface Way {
  readonly method: string;
  readonly family: Family;
  readonly path: string;
  readonly enough: readonly ScopeName[];
  readonly isFor: readonly OneRosterVersion[];
}

const GRADES = ["categories", "lineItems", "results", "scoreScales"];
const ASSESSMENTS = ["assessmentLineItems", "assessmentResults"];
const BOTH: readonly OneRosterVersion[] = ["1.1", "1.2"];
const since = (many: string): readonly OneRosterVersion[] =>
  ["scoreScales", ...ASSESSMENTS].includes(many) ? ["1.2"] : BOTH;

/** Every endpoint of the campus. Ids lead nowhere, so that what may be asked for answers 200 or 404, and the rest 403. */
const WAYS: readonly Way[] = [
  ...[...COLLECTIONS.keys()].flatMap((name): Way[] => {
    const enough: readonly ScopeName[] =
      name === "demographics" ? ["roster-demographics.readonly"] : ["roster-core.readonly", "roster.readonly"];
    return [name, `${name}/x`].map((path) => ({ method: "GET", family: "rostering", path, enough, isFor: BOTH }));
  }),
  ...[...NESTED.keys()].map((path): Way => {
    const parts = path.split("/");
    const whole = parts.map((part, index) => (index < parts.length - 1 ? `${part}/x` : part)).join("/");
    return { method: "GET", family: "rostering", path: whole, enough: ["roster.readonly"], isFor: BOTH };
  }),
  ...["resources", "resources/x"].map(
    (path): Way => ({
      method: "GET",
      family: "resources",
      path,
      enough: ["resource-core.readonly", "resource.readonly"],
      isFor: BOTH,
    }),
  ),
  ...["classes/x/resources", "courses/x/resources", "users/x/resources"].map(
    (path): Way => ({
      method: "GET",
      family: "resources",
      path,
      enough: ["resource.readonly"],
      isFor: path.startsWith("users") ? ["1.2"] : BOTH,
    }),
  ),
  ...[...GRADES, ...ASSESSMENTS].flatMap((many): Way[] => {
    const group = ASSESSMENTS.includes(many) ? "assessment" : "gradebook";
    const read: readonly ScopeName[] =
      group === "assessment" ? ["assessment.readonly"] : ["gradebook-core.readonly", "gradebook.readonly"];
    const way = (method: string, path: string, enough: readonly ScopeName[]): Way => ({
      method,
      family: "gradebook",
      path,
      enough,
      isFor: since(many),
    });
    return [
      way("GET", many, read),
      way("GET", `${many}/x`, read),
      way("PUT", `${many}/x`, [`${group}.createput`]),
      way("DELETE", `${many}/x`, [`${group}.delete`]),
    ];
  }),
  ...[
    "classes/x/lineItems",
    "classes/x/results",
    "classes/x/categories",
    "classes/x/scoreScales",
    "classes/x/lineItems/x/results",
    "classes/x/students/x/results",
  ].map(
    (path): Way => ({
      method: "GET",
      family: "gradebook",
      path,
      enough: ["gradebook.readonly"],
      isFor: /categories|scoreScales/.test(path) ? ["1.2"] : BOTH,
    }),
  ),
  ...["classes/x/lineItems", "schools/x/lineItems", "lineItems/x/results", "classes/x/academicSessions/x/results"].map(
    (path): Way => ({
      method: "POST",
      family: "gradebook",
      path,
      enough: ["gradebook.createpost"],
      isFor: ["1.2"],
    }),
  ),
];

const rootOf = ({ origin }: Stage, version: OneRosterVersion, family: Family): string =>
  `${origin}/campus/api/ims/oneroster/${version === "1.1" ? "v1p1" : `${family}/v1p2`}`;

/** Whether the connection may do this with a token of this one scope. */
function mayDo(way: Way, { connection }: Connected, scope: ScopeName): boolean {
  if (way.family !== "rostering" && connection.kind === "other") return false;
  return scopesOpenTo(connection).includes(scope) && way.enough.includes(scope);
}

async function statusOf(root: string, { method, path }: Way, token?: string): Promise<number> {
  const bearer = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const headers = { ...bearer, "x-vendor-authorization": VENDOR_KEY };
  const body = method === "PUT" || method === "POST" ? { body: "{}" } : {};
  const json = body.body === undefined ? {} : { "content-type": "application/json" };
  return (await send(`${root}/${path}`, { method, headers: { ...headers, ...json }, ...body })).status;
}

/** What belongs to no school: sessions of the district, categories, and an assessment that names no class. */
const OF_THE_DISTRICT = /^(academicSessions|terms|gradingPeriods|categories|assessmentLineItems)\//;

it.each(VERSIONS)("shows nothing of a school outside the scope at any endpoint of %s", async (version) => {
  const stage = await openGradeBook();
  const wide = await gradeClient(stage, { version, share: ["demographics"] });
  const narrow = await gradeClient(stage, { version, share: ["demographics"], schools: ["North High"] });
  const ids = await idsFor(wide, version);
  const hidden = Object.entries(ids).filter(([name]) => !OF_THE_DISTRICT.test(`${name}/`));
  const wrong: unknown[] = [];
  const reads = endpointsIn(version).filter(({ method }) => method === "get");
  for (const { path, service } of reads) {
    const way = filled(path, ids);
    const query = path.split("/").length % 2 === 0 ? "?limit=10000" : "";
    const seen = await ask(wide, "get", `${gradeRootOf(wide, service)}/${way}${query}`);
    const got = await ask(narrow, "get", `${gradeRootOf(narrow, service)}/${way}${query}`);
    const isOpen = !path.includes("{") || OF_THE_DISTRICT.test(way);
    const found = hidden.filter(([, id]) => got.text.includes(`"sourcedId":"${id}"`));
    if (seen.status !== 200 || got.status !== (isOpen ? 200 : 404) || found.length > 0)
      wrong.push([path, seen.status, got.status, found]);
  }
  expect(wrong).toEqual([]);
  expect(hidden.length).toBeGreaterThanOrEqual(version === "1.1" ? 12 : 14);
});

it.each(VERSIONS)("opens every endpoint of %s to those who may, and to nobody else", async (version) => {
  const stage = await openGradeBook({ data: { studentsPerSchool: 5 } });
  const wrong: string[] = [];
  let count = 0;
  const check = (what: string, is: number, isRight: boolean): void => {
    count += 1;
    if (!isRight) wrong.push(`${what}: ${is}`);
  };
  const ways = WAYS.filter(({ isFor }) => isFor.includes(version));
  for (const kind of KINDS) {
    for (const share of SHARES) {
      const connected = await stage.connect({ version, kind, share });
      const prefix = `https://purl.imsglobal.org/spec/or/${version === "1.1" ? "v1p1" : "v1p2"}/scope/`;
      let any = "";
      for (const scope of SCOPE_NAMES) {
        const { status, json } = await askToken(connected.credentials, { scope: prefix + scope });
        const isGranted = scopesOpenTo(connected.connection).includes(scope);
        check(`${kind} ${share} token ${scope}`, status, status === (isGranted ? 200 : 400));
        if (!isGranted) continue;
        any = json.access_token;
        for (const way of ways) {
          const got = await statusOf(rootOf(stage, version, way.family), way, any);
          const may = mayDo(way, connected, scope);
          // What may be asked for is there (200), is not (404), or is told what is wrong with it (422).
          const isRight = may ? [200, 404, 422].includes(got) : got === 403;
          check(`${kind} ${share} ${scope} ${way.method} ${way.path}`, got, isRight);
        }
      }
      for (const token of [undefined, "guessed"]) {
        for (const way of ways) {
          const got = await statusOf(rootOf(stage, version, way.family), way, token);
          check(`${kind} ${share} token ${token} ${way.method} ${way.path}`, got, got === 401);
        }
      }
      const other = version === "1.1" ? "1.2" : "1.1";
      for (const way of WAYS.filter(({ isFor }) => isFor.includes(other))) {
        const got = await statusOf(rootOf(stage, other, way.family), way, any);
        check(`${kind} ${share} the other version ${way.method} ${way.path}`, got, got === 404);
      }
      await stage.store.changeByHand({
        connection: connected.connection.id,
        by: "dana",
        change: { kind: "disable" },
      });
      for (const way of ways) {
        const got = await statusOf(rootOf(stage, version, way.family), way, any);
        check(`${kind} ${share} disabled ${way.method} ${way.path}`, got, got === 401);
      }
    }
  }
  expect(wrong).toEqual([]);
  const theirs = WAYS.filter(({ isFor }) => isFor.includes(version === "1.1" ? "1.2" : "1.1")).length;
  const scopes = KINDS.flatMap((kind) => SHARES.map((share) => scopesOpenTo({ kind, version, share }).length));
  const expected = scopes.reduce((sum, open) => sum + SCOPE_NAMES.length + (open + 3) * ways.length + theirs, 0);
  expect(count).toBe(expected);
});
