import { randomUUID } from "node:crypto";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { indexesOf } from "../data/indexes.ts";
import type { Access } from "../oneroster/access.ts";
import { type Answer, answering, answerList, type OpenRoot, param, refuse, renderingFor } from "../oneroster/answer.ts";
import { UNKNOWN } from "../oneroster/errors.ts";
import { type Deed, obstacleToDeed } from "./guard.ts";
import { GRADE_KINDS, type GradeKind, kindsOf } from "./kinds.ts";
import { COLLECTION_POSTS, NESTED_READS } from "./paths.ts";
import { gradeEntries, type GradeView, isVisible, renderRecord } from "./view.ts";
import { deleteObject, postObjects, putObject } from "./writes.ts";

/** A request that may do what it wants to do. */
interface Turn {
  readonly view: GradeView;
  readonly request: FastifyRequest;
  /** The first id of the path, and the second. */
  readonly ids: readonly [string, string];
  /** Whose grade book it is. */
  readonly owner: string;
}

/** The grade book service: its collections, what is nested, and the writes of partners. */
export function gradeBookRoutes(app: FastifyInstance, root: OpenRoot): void {
  const { version } = root;
  const turn = (kind: GradeKind, deed: Deed, answer: (turn: Turn) => Answer) =>
    answering(
      root,
      () => kind.many,
      (access, request) => {
        const header = request.headers["x-vendor-authorization"];
        const obstacle = obstacleToDeed(deed, kind, version, access, { partners: root.partners, header });
        return obstacle === undefined ? answer(turnOf(root, access, request)) : refuse(obstacle);
      },
    );
  for (const kind of kindsOf(version)) {
    const [all, one] = [`/${kind.many}`, `/${kind.many}/:sourcedId`];
    app.get(
      all,
      turn(kind, "read", ({ view, request }) => answerList(root, request, kind, gradeEntries(view, kind))),
    );
    app.get(
      one,
      turn(kind, "read", ({ view, ids }) => {
        const found = view.books.find(view.district, kind.many, ids[0]);
        return found === undefined || !isVisible(view, found)
          ? refuse(UNKNOWN)
          : { kind: "body", body: { [kind.one]: renderRecord(view, found) } };
      }),
    );
    app.put(
      one,
      turn(kind, "put", ({ view, request, ids, owner }) =>
        putObject({ view, kind, owner, now: root.clock.now() }, ids[0], request.body),
      ),
    );
    app.delete(
      one,
      turn(kind, "delete", ({ view, ids, owner }) =>
        deleteObject({ view, kind, owner, now: root.clock.now() }, ids[0]),
      ),
    );
  }
  for (const { path, many, belongs } of NESTED_READS.filter((nested) => nested.versions.includes(version))) {
    const kind = GRADE_KINDS[many];
    app.get(
      path,
      turn(kind, "read-nested", ({ view, request, ids }) => {
        const isBelow = belongs({ view, indexes: indexesOf(view.rendering.data), ids });
        return isBelow === undefined
          ? refuse(UNKNOWN)
          : answerList(root, request, kind, gradeEntries(view, kind, isBelow));
      }),
    );
  }
  if (version === "1.1") return;
  for (const { path, many, demand } of COLLECTION_POSTS) {
    const kind = GRADE_KINDS[many];
    app.post(
      path,
      turn(kind, "post", ({ view, request, ids, owner }) => {
        const wrong = demand({ view, indexes: indexesOf(view.rendering.data), ids });
        if (wrong === undefined) return refuse(UNKNOWN);
        const write = { view, kind, owner, now: root.clock.now() };
        return postObjects(write, request.body, wrong, randomUUID);
      }),
    );
  }
}

function turnOf(root: OpenRoot, access: Access, request: FastifyRequest): Turn {
  const { connection } = access;
  return {
    view: {
      rendering: renderingFor(root, access, request),
      books: root.gradeBooks,
      district: connection.district,
    },
    request,
    ids: [param(request, "sourcedId") ?? "", param(request, "innerId") ?? ""],
    owner: connection.application,
  };
}
