import type { FastifyInstance, FastifyRequest } from "fastify";
import type { OneRosterVersion } from "../../model/traits.ts";
import type { Resource } from "../data/district-data.ts";
import { type Indexes, indexesOf } from "../data/indexes.ts";
import { type Access, obstacleToResources } from "./access.ts";
import { type Answer, answering, answerList, type OpenRoot, param, refuse, renderingFor } from "./answer.ts";
import type { Kind } from "./collections.ts";
import { entriesOf } from "./entries.ts";
import { UNKNOWN } from "./errors.ts";
import { type Rendering, renderResource } from "./render.ts";

const RESOURCES: Kind = { many: "resources", one: "resource" };

type Below = (indexes: Indexes, id: string, version: OneRosterVersion) => readonly Resource[] | undefined;

/** What resources hang on: the collections below whose objects they are read, and since which version. */
const HOLDERS: Readonly<Record<string, { readonly versions: readonly OneRosterVersion[]; readonly of: Below }>> = {
  classes: { versions: ["1.1", "1.2"], of: (indexes, id) => indexes.classGroup(id)?.resources },
  courses: { versions: ["1.1", "1.2"], of: (indexes, id) => indexes.course(id)?.resources },
  users: { versions: ["1.2"], of: (indexes, id, version) => indexes.person(id, version)?.resources },
};

/** The collections below whose objects a version reads resources. */
export function resourceHolders(version: OneRosterVersion): readonly string[] {
  return Object.keys(HOLDERS).filter((name) => HOLDERS[name]?.versions.includes(version) === true);
}

/** The resources service: all of them, one, and those of a class, a course or a person. */
export function resourceRoutes(app: FastifyInstance, root: OpenRoot): void {
  const route = (
    path: string,
    isNested: boolean,
    answer: (rendering: Rendering, id: string, request: FastifyRequest) => Answer,
  ) =>
    app.get(
      path,
      answering(
        root,
        () => "resources",
        (access: Access, request) => {
          const obstacle = obstacleToResources(isNested, root.version, access);
          if (obstacle !== undefined) return refuse(obstacle);
          return answer(renderingFor(root, access, request), param(request, "sourcedId") ?? "", request);
        },
      ),
    );
  const list = (rendering: Rendering, rows: readonly Resource[], request: FastifyRequest): Answer =>
    answerList(
      root,
      request,
      RESOURCES,
      entriesOf(rows, (row) => ({ id: row.id, render: () => renderResource(rendering, row) })),
    );
  route("/resources", false, (rendering, _id, request) => list(rendering, rendering.data.resources, request));
  route("/resources/:sourcedId", false, (rendering, id) => {
    const found = indexesOf(rendering.data).resource(id);
    return found === undefined
      ? refuse(UNKNOWN)
      : { kind: "body", body: { resource: renderResource(rendering, found) } };
  });
  for (const holder of resourceHolders(root.version)) {
    route(`/${holder}/:sourcedId/resources`, true, (rendering, id, request) => {
      const rows = HOLDERS[holder]?.of(indexesOf(rendering.data), id, root.version);
      return rows === undefined ? refuse(UNKNOWN) : list(rendering, rows, request);
    });
  }
}
