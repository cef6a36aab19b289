import type { FastifyInstance, FastifyRequest } from "fastify";
import type { OneRosterVersion } from "../../model/traits.ts";
import { type Access, obstacleTo, obstacleToNested, refusalOf } from "./access.ts";
import {
  type Answer,
  answering,
  answerList,
  type Decide,
  type OpenRoot,
  param,
  refuse,
  renderingFor,
} from "./answer.ts";
import { COLLECTIONS, type Collection } from "./collections.ts";
import { type Fault, UNKNOWN } from "./errors.ts";
import { NESTED } from "./nested.ts";

/** The rostering service: its collections, one object of each, and what is nested. */
export function rosteringRoutes(app: FastifyInstance, root: OpenRoot): void {
  const route = (path: string, decide: Decide) => app.get(path, answering(root, whatOf, decide));
  route("/:collection", (access, request) => readCollection(root, access, request));
  route("/:collection/:sourcedId", (access, request) => readOne(root, access, request));
  route("/:collection/:sourcedId/:nested", (access, request) => readNested(root, access, request));
  route("/:collection/:sourcedId/:inner/:innerId/:nested", (access, request) => readNested(root, access, request));
}

function readCollection(root: OpenRoot, access: Access, request: FastifyRequest): Answer {
  const found = openCollection(root.version, access, request);
  if ("status" in found) return refuse(found);
  return answerList(root, request, found, found.list(renderingFor(root, access, request)));
}

function readNested(root: OpenRoot, access: Access, request: FastifyRequest): Answer {
  const nested = NESTED.get(pathOf(request).join("/"));
  if (nested === undefined) return refuse(refusalOf(pathOf(request), access));
  const obstacle = obstacleToNested(root.version, access);
  if (obstacle !== undefined) return refuse(obstacle);
  const ids = ["sourcedId", "innerId"].flatMap((name) => param(request, name) ?? []);
  const entries = nested.list(renderingFor(root, access, request), ids);
  return entries === undefined ? refuse(UNKNOWN) : answerList(root, request, nested.kind, entries);
}

function readOne(root: OpenRoot, access: Access, request: FastifyRequest): Answer {
  const found = openCollection(root.version, access, request);
  if ("status" in found) return refuse(found);
  const id = param(request, "sourcedId");
  const entry = found.list(renderingFor(root, access, request)).find((candidate) => candidate.id === id);
  return entry === undefined ? refuse(UNKNOWN) : { kind: "body", body: { [found.one]: entry.render() } };
}

function openCollection(version: OneRosterVersion, access: Access, request: FastifyRequest): Collection | Fault {
  const name = param(request, "collection") ?? "";
  const collection = COLLECTIONS.get(name);
  return collection === undefined ? UNKNOWN : (obstacleTo(name, version, access) ?? collection);
}

/** The names of a path without its ids: `schools`, `classes` of `/schools/{id}/classes`. */
function pathOf(request: FastifyRequest): readonly string[] {
  return ["collection", "inner", "nested"].flatMap((name) => param(request, name) ?? []);
}

/** What the traffic log says was asked for: the collection, or the word for a path that is none. */
function whatOf(request: FastifyRequest): string {
  const name = pathOf(request).at(-1) ?? "";
  return COLLECTIONS.has(name) ? name : "unknown";
}
