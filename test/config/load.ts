import type { Diagnostic } from "../../src/diagnostics/diagnostic.ts";
import type { DesiredConnection } from "../../src/model/desired.ts";
import { type Loaded, loadProject, type Project } from "../../src/config/load-project.ts";
import { matchesPattern } from "../../src/config/pattern.ts";

/** Documents by file name, below an imaginary folder. */
export type Documents = Readonly<Record<string, string | Uint8Array>>;

const FOLDER = "/project";

/** Loads documents that exist in memory only. The first one is the file the project begins with. */
export function load(documents: Documents, env: Readonly<Record<string, string>> = {}): Promise<Loaded> {
  const [main = "rosterform.yaml"] = Object.keys(documents);
  return loadProject({
    path: `${FOLDER}/${main}`,
    cwd: "/elsewhere",
    env,
    glob: (pattern) =>
      Object.keys(documents)
        .filter((file) => matchesPattern(pattern, file))
        .sort(),
    readFile: (path, maxBytes) => {
      const held = documents[path.slice(FOLDER.length + 1)];
      if (held === undefined) throw Object.assign(new Error("not there"), { code: "ENOENT" });
      return (typeof held === "string" ? new TextEncoder().encode(held) : held).subarray(0, maxBytes + 1);
    },
  });
}

/** Loads documents that have to be right. */
export async function loaded(documents: Documents, env: Readonly<Record<string, string>> = {}): Promise<Project> {
  const result = await load(documents, env);
  if (result.kind === "broken") throw new Error(result.diagnostics.map(told).join("\n"));
  return result.project;
}

/** Everything that is said about documents: errors and warnings. */
export async function diagnosed(documents: Documents): Promise<readonly Diagnostic[]> {
  const result = await load(documents);
  return result.kind === "broken" ? result.diagnostics : result.warnings;
}

/** `file:line:column code <the text under the caret>`, a line each. */
export async function findings(documents: Documents): Promise<readonly string[]> {
  return (await diagnosed(documents)).map(told);
}

/** One diagnostic on one line. */
export function told({ at, code, severity }: Diagnostic): string {
  const start = (at?.column ?? 1) - 1;
  const under = [...(at?.snippet ?? "")]
    .slice(start, at?.endColumn === undefined ? undefined : at.endColumn - 1)
    .join("");
  return `${at?.file}:${at?.line}:${at?.column} ${severity === "warning" ? "warning " : ""}${code} <${under}>`;
}

/** The connection at an address. */
export function connectionAt(project: Project, address: string): DesiredConnection {
  const found = project.desired.districts.flatMap((one) => one.connections).find((one) => one.address === address);
  if (found === undefined) throw new Error(`no ${address}`);
  return found;
}

/** A district that stands alone, with these entries under `vendors:` (two spaces deep). */
export function alone(vendors: string, head = ""): Documents {
  return {
    "springfield.yaml": `district: springfield\nsite: { host: a.example.org, app: springfield }\nstore: { kind: sqlite, path: ./campus.db }\n${head}vendors:\n${vendors}`,
  };
}

/** A project document with what every one needs. */
export function project(more = ""): string {
  return `districts: districts/*.yaml\nstore: { kind: sqlite, path: ./campus.db }\n${more}`;
}

/** A district document below a project. */
export function district(id: string, more = ""): string {
  return `district: ${id}\nsite: { host: cloud.example.org, app: ${id} }\n${more}`;
}
