import type { FastifyInstance, FastifyRequest } from "fastify";
import { GRADE_KINDS } from "../gradebook/kinds.ts";
import { gradeBookRoutes } from "../gradebook/routes.ts";
import { refusalOf } from "./access.ts";
import { answerErrors, answering, type OpenRoot, param, refuse, type RootOptions } from "./answer.ts";
import { COLLECTIONS } from "./collections.ts";
import { type Fault, UNKNOWN } from "./errors.ts";
import { resourceRoutes } from "./resources.ts";
import { discoveryDocument, DOCUMENT_NAMES } from "./discovery/document.ts";
import { type Root, rootsBeside, type Service } from "./roots.ts";
import { rosteringRoutes } from "./rostering.ts";

const ROUTES: Readonly<Record<Service, (app: FastifyInstance, root: OpenRoot) => void>> = {
  rostering: rosteringRoutes,
  gradebook: gradeBookRoutes,
  resources: resourceRoutes,
};

/** What is answered to a method that a path does not have; nobody is told which it has. */
const NO_SUCH_METHOD: Fault = {
  status: 405,
  minor: "forbidden",
  description: "This path does not take requests of this kind.",
};

/** One root of OneRoster: the services that answer below it, and a refusal for everything else. */
export async function oneRosterRoot(app: FastifyInstance, options: RootOptions & Root): Promise<void> {
  answerErrors(app, options.version);
  for (const service of options.services) ROUTES[service](app, options);
  const [service] = options.services;
  if (options.version === "1.2" && service !== undefined) {
    // Without a token: it says what the service is like, and nothing of the site.
    app.get(`/discovery/${DOCUMENT_NAMES[service]}`, (request) =>
      discoveryDocument(service, rootsBeside(options, options.origin(), param(request, "app"))[service]),
    );
  }
  app.all(
    "/*",
    answering(options, whatOf, (access, request) => {
      if (access.connection.version !== options.version) return refuse(UNKNOWN);
      const names = namesOf(request);
      const refusal = refusalOf(options.services[0] === "gradebook" ? [...names, "results"] : names, access);
      const isKnown = whatOf(request) !== "unknown" && request.method !== "GET";
      return refuse(refusal === UNKNOWN && isKnown ? NO_SUCH_METHOD : refusal);
    }),
  );
}

/** The names of a path without its ids. */
function namesOf(request: FastifyRequest): readonly string[] {
  return (param(request, "*") ?? "").split("/").filter((_part, index) => index % 2 === 0);
}

/** The collection that a path leads to, or the word for a path that leads to none. */
function whatOf(request: FastifyRequest): string {
  const name = namesOf(request).at(-1) ?? "";
  return COLLECTIONS.has(name) || Object.hasOwn(GRADE_KINDS, name) || name === "resources" ? name : "unknown";
}
