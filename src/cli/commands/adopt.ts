import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { insertAdoption } from "../../config/insert-adoption.ts";
import { type Diagnostic, warning } from "../../diagnostics/diagnostic.ts";
import type { DesiredDistrict } from "../../model/desired.ts";
import { isActive, type LiveConnection } from "../../model/live.ts";
import { describeReport } from "../../views/reported.ts";
import { describeSchools } from "../../model/traits.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { tell } from "../output.ts";
import { type DocumentOptions, lookAtLive, openSession, selectionOf, type Session } from "../session.ts";
import type { World } from "../world.ts";
import { writeWhole } from "../write-whole.ts";

/** What the command line says. */
export interface AdoptOptions extends DocumentOptions {
  readonly district?: readonly string[];
  readonly write?: boolean;
}

/** A live connection nobody manages, and the district in whose file a line would adopt it. */
interface Found {
  readonly district: DesiredDistrict;
  readonly connection: LiveConnection;
}

/** Lists what nobody manages with the lines that would adopt it; writes them into the documents when told so. */
export async function adopt(options: AdoptOptions, world: World): Promise<ExitCode> {
  const session = await openSession(options, world);
  if (session === undefined) return EXIT.failed;
  const selection = selectionOf(options, session);
  if (selection === undefined) return EXIT.failed;
  const found = await findUnmanaged(session, options.district ?? []);
  for (const one of found) show(one, session);
  if (found.length === 0) {
    session.out.text("Nothing to adopt. Every active connection is managed or ignored.");
    return EXIT.done;
  }
  if (options.write === true) return writeLines(found, session);
  session.out.progress(
    "\nAdd these lines to the districts' files, or let `rosterform adopt --write` do it. The next apply adopts them.",
  );
  return EXIT.done;
}

async function findUnmanaged(session: Session, wanted: readonly string[]): Promise<readonly Found[]> {
  const live = await lookAtLive(session);
  return session.project.desired.districts.flatMap((district) => {
    if (wanted.length > 0 && !wanted.includes(district.district)) return [];
    const adopted = new Set(district.connections.map((one) => one.adopt));
    const connections = live.get(district.district)?.connections ?? [];
    return connections
      .filter((one) => one.provenance === "found" && isActive(one))
      .filter((one) => !adopted.has(one.clientId) && !district.ignored.includes(one.application))
      .map((connection) => ({ district, connection }));
  });
}

function show({ district, connection }: Found, { out }: Session): void {
  const { application, version, kind, schools, clientId, createdAt } = connection;
  const scope = schools === "all" ? "" : `, schools: [${describeSchools(schools)}]`;
  out.text(
    `# ${district.place.file} (${district.district}), ${describeReport(connection) ?? `generated ${createdAt.slice(0, 10)}`}\n  ${application}: { version: ${version}, kind: ${kind}${scope}, adopt: ${clientId} }`,
  );
  out.json({
    type: "unmanaged",
    district: district.district,
    application,
    version,
    kind,
    schools,
    client_id: clientId,
  });
}

async function writeLines(found: readonly Found[], session: Session): Promise<ExitCode> {
  const { folder } = session.project;
  const refusals: Diagnostic[] = [];
  for (const { district, connection } of found) {
    const { file } = district.place;
    const { application, clientId, version, kind, schools } = connection;
    const keys = { version: Number(version), kind, ...(schools === "all" ? {} : { schools }) };
    const text = await readFile(join(folder, file), "utf8");
    const outcome = await insertAdoption({
      text,
      district: district.district,
      vendor: application,
      adopt: clientId,
      keys,
    });
    if (outcome.kind === "inserted") await writeWhole(folder, file, outcome.text);
    if (outcome.kind === "refused") {
      refusals.push(
        warning({
          code: "cli/adoption-not-written",
          summary: "A line could not be added to a document",
          detail: `${file}: ${outcome.why} Add \`adopt: ${clientId}\` by hand where it belongs.`,
        }),
      );
    }
  }
  tell(session.out, refusals);
  session.out.text(`\nWritten: ${found.length - refusals.length} of ${found.length}. Look at the change, then plan.`);
  return refusals.length === 0 ? EXIT.done : EXIT.failed;
}
