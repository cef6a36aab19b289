import { type Diagnostic, problem } from "../../diagnostics/diagnostic.ts";
import { nearest } from "../../diagnostics/suggest.ts";
import { URL_SHAPES, type UrlShape } from "../../model/base-url.ts";
import type { Desired, DesiredDistrict } from "../../model/desired.ts";
import type { LiveDistrict } from "../../model/live.ts";
import { type Day, dayOf, parseDay } from "../../model/time.ts";
import { dueMoves } from "../../plan/moves.ts";
import { ASSUMPTION, describeDeadline, dueMoveJson, vendorsOf } from "../../views/inventory/deadline.ts";
import { inventoryCells, inventoryJson } from "../../views/inventory/json.ts";
import { describeRows } from "../../views/inventory/list.ts";
import { inventoryRows } from "../../views/inventory/rows.ts";
import { describeSharedWith, isUnapproved, sharingJson, sharingRows } from "../../views/inventory/sharing.ts";
import { wrap } from "../../views/layout.ts";
import { listOf } from "../../views/words.ts";
import { csvOf } from "../csv.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { tell } from "../output.ts";
import { type DocumentOptions, lookAtLive, openSession, selectionOf, type Session } from "../session.ts";
import type { World } from "../world.ts";

/** The options that choose districts. */
export interface ChoosingOptions extends DocumentOptions {
  readonly district?: readonly string[];
}

/** What the command line says. */
export interface InventoryOptions extends ChoosingOptions {
  readonly before?: string;
  /** `true` where no shape is named. */
  readonly legacyUrls?: string | true;
  readonly vendorDays: number;
  readonly shared?: boolean;
  readonly all?: boolean;
  readonly csv?: boolean;
  readonly detailedExitcode?: boolean;
}

/** A district of the documents, and what the store holds of it. */
export interface Chosen {
  readonly desired: DesiredDistrict;
  readonly live: LiveDistrict;
}

/** Lists every connection that the store knows of, managed or not; or what must move by a day; or what is shared with whom. */
export async function inventory(options: InventoryOptions, world: World): Promise<ExitCode> {
  const session = await openSession(options, world);
  if (session === undefined) return EXIT.failed;
  const terms = readTerms(options, dayOf(world.clock.now()));
  if (Array.isArray(terms)) {
    tell(session.out, terms);
    return EXIT.failed;
  }
  const chosen = await choose(options, session);
  if (chosen === undefined) return EXIT.failed;
  const isFound = await show(options, terms as Terms, { chosen, session });
  return isFound && options.detailedExitcode === true ? EXIT.changes : EXIT.done;
}

/** What is to be shown, read from the options. */
interface Terms {
  readonly before?: Day;
  readonly shapes?: readonly UrlShape[];
  readonly isAssumed: boolean;
}

/** Which of the shapes is the legacy one is not known; what is not known to be the other one is looked at. */
const ASSUMED: readonly UrlShape[] = ["without-app", "other"];

function readTerms(options: InventoryOptions, today: Day): Terms | readonly Diagnostic[] {
  const wrong: Diagnostic[] = [];
  const say = (detail: string): void => void wrong.push(unclear(detail));
  const before = options.before === undefined ? undefined : parseDay(options.before);
  if (options.before !== undefined && (before === undefined || before <= today))
    say(`--before takes a day that is to come, such as 2027-12-15, not ${options.before}.`);
  if (options.before !== undefined && options.legacyUrls === undefined)
    say("--before needs to know what ends on that day: add --legacy-urls.");
  if (options.before !== undefined && options.shared === true)
    say("--before and --shared are two reports; ask for one at a time.");
  const shapes = typeof options.legacyUrls === "string" ? shapesIn(options.legacyUrls, say) : ASSUMED;
  if (wrong.length > 0) return wrong;
  return {
    ...(before === undefined ? {} : { before }),
    ...(options.legacyUrls === undefined ? {} : { shapes }),
    isAssumed: typeof options.legacyUrls !== "string",
  };
}

function shapesIn(text: string, say: (detail: string) => void): readonly UrlShape[] {
  return text.split(",").flatMap((part) => {
    const shape = URL_SHAPES.find((one) => one === part.trim());
    if (shape !== undefined) return [shape];
    const near = nearest(part.trim(), URL_SHAPES);
    say(
      `Base URLs have no shape \`${part.trim()}\`. ${near === undefined ? `There are: ${URL_SHAPES.join(", ")}.` : `Did you mean \`${near}\`?`}`,
    );
    return [];
  });
}

interface Found {
  readonly chosen: readonly Chosen[];
  readonly session: Session;
}

/** Prints in every voice; answers whether something has to be done about what was found. */
async function show(options: InventoryOptions, terms: Terms, found: Found): Promise<boolean> {
  if (options.shared === true) return showSharing(options, found);
  return terms.before === undefined
    ? showList(options, terms, found)
    : showDeadline(options, terms, terms.before, found);
}

function showList(options: InventoryOptions, { shapes, isAssumed }: Terms, { chosen, session }: Found): boolean {
  const { out, world } = session;
  const page = { now: world.clock.now(), width: out.width };
  const parts = chosen.map(({ desired, live }) => {
    const all = inventoryRows(desired, live);
    return { live, rows: shapes === undefined ? all : all.filter(({ shape }) => shapes.includes(shape)) };
  });
  const rows = parts.flatMap((one) => one.rows);
  if (options.csv === true) out.text(csvOf(rows.map(inventoryCells), LIST_COLUMNS));
  else out.text(parts.map((one) => describeRows(one.live, one.rows, page)).join("\n\n"));
  if (shapes !== undefined && isAssumed && options.csv !== true)
    out.text(`\n${wrap(`Base URLs that are ${listOf(shapes)}. ${ASSUMPTION}`, { width: out.width }).join("\n")}`);
  for (const row of rows) out.json(inventoryJson(row));
  return shapes !== undefined && rows.length > 0;
}

function showDeadline(options: InventoryOptions, terms: Terms, before: Day, { chosen, session }: Found): boolean {
  const { out, world, project } = session;
  const { shapes = [], isAssumed } = terms;
  const desired: Desired = { ...project.desired, districts: chosen.map((one) => one.desired) };
  const live = new Map(chosen.map((one) => [one.desired.district, one.live]));
  const now = world.clock.now();
  const moves = dueMoves(desired, live, { before, shapes: new Set(shapes), vendorDays: options.vendorDays, now });
  if (options.csv === true) out.text(csvOf(moves.map(dueMoveJson), DEADLINE_COLUMNS));
  else out.text(describeDeadline(moves, { before, shapes, isAssumed }, out.width));
  for (const move of moves) out.json(dueMoveJson(move));
  for (const one of vendorsOf(moves))
    out.json({
      type: "vendor_deadline",
      vendor: one.vendor,
      by: one.by ?? null,
      too_late: one.isTooLate,
      connections: one.connections,
    });
  return moves.length > 0;
}

async function showSharing(options: InventoryOptions, { chosen, session }: Found): Promise<boolean> {
  const { out } = session;
  const rows = sharingRows(
    chosen.flatMap(({ desired, live }) => inventoryRows(desired, live)),
    options.all === true,
  );
  const locate = await session.locate();
  if (options.csv === true)
    out.text(
      csvOf(
        rows.map((row) => sharingJson(row, locate)),
        SHARING_COLUMNS,
      ),
    );
  else out.text(describeSharedWith(rows, { locate, width: out.width }));
  for (const row of rows) out.json(sharingJson(row, locate));
  return rows.some(isUnapproved);
}

const LIST_COLUMNS =
  "district,address,application,version,kind,status,url_shape,client_id,fingerprint,token_url,base_url,created_on,owner,contact,last_evidence,last_evidence_on,reported_by,reported_on".split(
    ",",
  );
const DEADLINE_COLUMNS =
  "district,address,vendor,application,version,kind,url_shape,base_url,client_id,next,by,too_late,earliest_end,candidate_alike,sync_period,owner,contact".split(
    ",",
  );
const SHARING_COLUMNS =
  "district,address,application,shared,schools,status,since,approved_by,approved_on,approved_reference,owner,ends,document,client_id".split(
    ",",
  );

/** The districts that are asked for; tells what is wrong with the choice and answers `undefined`. */
export async function choose(options: ChoosingOptions, session: Session): Promise<readonly Chosen[] | undefined> {
  const selection = selectionOf(options, session);
  if (selection === undefined) return undefined;
  const all = await lookAtLive(session);
  const wanted = options.district ?? [];
  return session.project.desired.districts
    .filter(({ district }) => wanted.length === 0 || wanted.includes(district))
    .flatMap((desired) => {
      const live = all.get(desired.district);
      return live === undefined ? [] : [{ desired, live }];
    });
}

function unclear(detail: string): Diagnostic {
  return problem({ code: "cli/inventory-question", summary: "It is not clear what is asked of the inventory", detail });
}
